"""What is kept of a class that plays together, many phones and one screen: in one database, and nothing of a person."""

from __future__ import annotations

from qmnist_core.classroom.export import answers_csv, drawings_zip, entries_csv
from qmnist_core.classroom.names import clean_name
from qmnist_core.classroom.records import Answer, Class, Drawing, Entry, Member, Round
from qmnist_core.classroom.store import Store

__all__ = [
    "Answer",
    "Class",
    "Drawing",
    "Entry",
    "Member",
    "Round",
    "Store",
    "answers_csv",
    "clean_name",
    "drawings_zip",
    "entries_csv",
]
