"""The Circuit page's controls, all kept in the address, and its downloads."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
import streamlit as st

from qmnist_core.address.views import CIRCUIT_SECTION, EXAMPLE, LAYER, PIXEL, VALUE
from qmnist_core.arrays import Bits, Exponents, Reals
from qmnist_core.circuits.build import full_circuit
from qmnist_core.circuits.dependence import depends_on_image, effective_numbers, idle_layers
from qmnist_core.circuits.exponents import wrap_exponents
from qmnist_core.circuits.export import MAX_QUIRK_QUBITS, quirk_address, to_json, to_qasm, to_quirk
from qmnist_core.config import CircuitConfig, Experiment
from qmnist_core.data.pipeline import Dataset
from qmnist_core.errors import InputError
from qmnist_core.look.text import counted, magnitude, signed
from qmnist_core.metrics import said, says_first
from qmnist_core.pictures.diagrams import MAX_DRAWN, encoding_diagram, model_diagram
from qmnist_core.pictures.pixels import pixel_name
from qmnist_core.simulators.probe import strongest_exponent
from qmnist_core.ui.components.knob import Knob, knob
from qmnist_core.ui.components.maps import maps
from qmnist_core.ui.frame.page import another_digit, tools
from qmnist_core.ui.session import state
from qmnist_core.ui.session.looking import fit, look_at, refuse_unless, seen
from qmnist_core.ui.session.widgets import sections
from qmnist_core.ui.shared.live import NAME, Run, Turn
from qmnist_core.ui.shared.takeaway import SLOW_PIXELS, file_button

HEIGHT = 262
"""Of the knob's curve, in pixels; the maps have as much room."""
SERIES = "circuit"
"""The name under which the browser has the image's ⟨Z⟩."""
VISIBLE = 0.005
"""A smaller change of ⟨Z⟩ does not show in two digits."""


@dataclass(frozen=True)
class Chosen:
    """The exponent that is looked at, and the value it was given by hand."""

    layer: int
    """From 0."""
    pixel: int
    size: int
    value: float | None
    """In [−1, 1] half-turns; None for its own."""

    @property
    def name(self) -> str:
        return f"layer {self.layer + 1}, pixel {pixel_name(self.pixel, self.size)}"

    @property
    def turn(self) -> Turn:
        return Turn(self.layer, self.pixel, self.value)


def controls(dataset: Dataset, example: int, files: Callable[[], None]) -> None:
    """Which test image: any by its number, or one drawn at random; and the circuit's files."""
    n, key = len(dataset.test), "circuit-example"
    st.session_state[key] = example + 1
    with tools():
        st.number_input(
            f"Test image, 1 to {n:,}",
            min_value=1,
            max_value=n,
            key=key,
            on_change=lambda: look_at(EXAMPLE, st.session_state[key] - 1),
            width=140,
            icon=":material/image:",
            label_visibility="collapsed",
        )
        another_digit(dataset, "another", f"This is test image {example + 1:,} of {n:,}; any other by its number.")
        menu = st.popover("Download", icon=":material/download:", key="circuit-files", on_change="rerun")
        if menu.open:
            with menu:
                files()


def chosen_exponent(run: Run, bits: Bits) -> Chosen:
    """The exponent the address names, by default the one that moves this image's ⟨Z⟩ furthest at the training's end."""
    size, layers = run.experiment.data.size, run.experiment.circuit.layers
    there_are = "there is only layer 1" if len(layers) == 1 else f"there are layers 1 to {len(layers)}"
    fit(LAYER, refuse_unless(lambda number: number is not None and number <= len(layers)), there_are)
    a_pixel_is = f"a pixel is row-column, each from 0 to {size - 1}"
    fit(PIXEL, refuse_unless(lambda place: place is not None and max(place) < size), a_pixel_is)
    layer, pixel = _strongest(run.experiment.circuit, run.reel.exponents[-1], bits)
    number, place = seen(LAYER), seen(PIXEL)
    return Chosen(
        layer if number is None else number - 1,
        pixel if place is None else place[0] * size + place[1],
        size,
        seen(VALUE),
    )


@st.cache_data(show_spinner=False, max_entries=200, hash_funcs=state.SETTINGS_KEYS)
def _strongest(circuit: CircuitConfig, exponents: Exponents, bits: Bits) -> tuple[int, int]:
    return strongest_exponent(circuit, exponents, bits)


def section() -> dict[str, Any]:
    """The page's tabs by their names in the address; `.open` says which one is seen."""
    return sections(CIRCUIT_SECTION, "circuit-section", tuple(CIRCUIT_SECTION.options))


