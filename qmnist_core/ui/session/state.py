"""A session's state: its experiment, which lives in the page's address, and its trainings.

The experiment is the one truth. Widgets are set from it before they are drawn, and write to it when they are moved;
the address is written from it at the end of `frame`. An address that did not come from here is read.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
import os
from collections.abc import Callable, Collection, Hashable, Mapping
from functools import partial, wraps
from typing import Any, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from qmnist_core.address.settings import DATA, SETTINGS, from_address, read_address, shortened, to_address
from qmnist_core.address.views import EXAMPLE, LESSON, ONLY, PRESENT, VIEWS, in_todays_words, is_known
from qmnist_core.arrays import Array, Images
from qmnist_core.catalogue import BACKENDS
from qmnist_core.config import CircuitConfig, DataConfig, Experiment
from qmnist_core.data.class_names import MOST_CLASSES, Names, clean_name
from qmnist_core.data.mnist import Mnist, load_mnist, read_upload
from qmnist_core.data.pipeline import Dataset, Grayscale, grayscale
from qmnist_core.errors import ConfigError, DataError
from qmnist_core.jobs import Client, Viewer, Workshop
from qmnist_core.sources import is_upload
from qmnist_core.tensorflow_loader import why_missing
from qmnist_core.ui.components import say
from qmnist_core.ui.session import own_data
from qmnist_core.ui.session.own_data import OwnData
from qmnist_core.ui.session.place import lead
from qmnist_core.ui.session.session import Session, session, wait

MINUTES_VARIABLE = "QMNIST_MAX_MINUTES"
"""The environment variable that limits how long one training may occupy the queue for TensorFlow."""

WAIT_SECONDS = 0.35
"""How long a page waits for a training that is usually done in a blink, before it shows progress instead."""


SETTINGS_KEYS: dict[str | type, Callable[[Any], Any]] = {DataConfig: repr, CircuitConfig: repr}
"""How Streamlit's caches tell settings apart: by default it takes them apart, which is ten times as slow."""


Make = TypeVar("Make", bound=Callable[..., Any])


def kept(most: int, cache: Callable[..., Any] = st.cache_resource) -> Callable[[Make], Make]:
    """Compute once for all sessions, except what is of an upload: that is kept with it, and gone with its session.

    most: how many results are kept for all. cache: Streamlit's. An argument that is a `DataConfig`, or an experiment,
    says which data set it is.
    """

    def decorate(make: Make) -> Make:
        everybodys = cache(show_spinner=False, max_entries=most, hash_funcs=SETTINGS_KEYS)(make)

        @wraps(make)
        def get(*args: Any) -> Any:
            own = next(filter(None, map(_owner, args)), None)
            if own is None:
                return everybodys(*args)
            return own.get(f"{make.__module__} {make.__qualname__}", tuple(map(_key, args)), lambda: make(*args))

        return get  # type: ignore[return-value]

    return decorate


def _owner(argument: object) -> OwnData | None:
    data = argument.data if isinstance(argument, Experiment) else argument
    return own_data.find(data.file) if isinstance(data, DataConfig) else None


def _key(argument: Any) -> Hashable:
    key: Hashable = argument.tobytes() if hasattr(argument, "tobytes") else argument
    return key


def mnist(file: str | None) -> Mnist:
    """A data set by its name, None for MNIST.

    Errors: DataError, as for `load_mnist`, and for an upload that is gone.
    """
    own = own_data.find(file)
    if own is not None:
        return own.data
    return _bundled() if file is None else _of_server(file)


@st.cache_resource(show_spinner=False)
def _bundled() -> Mnist:
    return load_mnist()


@st.cache_resource(show_spinner=False, max_entries=3)  # of up to some 200 MB each
def _of_server(file: str) -> Mnist:
    return load_mnist(file)


@kept(8)
def _gray(config: DataConfig) -> Grayscale:
    return grayscale(mnist(config.file), config)


@kept(24)
def dataset(config: DataConfig) -> Dataset:
    """Training and test examples; the same object for the same settings.

    Errors: DataError, as for `prepare`.
    """
    return dataclasses.replace(gray(config), config=config).binarise()


def gray(config: DataConfig) -> Grayscale:
    """The pipeline before the threshold, the same object whatever the threshold and the number of examples."""
    return _gray(dataclasses.replace(config, threshold=DataConfig.threshold, n_examples=None))


