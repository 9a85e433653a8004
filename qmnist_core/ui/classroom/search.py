"""Search: who finds the settings with the best accuracy on images that no network is trained or tested on."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from qmnist_core.address.settings import SETTINGS, from_address, to_address
from qmnist_core.classroom import Entry, Round
from qmnist_core.classroom.search import best_of
from qmnist_core.config import DataConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import Dataset, prepare
from qmnist_core.errors import QMnistError
from qmnist_core.look.text import counted, percent, percent_range, plain
from qmnist_core.metrics import accuracy_interval
from qmnist_core.studies.search import Found, Limits, luck, measure, measure_on_test, without_test
from qmnist_core.ui.classroom import sketch
from qmnist_core.ui.classroom.place import Form, Pupil, Teacher, attempt, round_button
from qmnist_core.ui.components import say
from qmnist_core.ui.components.whiskers import Mark, Row, whiskers
from qmnist_core.ui.frame.panel import setting_widget
from qmnist_core.ui.session import state
from qmnist_core.ui.session.follow import Follower, bar, has_failed
from qmnist_core.ui.session.place import look_anew, revision
from qmnist_core.ui.session.session import session
from qmnist_core.words import classroom as words

OPEN = ("threshold", "layers", "init", "rate", "epochs", "batch", "seed")
"""The settings that may be changed unless the teacher says otherwise."""
MOST_LAYERS, MOST_EPOCHS = 3, 5
TRY, TEST = "search", "search test"
"""Names among the session's watchers."""
MOST_ROWS = 7
"""Of the board on the wall; on a phone the first few, and one's own."""
PHONE_ROWS = 3


@st.cache_resource(show_spinner=False)
def _validation() -> Mnist:
    return without_test(state.mnist(None))


@st.cache_resource(show_spinner=False, max_entries=8, hash_funcs=state.SETTINGS_KEYS)
def _dataset(config: DataConfig) -> Dataset:
    """Its test images are those of validation."""
    return prepare(_validation(), config)


def setup(teacher: Teacher) -> None:
    """What may be changed, and how far."""
    names = [name for name in SETTINGS if name not in ("data", "digits", "backend")]
    chosen = st.pills(
        "Students may change",
        names,
        selection_mode="multi",
        default=list(OPEN),
        key="search-open",
        format_func=lambda name: SETTINGS[name].title,
    )
    columns = st.columns(3)
    base = session().experiment
    columns[0].slider("Layers up to", 1, 6, max(MOST_LAYERS, base.circuit.n_layers), key="search-layers")
    columns[1].slider("Epochs up to", 1, 10, min(10, max(MOST_EPOCHS, base.epochs)), key="search-epochs")
    columns[2].slider("Image size up to", 2, 28, base.data.size, key="search-size", disabled="size" not in chosen)

    def ask() -> Form:
        layers, epochs, size = (st.session_state[f"search-{name}"] for name in ("layers", "epochs", "size"))
        limits = Limits(most_size=size, most_layers=layers, most_epochs=epochs)
        settings = to_address(limits.clamp(session().experiment))
        may_change = [name for name in names if name in st.session_state["search-open"]]
        return {"open": may_change, "settings": settings, "limits": asdict(limits)}, ()

    about = f"Students begin with your settings, within these limits. {words.TEST_ELSEWHERE}"
    round_button("Start the search", "search-start", teacher, "search", ask, help=about)


def _base(round_: Round) -> Experiment:
    """What everybody begins with, always on the exact engine."""
    address = {name: str(value) for name, value in round_.ask["settings"].items() if name != "backend"}
    return state.on_mnist(from_address(address)[0])


def _chosen(round_: Round) -> Experiment:
    """What everybody begins with, but for the settings that may be changed: those as they are in this session."""
    experiment = _base(round_)
    for name in round_.ask["open"]:
        experiment = SETTINGS[name].put(experiment, SETTINGS[name].get(session().experiment))
    return experiment


def _experiment(entry: Entry) -> Experiment:
    return state.on_mnist(from_address(dict(parse_qsl(entry.settings)))[0])


def _written(experiment: Experiment) -> str:
    """As an entry has it: never empty."""
    digits = SETTINGS["digits"]
    return urlencode({"digits": digits.write(digits.get(experiment)), **to_address(experiment)})