def pixel_control(chosen: Chosen, place: str) -> None:
    """Which pixel, and so which qubit, is marked everywhere."""
    key, size = f"circuit-pixel-{place}", chosen.size
    st.session_state[key] = chosen.pixel
    st.selectbox(
        "Pixel (row, column)",
        range(size**2),
        format_func=lambda pixel: pixel_name(pixel, size),
        key=key,
        on_change=lambda: choose_exponent(chosen, chosen.layer, st.session_state[key]),
        label_visibility=_labels(place),
    )


def layer_control(experiment: Experiment, chosen: Chosen, place: str) -> None:
    """Which layer."""
    key, layers = f"circuit-layer-{place}", experiment.circuit.layers
    st.session_state[key] = chosen.layer
    st.selectbox(
        "Layer",
        range(len(layers)),
        format_func=lambda layer: f"{layer + 1}: {layers[layer]}",
        key=key,
        on_change=lambda: choose_exponent(chosen, st.session_state[key], chosen.pixel),
        label_visibility=_labels(place),
    )


def _labels(place: str) -> Literal["visible", "collapsed"]:
    """Beside the maps there is no room for them."""
    return "collapsed" if place == "exponent" else "visible"


def turn_it(run: Run, bits: Bits, chosen: Chosen) -> None:
    """The knob of the chosen exponent, and maps of all: a click on a pixel chooses it."""
    circuit, size = run.experiment.circuit, chosen.size
    left, right = st.columns([2.3, 1], gap="medium")
    with left:
        shown = Knob(
            NAME,
            SERIES,
            state.names(run.experiment.data),
            chosen.layer,
            chosen.pixel,
            chosen.name.capitalize(),
            chosen.value,
            circuit.n_layers,
            size**2,
        )
        knob(shown, HEIGHT, lambda value: look_at(VALUE, value), "circuit-knob")
    with right, st.container(key="circuit-choice"):
        layer, pixel = st.columns(2, gap="xsmall")
        with layer:
            layer_control(run.experiment, chosen, "exponent")
        with pixel:
            pixel_control(chosen, "exponent")
        at, choose_it = (chosen.layer, chosen.pixel), partial(choose_exponent, chosen)
        maps(NAME, circuit.layers, size, HEIGHT - 96, "circuit-maps", at, choose_it)
        with st.popover("What can it do?", key="circuit-can-do", type="tertiary"):
            st.markdown(scan_in_words(run.experiment, chosen, run.scan(bits)[run.frame]))


def change_notice(run: Run, chosen: Chosen) -> None:
    """Says that an exponent was changed by hand, with the way back."""
    now = signed(run.exponents[chosen.layer, chosen.pixel])
    own = signed(float(wrap_exponents(run.reel.exponents[run.frame, chosen.layer, chosen.pixel])))
    words, button = st.columns([3, 1], vertical_alignment="center")
    words.info(
        f"One exponent is changed by hand: {chosen.name} is {now} instead of {own}. "
        "Everything shown here, and the downloads, use this value.",
        icon=":material/tune:",
    )
    with button:
        st.button(f"Back to {own}", key="circuit-back", icon=":material/undo:", on_click=look_at, args=(VALUE, None))


def choose_exponent(chosen: Chosen, layer: int, pixel: int) -> None:
    """Look at another exponent; the value given to the one before goes with it."""
    if (layer, pixel) != (chosen.layer, chosen.pixel):
        look_at(LAYER, layer + 1)
        look_at(PIXEL, divmod(pixel, chosen.size))
        look_at(VALUE, None)


def scan_in_words(experiment: Experiment, chosen: Chosen, wave: Reals) -> str:
    """What the chosen exponent can do to ⟨Z⟩ of this image, all others as they are. wave: A, B and C of
    `simulators.probe.scan_over_time`, (3,)."""
    reach = float(np.hypot(wave[1], wave[2]))
    low, high = float(wave[0]) - reach, float(wave[0]) + reach
    if high - low < VISIBLE:
        layers = experiment.circuit.layers
        idle = idle_layers(experiment.circuit)
        is_idle = chosen.layer in idle
        if is_idle and not all(layer[1] == "X" for layer in layers[chosen.layer :]):
            return (
                f"**This exponent has no effect: ⟨Z⟩ stays {signed(low)} whatever its value.** Layer "
                f"{chosen.layer + 1} is idle in this stack: its exponents do not change the answer for any image."
            )
        if not is_idle:
            return (
                f"**Alone, this exponent has no visible effect: ⟨Z⟩ stays near {signed(low)}** whatever its value "
                f"(it moves by {magnitude(high - low)})."
            )
        earlier = any(i not in idle for i in range(chosen.layer))
        return (
            f"**This exponent has no effect: ⟨Z⟩ stays {signed(low)} whatever its value.** From layer "
            f"{chosen.layer + 1} to the end every gate acts on the readout with X, and so commutes with what the last "
            f"H and Z measure.{' Try an earlier layer.' if earlier else ''}"
        )
    first, second = names = state.names(experiment.data)
    text = f"This exponent alone can take ⟨Z⟩ from {signed(low)} to {signed(high)}"
    if says_first(low) != says_first(high):
        everywhere = "" if depends_on_image(experiment.circuit) else ", for every image at once"
        return f"**{text}: enough to switch the answer between {second} and {first}{everywhere}.**"
    return f"**{text}: the answer stays {said(low, names)}.**"


