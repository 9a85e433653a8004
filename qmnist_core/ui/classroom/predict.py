"""Predict: everybody says what the network will say of a digit, or answers a question, before the answer is shown."""

from __future__ import annotations

import base64
import random
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from qmnist_core.arrays import Gray
from qmnist_core.classroom import Round
from qmnist_core.config import IMAGE_SIDE
from qmnist_core.data.pipeline import Dataset, as_examples
from qmnist_core.errors import QMnistError
from qmnist_core.lessons import LessonStep, all_lessons
from qmnist_core.look.text import emphasised, plain, signed
from qmnist_core.metrics import says_first
from qmnist_core.pictures.pixels import gray_picture
from qmnist_core.ui.classroom.place import Form, Pupil, Teacher, attempt, round_button
from qmnist_core.ui.components import say
from qmnist_core.ui.components.bars import PLAIN, Bar, bars
from qmnist_core.ui.components.picture import picture
from qmnist_core.ui.components.taps import taps
from qmnist_core.ui.frame.site import LISTED
from qmnist_core.ui.session import state
from qmnist_core.ui.session.place import here
from qmnist_core.ui.session.session import session
from qmnist_core.ui.shared import live
from qmnist_core.ui.shared.drawing import show_pad

KIND = "predict"
SOURCES = ("A test digit", "A drawing", "A question")
MOST_IN_QUESTION, MOST_IN_CHOICES = 600, 2_000
"""Characters that can be typed."""
MOST_IN_SHORT = 4
"""Characters of choices that stand side by side on the wall."""
NEITHER = "neither"
NONE = "none"
OWN = "Your own question"
TURNS = ("before", "after")
"""Of talking."""


@dataclass(frozen=True)
class Asked:
    """What a round asks, read from what the store kept of it."""

    question: str
    pixels: Gray | None
    """uint8 (28, 28)."""
    right: int | None
    """Index into the choices; None where nothing is right, or nobody knows."""
    said: int | None
    """What the network says, as an index into the choices."""
    z: float
    """Its ⟨Z⟩."""
    answer: str
    """A question's, in words."""

    @property
    def foretold(self) -> int | None:
        """The choice that turns out to be right: where it is asked what the network will say, what it says."""
        return self.right if self.said is None else self.said

    @classmethod
    def of(cls, round_: Round) -> Asked:
        ask = round_.ask
        pixels = None
        if "pixels" in ask:
            raw = np.frombuffer(base64.b64decode(ask["pixels"]), np.uint8)
            pixels = raw.reshape(IMAGE_SIDE, IMAGE_SIDE)
        return cls(ask["question"], pixels, ask.get("right"), ask.get("said"), ask.get("z", 0.0), ask.get("answer", ""))


# The form


def setup(teacher: Teacher) -> None:
    """A test digit, a digit that the teacher draws, or a question with its choices."""
    source = st.segmented_control("Ask about", SOURCES, key="predict-source", default=SOURCES[0], required=True)
    if source == SOURCES[2]:
        _ask_question(teacher)
        return
    experiment = session().experiment
    try:
        dataset = state.dataset(experiment.data)
    except QMnistError as error:
        say.error(f"These settings give no data: {error}.")
        return
    left, right = st.columns([1, 1], gap="medium", vertical_alignment="center")
    with left:
        image, truth, shown = (_test_digit if source == SOURCES[0] else _drawn_digit)(dataset)
    with right:
        digits = experiment.data.digits
        if source == SOURCES[1]:
            options = (*map(str, digits), NEITHER)
            truth = st.segmented_control("It is a", options, key="predict-truth", default=NEITHER, required=True)
        if image is None:
            st.button("Ask the class", key="predict-open", type="primary", width="stretch", disabled=True)
            return
        run = live.run(experiment, dataset)
        z = run.follow("predict", shown if isinstance(shown, int) else _bits(image))
        choices = tuple(map(str, digits))
        ask = {
            "question": "What will the network say?",
            "pixels": base64.b64encode(image.tobytes()).decode(),
            "right": choices.index(truth) if truth in choices else None,
            "said": 0 if says_first(z) else 1,
            "z": float(z),
        }
        round_button("Ask the class", "predict-open", teacher, KIND, lambda: (ask, choices), width="stretch")