def classes(file: str | None) -> tuple[int, ...]:
    """The labels that a data set has; all where it cannot be read, which the page says."""
    every = tuple(range(MOST_CLASSES))
    if file is None:
        return every
    try:
        return mnist(file).classes or every
    except DataError:
        return every


def called_class(file: str | None, label: int) -> str | int:
    """What a class is called, its label where it has no name."""
    try:
        return label if file is None else mnist(file).called(label)
    except (DataError, IndexError):  # a page says why it cannot be read, or that there is no such class
        return label


def names(config: DataConfig) -> Names:
    """What both classes are called."""
    return called_class(config.file, config.digits[0]), called_class(config.file, config.digits[1])


def class_title(config: DataConfig, first: bool) -> str:
    """What stands above one of the two classes' images."""
    name = names(config)[0 if first else 1]
    return f"{noun(config.file).capitalize()} {name}" if isinstance(name, int) else name


def title(file: str | None) -> str:
    """What a data set is called on the dashboard."""
    if file is None:
        return "MNIST"
    own = session().own_data
    return session().own_title if own is not None and own.name == file else file


def on_mnist(experiment: Experiment) -> Experiment:
    """The same settings on MNIST."""
    return dataclasses.replace(experiment, data=dataclasses.replace(experiment.data, file=None))


def show_mnist() -> None:
    """Show MNIST, on a page that is about its digits, and say so."""
    now = session()
    if now.experiment.data.file is not None:
        now.problems.append(
            f"{title(now.experiment.data.file)} gives way to MNIST here: a class plays with its digits."
        )
        now.experiment = on_mnist(now.experiment)
        now.moved = True


def is_drawn(file: str | None) -> bool:
    """Whether a data set's images are of single signs, as MNIST's: those of classes that have names need not be."""
    try:
        return file is None or mnist(file).class_names is None
    except DataError:
        return True


def in_words_of(file: str | None) -> Callable[[str], str]:
    """Makes of words about digits those about a data set's images."""
    return lambda words: words if file is None else words.replace("digit", "image")


def noun(file: str | None) -> str:
    """What the classes of a data set are."""
    return "digit" if file is None else "class"


def take_upload(content: bytes, name: str) -> None:
    """Make a file the session's own data set, in place of one that it had, and show it.

    Errors: DataError for a file that is none, or where the server has no room; all stays as it was.
    """
    now = session()
    held = own_data.hold(read_upload(content, name))
    if now.own_data is not None and now.own_data is not held:
        forget_upload(now)
    now.own_data, now.own_title = held, clean_name(name.rpartition(".")[0]) or "upload"
    change(DATA.put(now.experiment, held.name))


def remove_upload() -> None:
    """Let this session's upload go, and show what the server begins with."""
    change(DATA.put(session().experiment, DATA.usual))
    forget_upload(session())


def forget_upload(of: Session) -> None:
    """Let a session's upload go, and what the server has trained on it, unless another session holds the same."""
    held, of.own_data = of.own_data, None
    if held is None:
        return
    name = held.name
    del held
    of.earlier = {title: run for title, run in of.earlier.items() if run.experiment.data.file != name}
    if of.opened is not None and of.opened.experiment.data.file == name:
        of.opened = None
    if not own_data.is_held(name):
        workshop().forget(name)


def _uploads() -> tuple[str, ...]:
    """Those that this session can show."""
    own = session().own_data
    return () if own is None else (own.name,)


def check_here(file: str | None) -> None:
    """Errors: ConfigError for an upload that this session does not have."""
    if is_upload(file) and file not in _uploads():
        raise ConfigError("it is of an upload that this session does not have: upload the same data first")


def _with_its_classes(experiment: Experiment) -> Experiment:
    """With the first two classes of its data set, where that does not have the two asked for."""
    there = classes(experiment.data.file)
    if set(experiment.data.digits) <= set(there) or len(there) < 2:
        return experiment
    fitting: Experiment = SETTINGS["digits"].put(experiment, there[:2])
    return fitting


@st.cache_resource(show_spinner=False)
def workshop() -> Workshop:
    """All trainings of this server."""
    return Workshop(lambda experiment: dataset(experiment.input), most_seconds())


