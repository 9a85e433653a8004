"""What installing the package needs, read from requirements.in, the one list that people edit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

EXTRAS = {
    "tensorflow": ("tensorflow==", "tf-keras=="),
    "tfq": ("tensorflow-quantum==",),
    "cluster": ("distributed==",),
}
"""What not everybody needs, and what each part of it is called: qmnist[tensorflow] or, with it, qmnist[tfq]; and
qmnist[cluster]."""


class RequirementsHook(MetadataHookInterface):
    """Hatchling calls `update` for every [project] that names its dependencies dynamic."""

    def update(self, metadata: dict[str, Any]) -> None:
        lines = (Path(self.root) / "requirements.in").read_text(encoding="utf-8").splitlines()
        needs = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
        extras = {name: [line for line in needs if line.startswith(starts)] for name, starts in EXTRAS.items()}
        optional = [line for lines in extras.values() for line in lines]
        metadata["dependencies"] = [line for line in needs if line not in optional]
        metadata["optional-dependencies"] = {**extras, "tfq": [*extras["tensorflow"], *extras["tfq"]]}
