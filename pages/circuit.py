"""Circuit: how one image becomes a circuit, and how its exponents make the answer."""

from dataclasses import replace

import streamlit as st

from qmnist_core.pictures.diagrams import MAX_DRAWN, encoding_diagram, model_diagram
from qmnist_core.pictures.pixels import MAX_NUMBERED_SIZE, bits_picture, gray_picture, pixel_name, sampled_places
from qmnist_core.plots.readout import readout_after_layers
from qmnist_core.simulators import probe
from qmnist_core.ui.circuit import views
from qmnist_core.ui.components.chart import chart
from qmnist_core.ui.components.picture import picture
from qmnist_core.ui.frame.page import checked_dataset, frame, test_example
from qmnist_core.ui.session import state
from qmnist_core.ui.shared.dock import follow_run, show_dock
from qmnist_core.ui.shared.strip import strip

experiment = frame("circuit", "**Turn one gate** and see ⟨Z⟩ swing.")
dataset = checked_dataset(experiment)
data, layers = experiment.data, experiment.circuit.layers
size, n_pixels, n_gates = data.size, data.n_pixels, len(layers) * data.n_pixels

run = follow_run(experiment, dataset)
example = test_example(dataset, run)
bits, image = dataset.test.bits[example], state.raw_images(data.file, dataset.test_rows, "test")[example]
chosen = views.chosen_exponent(run, bits)
run = replace(run, turn=chosen.turn)
exponents = run.exponents
views.controls(dataset, example, lambda: views.downloads(experiment, exponents, bits, example))
with st.container(key="circuit-strip"):
    strip(run, image, views.SERIES, dataset.truth(example))

notice = st.container()
tabs = views.section()
if chosen.value is not None and not tabs["exponent"].open:  # where the knob says so itself
    with notice:
        views.change_notice(run, chosen)

with tabs["exponent"], st.container(key="figure-main"):
    if tabs["exponent"].open:
        views.turn_it(run, bits, chosen)

with tabs["data"]:
    if tabs["data"].open:
        st.markdown("Each lit pixel puts an **X** gate on the wire of the same name; all others stay in |0⟩.")
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
            f"One gate between each pixel's qubit and the readout in each layer, {n_gates:,} in all, with its exponent "
            f"after step {run.step:,}. {views.numbers_in_words(experiment)}"
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
                "its gates commute."
            )

with tabs["layers"]:
    if tabs["layers"].open:
        after = probe.readout_after_layers(experiment.circuit, exponents, bits)
        st.markdown(
            "⟨Z⟩ of this image if the circuit ended there: the layers so far, then H and the measurement. "
            + views.after_layers_in_words(layers, after)
        )
        chart(readout_after_layers(after.tolist(), ["no layer", *layers]), "circuit-after-layers")

show_dock(run, dataset)