def _rows(board: Sequence[Entry], who: Mapping[int, str], base: Experiment, n_test: int, own: int = -1) -> list[Row]:
    return [
        Row(
            f"{1 + sum(other.accuracy > entry.accuracy for other in board)}. {who.get(entry.member_id) or 'somebody'}",
            words.settings_words(_experiment(entry), base),
            [
                Mark(entry.accuracy, entry.n_images),
                None if entry.test_accuracy is None else Mark(entry.test_accuracy, n_test),
            ],
            is_own=entry.member_id == own,
        )
        for entry in board
    ]


def _kinds(board: Sequence[Entry]) -> tuple[str, ...]:
    kinds = ("validation images", "test images")
    return kinds if any(entry.test_accuracy is not None for entry in board) else kinds[:1]


@st.cache_resource(show_spinner=False, max_entries=32)
def _read(code: str, round_id: int, revision: int, _place: Teacher | Pupil) -> tuple[tuple[Entry, ...], ...]:
    entries = _place.store.entries(_place.class_, round_id)
    return entries, best_of(entries)


def _board(place: Teacher | Pupil, round_: Round) -> tuple[tuple[Entry, ...], ...]:
    """All entries and the board: read once at each revision of the class for all sessions of this process.

    Errors: those of the store.
    """
    class_ = place.class_
    newest = revision(place.store, class_.id) or 0
    return _read(class_.code, round_.id, max(newest, class_.revision), place)


def phone(pupil: Pupil, round_: Round) -> None:
    """A few widgets, Try it, and one's place on the board."""
    base = _base(round_)
    if session().searching != round_.id:
        session().searching = round_.id
        state.change(base)
    _enter(pupil)
    if round_.is_open:
        st.markdown("**Find settings that get more images right.** Change some, and try.")
        with st.container(key="search-settings", gap="small"):
            for name in sorted(round_.ask["open"], key=lambda name: name != "layers"):  # pairs of widgets are in a row
                setting_widget(name, "search")
        with say.refusals():
            _show_try(round_)
    with say.refusals():
        entries, board = _board(pupil, round_)
        own = [entry for entry in entries if entry.member_id == pupil.member.id]
        if own:
            last = own[-1]
            interval = percent_range(*accuracy_interval(last.accuracy, last.n_images))
            st.markdown(
                f"Your last network: **{percent(last.accuracy)}** of the {last.n_images:,} validation images right "
                f"(95 % interval {interval})"
            )
        if board:
            rows = _rows(board, sketch.names(pupil.store, pupil.class_), base, _n_test(base), pupil.member.id)
            near = [row for i, row in enumerate(rows) if i < PHONE_ROWS or row.is_own]
            whiskers(near, _kinds(board), "search-board")


def _show_try(round_: Round) -> None:
    experiment = _chosen(round_)
    seconds = Limits(**round_.ask["limits"]).check(experiment, len(_dataset(experiment.data).train))
    watcher = state.client().watchers.get(TRY)
    is_trying = watcher is not None and watcher.is_active
    st.button(
        "Try it",
        key="search-try",
        type="primary",
        width="stretch",
        disabled=is_trying,
        on_click=_begin,
        args=(round_,),
    )
    if watcher is None or session().trying is None:
        st.caption(f"Training takes about {max(1, round(seconds))} s; longer while many train at once.")
        return
    trying = watcher  # when it is over the page is run anew, and enters what was found
    Follower(lambda: trying.is_active, moving=True).follow(lambda: bar("Training", trying))


def _begin(round_: Round) -> None:
    """With the settings as they are now: one may have been changed a moment before, and not drawn since."""
    experiment = _chosen(round_)
    dataset = _dataset(experiment.data)
    try:
        Limits(**round_.ask["limits"]).check(experiment, len(dataset.train))
    except QMnistError:
        return  # which the page says
    watcher = state.workshop().compute(("search", experiment), lambda: measure(experiment, dataset, dataset.test))
    session().trying = round_.id, experiment
    state.client().keep(TRY, watcher)


def _enter(pupil: Pupil) -> None:
    """Enter the network that was trained, once."""
    watcher, trying = state.client().watchers.get(TRY), session().trying
    if watcher is None or trying is None or watcher.is_active:
        return
    session().trying = None
    if not has_failed(watcher, "This network cannot be trained"):
        round_id, experiment = trying
        found: Found = watcher.job.results()[-1]
        with say.refusals():
            pupil.store.enter_search(pupil.member, round_id, _written(experiment), found.accuracy, found.n)
            look_anew()


