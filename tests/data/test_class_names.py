from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qmnist_core.data.class_names import MOST_IN_NAME, clean_name, clean_names, read_names
from qmnist_core.errors import DataError
from qmnist_core.look.text import plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("T-shirt/top", "T-shirt/top"),
        ("ankle_boot", "ankle boot"),
        ("♥ heart", "♥ heart"),
        ("お", "お"),
        ("  two   words\t", "two words"),
        ("<b>cat</b>", "b cat /b"),
        ("[cat](https://x.org)", "cat (https //x org)"),
        (":material/pets: $x$ `y`", "material/pets x y"),
        ("- item", "item"),
        ("right\u202eleft\u0000", "right left"),
        ("x" * 100, "x" * MOST_IN_NAME),
        ("***", ""),
    ],
)
def test_a_name_is_text_and_nothing_else(text: str, shown: str) -> None:
    assert clean_name(text) == shown


@given(st.text(max_size=60))
def test_no_name_means_anything_in_markdown_or_html(text: str) -> None:
    name = clean_name(text)
    assert len(name) <= MOST_IN_NAME
    assert plain(name) == name
    assert not set(name) & set('<>&"`*_[]{}$\\|~#:=!@\n')
    assert clean_name(name) == name


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["cat"], "it names 1 classes: expected 2 to 10"),
        (list("abcdefghijk"), "it names 11 classes: expected 2 to 10"),
        (["cat", "?"], "it has no letter or number in name 2: name each class"),
        (["cat", "cat "], "it names two classes cat: give each another name within 24 characters"),
    ],
)
def test_names_that_are_refused(names: list[str], said: str) -> None:
    with pytest.raises(DataError, match=f"^{said}$"):
        clean_names(names, "it")


def test_a_file_has_a_name_a_line() -> None:
    assert read_names("\ufeffcat\r\nお\n".encode(), "labels.txt") == ("cat", "お")
    with pytest.raises(DataError, match="not a text in UTF-8"):
        read_names(b"\xff\xfe", "labels.txt")
    with pytest.raises(DataError, match="too large"):
        read_names(b"a\n" * 6000, "labels.txt")
