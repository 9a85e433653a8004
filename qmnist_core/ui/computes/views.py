"""What the lab on the learnt function shows: what is on the screen, and everything that is computed once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import streamlit as st

from qmnist_core.address.views import AFTER, COMPUTES_SECTION, FOLD, PATTERN, WAVE
from qmnist_core.arrays import Array, Bits, Exponents, Flags, Gray, Numbers, Reals
from qmnist_core.circuits.paths import count_path_pairs
from qmnist_core.config import CircuitConfig, DataConfig, Experiment
from qmnist_core.data.class_names import Names
from qmnist_core.data.pipeline import Collision, Dataset, LabelCounts
from qmnist_core.jobs import Viewer
from qmnist_core.look.text import signed, with_article
from qmnist_core.metrics import accuracy_interval, says_first
from qmnist_core.models.qnn import initial_exponents
from qmnist_core.pictures.pixels import bits_picture, gray_picture
from qmnist_core.simulators import expectation
from qmnist_core.simulators.all_inputs import MAX_PIXELS, all_answers, every_input
from qmnist_core.simulators.clock import Clock, lighting_effects, read_clock, wrapped
from qmnist_core.simulators.exact import ExactSimulator, Waves
from qmnist_core.studies.reel import Reel, clock_reel
from qmnist_core.ui.components.clock import clock as turning_hand
from qmnist_core.ui.components.picture import picture
from qmnist_core.ui.frame.page import another_digit, test_example
from qmnist_core.ui.session import state
from qmnist_core.ui.session.follow import Follower, bar, has_failed
from qmnist_core.ui.session.looking import fit_number, look_at, seen
from qmnist_core.ui.session.widgets import choose, sections
from qmnist_core.ui.shared.collision import collision_sheet
from qmnist_core.ui.shared.live import Run, published
from qmnist_core.words.computes import WHY_A_CLOCK, Agreement, stack_words

MAX_POINTS = 1500
"""Of patterns drawn; a browser is slow with more."""
MAX_WAVES, SMALL_WAVE = 256, 1e-3
"""Waves drawn at most; one that is smaller than this share of the largest would not be seen."""
MAX_INPUTS, MAX_WORK = 4096, 10**8
"""Most inputs asked at once, and most inputs × waves × pixels: what takes half a second at the longest."""
TURNING = 0.01
"""A smaller change of ⟨Z⟩ is no effect."""


@dataclass(frozen=True)
class Patterns:
    """The different bit patterns of the training images, the commonest first.

    bits: uint8 (n, n_pixels). positive, negative: int (n,), images of the first and of the second digit.
    """

    bits: Bits
    positive: Numbers
    negative: Numbers

    def __len__(self) -> int:
        return len(self.bits)

    def first(self, n: int) -> Patterns:
        return Patterns(self.bits[:n], self.positive[:n], self.negative[:n])

    @property
    def n_images(self) -> int:
        return int((self.positive + self.negative).sum())

    @property
    def n_least(self) -> int:
        """The fewest images on the wrong side, whatever the answers to their bits."""
        return int(np.minimum(self.positive, self.negative).sum())

    @property
    def never_lit(self) -> Flags:
        """bool (n_pixels,): unlit in every pattern."""
        lit: Flags = self.bits.any(axis=0)
        return ~lit

    def n_wrong(self, values: Reals) -> int:
        """Images on the wrong side of zero, with ⟨Z⟩ of each pattern, float (n,)."""
        return int(np.where(says_first(values), self.negative, self.positive).sum())


@dataclass(frozen=True)
class Chosen:
    """The bits that are looked at: a test image's, or a training pattern."""

    bits: Bits
    title: str
    image: Gray | None
    """uint8 (28, 28), of a test image."""
    truth: str | int | None
    pattern: int | None
    """Its number from 1."""


# What is computed once