def shown(pupil: Pupil, round_: Round) -> Hashable:
    """What a phone shows of the round beside the round itself: the board."""
    _, board = _board(pupil, round_)
    return tuple((entry.id, entry.test_accuracy) for entry in board)


def wall(teacher: Teacher, round_: Round) -> None:
    """The board; at the end the test images, once."""
    base = _base(round_)
    with say.refusals():
        _save_tests(teacher, round_)
        entries, board = _board(teacher, round_)
        if not board:
            sketch.invite("Change the settings on your phone, and try them.", "The best of each of you shows here.")
            return
        who, n_test = sketch.names(teacher.store, teacher.class_), _n_test(base)
        whiskers(_rows(board[:MOST_ROWS], who, base, n_test), _kinds(board), "search-wall")
        more = f", the best {MOST_ROWS} of whom are shown" if len(board) > MOST_ROWS else ""
        n = board[0].n_images
        st.caption(
            f"{counted(len(entries), 'network')} by {counted(len(board), 'member')}{more}. Accuracy on {n:,} images "
            "kept for validation, 95 % interval."
        )
        if any(entry.test_accuracy is not None for entry in board):
            _show_luck(board, entries, who, n_test)
        else:
            _show_test(teacher, round_)


def _show_test(teacher: Teacher, round_: Round) -> None:
    place = f"{TEST} {round_.id}"
    watcher = state.client().watchers.get(place)

    def open_test() -> None:
        if attempt(teacher.store.close_round, teacher.class_, round_.id) is None:
            return
        board = attempt(teacher.store.board, teacher.class_, round_.id)  # nobody can enter anything any more
        if not board:
            return
        experiments = [_experiment(entry) for entry in board]
        key = (place, tuple(entry.id for entry in board))
        made = state.workshop().compute(key, lambda: measure_on_test(experiments, _dataset, state.mnist(None)))
        state.client().keep(place, made)
        session().asked[place] = key

    st.button(
        "Open the test once",
        key="search-test",
        type="primary",
        icon=":material/lock_open:",
        disabled=watcher is not None and watcher.is_active,
        help="Ends the search, trains the best network of each member once more, and measures it on MNIST's test "
        "images: a test that is looked at twice is one to search on.",
        on_click=open_test,
    )
    if watcher is None or place not in session().asked:
        return
    if not has_failed(watcher, "The networks cannot be trained again"):
        going = watcher  # when it is over the page is run anew, and keeps what the test showed
        said = "Training the best network of each once more"
        Follower(lambda: going.is_active, moving=True).follow(lambda: bar(said, going))


def _save_tests(teacher: Teacher, round_: Round) -> None:
    """Keep what the test showed, once it is known."""
    place = f"{TEST} {round_.id}"
    watcher, asked = state.client().watchers.get(place), session().asked.get(place)
    if watcher is None or watcher.state != "finished" or asked is None:
        return
    del session().asked[place]
    if any(entry.test_accuracy is not None for entry in _board(teacher, round_)[1]):
        return  # another page of the teacher's was the first
    assert isinstance(asked, tuple)
    found = [result.accuracy for result in watcher.job.results()]
    teacher.store.open_test(teacher.class_, round_.id, dict(zip(asked[1], found, strict=True)))
    look_anew()


def _n_test(base: Experiment) -> int:
    try:
        return state.n_test(base.data)
    except QMnistError:
        return 1


def _show_luck(board: Sequence[Entry], entries: Sequence[Entry], who: Mapping[int, str], n_test: int) -> None:
    """How much of the lead was luck."""
    tested = [entry for entry in board if entry.test_accuracy is not None]
    tried = {entry.settings: Found(entry.accuracy, entry.n_images) for entry in entries}
    found = luck(
        [Found(entry.accuracy, entry.n_images) for entry in tested],
        [Found(entry.test_accuracy or 0.0, n_test) for entry in tested],
        list(tried.values()),
    )
    winner = who.get(tested[0].member_id) or "The winner"
    st.markdown(f"**{plain(words.luck_line(found, winner))}**")
    explained = words.luck_explained(found, len(tried), tested[0].n_images)
    st.caption(explained, help=f"{words.ROUGH} {words.TEST_ELSEWHERE}")
