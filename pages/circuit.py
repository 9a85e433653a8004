"""Circuit: how one image becomes a circuit, and how its exponents make the answer."""

import streamlit as st

from qmnist_core.look.text import counted
from qmnist_core.pictures.diagrams import MAX_DRAWN, encoding_diagram, model_diagram
from qmnist_core.pictures.gauge import gauge
from qmnist_core.pictures.pixels import MAX_NUMBERED_SIZE, bits_picture, gray_picture, pixel_name, sampled_places
from qmnist_core.plots.readout import exponent_scan, readout_after_layers
from qmnist_core.simulators import expectation, probe
from qmnist_core.ui.circuit import views
from qmnist_core.ui.components.chart import chart
from qmnist_core.ui.components.picture import picture
from qmnist_core.ui.frame.page import checked_dataset, frame, test_example
from qmnist_core.ui.session import state
from qmnist_core.ui.shared.dock import follow_run, show_dock
from qmnist_core.ui.shared.strip import strip

experiment = frame(
    "circuit",
    "Every pixel has its own qubit, and every qubit meets one **readout** qubit, gate by gate. "
    "Pick a digit, follow a pixel into its wire, then open *One exponent* and turn a single gate: see if ⟨Z⟩ moves.",
)
dataset = checked_dataset(experiment)
data, layers = experiment.data, experiment.circuit.layers
size, n_pixels, n_gates = data.size, data.n_pixels, len(layers) * data.n_pixels

run = follow_run(experiment, dataset)
stage, own_exponents = f"after step {run.step:,}", run.exponents
example = test_example(dataset, run)
views.example_control(dataset, example)
chosen = views.chosen_exponent(experiment)
exponents = chosen.put_into(own_exponents)
bits, image = dataset.test.bits[example], state.raw_images(dataset.test_rows, "test")[example]
truth = data.digits[not dataset.test.labels[example]]
value = float(expectation(experiment.circuit, exponents, bits[None])[0])
strip(run, image, "circuit", truth)

notice = st.container()
tabs = views.section()
if chosen.value is not None and not tabs["exponent"].open:  # where the slider says so itself
    with notice:
        views.change_notice(chosen, own_exponents)

with tabs["data"]:
    if tabs["data"].open:
        st.markdown(
            "Each lit pixel puts an **X** gate on the wire of the same name; all others stay in |0⟩. "
            "The ring on the pixel and the band on the wire mark the same place."
        )
        images, wires = st.columns([1, 1.5], gap="large")
        with images:
            views.pixel_control(chosen, "data")
            picture(
                gray_picture(image, sampled_places(size, data.resize) if size < 28 else None),
                "circuit-image",
                max_width=170,
            )
            st.caption("The image they come from", text_alignment="center")
            picture(bits_picture(bits, size <= MAX_NUMBERED_SIZE, chosen.pixel), "circuit-bits", max_width=300)
            st.caption(
                "The bits: lit pixels are filled"
                + (", each with its row and column" if size <= MAX_NUMBERED_SIZE else ""),
                text_alignment="center",
            )
        with wires:
            picture(encoding_diagram(bits, chosen.pixel), "circuit-encoding", max_width=480 if n_pixels <= 16 else 400)
            if n_pixels > MAX_DRAWN:
                st.caption(
                    f"{n_pixels} wires are too many to draw: these are the first and last two, some lit ones "
                    f"and the chosen one. All {int(bits.sum())} lit pixels have their X."
                )

with tabs["model"]:
    if tabs["model"].open:
        st.markdown(
            f"Each layer has one gate between each pixel's qubit and the readout, {n_gates:,} in all. "
            f"The number above a gate is its exponent {stage}; one pixel's wire is marked. "
            + views.numbers_in_words(experiment)
        )
        paged = len(layers) > 2
        controls = st.columns(3)
        with controls[0]:
            views.pixel_control(chosen, "model")
        if paged:
            with controls[1]:
                views.layer_control(experiment, chosen, "model")
        drawn = model_diagram(layers, n_pixels, exponents, chosen.pixel, *((chosen.layer, 1) if paged else ()))
        picture(drawn, "circuit-model", min_width=900)
        if n_pixels > MAX_DRAWN:
            st.markdown(
                f"**{n_pixels + 1} qubits and {n_gates:,} gates are too many to draw one by one.** The drawing shows "
                f"those of the first three pixels, the last two and the chosen one, {pixel_name(chosen.pixel, size)}. "
                "The others do the same for the pixels in between; their order within a layer does not matter, since "
                "its gates commute. All exponents are in the maps below."
            )
        st.markdown("**The exponents as maps**, one per layer, each at its pixel's place. Click on a pixel to mark it.")
        views.exponent_map_chart(experiment, exponents, chosen, "model")

with tabs["layers"]:
    if tabs["layers"].open:
        after = probe.readout_after_layers(experiment.circuit, exponents, bits)
        st.markdown(
            "⟨Z⟩ of this image if the circuit ended there: the layers so far, then H and the measurement. "
            + views.after_layers_in_words(layers, after)
        )
        chart(readout_after_layers(after.tolist(), ["no layer", *layers]), "circuit-after-layers")

with tabs["exponent"]:
    if tabs["exponent"].open:
        knobs, curve = st.columns([1, 1.35], gap="large")
        with knobs:
            layer, pixel = st.columns(2, gap="small")
            with layer:
                views.layer_control(experiment, chosen, "exponent")
            with pixel:
                views.pixel_control(chosen, "exponent")
            views.exponent_control(chosen, own_exponents)
            picture(gauge(value, data.digits), "circuit-gauge", max_width=230)
        with curve:
            values = views.scan(experiment, exponents, bits, chosen)
            st.markdown(views.scan_in_words(experiment, chosen, values))
            now = float(exponents[chosen.layer, chosen.pixel]), value
            chart(exponent_scan(views.GRID.tolist(), values.tolist(), now), "circuit-scan")
        st.markdown("**All exponents**, one map per layer; the chosen one has a frame. Click on a pixel to choose it.")
        views.exponent_map_chart(experiment, exponents, chosen, "exponent")

with tabs["download"]:
    if tabs["download"].open:
        st.markdown(
            f"The circuit of test image {example + 1:,} with its exponents {stage}: "
            f"{n_pixels + 1} qubits, an X for {counted(int(bits.sum()), 'lit pixel')}, {n_gates:,} gates of the model."
        )
        views.downloads(experiment, exponents, bits, example)

show_dock(run, dataset)
