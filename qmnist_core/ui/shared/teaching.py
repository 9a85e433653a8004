"""A network that is taught two classes by drawings alone: trained in a blink, and played by the dock."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from qmnist_core.address.views import TAUGHT_STEP
from qmnist_core.errors import QMnistError
from qmnist_core.runs.record import Record
from qmnist_core.studies.class_set import LEAST_TO_TEACH, Taught, teach
from qmnist_core.studies.reel import Reel, packed
from qmnist_core.training.history import History, steps_an_epoch
from qmnist_core.ui.components import say
from qmnist_core.ui.session.looking import fit, look_at, seen
from qmnist_core.ui.session.session import Lesson, session
from qmnist_core.ui.shared.dock import show_dock
from qmnist_core.ui.shared.drawings import Drawn, show_tiles, stacked
from qmnist_core.ui.shared.live import Run


def train_button(number: int, drawings: Sequence[Drawn], classes: tuple[str, str]) -> None:
    """Teach a network these drawings, and play it from its beginning.

    number: which of the session's lessons.
    """
    is_new = number not in session().lessons
    words = "Train" if is_new else "Train again"
    about = (
        f"A QNN of 8×8 pixels learns from two thirds of the drawings, at least {LEAST_TO_TEACH} of each; the rest, and "
        "all that come later, are what it is tested on."
    )
    st.button(
        words,
        key=f"train-{number}",
        type="primary",
        icon=":material/play_arrow:",
        help=about,
        on_click=_train,
        args=(number, drawings, classes),
    )


def _train(number: int, drawings: Sequence[Drawn], classes: tuple[str, str]) -> None:
    now = session()
    try:
        taught, used = teach(*stacked(drawings), classes)
    except QMnistError as error:
        now.refusal = str(error)
        return
    before = now.lessons.get(number)
    ids = frozenset(drawings[i].id for i in used)
    now.lessons[number] = Lesson(1 if before is None else before.number + 1, taught, ids)
    look_at(TAUGHT_STEP, 0)


def show_taught(
    number: int,
    drawings: Sequence[Drawn],
    classes: tuple[str, str],
    height: int,
    acted: Callable[[int, str], None] | None = None,
) -> None:
    """The drawings and, once a network was taught, what it says of each as the dock plays its training."""
    fit(TAUGHT_STEP, lambda step: step)
    words, session().refusal = session().refusal, ""
    if words:
        say.warning(f"{words[0].upper()}{words[1:]}.")
    lesson = session().lessons.get(number)
    tested = [] if lesson is None else [one for one in drawings if one.id not in lesson.used]
    key = f"taught-{number}"
    if lesson is None or not tested:
        if lesson is None:
            st.text(f"Draw {LEAST_TO_TEACH} of each at least, then press Train. What is drawn later is read.")
        show_tiles(drawings, classes, None, height, key, acted=acted)
        return
    dataset = lesson.taught.dataset(*stacked(tested))
    run = _run(lesson.taught, Reel.of(lesson.taught.experiment, lesson.taught.moments, dataset))
    show_tiles(drawings, classes, run, height, key, used=lesson.used, acted=acted)
    session().step, session().plays = f"taught {number} {lesson.number}", True
    show_dock(run, dataset)


def _run(taught: Taught, reel: Reel) -> Run:
    steps = steps_an_epoch(taught.experiment, len(taught.labels))
    record = Record(taught.experiment, "finished", History(steps, moments=taught.moments), 0.0)
    total = taught.moments[-1].step
    return Run(record, None, reel, packed(reel), total, seen(TAUGHT_STEP), view=TAUGHT_STEP)