def most_seconds() -> float:
    """How long this server computes one training that needs TensorFlow. Errors: ConfigError."""
    text = os.environ.get(MINUTES_VARIABLE) or "10"
    try:
        minutes = float(text)
    except ValueError:
        minutes = math.nan
    if not 0 < minutes < math.inf:
        raise ConfigError(f"{MINUTES_VARIABLE} is {text!r}: a number of minutes above 0 is needed, such as 10")
    return 60 * minutes


def client() -> Client:
    """This session's trainings, which end some time after its tab is closed."""
    here = session().client
    if not here.is_here:
        here.at_end = partial(forget_upload, session())
        _connection(here)
        here.back()
    return here


@st.cache_resource(show_spinner=False, scope="session", on_release=lambda client: client.away())
def _connection(_client: Client) -> Client:
    """Released by Streamlit when the tab is closed or its connection drops, and made again when it is back."""
    return _client


def follow_address(page: str) -> None:
    """Take what the browser's address says, where that came from elsewhere. page: the one that is drawn.

    A widget's move comes with the address that the browser had then. While a slider is dragged that one lags behind
    what was written here, so that after a move it says nothing. Nor does one that this page had before say anything,
    unless it comes of a way through the browser's history: a page that follows some work asks by itself to be run
    anew, and may do so just before what was written arrives.
    """
    now = session()
    if is_upload(now.experiment.data.file) and now.experiment.data.file not in _uploads():
        now.experiment = _with_its_classes(DATA.put(now.experiment, DATA.usual))
        now.problems = [
            f"Your upload is gone, as this page was away for long: {title(DATA.usual)} is shown in its place."
        ]
        now.moved = True
    address = read_address({name: st.query_params[name] for name in st.query_params})
    context = get_script_run_ctx()
    goes_back = context is not None and context.is_history_navigation
    says_nothing = address in now.behind or (now.moved and page == now.page)
    if page != now.page:
        now.behind.clear()
    if now.address is None or (address != now.address and (goes_back or not says_nothing)):
        take_address(address)
        _now_at(address)


def take_address(address: Mapping[str, str]) -> None:
    """Take the settings and the view that an address asks for, whatever is locked."""
    state = session()
    state.experiment, state.problems = from_address(address, _uploads())
    asked, state.experiment = state.experiment, _with_its_classes(state.experiment)
    if "digits" in address and asked.data.digits != state.experiment.data.digits:
        state.problems.append(
            f"The address says digits={shortened(address['digits'])}: {title(asked.data.file)} has no such classes. "
            "Its first two are shown."
        )
    backend = state.experiment.backend
    package = BACKENDS[backend].package
    if package and (missing := why_missing(package)):
        state.experiment = dataclasses.replace(state.experiment, backend="exact")
        state.problems.append(f"The address says backend={backend}: {missing}. The exact backend is used.")
    state.view = in_todays_words({name: value for name, value in address.items() if is_known(name)})
    state.problems += [
        f"The address says {shortened(f'{name}={value}')}: there is nothing of that name. It is ignored."
        for name, value in address.items()
        if not is_known(name) and name not in SETTINGS
    ]
    if ONLY in state.view:
        state.view[ONLY], unknown = _read_open(state.view[ONLY])
        state.problems += unknown
        if open_settings() == tuple(SETTINGS):  # nothing is locked
            del state.view[ONLY]
    if not in_lesson() or ONLY not in state.view:
        state.taught = state.experiment
    state.moved = True
    state.taken = True


def arrive() -> None:
    """A page begins to be drawn; the first time from an address, `has_arrived` is true until the next time."""
    session().arrived, session().taken = session().taken, False


def has_arrived() -> bool:
    """Whether this page is drawn because of an address that did not come from here, or a step of a lesson."""
    return session().arrived


def change(experiment: Experiment) -> None:
    """Take other settings; those that a teacher has locked stay as they are.

    Errors: ConfigError for an upload that this session does not have.
    """
    now = session().experiment
    check_here(experiment.data.file)
    experiment = _with_its_classes(_with_locked_of(now, experiment))
    for view in itertools.chain(*(views.values() for views in VIEWS.values())):
        if any(SETTINGS[name].get(experiment) != SETTINGS[name].get(now) for name in view.bound):
            session().view.pop(view.key, None)
    session().experiment = experiment
    session().problems = []
    session().moved = True
    name_example()


