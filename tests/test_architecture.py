"""Heavy packages load only where they are used. Which part imports which: the contracts in pyproject.toml."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "qmnist_core"

HEAVY = {"tensorflow", "tf_keras", "tensorflow_quantum", "cirq", "sympy", "plotly", "PIL", "tqdm", "streamlit"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def imports(tree: ast.AST) -> list[str]:
    found = []
    for node in ast.walk(tree):
        assert not (isinstance(node, ast.ImportFrom) and node.level), "relative imports would escape this test"
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            # `from qmnist_core import metrics` names modules, not attributes.
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            found += names if node.module == "qmnist_core" else [node.module]
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_heavy_packages_are_imported_inside_functions(path: Path) -> None:
    at_import = [name for node in run_at_import(ast.parse(path.read_text(encoding="utf-8"))) for name in imports(node)]
    allowed = {"streamlit"} if path.is_relative_to(PACKAGE / "ui") else set()
    assert not {name.split(".")[0] for name in at_import} & HEAVY - allowed


def test_figures_are_built_without_plotly() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (PACKAGE / "plots").rglob("*.py")]
    assert "plotly" not in {name.split(".")[0] for source in sources for name in imports(ast.parse(source))}


def run_at_import(node: ast.AST) -> list[ast.AST]:
    """Import statements outside functions and `if TYPE_CHECKING:`."""
    if isinstance(node, ast.FunctionDef) or (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)):
        return []
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [node]
    return [found for child in ast.iter_child_nodes(node) for found in run_at_import(child)]


def test_training_on_exact_loads_nothing_heavy_and_opens_no_connection(tmp_path: Path) -> None:
    program = f"""
import sys
def watch(event, arguments):
    assert not event.startswith("socket."), event
sys.addaudithook(watch)
from qmnist_core.cli import main
assert main(["train", "--json", "--epochs", "1", "--out", {str(tmp_path / "run")!r}]) == 0
assert main(["predict", "--json", "--run", {str(tmp_path / "run")!r}, "0"]) == 0
assert main(["data", "--json"]) == 0
loaded = [name for name in ("tensorflow", "cirq", "sympy", "plotly", "PIL") if name in sys.modules]
assert not loaded, loaded
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
