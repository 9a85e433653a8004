"""The strip: one image on its way through the network, each stage a picture that opens its numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import streamlit as st

from qmnist_core.arrays import Bits, Exponents, Gray, Inputs
from qmnist_core.circuits.exponents import wrap_exponents
from qmnist_core.config import IMAGE_SIDE, Experiment
from qmnist_core.data.pipeline import as_examples
from qmnist_core.look.text import percent, signed, signed_fine
from qmnist_core.pictures.diagrams import circuit_icon
from qmnist_core.pictures.pixels import SampledPlaces, bits_picture, gray_picture, sampled_places
from qmnist_core.simulators.clock import read_clock
from qmnist_core.ui.components.answer import answer
from qmnist_core.ui.components.picture import picture
from qmnist_core.ui.session import state
from qmnist_core.ui.shared.live import NAME, Run

WIDTH = 128
"""Greatest width of a stage's picture, in pixels."""


def strip(
    run: Run,
    image: Gray | None,
    key: str,
    truth: str | int | None = None,
    pad: Callable[[], None] | None = None,
    silent: bool = False,
) -> None:
    """Draw the strip of an original image, uint8 (28, 28), whose end swings with the cursor; without one, its places.

    truth: the image's class where it is known. pad: draws the first stage, in place of a picture. silent: whether the
    end is left empty.
    """
    experiment, exponents = run.experiment, run.exponents
    data, circuit = experiment.data, experiment.circuit
    given = np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.uint8) if image is None else image
    example = as_examples(given[None], np.array([True]), data)
    small, bits = example.images[0], example.bits[0]
    answers = not silent and image is not None
    value = run.follow(key, bits) if answers else math.nan
    size, n_pixels = data.size, data.n_pixels
    how = {"sample": "sampled", "area": "averaged"}[data.resize] if size < IMAGE_SIDE else "whole"
    stages = [
        (f"{IMAGE_SIDE}×{IMAGE_SIDE} image", gray_picture(given, _marks(experiment))),
        (f"{size}×{size} {how}", gray_picture(small)),
        (f"{bits.sum()} of {n_pixels} lit", bits_picture(bits)),
        (f"{n_pixels + 1} qubits", circuit_icon(bits, circuit.n_layers)),
    ]
    place = st.container(key=f"strip-{key}")
    *columns, last = place.columns([*[1] * len(stages), 2.3], gap="small", vertical_alignment="center")
    for i, (column, (words, svg)) in enumerate(zip(columns, stages, strict=True)):
        with column, st.container(key=f"stage-{key}-{i}", horizontal_alignment="center", gap="xxsmall"):
            if i == 0 and pad is not None:
                pad()
                continue
            picture(svg, key=f"{key}-{i}", max_width=WIDTH, keeps_room=True)
            with _numbers(words, f"{key}-{i}", image is not None) as are_open:
                if are_open:
                    _NUMBERS[i](experiment, exponents, given, small, bits, value)
    with last, st.container(key=f"stage-{key}-end", gap="xxsmall"):
        fresh = run.series[key] if answers else None
        answer(NAME, key if answers else None, state.names(data), truth, f"{key}-answer", fresh)
        with _numbers("Readout", f"{key}-end", answers) as are_open:
            if are_open and answers:
                _readout_numbers(experiment, exponents, given, small, bits, value)
                _answer_numbers(experiment, exponents, given, small, bits, value)


@contextmanager
def _numbers(words: str, key: str, are_there: bool) -> Iterator[bool]:
    """A menu of numbers, which are made when it is opened."""
    menu = st.popover(
        words, key=f"numbers-{key}", type="tertiary", width="stretch", disabled=not are_there, on_change="rerun"
    )
    with menu:
        yield bool(menu.open)


def _marks(experiment: Experiment) -> SampledPlaces | None:
    """Where resizing looks, unless it looks everywhere."""
    data = experiment.data
    return sampled_places(data.size, data.resize) if data.size < IMAGE_SIDE else None


def _image_numbers(experiment: Experiment, exponents: Exponents, image: Gray, *_: object) -> None:
    st.markdown("Gray values from 0 (black) to 255 (white); the yellow marks are what the small image is made of.")
    st.code(_table(image, str), language=None)


def _small_numbers(experiment: Experiment, exponents: Exponents, image: Gray, small: Gray, *_: object) -> None:
    st.markdown(f"Gray values from 0 to 1. A pixel is lit above the threshold, {experiment.data.threshold:g}.")
    st.code(_table(small, "{:.2f}".format), language=None)


def _bit_numbers(
    experiment: Experiment, exponents: Exponents, image: Gray, small: Gray, bits: Bits, value: float
) -> None:
    size = experiment.data.size
    names = ", ".join(f"({i // size}, {i % size})" for i in np.flatnonzero(bits))
    st.markdown(f"Lit pixels (row, column): {names or 'none'}. In the circuit, z is −1 where lit and +1 elsewhere.")
    st.code(_table(bits.reshape(size, size), str), language=None)


def _circuit_numbers(experiment: Experiment, exponents: Exponents, *_: object) -> None:
    data, circuit = experiment.data, experiment.circuit
    st.markdown(
        f"{data.n_pixels} data qubits, one per pixel, with an X gate where it is lit, and one readout qubit. "
        f"Each of the {circuit.n_layers * data.n_pixels:,} other gates acts on a data qubit and the readout, raised to "
        "its own exponent (in half-turns, without whole periods of 2):"
    )
    for number, (layer, row) in enumerate(zip(circuit.layers, wrap_exponents(exponents), strict=True), start=1):
        st.markdown(f"Layer {number}: {layer}")
        st.code(_table(row.reshape(data.size, data.size), signed), language=None)


def _readout_numbers(
    experiment: Experiment, exponents: Exponents, image: Gray, small: Gray, bits: Bits, value: float
) -> None:
    st.markdown(
        f"⟨Z⟩ = {signed_fine(value)}: measured many times, the readout would give +1 in "
        f"{percent((1 + value) / 2)} of the cases and −1 in the others."
    )
    if experiment.circuit.is_tutorials:
        learnt = read_clock(experiment.circuit, exponents)
        angle = float((1.0 - 2.0 * bits) @ learnt.angles)
        damping = signed_fine(learnt.damping).removeprefix("+")
        st.markdown(
            "For these two layers, ⟨Z⟩ = −R cos(Σ z φ), with an angle φ for each pixel and z = −1 where it is lit: "
            f"R = {damping}, Σ z φ = {signed_fine(angle)} rad, so "
            f"−{damping} · cos({signed_fine(angle)}) = {signed_fine(-learnt.damping * np.cos(angle))}."
        )


def _answer_numbers(
    experiment: Experiment, exponents: Exponents, image: Gray, small: Gray, bits: Bits, value: float
) -> None:
    first, second = state.names(experiment.data)
    st.markdown(f"Above 0 the network says {first}, otherwise {second}. Here ⟨Z⟩ = {signed_fine(value)}.")


_NUMBERS = (_image_numbers, _small_numbers, _bit_numbers, _circuit_numbers)


def _table(values: Inputs, form: Callable[[Any], str]) -> str:
    cells = [[form(value) for value in row] for row in values.tolist()]
    width = max(len(cell) for row in cells for cell in row)
    return "\n".join(" ".join(cell.rjust(width) for cell in row) for row in cells)
