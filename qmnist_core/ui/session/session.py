"""What one visitor's session holds beside its widgets: one object with named fields."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state import SafeSessionState

from qmnist_core.address.settings import SETTINGS
from qmnist_core.arrays import Array, Gray
from qmnist_core.classroom import Class, Member, Store
from qmnist_core.classroom.names import new_key
from qmnist_core.config import Experiment
from qmnist_core.jobs import Client, Task, Watcher
from qmnist_core.report.classroom import OnDrawings
from qmnist_core.runs.record import Record
from qmnist_core.studies.class_set import Taught
from qmnist_core.ui.session import events  # noqa: F401 (mends how events come)
from qmnist_core.ui.session.own_data import OwnData

KEY = "session"
"""Where Streamlit's session state has it; all its other keys are widgets' own."""
NOTICE_SECONDS = 0.02
"""Between two looks, while something is waited for, whether anything has happened on the page."""


class Upload(NamedTuple):
    """A picture that was uploaded to be read."""

    gray: Array | None
    """As it is, uint8 (height, width); None where the file is no picture."""
    digit: Gray | None
    """uint8 (28, 28), as MNIST has it; None where it is refused."""
    refusal: str = ""


class Drawing(NamedTuple):
    """What is on the pad."""

    strokes: str | None
    """As the pad has them; None where the drawing came by a link, and is a picture."""
    image: Gray | None
    """uint8 (28, 28), as MNIST has it; None where there is none."""
    refusal: str = ""


class Lesson(NamedTuple):
    """What a network was taught from drawings alone."""

    number: int
    """How often it was taught, from 1."""
    taught: Taught
    used: frozenset[int]
    """The drawings that it was trained on, by their numbers."""


class Computation(NamedTuple):
    """What a computation was asked for, and this session's look at it."""

    asked: Hashable
    watcher: Watcher[Task]


@dataclass(frozen=True)
class Teacher:
    """This session teaches a class."""

    store: Store
    class_: Class
    key: str = field(default="", repr=False)


@dataclass(frozen=True)
class Pupil:
    """This session is a member of a class."""

    store: Store
    class_: Class
    member: Member
    key: str = field(default="", repr=False)


