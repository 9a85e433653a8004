"""Codes, keys, names and texts, whatever people type."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qmnist_core.classroom.names import ALPHABET, check_text, clean_name, digest, new_code, new_key, read_code
from qmnist_core.errors import ClassError


def test_codes_have_six_letters_that_cannot_be_mistaken() -> None:
    assert not set("01OILUAEoilu") & set(ALPHABET)
    codes = {new_code() for _ in range(1000)}
    assert len(codes) > 990
    assert all(len(code) == 6 and set(code) <= set(ALPHABET) for code in codes)


@pytest.mark.parametrize("typed", ["K7RX4M", "k7rx4m", " k7r-x4m\n", "K7R X4M", "k 7 r–x 4 m", "Ｋ７ＲＸ４Ｍ"])
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert read_code(typed) == "K7RX4M"


@pytest.mark.parametrize("typed", ["", "K7RX4", "K7RX4MM", "K7RX4O", "K7RX4\0", "%%%%%%", "\ud800" * 6, "K" * 100_000])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert read_code(typed) == ""


def test_keys_are_different_and_fit_into_an_address() -> None:
    keys = {new_key() for _ in range(100)}
    assert len(keys) == 100
    assert all(len(key) == 22 and key.replace("-", "").replace("_", "").isalnum() for key in keys)
    assert len(digest("\ud800")) == 64


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  Ada \t\n Lovelace ", "Ada Lovelace"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("\u202eevil\u202c \u200ename\u2066", "evil name"),
        ("a\x00b\x07c\x1b[31m", "abc[31m"),
        ("\ufeff\u200b\u00ad", ""),
        ("\u200d\u200c", ""),
        ("نرگس\u200cها", "نرگس\u200cها"),
        ("👩\u200d🔬", "👩\u200d🔬"),
        ("\ud800x", "x"),
        ("a\u2028b", "a b"),
        ("<b>&amp;", "<b>&amp;"),
        ("x" * 1000, "x" * 24),
        ("x" * 23 + " y", "x" * 23),
    ],
)
def test_a_name_is_cleaned(typed: str, name: str) -> None:
    assert clean_name(typed) == name


@given(st.text(max_size=60))
def test_a_clean_name_stays_as_it_is(typed: str) -> None:
    name = clean_name(typed)
    assert len(name) <= 24
    assert clean_name(name) == name == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize("text", ["", "x" * 11, None, 3])
def test_a_text_of_another_length_is_refused(text: object) -> None:
    with pytest.raises(ClassError, match="the title must be a text of 1 to 10 characters"):
        check_text("the title", text, 10)


@pytest.mark.parametrize("text", ["a\0", "a\nb", "a\x7f", "a\ud800"])
def test_a_text_that_a_database_may_refuse_is_refused(text: str) -> None:
    with pytest.raises(ClassError, match="the title has a control character in it"):
        check_text("the title", text, 10)
