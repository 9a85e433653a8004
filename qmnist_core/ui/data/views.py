"""What the data page shows besides its layout: cached counts, sheets of images, and figures in words."""

from __future__ import annotations

import numpy as np
import streamlit as st

from qmnist_core.address.views import COLLISION
from qmnist_core.config import IMAGE_SIDE, DataConfig, averages, removals
from qmnist_core.data.pipeline import Collision, Counts, Dataset
from qmnist_core.look.text import percent, unbroken, with_article
from qmnist_core.pictures.pixels import gray_picture, sampled_places
from qmnist_core.ui.components.examples import Shown
from qmnist_core.ui.session import state
from qmnist_core.ui.session.looking import leaf, look_at, seen
from qmnist_core.ui.session.session import session
from qmnist_core.words.ceiling import at_length, seen_once

THRESHOLDS = tuple(step / 100 for step in range(101))
"""Where the slider can stand."""
N_EXAMPLES = 3
"""Of each class on the screen."""


def ceilings(config: DataConfig) -> list[float]:
    """The accuracy ceiling at each of THRESHOLDS."""
    return _ceilings(state.gray(config).config)


@state.kept(16)
def _ceilings(config: DataConfig) -> list[float]:
    ceilings: list[float] = state.gray(config).ceilings(THRESHOLDS).tolist()
    return ceilings


def collisions(config: DataConfig) -> tuple[Collision, ...]:
    """`Dataset.collisions` of these settings; costs nothing where there are none."""
    return _collisions(config) if state.dataset(config).counts.n_contradictory_binary else ()


@state.kept(24)
def _collisions(config: DataConfig) -> tuple[Collision, ...]:
    return state.dataset(config).collisions()


