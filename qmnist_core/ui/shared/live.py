"""The session's one run: the training of its settings, its reel, and the cursor in it. What they are, not how they
look."""

from __future__ import annotations

import base64
import itertools
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
from streamlit.runtime import get_instance

from qmnist_core.address.kinds import View
from qmnist_core.address.settings import DATA, check_shown
from qmnist_core.address.views import STEP
from qmnist_core.arrays import Array, Bits, Exponents, Reals, Scores
from qmnist_core.config import Experiment
from qmnist_core.data.pipeline import Dataset
from qmnist_core.jobs import Job, Viewer
from qmnist_core.metrics import says_first
from qmnist_core.models.qnn import initial_exponents
from qmnist_core.runs import unpack_run
from qmnist_core.runs.record import Record, run_name
from qmnist_core.simulators.probe import scan_over_time
from qmnist_core.sources import name_of
from qmnist_core.studies.reel import Reel, over_time, packed, whole
from qmnist_core.training.history import Moment, steps_an_epoch
from qmnist_core.ui.session import state
from qmnist_core.ui.session.looking import fit, look_at, refuse_unless, seen
from qmnist_core.ui.session.session import session, wait

PLACE = "live"
"""Its name among the session's trainings."""
NAME = "main"
"""Its name among the browser's reels."""
SMALLEST = 1e-30
MAX_EARLIER = 6
"""Most earlier runs that are kept to compare with."""
MAX_REEL_BYTES = 96 << 20
"""Most memory for the reels of all trainings; one of the tutorial's has some 2 MB, one at 28×28 some 8."""


@dataclass(frozen=True)
class Turn:
    """One exponent that a page turns by hand."""

    layer: int
    """From 0."""
    pixel: int
    value: float | None
    """In half-turns; None for its own, at every step."""


@dataclass(frozen=True)
class Run:
    """What the session's run is while a page is drawn."""

    record: Record
    viewer: Viewer | None
    """The session's look at the training; None for a saved run."""
    reel: Reel
    packed: bytes
    total: int
    """Steps of the whole training."""
    cursor: int | None
    """The step that is looked at; None is the newest."""
    is_growing: bool = False
    """Whether there was more to come when this was put together."""
    inputs: dict[str, Bits | int] = field(default_factory=dict)
    """What the page shows of the run's answers, by name: bits, or a test image's number."""
    turn: Turn | None = None
    """What is turned by hand in the network that the page shows; the reel has its own value."""
    place: str = PLACE
    """Of its training among the session's."""
    view: View[int | None] = STEP
    """Where the address has its cursor."""

    @property
    def experiment(self) -> Experiment:
        return self.record.experiment

    @cached_property
    def frame(self) -> int:
        return self.reel.frame(self.cursor)

    @property
    def step(self) -> int:
        """That is looked at."""
        return int(self.reel.steps[self.frame])

    @property
    def is_at_end(self) -> bool:
        return self.frame == len(self.reel.steps) - 1

    @property
    def exponents(self) -> Exponents:
        """At the cursor, float64 (n_layers, n_pixels), with the one that is turned."""
        now: Exponents = self.reel.exponents[self.frame]
        if self.turn is not None and self.turn.value is not None:
            now = now.copy()
            now[self.turn.layer, self.turn.pixel] = self.turn.value
        return now

    @property
    def scores(self) -> Scores:
        """⟨Z⟩ of all test images at the cursor, by the exact engine: float64 (n_test,)."""
        return self.reel.scores(self.frame)

    @property
    def accuracy(self) -> float:
        """At the cursor."""
        return float(self.reel.accuracy[self.frame])

    def follow(self, name: str, shown: Bits | int) -> float:
        """Let the browser have an input's ⟨Z⟩ at all kept steps under a name; returns the one at the cursor.

        shown: bits (n_pixels,), or the number of a test image.
        """
        self.inputs[name] = shown
        return float(self._answers(shown)[self.frame])

    @property
    def series(self) -> dict[str, str]:
        """⟨Z⟩ of what is followed, as base64 of int16 in units of 1/HALF_TURN; what is above 0 stays above it. Where an
        exponent is turned, also what it can do to the inputs, "… waves": float32 (T, 3)."""
        found = {name: _series(self._answers(shown)) for name, shown in self.inputs.items()}
        if self.turn is not None:
            bits = {name: shown for name, shown in self.inputs.items() if not isinstance(shown, int)}
            found |= {f"{name} waves": _waves(self.scan(shown)) for name, shown in bits.items()}
        return found

    def _answers(self, shown: Bits | int) -> Reals:
        if isinstance(shown, int):
            return self.reel.of_image(shown)
        key = shown.tobytes()
        if key not in self._computed:
            self._computed[key] = self._turned(shown) if self.turn else over_time(self.experiment, self.reel, shown)
        return self._computed[key]

    def scan(self, bits: Bits) -> Array:
        """What the exponent that is turned can do to an input's ⟨Z⟩ at all kept steps, as `scan_over_time`."""
        assert self.turn is not None
        key = bits.tobytes()
        if key not in self._scans:
            place = self.turn.layer, self.turn.pixel
            self._scans[key] = scan_over_time(self.experiment.circuit, self.reel.exponents, bits, *place)
        return self._scans[key]

    def _turned(self, bits: Bits) -> Reals:
        assert self.turn is not None
        own = self.reel.exponents[:, self.turn.layer, self.turn.pixel]
        angle = np.pi * (own if self.turn.value is None else np.full_like(own, self.turn.value))
        mean, cosine, sine = self.scan(bits).T
        values: Reals = mean + cosine * np.cos(angle) + sine * np.sin(angle)
        return values

    @cached_property
    def _computed(self) -> dict[bytes, Reals]:
        return {}

    @cached_property
    def _scans(self) -> dict[bytes, Array]:
        return {}

    def example(self) -> int:
        """The first test image that is classified correctly at the end, and wrongly at first if there is such a one."""
        first = says_first(self.reel.scores(0)) == self.reel.labels
        last = says_first(self.reel.scores(len(self.reel.steps) - 1)) == self.reel.labels
        for wanted in (last & ~first, last):
            if wanted.any():
                return int(np.argmax(wanted))
        return 0