def name_example() -> None:
    """Put the test image that was found for the visitor into the address, since it changes anyway."""
    now = session()
    data = now.experiment.data
    if now.example is not None and now.example[0] == (data.file, data.digits):
        now.view.setdefault(EXAMPLE.key, EXAMPLE.write(now.example[1]))


def as_taught() -> Experiment:
    """The settings, with those that a teacher has locked as in the teacher's link: the steps of a lesson
    take their own, locked or not."""
    now = session().experiment
    return _with_locked_of(session().taught or now, now)


def _with_locked_of(source: Experiment, experiment: Experiment) -> Experiment:
    """An experiment, with the settings that a teacher has locked taken from another."""
    for name, setting in SETTINGS.items():
        if not is_open(name):
            experiment = setting.put(experiment, setting.get(source))
    return experiment


def use_all_examples(problem: str) -> None:
    """Take all training examples, where more are asked for than there are, and say so."""
    session().experiment = SETTINGS["examples"].put(session().experiment, None)
    session().problems.append(problem)
    session().moved = True


def write_address() -> None:
    """Put the experiment, and what else decides what is on the screen, into the page's address."""
    address = current_address()
    if not address == session().address == {name: st.query_params[name] for name in st.query_params}:
        st.query_params.from_dict(address)
    _now_at(address)
    lead(address)


def _now_at(address: dict[str, str]) -> None:
    now = session()
    if now.address not in (None, address):
        now.behind.append(now.address)
    now.address, now.moved = address, False


def current_address() -> dict[str, str]:
    return {**to_address(session().experiment), **session().view}


def open_settings() -> tuple[str, ...] | None:
    """The settings that can be changed, where a teacher has locked the others; None where nothing is locked."""
    text = session().view.get(ONLY)
    return None if text is None else tuple(name for name in text.split("-") if name in SETTINGS)


def is_open(name: str) -> bool:
    """Whether a setting can be changed."""
    names = open_settings()
    return names is None or name in names


def write_open(names: Collection[str]) -> str:
    """Names of settings as an address has them."""
    return "-".join(names) or "none"


def _read_open(text: str) -> tuple[str, list[str]]:
    """What an address says can be changed, as it is written here, and a sentence for each name that is no setting."""
    names = [name for name in dict.fromkeys(text.replace(",", "-").split("-")) if name not in ("", "none")]
    problems = [
        f"The address says {ONLY}={shortened(text)}: there is no setting {shortened(name)}. It is ignored."
        for name in names
        if name not in SETTINGS
    ]
    return write_open([name for name in SETTINGS if name in names]), problems


def in_lesson() -> bool:
    """Whether a lesson is followed."""
    return LESSON[0] in session().view


def clear_view() -> None:
    """Each page's first view; a lesson and what is locked stay."""
    view = session().view
    session().view = {name: view[name] for name in (*LESSON, ONLY, PRESENT.key) if name in view}


def name_problem(problem: str) -> None:
    """Say what is wrong with an address, where a page finds it only after its frame is drawn."""
    session().problems.append(problem)  # the frame shows it from the next run on
    say.warning(problem, icon=":material/link_off:")


def trained(experiment: Experiment, place: str | None = None, patience: float | None = None) -> Viewer:
    """The whole training of an experiment, shared with all who want the same; given `patience` seconds to finish,
    by default `WAIT_SECONDS`.

    Look at the viewer's state: it may still be running. place: its name among this session's trainings, one
    for each model by default; what was trained there for other settings is watched no longer.
    """
    place = place or experiment.model
    viewer = begun(place, experiment)
    if viewer.was_stopped:
        viewer = client().watch(place, workshop().follow(experiment))
    wait(viewer, WAIT_SECONDS if patience is None else patience)
    return viewer


def begun(place: str, experiment: Experiment) -> Viewer:
    """The training at a place among the session's, which is begun unless it is the one that is there."""
    now = client().viewers.get(place)
    if now is None or now.job.experiment != experiment:
        now = client().watch(place, workshop().follow(experiment))
    return now


def n_test(config: DataConfig) -> int:
    """How many test images there are."""
    return len(dataset(config).test)


def raw_images(file: str | None, rows: Array, part: str) -> Images:
    """Original images, uint8 (n, 28, 28), by their rows in a data set's "train" or "test" part."""
    return (mnist(file).x_train if part == "train" else mnist(file).x_test)[rows]
