"""No words of others go into Markdown as they are. What such words do in a browser: tests/browser/test_strangers.py."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py")), *sorted((ROOT / "qmnist_core/ui").rglob("*.py"))]
FIELDS = {"message", "title", "summary", "text", "look", "question", "answer", "choices"}
"""Of a work that failed, and of a lesson's file."""
OF_LESSONS = {"lesson", "step"}
SAFE = {"plain", "emphasised", "escape"}


def places_of_others(node: ast.AST, caught: set[str]) -> Iterator[str]:
    """Where an exception's words, a failed work's or a lesson's are used, but for what is made plain."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SAFE:
        return
    if isinstance(node, ast.Name) and node.id in caught:
        yield node.id
    if isinstance(node, ast.Attribute) and node.attr in FIELDS:
        owner = ast.unparse(node.value)
        if node.attr == "message" or owner.split("[")[0].split(".")[-1] in OF_LESSONS:
            yield ast.unparse(node)
    for child in ast.iter_child_nodes(node):
        yield from places_of_others(child, caught)


def unescaped(code: str) -> list[str]:
    """Calls that would show words of others as Markdown: errors and warnings that do not go through `say`, and any call
    of Streamlit's, on the page or on a part of it, with such words in it."""
    tree = ast.parse(code)
    caught = {node.name for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and node.name}
    found = []
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name)):
            continue
        if isinstance(node.func, ast.Name):
            owner, name = "", node.func.id
        else:
            owner, name = ast.unparse(node.func.value), node.func.attr
        if owner and name in ("error", "warning", "exception") and owner != "say":
            found.append(ast.unparse(node.func))
        elif name in SHOWS:
            parts = [*node.args, *(word.value for word in node.keywords if word.arg not in ("key", "args"))]
            found += [f"{owner}.{name}({place})" for part in parts for place in places_of_others(part, caught)]
    return found


SHOWS = {
    "Press", "badge", "bar", "button", "caption", "checkbox", "choose", "expander", "header", "info", "markdown",
    "metric", "number_input", "page_link", "pills", "popover", "progress", "radio", "segmented_control",
    "select_slider", "selectbox", "slider", "subheader", "success", "table", "text_input", "title", "toast", "toggle",
    "write",
}  # fmt: skip
"""Elements whose words or labels are Markdown, and what shows such."""


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_words_of_others_are_made_plain(file: Path) -> None:
    if file.name != "say.py":
        assert unescaped(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "code",
    [
        "try: f()\nexcept ValueError as error: st.info(f'No: {error}')",
        "st.error('no')",
        "left.warning(words)",
        "st.progress(0.5, text=f'Failed: {job.message}')",
        "bar(f'Failed: {job.message}', work)",
        "st.markdown(lesson.steps[0].title)\nst.markdown(f'# {step.title}')",
        "st.button('a', help=lesson.summary)",
    ],
)
def test_what_is_not_made_plain_is_found(code: str) -> None:
    assert unescaped(code)


def test_what_is_made_plain_is_let_be() -> None:
    assert (
        unescaped("st.markdown(f'**{plain(step.title)}** {emphasised(lesson.summary)}')\nsay.error(str(error))") == []
    )
