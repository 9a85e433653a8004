"""What is looked at: read from the session, which writes nothing; mended where an address asked for what there is not;
and changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from qmnist_core.address.kinds import View
from qmnist_core.address.settings import shortened
from qmnist_core.address.views import VIEWS
from qmnist_core.ui.session import state
from qmnist_core.ui.session.session import session

T = TypeVar("T")
Number = TypeVar("Number", int, int | None)


def seen(view: View[T]) -> T:
    """Which of several things is on the screen, such as a test image; the default where the address names none, or
    one that cannot be."""
    text = session().view.get(view.key)
    if text is None:
        return view.default
    try:
        return view.read(text)
    except ValueError:
        return view.default


def look_at(view: View[T], value: T) -> None:
    """Look at something else; the default is left out of the address."""
    session().problems = []
    session().moved = True
    if value == view.default:
        session().view.pop(view.key, None)
    else:
        session().view[view.key] = view.write(value)
    state.name_example()


def leaf(view: View[int], n: int, by: int = 1) -> None:
    """Look at another of n things that are counted from 1; the first comes after the last.

    For a button: it counts from what was asked for last, which a page that is still being drawn does not show yet.
    """
    look_at(view, (min(seen(view), n) - 1 + by) % n + 1)


def mend(page: str) -> None:
    """Drop from the address values that a page's views cannot have, and name them; the frame says so.

    Those that depend on its data are the page's own to mend, with `fit`.
    """
    for view in VIEWS.get(page, {}).values():
        if not view.is_of_data and not view.former:
            session().problems += _mended(view, lambda value: value)


def fit(view: View[T], fitting: Callable[[T], T], refusal: str = "") -> None:
    """Mend a view that depends on the page's data, before it is read, and say so.

    fitting: gives the value that is looked at in place of the one that was asked for, and raises ValueError where that
    is refused. refusal: why, in place of what the errors say.
    """
    for problem in _mended(view, fitting, refusal):
        state.write_address()
        state.name_problem(problem)


def fit_number(view: View[Number], n: int, what: str) -> None:
    """Mend the number of one of n things.

    In an address from elsewhere a number beyond is named; where a setting has moved, and one is gone, it gives way to
    the last.
    """

    def fitting(number: Number) -> Number:
        if number is None or number <= n:
            return number
        if state.has_arrived():
            raise ValueError(f"there are {n:,} {what}")
        return n

    fit(view, fitting)


def refuse_unless(is_there: Callable[[T], bool]) -> Callable[[T], T]:
    """For `fit`: what is not there is refused."""

    def fitting(value: T) -> T:
        if not is_there(value):
            raise ValueError
        return value

    return fitting


def _mended(view: View[T], fitting: Callable[[T], T], refusal: str = "") -> list[str]:
    """Put a view into what there is; a sentence where the default has taken its place."""
    text = session().view.get(view.key)
    if text is None:
        return []
    try:
        asked = view.read(text)
        fitted = fitting(asked)
    except ValueError as error:
        del session().view[view.key]
        return [f"The address says {view.key}={shortened(text)}: {refusal or error}. The default is used."]
    if fitted != asked:
        session().view[view.key] = view.write(fitted)
        state.write_address()
    return []
