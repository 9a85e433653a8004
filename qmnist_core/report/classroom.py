"""What a class did, as one HTML page for the lesson's record: it opens offline, prints, and loads nothing."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from qmnist_core.classroom import Class, Drawing, Entry, Round, Store
from qmnist_core.classroom.rounds import KINDS
from qmnist_core.classroom.tables import SIDE
from qmnist_core.look.palette import GRID, GROUND, INK
from qmnist_core.look.text import counted, with_interval
from qmnist_core.pictures.gallery import data_url
from qmnist_core.templates import render

FOLDER = Path(__file__).parent
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


class OnDrawings(NamedTuple):
    """How a network does on the drawings of a round, beside MNIST's test images."""

    name: str
    drawings: tuple[float, int]
    """The share that it gets right, and of how many."""
    mnist: tuple[float, int]


def class_html(
    store: Store, class_: Class, when: datetime, networks: Mapping[int, Sequence[OnDrawings]] = MappingProxyType({})
) -> str:
    """Every round in its order: what was asked, how many gave each answer, the drawings, and the best entries.

    Names that are hidden, and drawings that are not shown, are left out. when: it is written. networks: those that
    read a round's drawings, by the round's number.
    Errors: those of the store.
    """
    members = store.members(class_)
    names = {member.id: member.public_name for member in members}
    page = render(
        FOLDER / "class.html",
        policy=POLICY,
        **{"ground": GROUND, "ink": INK, "grid": GRID},
        css=_source("page.css") + _source("class.css"),
        code=class_.code,
        when=f"{when:%d %B %Y, %H:%M}",
        members=counted(len(members), "student"),
        names=[name for name in names.values() if name],
        rounds=[_round(store, class_, round_, names, networks.get(round_.id, ())) for round_ in store.rounds(class_)],
    )
    return page.encode("utf-8", "replace").decode()


@cache
def _source(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _round(
    store: Store, class_: Class, round_: Round, names: dict[int, str], networks: Sequence[OnDrawings]
) -> dict[str, Any]:
    """What the template shows of one."""
    gives = KINDS[round_.kind]
    counts = store.counts(class_, round_.id) if gives == "answers" else ()
    drawings = store.drawings(class_, round_.id, ("shown",)) if gives == "drawings" else ()
    entries = store.board(class_, round_.id) if gives == "entries" else ()
    right = round_.ask.get("right")
    return {
        "title": round_.kind.capitalize(),
        "question": _text(round_.ask.get("question")),
        "picture": _picture(round_.ask.get("pixels")),
        "turns": ["before talking", "after talking"][: len(counts)] if len(counts) > 1 else ["answers"],
        "choices": [
            (choice, [(turn[i], round(100 * turn[i] / max(1, sum(turn)))) for turn in counts], i == right)
            for i, choice in enumerate(round_.choices if counts else ())
        ],
        "drawings": [
            (_image(drawing), _label(round_, drawing), names.get(drawing.member_id, "")) for drawing in drawings
        ],
        "networks": [(one.name, with_interval(*one.drawings), with_interval(*one.mnist)) for one in networks],
        "entries": [_entry(entry, names) for entry in entries],
    }


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _picture(packed: object) -> str:
    """A digit that was asked about; none where the round has none."""
    if not isinstance(packed, str):
        return ""
    raw = base64.b64decode(packed)
    return data_url(raw, (SIDE, SIDE)) if len(raw) == SIDE**2 else ""


def _image(drawing: Drawing) -> str:
    return data_url(np.ascontiguousarray(drawing.pixels).tobytes(), (SIDE, SIDE))


def _label(round_: Round, drawing: Drawing) -> str:
    return "" if drawing.label is None else round_.choices[drawing.label]


def _entry(entry: Entry, names: dict[int, str]) -> tuple[str, str, str, str]:
    test = "" if entry.test_accuracy is None else f"{100 * entry.test_accuracy:.1f} %"
    return names.get(entry.member_id, ""), with_interval(entry.accuracy, entry.n_images), test, entry.settings
