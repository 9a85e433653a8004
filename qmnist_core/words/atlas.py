"""What the atlas says, in sentences: what a stack comes to, which are best, and how much of their lead was luck."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qmnist_core.arrays import Reals
from qmnist_core.config import CircuitConfig
from qmnist_core.look.text import counted, duration, percent, percent_range
from qmnist_core.studies.atlas import BASE, N_BEST, STARTS, Atlas, Finalist, Layers
from qmnist_core.studies.search import Difference
from qmnist_core.words.cautions import idle_words


def stack_title(layers: Layers) -> str:
    return " ".join(layers)


def spread_words(accuracies: Reals) -> str:
    """A mean over seeds with its quartiles and its ends. accuracies: float (n_seeds,), 0–1."""
    low, first, third, high = np.quantile(accuracies, (0, 0.25, 0.75, 1))
    return (
        f"{percent(float(accuracies.mean()))}; half of the seeds {percent_range(first, third)}, all "
        f"{percent_range(low, high)}"
    )


def constant_words(atlas: Atlas) -> str:
    """What becomes of a stack that cannot depend on the image."""
    first, second = (
        f"{percent(share)} with {digit}" for share, digit in zip(atlas.constant, BASE.data.digits, strict=True)
    )
    return (
        "A stack that cannot depend on the image is not trained: whatever its exponents, it answers the same for every "
        f"image. That is right for {first}, {second} of the validation images."
    )


def numbers_words(atlas: Atlas, place: int) -> str:
    """How many effective numbers a stack has, of how many exponents."""
    n_exponents = len(atlas.stacks[place]) * BASE.data.n_pixels
    numbers = counted(int(atlas.numbers[place]), "effective number")
    idle = idle_words(CircuitConfig(atlas.stacks[place]))
    return f"{numbers} of {counted(n_exponents, 'exponent')}.{f' {idle}' if idle else ''}"


def stack_words(atlas: Atlas, place: int, start: str) -> str:
    """How a stack that can depend on the image does from a start, and where it stands."""
    accuracies = atlas.accuracy(start)
    means = accuracies[atlas.depends].mean(axis=1)
    ahead = int((means > accuracies[place].mean()).sum())
    alike = atlas.alike(start)
    others = int((alike == alike[place]).sum()) - 1
    same = f" {counted(others, 'other stack')} {'is' if others == 1 else 'are'} alike." if others else ""
    return (
        f"From the {start} start {spread_words(accuracies[place])}: place {ahead + 1:,} of {len(means):,}, on "
        f"{atlas.n_images:,} validation images.{same}"
    )


ALIKE = (
    "Stacks are alike where all figures of a start are equal, with every seed. Most often they are one network: a "
    "layer is idle, or all gates are turned alike, such as Y and Z exchanged on the readout throughout."
)

LUCK = (
    "The best of many is partly the luckiest. Its seeds may have suited it, which other seeds show, and the validation "
    "images may have, which the test images show."
)


def count_words(atlas: Atlas) -> str:
    """How many stacks there are, how many of them can depend on the image, and how many of these are different."""
    n_different = len(np.unique(atlas.alike(*STARTS)[atlas.depends]))
    return (
        f"{len(atlas.stacks):,} stacks of up to {counted(atlas.most_layers, 'layer')}: {int(atlas.depends.sum()):,} "
        f"can depend on the image, and of these {n_different:,} are different"
    )


def made_words(atlas: Atlas) -> str:
    """Which seeds an atlas has, how long it took, and with what."""
    return (
        f"Seeds 0 to {atlas.n_seeds - 1} for all stacks, {atlas.n_seeds} to {2 * atlas.n_seeds - 1} for the best; "
        f"{duration(atlas.seconds)} of training, with {made_with(atlas)}."
    )


def made_with(atlas: Atlas) -> str:
    """The versions of what computed it."""
    return ", ".join(f"{name} {version}" for name, version in atlas.versions)


def chosen_words(atlas: Atlas) -> str:
    """How the best were chosen and tested."""
    return (
        f"Of each start the {atlas.n_best} stacks with the best mean over {counted(atlas.n_seeds, 'seed')} on the "
        f"{atlas.n_images:,} validation images were chosen, and of stacks that are alike the first; that they would be "
        f"{N_BEST} was decided before anything was trained. Each was then trained from {atlas.n_seeds} other seeds and "
        f"tested once, on the {atlas.n_test:,} test images."
    )


def winner_words(winner: Finalist) -> str:
    """The best stack of a start before and after its test, in one sentence."""
    chosen, again, test = (percent(float(one.mean())) for one in (winner.chosen, winner.again, winner.test))
    return (
        f"{stack_title(winner.layers)} was chosen for {chosen} on the validation images; with other seeds it gets "
        f"{again} there, and {test} on the test images."
    )


def luck_lines(atlas: Atlas, finalists: Sequence[Finalist]) -> tuple[str, str]:
    """How much of the lead of the best of one start was luck: with other seeds, and on the test images as well."""
    winner, mean = atlas.luck(finalists[:1]), atlas.luck(finalists)
    name, all_of_them = stack_title(finalists[0].layers), f"the mean of the best {len(finalists)}"
    return (
        f"With other seeds, on the same validation images, {name} scored {change_words(winner.seeds)} than when it was "
        f"chosen; {all_of_them}, {change_words(mean.seeds)}.",
        f"With these seeds on the test images, {change_words(winner.all)} than when it was chosen; {all_of_them}, "
        f"{change_words(mean.all)}.",
    )


INTERVALS = (
    "Intervals are 95 %. Those on the test images are for other images and other seeds; as far as images go they are "
    "as wide as they can be, because networks that are wrong on the same images vary together. All stacks share the "
    "validation images: if these are harder or easier than the test images, all of them move together, and that is "
    "not luck of the choice."
)


def change_words(difference: Difference) -> str:
    """How far the figure afterwards is from the one before, with its interval."""
    low, high = (f"{100 * end:+.1f}".replace("-", "−") for end in (-difference.high, -difference.low))
    direction = "lower" if difference.value > 0 else "higher"
    return f"{abs(100 * difference.value):.1f} points {direction} ({low} to {high})"


def best_words(atlas: Atlas) -> str:
    """The best stack of each start and its test accuracy, in one sentence."""
    parts = []
    for start in STARTS:
        best = atlas.finalists(start)[0]
        parts.append(f"from the {start} start {stack_title(best.layers)}, {percent(float(best.test.mean()))}")
    return f"Best on validation, then on the test images: {'; '.join(parts)}."
