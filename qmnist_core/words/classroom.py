"""What a class has found, in sentences: what training with its drawings changed, and how much of a lead was luck."""

from __future__ import annotations

from collections.abc import Sequence

from qmnist_core.config import SHOWN, Experiment
from qmnist_core.look.text import counted, magnitude, percent, percent_range, unbroken
from qmnist_core.studies.class_set import Change, Comparison, Share
from qmnist_core.studies.search import Difference, Luck


def change_line(changes: Sequence[Change]) -> str:
    """What the drawings changed for several networks, in one line."""
    clear = [change for change in changes if change.mnist.is_clear or change.held.is_clear]
    n_added = changes[0].n_added
    with_them = f"With {counted(n_added, 'drawing')} among the training images"
    if not clear:
        return f"{with_them}, no network is clearly better or worse."
    said = [f"{change.name} {_where(change)}" for change in clear]
    return f"{with_them}: {'; '.join(said)}."


def _where(change: Change) -> str:
    places = {"the drawings held out": change.held, "MNIST's test images": change.mnist}
    said = [f"is clearly {_direction(found)} on {place}" for place, found in places.items() if found.is_clear]
    return " and ".join(said)


def _direction(found: Comparison) -> str:
    return "better" if found.n_gained > found.n_lost else "worse"


def change_details(change: Change) -> str:
    """The figures of one network, as a list in Markdown."""
    places = {"Drawings held out": change.held, "MNIST's test images": change.mnist}
    lines = [f"**{change.name}**", ""]
    for place, found in places.items():
        lines.append(
            f"- {place}: {share_words(found.before)} without, {share_words(found.after)} with them; "
            f"{found.n_gained} gained, {found.n_lost} lost, p = {magnitude(found.p)}"
        )
    return unbroken("\n".join(lines))


HOW_CHANGED = (
    "Half of the drawings of each digit, drawn at random, were put among the training images. The other half was held "
    "out: no network was trained on it, but the same hands drew it. *Without* is the same training with as many of "
    "MNIST's training images a second time in the drawings' place, so that number and order of the images are the "
    "same: another order alone changes a network. p is the exact McNemar test of the images that only one of the two "
    "networks gets right; below 0.01 the change is called clear. Intervals are 95 %."
)
INDEPENDENT = (
    "Intervals and p take the drawings as independent of each other. Those of one student are alike: the fewer the "
    "students, the wider the intervals would have to be."
)


def share_words(share: Share) -> str:
    """How many of how many, and its interval."""
    return f"{share.n_right} of {share.n}, {percent(share.value)} ({percent_range(*share.interval)})"


def settings_words(experiment: Experiment, base: Experiment) -> str:
    """How settings differ from those that were given, in a few words."""
    changed = [
        f"{one.title.lower()} {one.shown(one.get(experiment))}"
        for one in SHOWN.values()
        if one.get(experiment) != one.get(base)
    ]
    return ", ".join(changed) or "as given"


TEST_ELSEWHERE = (
    "Train and Compare show the accuracy on the test images; for whoever chooses settings by that, the test is no "
    "longer one."
)

ROUGH = (
    "This is a rough guide: how good the networks truly are is estimated from their scores, and where all share the "
    "same images, as here, there is less luck."
)


def luck_line(luck: Luck, name: str) -> str:
    """How much of the winner's lead was luck, in one sentence. name: the winner's."""
    points, (low, high) = _points(luck.winner)
    mean, (mean_low, mean_high) = _points(luck.all)
    return (
        f"{name} scored {points} on the test images ({low} to {high}) than on the validation images; the mean "
        f"of everybody's best, {mean} ({mean_low} to {mean_high})."
    )


def _points(difference: Difference) -> tuple[str, tuple[str, str]]:
    """How far the test is from validation, in words, and the interval with signs."""
    low, high = (f"{100 * end:+.1f}".replace("-", "−") for end in (-difference.high, -difference.low))
    return f"{abs(100 * difference.value):.1f} points {'lower' if difference.value > 0 else 'higher'}", (low, high)


def luck_explained(luck: Luck, n_tried: int, n: int) -> str:
    """What chance alone does to the best of many. n_tried: different networks. n: validation images."""
    networks = counted(n_tried, "network")
    return (
        f"If each of the {networks} were tried once more, on {n:,} new images of its own, the best of them would look "
        f"{100 * luck.expected:.1f} points better than it is, on average, by luck alone."
    )