def n_example_sets(dataset: Dataset) -> int:
    """How many times N_EXAMPLES other training images of each class can be shown."""
    labels = dataset.compared.labels
    return max(1, int(max(labels.sum(), (~labels).sum())) // N_EXAMPLES)


def shown_examples(dataset: Dataset, config: DataConfig, number: int, positive: bool) -> Shown:
    """Training images of one class. number: which set of them, from 1; after the last comes the first again."""
    found, name, title = dataset.compared, dataset.names[not positive], state.title(config.file)
    chosen = np.flatnonzero(found.labels == positive)
    if len(chosen):
        start = (number - 1) % n_example_sets(dataset) * N_EXAMPLES
        chosen = chosen[np.arange(start, start + N_EXAMPLES) % len(chosen)]
    rows = dataset.gray.train_rows[chosen]
    places = sampled_places(config.size, config.resize) if config.size < IMAGE_SIDE else None
    originals = [
        gray_picture(image, places, f"{title} training image {row:,}, {with_article(name)}")
        for row, image in zip(rows, state.raw_images(config.file, rows, "train"), strict=True)
    ]
    small = [gray_picture(found.images[i]) for i in chosen]
    above = state.class_title(config, positive) if len(chosen) else f"No image of {name} is left"
    return Shown(above, positive, originals, small, found.images[chosen])


def collision_number(n: int) -> int:
    """Which of n collisions is looked at, from 1, with the buttons and the slider that choose it."""
    shown = seen(COLLISION)
    with st.container(horizontal=True, vertical_alignment="center"):
        for label, icon, by in (("Previous", "arrow_back", -1), ("Next", "arrow_forward", 1)):
            st.button(
                label,
                key=f"collision-{label}",
                icon=f":material/{icon}:",
                disabled=not 1 <= shown + by <= n,
                on_click=leaf,
                args=(COLLISION, n, by),
            )
        if n == 1:
            st.markdown("This is the only one.")
            return shown
        # Told of another value, a browser answers for a moment with its own: then it gets another slider instead.
        key = f"collision-number-{n}-{session().collision_sliders}"
        if st.session_state.get(key, shown) != shown:
            session().collision_sliders += 1
            key = f"collision-number-{n}-{session().collision_sliders}"
        st.slider(
            f"Which of the {n} patterns, the most mixed first",
            1,
            n,
            shown,
            key=key,
            width="stretch",
            on_change=lambda: look_at(COLLISION, st.session_state[key]),
        )
    return shown


def collision_words(collision: Collision, config: DataConfig) -> str:
    """What a collision means, in a sentence or two."""
    n_alike = len(collision.positive_rows) + len(collision.negative_rows)
    lit = f"{collision.bits.sum()} of {config.n_pixels} pixels lit"
    removed = " With these settings they are removed from training." if removals(config.contradictions) > 1 else ""
    return (
        f"All {n_alike:,} training images with these bits ({lit}) look alike to a network: "
        f"it must give them all the same answer.{removed}"
    )


def sampling_words(config: DataConfig) -> str:
    """Which pixels make the small image, in a sentence."""
    size, whole = config.size, IMAGE_SIDE**2
    if size == IMAGE_SIDE:
        return f"At {size}×{size} all {whole} pixels are kept: nothing is made smaller."
    if averages(config.resize):
        return (
            f"Yellow lines: each of the {size**2} small pixels is the mean of one cell, so every original pixel counts."
        )
    n_read = len(sampled_places(size, config.resize).pixels)
    blended = "" if n_read == size**2 else f", blended into {size**2}"
    if n_read == whole:
        return f"Yellow: all {whole} pixels are read{blended}."
    rest = whole - n_read
    return f"Yellow: the {n_read} of {whole} pixels that are read{blended}. The other {rest} are never looked at."


def live_figures(dataset: Dataset) -> list[tuple[str, str, str]]:
    """The figures that move with the threshold: label, value and explanation."""
    first, second = dataset.names
    counts, bits = dataset.counts, dataset.train.bits
    return [
        (
            "Training images",
            f"{counts.n_train:,}",
            f"Used, of {counts.n_train_filtered:,} training images of {first} or {second}.",
        ),
        (
            "Lit pixels",
            f"{np.count_nonzero(bits) / len(bits):.1f} of {bits.shape[1]}",
            "The mean over the training images.",
        ),
        (
            "Test patterns",
            f"{counts.n_test_patterns:,}",
            f"Different bit patterns among the {counts.n_test_filtered:,} test images.",
        ),
        (
            "Colliding patterns",
            f"{counts.n_contradictory_binary:,}",
            f"Bit patterns that come from {with_article(first)} and from {with_article(second)}, "
            f"of {counts.n_unique_binary:,} among the training images{_when(dataset.gray.config)}.",
        ),
    ]


def ceiling_words(counts: Counts, threshold: float, ceilings: list[float]) -> list[str]:
    """What the current ceiling means and rests on, and what comes close to it."""
    best = ceilings.index(max(ceilings))
    if counts.accuracy_ceiling >= ceilings[best]:
        where = f"No other threshold has a higher ceiling than this one, {threshold:g}."
    else:
        where = f"The curve is highest at {THRESHOLDS[best]:g}: {percent(ceilings[best])}."
    meaning, rests, lookup = at_length(counts)
    return [unbroken(words) for words in (meaning, rests, where, lookup)]


def counts_table(counts: Counts, config: DataConfig) -> str:
    """Every count of the pipeline in plain words, as a Markdown table."""
    first, second = state.names(config)

    def split(positive: int, negative: int, both: int) -> list[tuple[str, str, str]]:
        return [
            (f"– only ever {with_article(first)}", f"{positive:,}", ""),
            (f"– only ever {with_article(second)}", f"{negative:,}", ""),
            ("– seen as both", f"{both:,}", ""),
        ]

    rows = [
        (f"All images in {state.title(config.file)}", f"{counts.n_train_raw:,}", f"{counts.n_test_raw:,}"),
        (f"Images of {first} or {second}", f"{counts.n_train_filtered:,}", f"{counts.n_test_filtered:,}"),
        ("**Distinct small images**", f"**{counts.n_unique:,}**", ""),
        *split(counts.n_unique_positive, counts.n_unique_negative, counts.n_contradictory),
        ("**Images kept**", f"**{counts.n_kept:,}**", f"**{counts.n_test_filtered:,}**"),
        ("Images used", f"{counts.n_train:,}", f"{counts.n_test_filtered:,}"),
        (
            f"**Distinct bit patterns{_when(config)}**",
            f"**{counts.n_unique_binary:,}**",
            f"**{counts.n_test_patterns:,}**",
        ),
        *split(counts.n_unique_binary_positive, counts.n_unique_binary_negative, counts.n_contradictory_binary),
        ("Images used without one lit pixel", f"{counts.n_blank_train:,}", f"{counts.n_blank_test:,}"),
        ("Bit patterns that occur only once", "", seen_once(counts)),
        (
            f"Best score with the labels known, of all images of {first} or {second}",
            percent(counts.accuracy_ceiling_train),
            percent(counts.accuracy_ceiling),
        ),
        ("Accuracy of a table of the training patterns", "", percent(counts.lookup_accuracy)),
    ]
    return "\n".join(["| | To train | To test |", "|:--|--:|--:|", *("| " + " | ".join(row) + " |" for row in rows)])


def _when(config: DataConfig) -> str:
    """When patterns are counted, where that is not at the end."""
    return ", before the second removal" if removals(config.contradictions) > 1 else ""