@state.kept(24)
def patterns(config: DataConfig) -> Patterns:
    """Of the training images that are used."""
    train = state.dataset(config).train
    counts = LabelCounts.of(train.bits, train.labels)
    order = np.lexsort((counts.first, -(counts.positive + counts.negative)))
    return Patterns(train.bits[counts.first[order]], counts.positive[order], counts.negative[order])


@st.cache_data(show_spinner=False, max_entries=64, hash_funcs=state.SETTINGS_KEYS)
def clock_of(circuit: CircuitConfig, exponents: Exponents) -> Clock:
    return read_clock(circuit, exponents)


def first_damping(experiment: Experiment) -> float:
    """R before training."""
    return clock_of(experiment.circuit, initial_exponents(experiment)).damping


@st.cache_data(show_spinner=False, max_entries=64, hash_funcs=state.SETTINGS_KEYS)
def waves_of(circuit: CircuitConfig, exponents: Exponents) -> Waves:
    """The network's waves, the largest first."""
    waves = ExactSimulator(circuit).waves(exponents)
    order = np.argsort(-np.abs(waves.amplitude), kind="stable")
    return Waves(waves.amplitude[order], waves.phase[order], waves.angles[order], waves.lengths[order])


@st.cache_data(show_spinner=False, max_entries=32, hash_funcs=state.SETTINGS_KEYS)
def answers_to_all(circuit: CircuitConfig, exponents: Exponents) -> Array:
    """⟨Z⟩ of all inputs, or of a random sample where there are too many: float64 (n,)."""
    n_pixels = exponents.shape[1]
    if n_pixels <= MAX_PIXELS:
        return all_answers(circuit, exponents)
    return expectation(circuit, exponents, random_inputs(circuit, n_pixels))


