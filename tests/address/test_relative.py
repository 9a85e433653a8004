from __future__ import annotations

import pytest

from qmnist_core.address.relative import read_relative, write_relative

PAGES = ("home", "train", "class")


@pytest.mark.parametrize(
    ("page", "address", "text"),
    [
        ("home", {}, "/"),
        ("home", {"size": "6"}, "/?size=6"),
        ("train", {"size": "6", "show-step": "12"}, "/train?size=6&show-step=12"),
        ("class", {"show-lesson": "a&b = ü"}, "/class?show-lesson=a%26b+%3D+%C3%BC"),
    ],
)
def test_what_is_written_is_read(page: str, address: dict[str, str], text: str) -> None:
    assert write_relative(page, address) == text
    assert read_relative(text, PAGES) == (page, address)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "train",
        "//evil.example/train",
        "/\\evil.example",
        "https://evil.example/train",
        "javascript:alert(1)",
        "/train/../class",
        "/draw",
        "/train#x",
        "http://[",
        "/?" + "&".join(f"a{i}=1" for i in range(101)),
    ],
)
def test_what_leads_elsewhere_is_not(text: str) -> None:
    assert read_relative(text, PAGES) is None
