"""HTML from Jinja2 templates, kept as files beside the code that uses them. What is put into one is escaped, but for
what the template itself calls safe."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any


def render(template: Path, **values: Any) -> str:
    """A template filled in. A name that it asks for and does not get is an error."""
    return str(_environment(template.parent).get_template(template.name).render(values))


@cache
def _environment(folder: Path) -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(folder)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
