"""The process of the pages never loads TensorFlow, whatever they train."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

PROGRAM = """
import sys
from streamlit.testing.v1 import AppTest
from tests.ui.test_draw import THREE, drawing
from qmnist_core.ui.shared.drawing import read_strokes
from qmnist_core.workers import tensorflow

at = AppTest.from_file("app.py", default_timeout=120)
at.query_params.update({"backend": "tfq", "examples": "32", "epochs": "1"})
at.run().switch_page("pages/draw.py").run()
at.session_state.session.drawing = read_strokes(drawing(THREE))
viewers = at.session_state.session.client.viewers
assert all(viewer.wait(120) for viewer in viewers.values())
at.run()
assert not at.exception
trained = {viewer.job.experiment.package for viewer in viewers.values() if viewer.state == "finished"}
assert {"keras", "tfq"} <= trained, [(name, viewer.job.message) for name, viewer in viewers.items()]
print([name for name in sys.modules if name.split(".")[0] in ("tensorflow", "tf_keras", "tensorflow_quantum")])
assert tensorflow().pid is not None
"""


def test_pages_that_train_with_it_do_not_load_it(tfq: ModuleType) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2]
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "[]\n"