def run(experiment: Experiment, dataset: Dataset, patience: float | None = None) -> Run:
    """The session's run of some settings: a saved one that was opened, or the training, which is begun where it is not
    there. dataset: the experiment's. patience: seconds that are waited for it, by default `state.WAIT_SECONDS`.

    Where the training has failed, the viewer's state says so.
    """
    found = run_at(PLACE, STEP, experiment, dataset, patience)
    newest = int(found.reel.steps[-1])
    if not found.is_growing:
        fit(
            STEP, refuse_unless(lambda step: step is not None and step <= newest), f"this run has steps 0 to {newest:,}"
        )
    return replace(found, cursor=seen(STEP))


def run_at(
    place: str, view: View[int | None], experiment: Experiment, dataset: Dataset, patience: float | None = None
) -> Run:
    """The same of a training of a page's own, beside the session's run.

    place: its name among the session's trainings. view: where the address has its cursor; past the end is the newest.
    """
    if place != PLACE:
        fit(view, lambda step: step)
    now = _watched(experiment) if place == PLACE else state.begun(place, experiment)
    if now is not None:
        wait(now, state.WAIT_SECONDS if patience is None else patience)
        is_growing = now.is_active  # before the rest, which may end meanwhile
        record = Record.of_viewer(now)
    else:
        opened = session().opened
        assert opened is not None
        is_growing, record = False, opened
    total = experiment.epochs * steps_an_epoch(experiment, len(dataset.train))
    moments = record.history.moments or [Moment(0, initial_exponents(experiment))]
    reel, for_browser = _reel(now.job if now is not None else record, experiment, moments, dataset)
    return Run(record, now, reel, for_browser, total, seen(view), is_growing, place=place, view=view)


def look_again(run: Run, dataset: Dataset) -> Run:
    """The same run as far as it is now."""
    now = run_at(run.place, run.view, run.experiment, dataset, 0)
    return replace(now, inputs=run.inputs, turn=run.turn)


def record() -> Record | None:
    """The run as far as it has come, if there is one."""
    opened = session().opened
    if opened is not None:
        return opened
    now = viewer()
    return Record.of_viewer(now) if now is not None else None


def viewer() -> Viewer | None:
    """The session's training, if any."""
    return state.client().viewers.get(PLACE)


def train_again(place: str = PLACE) -> None:
    """Go on with a training that was stopped: from the beginning, as all trainings here."""
    now = state.client().viewers.get(place)
    if now is not None:
        state.client().watch(place, state.workshop().follow(now.job.experiment))


def _watched(experiment: Experiment) -> Viewer | None:
    """The training; None where a saved run of these settings is on the screen."""
    wanted = replace(experiment, model="qnn")
    if session().opened is not None:
        if session().opened.experiment == wanted:  # type: ignore[union-attr]
            return None
        session().opened = None
    return state.begun(PLACE, wanted)


