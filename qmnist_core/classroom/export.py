"""What a class did, to take home: tables as CSV, drawings as PNG."""

from __future__ import annotations

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Any

from qmnist_core.arrays import Gray
from qmnist_core.classroom.drawings import STATES
from qmnist_core.classroom.records import Class, Round
from qmnist_core.classroom.store import Store

FORMULA = ("=", "+", "-", "@")
"""How a text begins that a spreadsheet would compute."""


def answers_csv(store: Store, class_: Class) -> str:
    """All answers of a class, a line each. Errors: those of the store, as for all of these."""
    names, lines = _names(store, class_), []
    for round_ in store.rounds(class_):
        for answer in store.answers(class_, round_.id):
            who = (answer.member_id, names.get(answer.member_id, ""))
            lines.append((round_.id, _time(round_.made), answer.turn, *who, round_.choices[answer.choice]))
    return _csv(("round", "opened", "turn", "member", "name", "answer"), lines)


def entries_csv(store: Store, class_: Class) -> str:
    """All entries of a class's searches, a line each; accuracies from 0 to 1."""
    names, lines = _names(store, class_), []
    for round_ in store.rounds(class_):
        for entry in store.entries(class_, round_.id):
            who = (entry.member_id, names.get(entry.member_id, ""))
            found = (entry.settings, entry.accuracy, entry.n_images, entry.test_accuracy)
            lines.append((round_.id, _time(entry.made), *who, *found))
    head = (
        "round",
        "entered",
        "member",
        "name",
        "settings",
        "validation accuracy",
        "validation images",
        "test accuracy",
    )
    return _csv(head, lines)


def drawings_zip(store: Store, class_: Class) -> bytes:
    """All drawings of a class, those that wait or are hidden too, as one ZIP file.

    It holds a gray PNG of 28×28 pixels of each, round-R/drawing-D.png, and drawings.csv, which says whose they are.
    """
    names, lines, packed = _names(store, class_), [], io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for round_ in store.rounds(class_):
            for drawing in store.drawings(class_, round_.id, STATES):
                file = f"round-{round_.id}/drawing-{drawing.id}.png"
                archive.writestr(zipfile.ZipInfo(file), _png(drawing.pixels))
                who = (drawing.member_id, names.get(drawing.member_id, ""))
                lines.append((file, _time(drawing.made), *who, _label(round_, drawing.label), drawing.state))
        table = _csv(("file", "drawn", "member", "name", "label", "state"), lines)
        archive.writestr(zipfile.ZipInfo("drawings.csv"), table, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _names(store: Store, class_: Class) -> dict[int, str]:
    """Each member's name; hidden ones stay hidden."""
    return {member.id: member.public_name for member in store.members(class_)}


def _label(round_: Round, label: int | None) -> str:
    return "" if label is None else round_.choices[label]


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="seconds")


def _png(pixels: Gray) -> bytes:
    from PIL import Image

    packed = io.BytesIO()
    Image.fromarray(pixels).save(packed, "PNG")
    return packed.getvalue()


def _csv(head: tuple[str, ...], lines: Iterable[tuple[Any, ...]]) -> str:
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(head)
    writer.writerows([_defused(cell) for cell in line] for line in lines)
    return table.getvalue()


def _defused(cell: Any) -> Any:
    """A cell that a spreadsheet shows as it is: an apostrophe before a text that it would compute."""
    if isinstance(cell, str) and unicodedata.normalize("NFKC", cell.lstrip()).startswith(FORMULA):
        return f"'{cell}"
    return cell
