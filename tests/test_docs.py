"""The documents' picture is of the code as it is."""

from __future__ import annotations

from docs import draw_imports


def test_the_picture_of_the_imports_is_up_to_date() -> None:
    """If not: python -m docs.draw_imports."""
    assert draw_imports.FILE.read_text(encoding="utf-8") == draw_imports.drawn()


def test_every_line_leads_down() -> None:
    height = {part: number for number, row in enumerate(draw_imports.layers()) for part in row}
    found = draw_imports.imports(set(height))
    assert len(found) > 50
    assert all(height[importer] < height[imported] for importer, imported in found)
