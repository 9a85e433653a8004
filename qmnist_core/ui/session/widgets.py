"""The widgets of what is looked at: each shows a view, and looks at something else when it is moved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeVar

import streamlit as st

from qmnist_core.address.kinds import Choice, Choices, Switch, View, Whole
from qmnist_core.ui.session.looking import look_at, seen

T = TypeVar("T")


class Kind(NamedTuple):
    """How Streamlit shows a kind of view."""

    element: Callable[..., Any]
    arguments: Callable[[Any], dict[str, Any]]
    """What the element is told of the view."""
    shown: Callable[[Any], Any] = lambda value: value
    """The element's form of a value."""
    taken: Callable[[Any, Any, Any], Any] = lambda view, moved, now: moved
    """The view's value of what the element says; what is looked at now, where that is none."""


KINDS: dict[type[View[Any]], Kind] = {
    Choice: Kind(
        partial(st.segmented_control, required=True),
        lambda view: {"options": tuple(view.options), "format_func": view.title},
    ),
    Choices: Kind(
        partial(st.pills, selection_mode="multi"),
        lambda view: {"options": tuple(view.options), "format_func": view.title},
        list,
        lambda view, moved, now: tuple(option for option in view.options if option in moved) or now,
    ),
    Switch: Kind(st.toggle, lambda view: {}),
    Whole: Kind(st.number_input, lambda view: {"min_value": view.least, "max_value": view.most}),
}
"""Those that have a widget of their own."""


def choose(
    view: View[T],
    label: str,
    key: str,
    element: Callable[..., Any] | None = None,
    shown: T | None = None,
    then: Callable[[T], None] | None = None,
    **more: Any,
) -> T:
    """A view's widget; returns what is looked at.

    element: Streamlit's, in place of the kind's own. shown: in place of what the address says. then: called after a
    move. more: the element's own arguments. Errors: TypeError for a kind of view that has no widget.
    """
    kind = KINDS.get(type(view))
    if kind is None:
        names = ", ".join(known.__name__ for known in KINDS)
        raise TypeError(f"{view.key}: a {type(view).__name__} has no widget; there is one for {names}")
    now = seen(view) if shown is None else shown
    st.session_state[key] = kind.shown(now)

    def moved() -> None:
        chosen = kind.taken(view, st.session_state[key], now)
        look_at(view, chosen)
        if then is not None:
            then(chosen)

    (element or kind.element)(label, key=key, on_change=moved, **{**kind.arguments(view), **more})
    return now


def sections(view: Choice[Any], key: str, names: Sequence[Any]) -> dict[str, Any]:
    """A page's tabs by their names in the address; `.open` says which one is seen.

    names: those that there are; what is seen by default is the first, and takes the place of one that there is not.
    """
    shown = seen(view)
    st.session_state[key] = view.title(shown if shown in names else names[0])
    labels = [view.title(name) for name in names]

    def moved() -> None:
        name = names[labels.index(st.session_state[key])]
        look_at(view, view.default if name == names[0] else name)

    return dict(zip(names, st.tabs(labels, key=key, on_change=moved), strict=True))
