"""A class of thirty, scene by scene, as its store has it: for pictures of its screens."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageDraw

from qmnist_core.arrays import Gray
from qmnist_core.classroom import Class, Member, Round, Store
from qmnist_core.data.mnist import Mnist
from tests.browser.drawing import HEART, STAR, Point

NAMES = (
    *("Ada", "Bo", "Chloé", "Đức", "Emil", "Fatima", "Giulia", "Hana", "Ibrahim", "Jo", "Katharina Maximiliane"),
    *("Liam", "Mei", "Noor", "Олег", "Priya", "Quentin", "Rosa", "Søren", "Tomás", "Uma", "Vik", "William", "Xin"),
    *("Yara", "Zoë", "", "The two at the back", "Ђорђе", "Anna"),
)
LONG_QUESTION = (
    "A pixel that is always dark never turns the readout qubit. **Can training still change its exponent?**",
    ("Yes, as every exponent is changed at every step", "No, its gradient is zero at every step", "Only with noise"),
)


def scenes(store: Store, class_: Class, members: list[Member], mnist: Mnist) -> Iterator[tuple[str, str]]:
    """What the class does, one thing after another: the scene's name, and a button that the wall's teacher presses."""
    pick = random.Random(1)
    yield "invited", ""

    image = mnist.x_test[np.flatnonzero(mnist.y_test == 6)[3]]
    pixels = base64.b64encode(image.tobytes()).decode()
    ask = {"question": "What will the network say?", "pixels": pixels, "right": 1, "said": 0, "z": 0.08}
    asked = store.open_round(class_, "predict", ask, ("3", "6"))
    for member in members[:21]:
        store.answer(member, asked.id, int(pick.random() < 0.6))
    yield "predict", ""
    store.close_round(class_, asked.id)
    store.second_turn(class_, asked.id)
    for member in members[:27]:
        store.answer(member, asked.id, int(pick.random() < 0.8))
    store.close_round(class_, asked.id)
    yield "predict-closed", ""
    store.show_answer(class_, asked.id)
    yield "predict-shown", ""

    question, choices = LONG_QUESTION
    said = {"question": question, "right": 1, "answer": "Its gate does nothing for any image, so neither does a step."}
    posed = store.open_round(class_, "predict", said, choices)
    yield "question", ""
    for member in members:
        store.answer(member, posed.id, pick.choice((0, 1, 1, 1, 2)))
    store.show_answer(class_, posed.id)
    yield "question-shown", ""

    draw = store.open_round(class_, "draw", {}, ("3", "6"))
    yield "draw-begun", ""
    for image, label in digits(mnist, len(members)):
        store.draw(pick.choice(members), draw.id, image, label)
    store.draw(members[0], draw.id, image, label)
    yield "draw", ""
    yield "draw-trained", "Train with them too"

    teach = store.open_round(class_, "teach", {}, ("♥ heart", "★ star"))
    yield "teach-begun", ""
    _sketch(store, teach, members[:20], pick)
    yield "teach", ""
    _sketch(store, teach, members[20:], pick)
    yield "teach-trained", "Train"

    names = ["threshold", "layers", "init", "rate", "epochs", "batch", "seed"]
    limits = {"most_size": 4, "most_layers": 3, "most_epochs": 5}
    search = store.open_round(class_, "search", {"open": names, "settings": {}, "limits": limits})
    yield "search-begun", ""
    entries = [
        store.enter_search(member, search.id, f"layers=XX-ZZ-XX&rate=0.0{1 + i % 9}&seed={i}", 0.93 - i / 400, 2079)
        for i, member in enumerate(members[:14])
    ]
    yield "search", ""
    store.open_test(class_, search.id, {one.id: one.accuracy - pick.uniform(0, 0.03) for one in entries})
    yield "search-tested", ""


def digits(mnist: Mnist, n: int) -> Iterator[tuple[Gray, int]]:
    """The first n test images that are a 3 or a 6, and which of the two they are, 0 or 1."""
    for row in np.flatnonzero(np.isin(mnist.y_test, (3, 6)))[:n]:
        yield mnist.x_test[row].copy(), int(mnist.y_test[row] == 6)


def _sketch(store: Store, round_: Round, members: list[Member], pick: random.Random) -> None:
    for i, member in enumerate(members):
        store.draw(member, round_.id, _inked((HEART, STAR)[i % 2], pick), i % 2)


def _inked(strokes: list[list[Point]], pick: random.Random) -> Gray:
    """The strokes as 28×28 gray values, each time a little different."""
    paper = Image.new("L", (280, 280))
    dx, dy, size = pick.uniform(-20, 20), pick.uniform(-20, 20), pick.uniform(190, 270)
    for stroke in strokes:
        places = [(140 + dx + size * (x - 0.5), 140 + dy + size * (y - 0.5)) for x, y in stroke]
        ImageDraw.Draw(paper).line(places, fill=255, width=24, joint="curve")
    return np.array(paper.resize((28, 28), Image.Resampling.BOX), np.uint8)