@dataclass
class Session:
    """All that a session holds. It begins with the tutorial's settings, until the first address is read."""

    client: Client = field(default_factory=Client)
    """Its work in the background."""

    # The settings, the view, and the address that both are read from and written to
    experiment: Experiment = field(default_factory=Experiment)
    view: dict[str, str] = field(default_factory=dict)
    """The views, by their names in the address, as they stand there."""
    problems: list[str] = field(default_factory=list)
    """A sentence for each thing that could not be taken from the address, or of a widget."""
    address: dict[str, str] | None = None
    """What was written to the browser last; None before any address was read."""
    behind: deque[dict[str, str]] = field(default_factory=lambda: deque(maxlen=20))
    """What this page's address was before that."""
    moved: bool = False
    """Whether something has changed since then."""
    taken: bool = False
    """Whether an address was taken that no page has been drawn for yet."""
    arrived: bool = False
    """Whether this page is drawn because of such an address."""
    has_begun: bool = False
    """Whether any page has been drawn."""
    waits_at_start: bool = False
    """Whether the first page waits before the first step for its visitor to play."""
    taught: Experiment | None = None
    """The settings as the teacher's link had them, where there was one, from which a lesson's steps may differ."""
    dragged: str | None = None
    """The key of the setting's widget that has just been moved."""

    # A data set of the visitor's own
    own_data: OwnData | None = None
    own_title: str = ""
    """The name of its file, as it is shown."""
    own_given: str = ""
    """The file that was given last, by Streamlit's number for it."""
    choosing_data: bool = False
    """Whether the dialog is open."""
    data_refusal: str = ""
    """Why the file that was given last is none."""

    # Lessons
    going: tuple[str, str] | None = None
    """Another page that is to be shown, after the one where it was asked for."""
    side: str = "Lesson"
    """What the left side of the page shows while a lesson is followed."""
    step: str = ""
    """Names the step on the screen, if any."""
    plays: bool = False
    """Whether the dock plays once when it opens."""
    reached: dict[str, int] = field(default_factory=dict)
    """Which step of each lesson was opened last, from 1; one more than there are where it was finished."""

    chosen: dict[str, int] = field(default_factory=dict)
    """Which choice was taken at a step's question, from 0, by the step's name."""

    example: tuple[tuple[str | None, tuple[int, int]], int] | None = None
    """The test image that was found for a visitor who named none, after its data set and digits. The address has it
    once something else in it changes: an address that changed by itself would send the browser's Back key round in
    circles."""
    tools: DeltaGenerator | None = None
    """Where the page that is being drawn has its own controls."""

    # Sharing
    sharing: bool = False
    """Whether the dialog is open."""
    shared: list[str] = field(default_factory=lambda: list(SETTINGS))
    """The settings that students may change."""

    # A class that plays together; most sessions are in none
    asker: str = field(default_factory=new_key)
    """Stands for the session where it tries codes of classes."""
    page: str = ""
    """The one that is on the screen."""
    has_looked: bool = False
    """Whether the browser's cookies were read."""
    teacher: Teacher | None = None
    pupil: Pupil | None = None
    trouble: str = ""
    """Why the class cannot be reached, if so."""
    refusal: str = ""
    """What the class has just refused, to be said once."""
    led: str | None = None
    """Where this session has brought its class last, or was when the class began to follow; None before that."""
    follows: bool = False
    """Whether it goes where its teacher goes."""
    followed: str = ""
    """Where it was brought last."""
    setting_up: bool = False
    """Whether its teacher makes a new round."""
    shows_code: bool = False
    """Whether the wall shows how to join, in place of the round."""

    # Trainings that were on the screen
    opened: Record | None = None
    """A saved run that is on the screen in place of a training."""
    refused: str | None = None
    """Why the file that was chosen last is no saved run."""
    earlier: dict[str, Record] = field(default_factory=dict)
    """Earlier runs by name, oldest first."""
    hidden: set[str] = field(default_factory=set)
    """Those whose curves are not drawn."""

    # What single pages keep
    drawing: Drawing | None = None
    drawings: set[bytes] = field(default_factory=set)
    """Those that were drawn here, as links have them: an address that has one of them did not bring it."""
    pads: int = 0
    """How many drawings came by a link: each begins a pad of its own."""
    upload: Upload | None = None
    sketch: Drawing | None = None
    """What is on the pad from which drawings are sent, or taught."""
    sketching: str = ""
    """What that is drawn for: a round of a class, or the visitor's own network."""
    n_sketches: int = 0
    """How many have been taken from it for that: each begins a pad of its own."""
    giving: tuple[str, int] | None = None
    """For what, and as which class, what is on the pad is to be taken from it."""
    own: list[tuple[Gray, bool]] = field(default_factory=list)
    """Drawings of two classes of the visitor's own, each with whether it is of the first."""
    own_classes: tuple[str, str] = ("♥ heart", "★ star")
    lessons: dict[int, Lesson] = field(default_factory=dict)
    """Networks that were taught from drawings, by the round of a class; 0 is the visitor's own."""
    on_drawings: dict[int, list[OnDrawings]] = field(default_factory=dict)
    """How networks do on the drawings of a round of a class, for its report, as they were last on the wall."""
    searching: int | None = None
    """The round of a class whose settings were taken."""
    trying: tuple[int, Experiment] | None = None
    """The network of a search that is being trained, and its round."""
    collision_sliders: int = 0
    """How often the slider over collisions was replaced."""
    asked: dict[str, Hashable] = field(default_factory=dict)
    """What each computation was asked for last, by its place among the client's watchers."""
    stopped_curve: Computation | None = None
    """The noise curve that was stopped here."""

    def go(self, page: str) -> None:
        """Ask for another page, from a widget's callback."""
        self.going = (self.page, page)


def wait(work: Watcher[Any], seconds: float) -> None:
    """Wait up to so many seconds for some work to be over; where the page is to be run anew, it is at once."""
    until = time.monotonic() + seconds
    while not work.wait(max(0.0, min(NOTICE_SECONDS, until - time.monotonic()))) and time.monotonic() < until:
        _ = KEY in st.session_state  # where Streamlit runs the page anew, if it is to


_SESSIONS: WeakKeyDictionary[SafeSessionState, Session] = WeakKeyDictionary()
"""By the state of one run of a page, which asks some hundred times: Streamlit itself takes much longer."""


def session() -> Session:
    """This session's object, the same one for as long as its tab is open."""
    running = get_script_run_ctx(suppress_warning=True)
    known = None if running is None else _SESSIONS.get(running.session_state)
    if known is not None:
        return known
    try:
        found: Session = st.session_state[KEY]
    except KeyError:
        found = st.session_state[KEY] = Session()
    if running is not None:
        _SESSIONS[running.session_state] = found
    return found