def numbers_in_words(experiment: Experiment) -> str:
    """How many independent numbers all exponents amount to."""
    circuit, n_pixels = experiment.circuit, experiment.data.n_pixels
    n_exponents, n_numbers = circuit.n_layers * n_pixels, effective_numbers(circuit, n_pixels)
    if n_numbers == n_exponents:
        return f"All {n_exponents:,} exponents matter independently."
    return f"The {n_exponents:,} exponents amount to {counted(n_numbers, 'independent number')}."


def after_layers_in_words(layers: tuple[str, ...], values: Reals) -> str:
    """What each layer does to ⟨Z⟩, if the circuit ended after it."""
    idle = [i for i in range(1, len(values)) if abs(values[i] - values[i - 1]) < VISIBLE]
    last = {1: "the only one", 2: "both"}.get(len(layers), f"all {len(layers)}")
    text = f"Without any layer ⟨Z⟩ is {signed(values[0])}; after {last} it is {signed(values[-1])}."
    for i in idle:
        text += f" Layer {i} ({layers[i - 1]}) leaves it where it was"
        shows_later = i < len(layers) and i - 1 not in idle_layers(CircuitConfig(layers))
        text += "; any effect it has shows through later layers." if shows_later else "."
    return text


def downloads(experiment: Experiment, exponents: Exponents, bits: Bits, example: int) -> None:
    """The circuit of one image as files; what needs Cirq is made when it is asked for."""
    n_gates = exponents.size
    st.markdown(
        f"The circuit of test image {example + 1:,}: {len(bits) + 1} qubits, an X for "
        f"{counted(int(bits.sum()), 'lit pixel')}, {n_gates:,} gates of the model, with the exponents shown."
    )
    circuit, size = experiment.circuit, experiment.data.size
    stem = f"qnn-{size}x{size}-{'-'.join(circuit.layers)}-test-{example + 1}"

    def cirq_json() -> str:
        return to_json(full_circuit(circuit, exponents, bits))

    def qasm() -> str:
        return to_qasm(full_circuit(circuit, exponents, bits), len(bits))

    some = "" if len(bits) <= MAX_DRAWN else ", with some of its wires"
    slow = " Takes a few seconds to write at this size." if len(bits) > SLOW_PIXELS else ""
    left, right = st.columns(2, gap="medium")
    with left:
        file = encoding_diagram(bits)
        file_button(
            "Data circuit, SVG", file, f"{stem}-data.svg", "image/svg+xml", f"The picture of its X gates{some}."
        )
        file_button("Cirq JSON", cirq_json, f"{stem}.json", "application/json", "`cirq.read_json(file)` gives it back.")
    with right:
        file = model_diagram(circuit.layers, len(bits), exponents)
        file_button(
            "Model circuit, SVG", file, f"{stem}-model.svg", "image/svg+xml", f"The picture of its layers{some}."
        )
        file_button(
            "OpenQASM 2.0", qasm, f"{stem}.qasm", "text/plain", f"The readout is q[0], pixel i is q[i + 1].{slow}"
        )
    st.markdown(
        "**Quirk** is a circuit simulator that runs in the browser: drag gates and see the state change at once."
    )
    try:
        quirk = to_quirk(circuit, exponents, bits)
    except InputError:
        st.info(
            f"Quirk has room for {MAX_QUIRK_QUBITS} qubits; this circuit has {len(bits) + 1}: choose image size "
            f"{math.isqrt(MAX_QUIRK_QUBITS - 1)} or less.",
            icon=":material/info:",
        )
        return
    left, right = st.columns(2, gap="medium")
    with left:
        file_button("Quirk JSON", quirk, f"{stem}-quirk.json", "application/json", "The readout is the first wire.")
    with right:
        st.link_button("Open in Quirk", quirk_address(quirk), icon=":material/open_in_new:", width="stretch")
        st.caption("Opens algassert.com in a new tab; that needs the internet.")
