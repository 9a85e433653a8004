"""Short links."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qmnist_core.classroom import Store, links
from qmnist_core.errors import ClassError


def test_an_address_has_one_short_name(open_store: Callable[[], Store]) -> None:
    address = "/train?layers=XX-ZZ&show-drawn=" + "x" * 7900
    one, other = open_store(), open_store()
    link = one.shorten(address)
    assert len(link) == 6
    assert link == link.lower() == other.shorten(address)
    assert other.address_of(link) == other.address_of(f" {link.upper()}") == address
    assert one.shorten("/") != link
    assert one.address_of("k7rx4m") is one.address_of("\0") is None


def test_a_name_that_is_taken_is_made_anew(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    names = iter(["K7RX4M", "K7RX4M", "K7RX4N"])
    monkeypatch.setattr(links, "new_code", lambda: next(names))
    assert [store.shorten("/a"), store.shorten("/b"), store.shorten("/a")] == ["k7rx4m", "k7rx4n", "k7rx4m"]


@pytest.mark.parametrize("address", ["x", "http://evil.example", "//evil.example", "/\\evil.example", "?x=1"])
def test_no_link_leads_elsewhere(store: Store, address: str) -> None:
    with pytest.raises(ClassError, match='the address of a link must begin with one "/"'):
        store.shorten(address)


def test_an_address_that_is_too_long_or_hides_something_is_refused(store: Store) -> None:
    with pytest.raises(ClassError, match="the address of a link must be a text of 1 to 8,000 characters"):
        store.shorten("/" + "x" * 8000)
    with pytest.raises(ClassError, match="the address of a link has a control character in it"):
        store.shorten("/\t/evil.example")


def test_the_oldest_go(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert links.MOST_LINKS == 100_000
    monkeypatch.setattr(links, "MOST_LINKS", 3)
    names = [store.shorten(f"/{number}") for number in range(5)]
    assert [store.address_of(name) for name in names] == [None, None, "/2", "/3", "/4"]
