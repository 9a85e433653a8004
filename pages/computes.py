"""What the network computes: one hand of a clock, one map, one cosine; and its answer to every input there is."""

import streamlit as st

from qmnist_core.address.views import FOLD
from qmnist_core.circuits.dependence import effective_numbers
from qmnist_core.circuits.paths import count_path_pairs
from qmnist_core.config import CircuitConfig
from qmnist_core.pictures.pixels import bits_picture
from qmnist_core.plots.all_inputs import all_inputs_figure
from qmnist_core.plots.cosine import cosine_figure
from qmnist_core.plots.pixel_map import angle_map, pixel_map
from qmnist_core.plots.waves import waves_figure
from qmnist_core.simulators import expectation
from qmnist_core.simulators.all_inputs import MAX_PIXELS
from qmnist_core.simulators.clock import is_clock
from qmnist_core.ui.components.chart import chart
from qmnist_core.ui.components.picture import picture
from qmnist_core.ui.computes import views
from qmnist_core.ui.computes.clock import clock_panel
from qmnist_core.ui.frame.page import checked_dataset, frame
from qmnist_core.ui.session.looking import seen
from qmnist_core.ui.shared.dock import follow_run, show_dock
from qmnist_core.words import computes as words

experiment = frame(
    "computes",
    "What has the trained network become? With the tutorial's two layers, **a clock with one hand**: every pixel turns "
    "it, and how far right it stops is the answer. Each tab shows the same network in another way.",
)
dataset = checked_dataset(experiment)
run = follow_run(experiment, dataset)
exponents = run.exponents
data, circuit = experiment.data, experiment.circuit
digits, size, n_pixels = data.digits, data.size, data.n_pixels
one_wave, n_waves = is_clock(circuit), count_path_pairs(circuit.layers)
chosen = views.chosen_bits(dataset, data, run)
value = float(expectation(circuit, exponents, chosen.bits[None])[0])
patterns = views.patterns(data)

if circuit != CircuitConfig():
    st.info(words.stack_words(circuit.layers, n_waves), icon=":material/waves:")
tabs = views.section(one_wave)

if one_wave:
    clock = views.clock_of(circuit, exponents)

    with tabs["clock"]:
        if tabs["clock"].open:
            left, right = st.columns([1.25, 4.4], gap="medium")
            with left:
                views.chosen_control(dataset, chosen, value, data, "clock")
            with right:
                clock_panel(clock, chosen, digits)
            with st.expander("Why a clock?"):
                st.markdown(words.WHY_A_CLOCK)

    with tabs["map"]:
        if tabs["map"].open:
            before, numbers = views.first_damping(experiment), effective_numbers(circuit, n_pixels)
            st.markdown(words.damping_words(clock.damping, before, exponents.size, numbers))
            left, right = st.columns(2, gap="large")
            with left:
                st.markdown(
                    "**φ: how far an unlit pixel turns the hand** (z = +1); a lit one (z = −1) turns it back as far."
                )
                chart(angle_map(clock.angles, size, "φ"), key="computes-phi")
            with right:
                st.markdown("**−2φ: what lighting the pixel changes**, without whole turns.")
                chart(angle_map(clock.lighting, size, "−2φ"), key="computes-lighting")
            st.markdown(words.idle_words(clock, patterns.never_lit))

    with tabs["cosine"]:
        if tabs["cosine"].open:
            answers = views.answers_to(circuit, exponents, data, "patterns")
            n_wrong = patterns.n_wrong(answers)
            st.markdown(words.cosine_words(len(patterns), n_wrong, patterns.n_least, patterns.n_images))
            left, right = st.columns([2.6, 1], gap="medium")
            with left:
                folded, shown = seen(FOLD), patterns.first(views.MAX_POINTS)
                figure = cosine_figure(
                    clock.damping,
                    views.place_on_curve(clock.total(shown.bits), folded),
                    shown.positive,
                    shown.negative,
                    digits,
                    float(views.place_on_curve(clock.total(chosen.bits[None]), folded)[0]),
                    folded,
                )
                views.take_click(chart(figure, key="computes-cosine", clickable=True), chosen)
                if len(shown) < len(patterns):
                    st.caption(f"The first {len(shown):,} of {len(patterns):,} patterns are drawn.")
                views.cosine_controls(len(patterns))
            with right:
                picture(bits_picture(chosen.bits), key="computes-bits", max_width=170)
                st.markdown(f"**{chosen.title}** (ring)  \n{words.answer_words(value, digits, chosen.truth)}")
                views.behind(chosen, dataset, data)
else:
    with tabs["waves"]:
        if tabs["waves"].open:
            waves = views.waves_of(circuit, exponents)
            n_drawn = views.n_drawn(waves)
            st.markdown(words.waves_words(experiment, n_waves, n_drawn))
            left, middle, right = st.columns([1.25, 2.6, 1.7], gap="medium")
            with left:
                views.chosen_control(dataset, chosen, value, data, "waves")
            with middle:
                wave = views.wave_control(n_drawn)
                parts = views.wave_parts(waves, chosen.bits)
                figure = waves_figure(waves.amplitude, parts, wave, n_drawn)
                views.take_wave(chart(figure, key="computes-waves", clickable=True), wave)
            with right:
                st.markdown(f"**The map φ of wave {wave + 1}**")
                chart(
                    angle_map(waves.angles[wave], size, "φ", height=340),
                    key="computes-wave-map",
                )

with tabs["all"]:
    if tabs["all"].open:
        answers = views.answers_to_all(circuit, exponents)
        marked = patterns.first(views.affordable(circuit, n_pixels))
        st.markdown(words.all_words(n_pixels, answers, len(patterns), len(marked), digits))
        at = views.answers_to(circuit, exponents, data, "patterns", len(marked))
        whole = n_pixels <= MAX_PIXELS
        chart(all_inputs_figure(answers, at, marked.positive, marked.negative, digits, whole), key="computes-all")

with tabs["logistic"]:
    if tabs["logistic"].open:
        rival = views.logistic(experiment)
        if rival is not None:
            effect, turning, least = views.effects(circuit, exponents, data)
            asked = words.mean_words(min(len(dataset.test), views.affordable(circuit, n_pixels)), len(dataset.test))
            weights, bias = views.logistic_weights(rival)
            st.markdown(
                "Both networks see the same bits. In both maps **blue means: lighting this pixel speaks for "
                f"{digits[0]}**, orange for {digits[1]}."
            )
            left, right = st.columns(2, gap="large")
            with left:
                st.markdown(f"**Quantum network**: what lighting the pixel does to ⟨Z⟩, the mean over {asked}.")
                chart(pixel_map(effect, size, "mean change", "of ⟨Z⟩", height=350), key="computes-effect")
                st.markdown(words.turning_words(turning, one_wave, least))
            with right:
                st.markdown("**Logistic regression**: what lighting the pixel adds to the logit, for every image.")
                chart(pixel_map(weights, size, "weight", "of the logit", height=350), key="computes-weights")
                st.markdown("Whatever the other pixels are, lighting this one counts the same: the network is a sum.")
            both = views.agreement(circuit, exponents, data, weights, bias)
            st.markdown(words.agreement_words(both, len(dataset.test), n_pixels, views.has_learnt(both, dataset)))

show_dock(run, dataset)
