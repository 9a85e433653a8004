"""The buttons of a training, and the runs it is compared with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from qmnist_core.address.views import BY, PACE, RETRAIN
from qmnist_core.config import Experiment
from qmnist_core.errors import QMnistError
from qmnist_core.jobs import needs_tensorflow
from qmnist_core.look.text import counted, percent, summary, unbroken
from qmnist_core.runs.record import Record
from qmnist_core.ui.components import say
from qmnist_core.ui.session.session import session
from qmnist_core.ui.session.widgets import choose
from qmnist_core.ui.shared import takeaway
from qmnist_core.ui.shared.live import (
    earlier,
    is_overlaid,
    keep_current,
    open_run,
    overlay,
    record,
    remove,
    rename,
    reset,
    start,
    viewer,
)
from qmnist_core.ui.shared.queue import show_cost


def controls(experiment: Experiment) -> None:
    """Start, pause, resume, one step, stop, reset; pace; retraining by itself."""
    now = viewer()
    condition = "none" if now is None or session().opened is not None else now.state
    going, paused = condition in ("waiting", "running"), condition == "paused"
    label, icon, act = (
        ("Pause", "pause", _call("pause"))
        if going
        else ("Resume", "play_arrow", _call("play"))
        if paused
        else ("Start", "play_arrow", start)
    )
    with st.container(horizontal=True, gap="small", key="live-buttons"):
        _button(label, icon, act, kind="primary")
        _button("One step", "skip_next", _call("step") if paused else lambda: start(paused=True), disabled=going)
        _button("Stop", "stop", _call("stop"), disabled=not (going or paused))
        _button("Reset", "restart_alt", reset, disabled=record() is None)
    tfq = needs_tensorflow(experiment)
    pace, switch, axis = st.columns([2, 1.8, 1.3], gap="medium", vertical_alignment="center")
    with axis:
        choose(BY, "Curves by", "live-by", label_visibility="collapsed", format_func="by {}".format)
    with pace:
        choose(
            PACE,
            "Pace",
            "live-pace",
            st.select_slider,
            then=_change_pace,
            format_func=lambda steps: "as fast as it goes" if steps is None else f"{counted(steps, 'step')}/s",
            help="How many steps a second the exact engine takes, so that a class can follow.",
            disabled=tfq,
        )
    with switch:
        choose(
            RETRAIN,
            "Retrain as I change things",
            "live-retrain",
            help="With the exact engine, any change of a setting trains and redraws at once.",
            disabled=tfq,
        )
    if not going:
        show_cost([experiment])


def changed_words(shown: Record) -> str:
    """What is on the screen, where the settings are others by now, and how to train those."""
    now = viewer()
    going = session().opened is None and now is not None and now.is_active
    how = "Stop it and press Start" if going else "Press Start"
    return unbroken(f"What is shown has other settings: {summary(shown.experiment)}. {how} to train the chosen ones.")


def _button(label: str, icon: str, act: Callable[[], None], kind: Any = "secondary", **more: Any) -> None:
    st.button(label, key=f"live-{icon}", icon=f":material/{icon}:", type=kind, width="stretch", on_click=act, **more)


def _call(name: str) -> Callable[[], None]:
    def act() -> None:
        now = viewer()
        if now is not None:
            getattr(now, name)()

    return act


def _change_pace(pace: int | None) -> None:
    now = viewer()
    if now is not None and not needs_tensorflow(now.job.experiment):
        now.set_pace(pace)


def earlier_runs(shown: Record | None) -> None:
    """The runs to compare with: overlaid or not, renamed, taken away, removed."""
    if shown is not None and shown.history.epochs:
        st.button("Keep this run for comparison", icon=":material/bookmark_add:", on_click=keep_current)
    runs = earlier()
    if not runs:
        st.caption("None yet. Start another training, or keep this one: its curves stay for comparison.")
    for name, kept in list(runs.items()):
        see, title, words, save, gone = st.columns([0.9, 2.4, 3.8, 1.5, 1.1], vertical_alignment="center")
        key = f"overlay {name}"
        st.session_state[key] = is_overlaid(name)
        see.checkbox("show", key=key, on_change=lambda name=name, key=key: overlay(name, st.session_state[key]))
        new = f"name {name}"
        title.text_input(
            "Name",
            name,
            key=new,
            label_visibility="collapsed",
            max_chars=40,
            on_change=_rename,
            args=(name, new),
        )
        last = kept.history.epochs[-1]
        said = f"{percent(last.val_accuracy)} after {counted(last.epoch, 'epoch')} · {summary(kept.experiment)}"
        words.caption(unbroken(said))
        with save.popover("Save", icon=":material/download:"):
            takeaway.files(kept, name, f"save {name}")
        gone.button("Remove", key=f"remove {name}", type="tertiary", on_click=remove, args=(name,))


def _rename(name: str, key: str) -> None:
    if st.session_state[key].strip():
        rename(name, st.session_state[key])
    else:
        st.session_state[key] = name


def open_saved_run() -> None:
    """A file that was saved here, or by the package, on the screen again."""
    st.file_uploader("A run that was saved here (.zip)", key="open-run", on_change=_open_upload)
    refused = session().refused
    if refused:
        say.error(refused)


def _open_upload() -> None:
    file = st.session_state["open-run"]
    session().refused = None
    if file is None:
        return
    try:
        open_run(file.getvalue())
    except QMnistError as error:
        session().refused = f"{file.name} cannot be opened: {error}."