def affordable(circuit: CircuitConfig, n_pixels: int) -> int:
    """How many inputs a page may ask a network about."""
    return max(100, min(MAX_INPUTS, MAX_WORK // (count_path_pairs(circuit.layers) * n_pixels)))


def random_inputs(circuit: CircuitConfig, n_pixels: int) -> Array:
    """The same ones for all networks of this kind: uint8 (n, n_pixels)."""
    return np.random.default_rng(0).integers(0, 2, (affordable(circuit, n_pixels), n_pixels), dtype=np.uint8)


@state.kept(64, st.cache_data)
def answers_to(
    circuit: CircuitConfig, exponents: Exponents, config: DataConfig, part: str, first: int | None = None
) -> Array:
    """⟨Z⟩ of the first training patterns or test images, by default of all: float64 (n,)."""
    bits = patterns(config).bits if part == "patterns" else state.dataset(config).test.bits
    return expectation(circuit, exponents, bits[:first])


# What is looked at


def section(is_clock: bool) -> dict[str, Any]:
    """The page's tabs by their names in the address; `.open` says which one is seen.

    A tab that this circuit does not have gives way to the first.
    """
    without = ("waves",) if is_clock else ("clock", "map", "cosine")
    names = [name for name in COMPUTES_SECTION.options if name not in without]
    return sections(COMPUTES_SECTION, f"computes-section-{is_clock}", names)


def chosen_bits(dataset: Dataset, config: DataConfig, run: Run) -> Chosen:
    """What the address names: a training pattern, or else a test image."""
    all_of_them = patterns(config)
    fit_number(PATTERN, len(all_of_them), "training patterns")
    number = seen(PATTERN)
    if number is not None:
        return Chosen(
            all_of_them.bits[number - 1], f"Training pattern {number:,} of {len(all_of_them):,}", None, None, number
        )
    example = test_example(dataset, run)
    truth = dataset.truth(example)
    shown = with_article(truth).replace(" ", "\u00a0", 1)
    image = state.raw_images(config.file, dataset.test_rows[example], "test")
    return Chosen(dataset.test.bits[example], f"Test image {example + 1:,}, {shown}", image, truth, None)


def tools(dataset: Dataset, circuit: CircuitConfig, n_waves: int) -> None:
    """Another image, and what there is to know of these layers."""
    with st.container(key="beside-tabs", horizontal=True, vertical_alignment="center", gap="small"):
        if n_waves == 1:
            with st.popover("Why a clock?", key="computes-why"):
                st.markdown(WHY_A_CLOCK)
        if circuit != CircuitConfig():
            with st.popover("These layers", icon=":material/waves:", key="computes-layers"):
                st.markdown(stack_words(circuit.layers, n_waves))
        another_digit(dataset, "computes-another", before=lambda: look_at(PATTERN, None))


def line(words: str, *more: str) -> None:
    """What a figure shows, in one line; what else there is to say opens from it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(words, width="content")
        with st.popover("More", type="tertiary", key=f"computes-more-{seen(COMPUTES_SECTION)}"):
            for part in filter(None, more):
                st.markdown(part)


def picture_of(chosen: Chosen) -> str:
    return gray_picture(chosen.image) if chosen.image is not None else bits_picture(chosen.bits)


# The clock


_packed: WeakKeyDictionary[Reel, bytes] = WeakKeyDictionary()


def clock_for_browser(run: Run) -> str:
    """Where the browser gets the clock at all kept steps of the run."""
    if run.reel not in _packed:
        _packed[run.reel] = clock_reel(run.experiment.circuit, run.reel)
    return published("clock", _packed[run.reel])


def show_clock(run: Run, chosen: Chosen, names: Names) -> None:
    """It turns by itself, or stands after as many pixels as the address says."""
    fit_number(AFTER, len(chosen.bits), "pixels")
    image = "" if chosen.image is None else gray_picture(chosen.image)
    turning_hand(
        clock_for_browser(run), "computes", chosen.bits, image, names, chosen.truth, seen(AFTER), "computes-clock"
    )


def angle_table(clock: Clock, size: int) -> str:
    """φ in radians at each pixel, in the rows of the image."""
    rows = clock.angles.reshape(size, size).tolist()
    text = "\n".join(" ".join(signed(angle).rjust(6) for angle in row) for row in rows)
    return f"φ in radians, row by row:\n```text\n{text}\n```"


# The cosine


def cosine_controls(n: int) -> None:
    """Which pattern, by its number; whether whole turns are left out; and the way to the clock."""
    label, help_words = f"Pattern, 1 to {n:,}", "1 is the most frequent among the training images."
    choose(PATTERN, label, "computes-pattern", max_value=n, placeholder="none", help=help_words)
    choose(
        FOLD,
        "One turn only",
        "computes-fold",
        help="Whole turns, of 2π, change nothing: without them the curve is the clock's face, unrolled.",
    )
    st.button(
        "See it on the clock",
        key="computes-follow",
        icon=":material/schedule:",
        width="stretch",
        on_click=look_at,
        args=(COMPUTES_SECTION, None),
    )


def take_pattern(point: dict[str, Any]) -> None:
    """Look at the pattern whose point was clicked."""
    if point["custom"] is not None:
        look_at(PATTERN, int(point["custom"][0]) + 1)


def place_on_curve(sums: Reals, folded: bool) -> Array:
    """Σ z φ, without whole turns where folded."""
    return wrapped(sums) if folded else sums


def behind(chosen: Chosen, dataset: Dataset, config: DataConfig) -> None:
    """The training images that have the chosen bits."""
    alike = (dataset.train.bits == chosen.bits).all(axis=1)
    labels, rows = dataset.train.labels, dataset.train_rows
    found = Collision(chosen.bits, rows[alike & labels], rows[alike & ~labels])
    if not alike.any():
        st.info("No training image has these bits: the network was never told what they are.", icon=":material/help:")
    for positive, members in ((True, found.positive_rows), (False, found.negative_rows)):
        if len(members):
            sheet = collision_sheet(found, config, positive)
            picture(sheet, key=f"computes-behind-{positive}", max_width=360)


# Logistic regression


def logistic(experiment: Experiment) -> Viewer | None:
    """Its training on the same bits; None, with how far it is, while it goes on."""
    viewer = state.trained(experiment.rival("logistic"))
    if not has_failed(viewer, "Logistic regression cannot be trained") and viewer.state != "finished":
        Follower.of(viewer).follow(lambda: bar("Logistic regression is being trained", viewer))
    return viewer if viewer.state == "finished" else None


@state.kept(32, st.cache_data)
def effects(circuit: CircuitConfig, exponents: Exponents, config: DataConfig) -> tuple[Array, Array, float]:
    """What lighting a pixel does to ⟨Z⟩ of test images: the mean, float64 (n_pixels,), whether it raises it for
    some and lowers it for others, bool (n_pixels,), and `TURNING` where no effect is larger than that, else 0."""
    bits = state.dataset(config).test.bits[: affordable(circuit, exponents.shape[1])]
    by_image = lighting_effects(waves_of(circuit, exponents), bits)
    turning = (by_image.max(axis=0) > TURNING) & (by_image.min(axis=0) < -TURNING)
    return by_image.mean(axis=0), turning, TURNING if np.abs(by_image).max() < TURNING else 0.0


@state.kept(32, st.cache_data)
def agreement(
    circuit: CircuitConfig, exponents: Exponents, config: DataConfig, weights: Array, bias: float
) -> Agreement:
    """With the weights, float64 (n_pixels,), and the bias of logistic regression."""
    test = state.dataset(config).test
    quantum = says_first(answers_to(circuit, exponents, config, "test"))
    classical = says_first(test.bits @ weights + bias)
    n_pixels = exponents.shape[1]
    inputs = every_input(n_pixels) if n_pixels <= MAX_PIXELS else random_inputs(circuit, n_pixels)
    same = says_first(answers_to_all(circuit, exponents)) == says_first(inputs @ weights + bias)
    return Agreement(
        on_test=float((quantum == classical).mean()),
        on_inputs=float(same.mean()),
        n_inputs=len(inputs),
        qnn=float((quantum == test.labels).mean()),
        logistic=float((classical == test.labels).mean()),
    )


def has_learnt(both: Agreement, dataset: Dataset) -> bool:
    """Whether the quantum network is right more often than the one answer that is right most often, beyond chance."""
    share = float(dataset.test.labels.mean())
    return accuracy_interval(both.qnn, len(dataset.test))[0] > max(share, 1 - share)


def logistic_weights(rival: Viewer) -> tuple[Array, float]:
    """Its weight of each pixel, float64 (n_pixels,), and its bias."""
    assert rival.job.model is not None
    weights = rival.job.model.weights()
    return weights["pixels"], float(weights["bias"][0])


# Several waves


def n_drawn(waves: Waves) -> int:
    """How many waves are drawn, the largest ones."""
    sizes = np.abs(waves.amplitude[:MAX_WAVES])
    return int((sizes > SMALL_WAVE * sizes[0]).sum()) or 1


def wave_control(n_waves: int) -> int:
    """Which wave's map is shown, from 0."""
    fit_number(WAVE, n_waves, "waves")
    return choose(WAVE, f"Wave, 1 to {n_waves:,}", "computes-wave", max_value=n_waves, help="1 is the largest.") - 1


def take_wave(bar: dict[str, Any]) -> None:
    """Look at the wave whose bar was clicked."""
    if bar["custom"] is not None:
        look_at(WAVE, int(bar["custom"]) + 1)


def wave_parts(waves: Waves, bits: Bits) -> Reals:
    """What each wave gives to ⟨Z⟩ of one image: float64 (K,)."""
    parts: Reals = waves.amplitude * np.cos(waves.phase + waves.angles @ (1.0 - 2.0 * bits))
    return parts