@dataclass
class _Made:
    """The last reel of a training, which may grow."""

    n_moments: int
    reel: Reel
    packed: bytes

    @property
    def n_bytes(self) -> int:
        return self.reel.exponents.nbytes + self.reel.patterns.nbytes + len(self.packed)


_made: WeakKeyDictionary[Job, _Made] = WeakKeyDictionary()
_making: WeakKeyDictionary[Job, threading.Lock] = WeakKeyDictionary()
_guard = threading.Lock()
"""Of the two above."""


def _reel(source: Job | Record, experiment: Experiment, moments: list[Moment], dataset: Dataset) -> tuple[Reel, bytes]:
    """The reel of what is known of a training, once for all who look at it."""
    if not isinstance(source, Job):
        reel = Reel.of(experiment, moments, dataset)
        return reel, packed(reel)
    with _guard:
        making = _making.setdefault(source, threading.Lock())
    with making:
        made = _made.get(source)
        if made is None or made.n_moments != len(moments):
            reel = Reel.of(experiment, moments, dataset)
            made = _Made(len(moments), reel, packed(reel))
            with _guard:
                _made.pop(source, None)
                _made[source] = made
                while len(_made) > 1 and sum(one.n_bytes for one in _made.values()) > MAX_REEL_BYTES:
                    del _made[next(iter(_made))]
    return made.reel, made.packed


def published(name: str, content: bytes) -> str:
    """Where the browser gets a reel, seen from any page; as long as the page shows it."""
    url = get_instance().media_file_mgr.add(content, "application/octet-stream", f"reel {name}")
    return url.lstrip("/")


def _series(values: Reals) -> str:
    numbers: Array = np.where(values > 0, np.maximum(whole(values), 1), np.minimum(whole(values), 0))
    return base64.b64encode(numbers.astype("<i2").tobytes()).decode()


def _waves(scan: Reals) -> str:
    """Waves lower than a float32 surely holds are sent as high as that, so that their sign stays."""
    highest = np.maximum(np.abs(scan).max(axis=1, keepdims=True), np.finfo(float).tiny)
    numbers: Array = scan * np.maximum(1.0, SMALLEST / highest)
    return base64.b64encode(numbers.astype("<f4").tobytes()).decode()


def earlier() -> Mapping[str, Record]:
    """This session's earlier runs by name, oldest first."""
    return session().earlier


def keep_current() -> None:
    """Keep the run to compare with, if any step was done."""
    now = record()
    if now is None or not now.history.epochs:
        return
    runs = earlier()
    for old in [key for key, kept in runs.items() if kept.experiment == now.experiment and kept.step == now.step]:
        remove(old)
    last = replace(now.history, moments=now.history.moments[-1:])
    file = now.experiment.data.file
    name = run_name(now.experiment)
    session().earlier[_free_name(name if file is None else name.replace(file, state.title(file)))] = replace(
        now, history=last
    )
    while len(runs) > MAX_EARLIER:
        remove(next(iter(runs)))


def remove(name: str) -> None:
    """Forget an earlier run."""
    session().earlier.pop(name, None)
    overlay(name, shown=True)


def rename(old: str, new: str) -> None:
    """Give an earlier run another name, in its place."""
    new = new.strip()
    if new != old:
        free = _free_name(new)
        overlay(free, is_overlaid(old))
        overlay(old, shown=True)
        session().earlier = {free if name == old else name: kept for name, kept in earlier().items()}


def _free_name(name: str) -> str:
    runs = earlier()
    return next(found for n in itertools.count(1) if (found := name if n == 1 else f"{name} ({n})") not in runs)


def open_run(packed: bytes) -> None:
    """Show a saved run, with its settings. Errors: QMnistError for a file that is none, or settings beyond these."""
    found = unpack_run(packed)
    file = name_of(found.experiment.data.file)
    found = replace(found, experiment=DATA.put(found.experiment, file))
    state.check_here(file)
    check_shown(found.experiment)
    opened = Record.of_run(found, len(state.dataset(found.experiment.data).train))
    shown = record()
    if shown is not None and shown.experiment != opened.experiment:
        keep_current()
    state.client().clear(PLACE)
    session().opened = opened
    state.change(opened.experiment)
    look_at(STEP, None)


def is_overlaid(name: str) -> bool:
    """Whether an earlier run's curves are drawn."""
    return name not in session().hidden


def overlay(name: str, shown: bool) -> None:
    (session().hidden.discard if shown else session().hidden.add)(name)