def _test_digit(dataset: Dataset) -> tuple[Gray | None, str | None, int | None]:
    """The image, the digit that it is, and its number among the test images."""
    digits, n = session().experiment.data.digits, len(dataset.test)
    if st.session_state.setdefault("predict-number", 0) >= n:  # other digits have fewer images
        st.session_state["predict-number"] = n - 1
    number = int(st.session_state["predict-number"])
    image = state.raw_images(None, dataset.test_rows[number : number + 1], "test")[0]
    picture(gray_picture(image), key="predict-digit", max_width=220, keeps_room=True)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.number_input("Test image", 0, n - 1, key="predict-number", width=140)
        st.button("Another digit", key="predict-another", icon=":material/shuffle:", on_click=_another, args=(n,))
    return image, str(digits[0] if dataset.test.labels[number] else digits[1]), number


def _another(n: int) -> None:
    st.session_state["predict-number"] = random.randrange(n)


def _drawn_digit(dataset: Dataset) -> tuple[Gray | None, str | None, int | None]:
    show_pad("predict-pad", session().experiment.data.digits)
    drawing = session().drawing
    if drawing is not None and drawing.refusal:
        say.warning(f"{drawing.refusal[0].upper()}{drawing.refusal[1:]}.")
    return None if drawing is None else drawing.image, None, None


def _bits(image: Gray) -> Any:
    return as_examples(image[None], np.array([True]), session().experiment.data).bits[0]


def _ask_question(teacher: Teacher) -> None:
    known = _lessons_questions()
    st.selectbox("From a lesson", (OWN, *known), key="predict-lesson", on_change=_fill, args=(known,))
    st.text_area("Question", key="predict-question", height=70, max_chars=MOST_IN_QUESTION)
    left, right_ = st.columns(2, gap="medium")
    left.text_area("Choices, one on each line", key="predict-choices", height=120, max_chars=MOST_IN_CHOICES)
    choices, question = _typed_choices(), st.session_state["predict-question"].strip()
    if st.session_state.get("predict-right") not in choices:
        st.session_state["predict-right"] = NONE
    with right_.popover("The right one", icon=":material/visibility_off:", width="stretch"):
        st.selectbox("The right one", (NONE, *choices), key="predict-right", label_visibility="collapsed")

    def ask() -> Form:
        question, choices = st.session_state["predict-question"].strip(), _typed_choices()
        right, step = st.session_state["predict-right"], known.get(st.session_state["predict-lesson"])
        known_answer = step.answer if step is not None and step.question == question else ""
        right_one = choices.index(right) if right in choices else None
        return {"question": question, "right": right_one, "answer": known_answer}, choices

    lacks = "A question and two choices are needed." if not question or len(choices) < 2 else None
    with right_:
        options = {"width": "stretch", "disabled": lacks is not None, "help": lacks}
        round_button("Ask the class", "predict-open", teacher, KIND, ask, **options)


def _typed_choices() -> tuple[str, ...]:
    lines = st.session_state["predict-choices"].splitlines()
    return tuple(dict.fromkeys(line.strip() for line in lines if line.strip()))


def _lessons_questions() -> dict[str, LessonStep]:
    """The lessons' steps by what they are called in the list."""
    lessons, _ = all_lessons(LISTED)
    return {
        f"{lesson.title} {i}: {step.title}": step for lesson in lessons for i, step in enumerate(lesson.steps, start=1)
    }


def _fill(known: dict[str, LessonStep]) -> None:
    step = known.get(st.session_state["predict-lesson"])
    if step is not None:
        st.session_state["predict-question"] = step.question
        st.session_state["predict-choices"] = "\n".join(step.choices)
        st.session_state["predict-right"] = NONE if step.right is None else step.choices[step.right]


# The wall


def wall(teacher: Teacher, round_: Round) -> None:
    """What is asked, at the left; how many have answered, and once it is closed the bars, at the right."""
    asked = Asked.of(round_)
    left, right = st.columns([5, 6], gap="medium") if asked.pixels is not None else (None, st.container())
    if left is not None and asked.pixels is not None:
        with left:
            picture(gray_picture(asked.pixels), key="wall-digit", max_width=520)
    with right, st.container(key="wall-answers", gap="small"):
        with st.container(key="wall-question"):
            st.markdown(emphasised(asked.question))
        if round_.is_open:
            _count(teacher, round_)
        else:
            _bars(teacher, round_, asked)
        _controls(teacher, round_)


def _count(teacher: Teacher, round_: Round) -> None:
    answered = {one.member_id for one in teacher.store.answers(teacher.class_, round_.id) if one.turn == round_.turn}
    n_here = len(answered | here(teacher))
    is_short = all(len(choice) <= MOST_IN_SHORT for choice in round_.choices)
    with st.container(key="wall-choices-short" if is_short else "wall-choices", gap="xxsmall"):
        for choice in round_.choices:
            st.markdown(plain(choice))
    with st.container(key="wall-count"):
        st.markdown(f"**{len(answered)} of {n_here}** have answered")
    if round_.turn > 1:
        st.markdown("Once more, after talking to your neighbours.")


