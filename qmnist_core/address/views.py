"""What is seen of each page beside its settings, each declared once: what an address says under `show-`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from qmnist_core.address.kinds import PREFIX, Choice, Choices, Packed, Place, Real, Several, Switch, Text, View, Whole
from qmnist_core.catalogue import MODELS
from qmnist_core.channels import CHANNELS
from qmnist_core.config import IMAGE_SIDE, LAYERS, SHOWN
from qmnist_core.studies import atlas, sweep

ONLY = PREFIX + "only"
"""The settings that can be changed, where a teacher has locked the others."""

# A lesson, on any page
LESSON_NAME = Text("lesson", None)
PART = Whole("part", 1, least=1, is_strict=True)
LESSON = (LESSON_NAME.key, PART.key)
"""The lesson that is followed, and which step of it."""

# Any page
PRESENT = Switch("present")
"""Whether it fills the screen, for a projector."""


def _figures(*names: str) -> Choice[str]:
    """Which of a page's figures is shown where a slide or a page of a course frames it; its main one is the first."""
    return Choice("figure", names[0], names, "it can be {}")


# Several pages
STEP = Whole[int | None]("step", None, least=0, bound=tuple(SHOWN))
"""The cursor in the session's run: which step is looked at; None is the newest."""
EXAMPLE = Whole[int | None]("example", None, least=0, bound=("data", "digits"))
"""Which test image, from 0; None is one that the run learns to classify."""
DRAWN = Packed("drawn", None, IMAGE_SIDE**2 // 8, "the drawing in it is damaged")
"""What is drawn on the pad, in MNIST's form: a bit for each pixel, row by row."""

# Playground
DIGIT = Choice("digit", "test", {"test": "Test digit", "own": "My drawing"}, "it can be {}", between=" or ")

# Data
EXAMPLES = Whole("examples", 1, least=1)
DETAIL = Choice[str | None](
    "detail",
    None,
    {"collisions": "Collisions", "funnel": "From images to patterns", "counts": "All counts"},
    "it can be {}",
)
"""What is opened below the examples, if anything."""
COLLISION = Whole("collision", 1, least=1)

# Circuit
EXPONENTS = Choice("exponents", "trained", ("trained", "initial"), "it can be {}", former=True)
CIRCUIT_SECTION = Choice(
    "section",
    "exponent",
    {
        "exponent": "One exponent",
        "data": "Data circuit",
        "model": "Model circuit",
        "layers": "Layer by layer",
    },
    "it can be {}",
)
LAYER = Whole[int | None]("layer", None, least=1, is_strict=True, bound=("layers",))
PIXEL = Place("pixel", None, bound=("size",))
VALUE = Real("value", None, -1, 1, "an exponent is a number of half-turns from −1 to 1", bound=("layers", "size"))

# Train
TRAINED = Switch("trained", former=True)
RETRAIN = Switch("retrain", former=True)
PACE = Choice[int | None]("pace", None, (1, 2, 5, 10, 20, 50, 100, None), "it is one of {}", former=True)
BY = Choice("by", "step", ("step", "epoch"), "it is {}", former=True)
CELL = Choice("cell", 0, (0, 1, 2, 3), "it is 0 to 3")
"""Of the figure of right and wrong answers."""
MISREAD = Whole("misread", 1, least=1)

# Compare
SEEDS = Choice("seeds", 1, (1, 3, 5, 10), "seeds can be {}")
BESIDE = Choice("beside", "logistic", tuple(model for model in MODELS if model != "qnn"), "it can be {}")
ANSWERS = Choice("answers", 0, (0, 1, 2, 3), "it is 0 to 3")
"""The same where two networks are compared."""
IMAGES = Whole("images", 1, least=1)

# Draw
SOURCE = Choice(
    "source",
    "draw",
    {"draw": "Draw", "upload": "Upload", "test": "Test digit", "any": "Any digit", "teach": "Teach your own"},
    "the digit's source must be one of {}, got {got!r}",
)
TAUGHT_STEP = Whole[int | None]("taught-step", None, least=0, says="it must be the number of a training step")
"""The cursor in the training on drawings alone; past the end, as None, it is the newest."""

# What it computes
COMPUTES_SECTION = Choice[str | None](
    "computes",
    None,
    {
        "clock": "The clock",
        "map": "The map",
        "cosine": "The cosine",
        "waves": "The waves",
        "all": "Every input",
        "logistic": "Logistic regression",
    },
    "it can be {}",
)
"""None is the first that the circuit has: the first three are for one wave, the fourth for several."""
PATTERN = Whole[int | None]("pattern", None, least=1)
AFTER = Whole[int | None]("after", None, least=0)
"""After how many pixels the clock stands when it is opened; None lets it turn."""
FOLD = Switch("fold")
WAVE = Whole("wave", 1, least=1)

# Why it can fail
PLATEAU_SECTION = Choice(
    "plateau",
    "pair",
    {"pair": "Two trainings", "before": "Before training, size by size", "terms": "Shrinking, or a plateau?"},
    "it can be {}",
)
SPREAD_UPTO = Choice("spread-upto", IMAGE_SIDE, {8: "to 8×8", IMAGE_SIDE: "all"})
SPREAD_SEEDS = Choice("spread-seeds", 200, {count: f"{count:,}" for count in (50, 200, 1000)})
PAIR_SIZE = Whole("pair-size", IMAGE_SIDE, least=2, most=IMAGE_SIDE)
PAIR_STEP = Whole[int | None]("pair-step", None, least=0, bound=tuple(SHOWN))
"""The cursor in both trainings; None is the newest."""
PAIR_TRAINED = Choice("pair-trained", 0, (0, 1), former=True)

# Full resolution
RESOLUTION_SECTION = Choice(
    "resolution",
    "learnt",
    {"learnt": "What it has learnt", "sizes": "What size brings", "memory": "Why not simulate it?"},
    "it can be {}",
)
BATCH = Choice("batch", "large", ("large", "panel"), "it can be {}", between=" or ")
MAP_STEP = Whole[int | None]("map-step", None, least=0, says="it must be the number of a training step")
"""The cursor in its training; past the end, as None, it is the newest."""
SIZES = Choices("sizes", sweep.Choice.sizes, sweep.SIZES, "sizes can be {}")
ENCODINGS = Choices("encodings", sweep.Choice.encodings, sweep.READ, "it can have {}", between=" and ")
RESIZES = Choices("resizes", sweep.Choice.resizes, sweep.RESIZED, "it can have {}", between=" and ")
SWEEP_SEEDS = Choice("sweep-seeds", sweep.Choice.n_seeds, sweep.SEED_COUNTS, "seeds can be {}")

# Ten digits
TEN_SECTION = Choice(
    "ten",
    "read",
    {"read": "Any digit", "mistakes": "Mistakes", "maps": "Maps", "quantum": "Is it quantum?"},
    "it can be {}",
)
CIRCUITS = Choice("circuits", 16, (1, 4, 16, 64), "circuits can be {}")
"""Circuits a digit."""
TEN_STEP = Whole[int | None]("ten-step", None, least=0, says="it must be the number of a training step")
"""The cursor in their training; past the end, as None, it is the newest."""
GIVEN = Choice("given", "draw", {"draw": "Draw", "photo": "Photo"}, "it can be {}", between=" or ")
"""How the image that they read is given."""
CONFUSED = Whole[int | None]("confused", None, least=0, most=99)
"""A cell of its figure of mistakes: ten times the true digit, and the digit said; None is the most frequent mistake."""
CONFUSED_IMAGES = Whole("confused-images", 1, least=1, most=999)

# Atlas
ATLAS_SECTION = Choice(
    "atlas", "map", {"map": "The map", "best": "The best, tested", "about": "How it was made"}, "it can be {}"
)
START = Choice("start", atlas.STARTS[0], {start: f"{start} start" for start in atlas.STARTS}, "it can be {}")
STACK = Several("stack", None, LAYERS, atlas.MOST_LAYERS)
"""Which stack is looked at; None is the settings' own, where the atlas has it."""

# Noise
NOISE_SECTION = Choice("noise", "answers", {"answers": "The answers", "size": "The largest network"})
KIND = Choice("kind", next(iter(CHANNELS)), tuple(CHANNELS))
INFIDELITIES = (0.0, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)
INFIDELITY = Choice[float | None]("infidelity", None, INFIDELITIES)
"""Average gate infidelity; None is where the answers begin to suffer."""
RATE = Choice("rate", 0.0, (0, *INFIDELITIES), former=True)
"""The channel's own parameter."""
SHOTS = Choice("shots", 1001, (1, 3, 11, 31, 101, 301, 1001, 3001, 10_001, 100_001, 1_000_001))
"""Odd, so that there are no ties."""
DEEPER = Switch("deeper")
"""Whether how large a network still works is found out for four layers, too."""
SURE = Choice("sure", 0.95, (0.9, 0.95, 0.99, 0.999))


def _by_name(*views: View[Any]) -> dict[str, View[Any]]:
    return {view.name: view for view in views}


VIEWS = MappingProxyType(
    {
        "home": _by_name(STEP, DIGIT, EXAMPLE, DRAWN, _figures("strip", "curves", "histogram", "maps")),
        "data": _by_name(EXAMPLES, DETAIL, COLLISION),
        "circuit": _by_name(STEP, EXAMPLE, EXPONENTS, CIRCUIT_SECTION, LAYER, PIXEL, VALUE),
        "train": _by_name(
            STEP, CELL, MISREAD, TRAINED, RETRAIN, PACE, BY, _figures("curves", "histogram", "confusion", "maps")
        ),
        "compare": _by_name(SEEDS, BESIDE, ANSWERS, IMAGES),
        "draw": _by_name(STEP, SOURCE, TAUGHT_STEP, TEN_STEP, CIRCUITS, GIVEN, EXAMPLE, DRAWN),
        "computes": _by_name(STEP, COMPUTES_SECTION, EXAMPLE, PATTERN, AFTER, FOLD, WAVE),
        "plateau": _by_name(PLATEAU_SECTION, SPREAD_UPTO, SPREAD_SEEDS, PAIR_SIZE, PAIR_STEP, PAIR_TRAINED),
        "resolution": _by_name(RESOLUTION_SECTION, BATCH, MAP_STEP, SIZES, ENCODINGS, RESIZES, SWEEP_SEEDS),
        "ten": _by_name(TEN_SECTION, TEN_STEP, CIRCUITS, GIVEN, CONFUSED, CONFUSED_IMAGES, DRAWN),
        "atlas": _by_name(ATLAS_SECTION, START, STACK),
        "noise": _by_name(STEP, NOISE_SECTION, KIND, INFIDELITY, RATE, SHOTS, SURE, DEEPER, EXAMPLE),
        "lessons": {},
        "class": {},
        "join": {},
    }
)
"""By page, then by name without `show-`."""


def in_todays_words(view: Mapping[str, str]) -> dict[str, str]:
    """A view of an address, without what only addresses of before say of a run: that it is trained, at which pace, what
    its curves are drawn by, and whether its first exponents are looked at, which is the cursor's now; nor of the
    circuit's files, now in a menu. A collision that is named is opened."""
    gone = {EXPONENTS.key, TRAINED.key, RETRAIN.key, PACE.key, BY.key, PAIR_TRAINED.key}
    found = {name: value for name, value in view.items() if name not in gone}
    if view.get(EXPONENTS.key) == "initial":
        found.setdefault(STEP.key, "0")
    if found.get(CIRCUIT_SECTION.key) == "download":
        del found[CIRCUIT_SECTION.key]
    if found.get(DETAIL.key) is None and COLLISION.key in found:
        found[DETAIL.key] = "collisions"
    return found


def is_known(name: str) -> bool:
    """Whether an address can say something of this name beside the settings."""
    return name in (ONLY, PRESENT.key, *LESSON) or any(
        name == view.key for views in VIEWS.values() for view in views.values()
    )
