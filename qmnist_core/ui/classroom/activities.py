"""What a class does together: one module each, with the same four functions, by the kind of its rounds."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Protocol

from qmnist_core.classroom import Round
from qmnist_core.errors import choose
from qmnist_core.ui.classroom import draw, predict, search, teach
from qmnist_core.ui.session.session import Pupil, Teacher


class Doing(Protocol):
    """A module of an activity."""

    def setup(self, teacher: Teacher) -> None:
        """The teacher's form for a new round: few widgets, one primary button that opens it."""

    def wall(self, teacher: Teacher, round_: Round, /) -> None:
        """What the projector shows of a round, and the teacher's controls of it, small."""

    def phone(self, pupil: Pupil, round_: Round, /) -> None:
        """What a member's phone shows of a round and asks."""

    def shown(self, pupil: Pupil, round_: Round, /) -> Hashable:
        """What the phone shows beside the round itself: the page is drawn anew where it changes."""


@dataclass(frozen=True)
class Activity:
    """One of them."""

    title: str
    icon: str
    does: Doing


ACTIVITIES = {
    "predict": Activity("Predict", "how_to_vote", predict),
    "draw": Activity("Draw", "draw", draw),
    "teach": Activity("Teach", "school", teach),
    "search": Activity("Search", "search", search),
}


def activity(kind: str) -> Activity:
    """The activity of a round's kind. Errors: ConfigError, for a kind that no module is written for."""
    return choose("the kind of a round", ACTIVITIES, kind)