def _bars(teacher: Teacher, round_: Round, asked: Asked) -> None:
    counts = teacher.store.counts(teacher.class_, round_.id)
    colours = ("var(--qm-first)", "var(--qm-second)")  # of the two digits; a question's choices have no side
    shown = [
        Bar(
            choice,
            tuple(turn[i] for turn in counts),
            colours[i] if asked.said is not None else PLAIN,
            is_right=round_.is_shown and i == asked.foretold,
            mark=_mark(asked, i) if round_.is_shown else "",
        )
        for i, choice in enumerate(round_.choices)
    ]
    bars(shown, TURNS if len(counts) > 1 else (), "wall-bars")
    if round_.is_shown:
        with st.container(key="wall-answer"):
            st.markdown(emphasised(_answer_words(round_, asked)))


def _mark(asked: Asked, choice: int) -> str:
    """What the bar of a choice says of a network's answer."""
    if asked.said is None:
        return ""
    is_true = "the digit itself" if choice == asked.right else ""
    return ", ".join(words for words in ("the network says this" if choice == asked.said else "", is_true) if words)


def _answer_words(round_: Round, asked: Asked) -> str:
    """The answer in one sentence."""
    if asked.said is None:
        right = "" if asked.right is None else f"The answer: {round_.choices[asked.right]}.\n\n"
        return right + asked.answer
    words = f"The network says {round_.choices[asked.said]}, ⟨Z⟩ = {signed(asked.z)}"
    return f"{words}." if asked.right is None else f"{words}; it is a {round_.choices[asked.right]}."


def _controls(teacher: Teacher, round_: Round) -> None:
    store, class_ = teacher.store, teacher.class_
    with st.container(key="wall-controls", horizontal=True, gap="small"):
        if round_.is_open:
            st.button(
                "Close",
                key="predict-close",
                type="primary",
                on_click=attempt,
                args=(store.close_round, class_, round_.id),
            )
            return
        if round_.is_shown:
            return
        if round_.turn == 1:
            st.button(
                "Once more",
                key="predict-again",
                help="After talking to each other, everybody answers again; the first answers stay.",
                on_click=attempt,
                args=(store.second_turn, class_, round_.id),
            )
        st.button(
            "Show the answer",
            key="predict-show",
            type="primary",
            on_click=attempt,
            args=(store.show_answer, class_, round_.id),
        )


# The phone


def phone(pupil: Pupil, round_: Round) -> None:
    """What is asked, and a large button for each choice."""
    asked = Asked.of(round_)
    if asked.pixels is not None:
        picture(gray_picture(asked.pixels), key="phone-digit", max_width=300, keeps_room=True)
    with st.container(key="phone-question"):
        st.markdown(emphasised(asked.question))
    own = {answer.turn: answer.choice for answer in pupil.store.own_answers(pupil.member, round_.id)}
    chosen = own.get(round_.turn)
    if round_.is_open and round_.turn > 1:
        before = f" You said {round_.choices[own[1]]} before." if 1 in own else ""
        st.markdown(plain(f"Once more, after talking to your neighbours.{before}"))

    def tapped(choice: int) -> None:
        attempt(pupil.store.answer, pupil.member, round_.id, choice)

    taps(
        f"{round_.id}-{round_.turn}",
        round_.choices,
        chosen,
        round_.is_open and not pupil.class_.is_paused,
        tapped,
        "phone-taps",
        asked.foretold if round_.is_shown else None,
        _told(pupil, round_, asked, chosen),
    )
    if round_.is_shown and asked.said is None:
        st.markdown(emphasised(_answer_words(round_, asked)))


def shown(pupil: Pupil, round_: Round) -> None:
    """Nothing that others do."""


def _told(pupil: Pupil, round_: Round, asked: Asked, chosen: int | None) -> str:
    """ "You said 3; the network says 6; it is a 3."; nothing while there is nothing to be told."""
    if round_.is_open and pupil.class_.is_paused:
        return "You can go on when your teacher does."
    if not round_.is_shown or asked.said is None:
        return ""
    parts = [] if chosen is None else [f"you said {round_.choices[chosen]}"]
    parts.append(f"the network says {round_.choices[asked.said]}")
    parts += [] if asked.right is None else [f"it is a {round_.choices[asked.right]}"]
    words = "; ".join(parts)
    return f"{words[0].upper()}{words[1:]}."
