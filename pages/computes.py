"""What the network computes: one hand of a clock, one map, one cosine; and its answer to every input there is."""

import streamlit as st

from qmnist_core.address.views import FOLD
from qmnist_core.circuits.dependence import effective_numbers
from qmnist_core.circuits.paths import count_path_pairs
from qmnist_core.pictures.pixels import bits_picture
from qmnist_core.plots.all_inputs import all_inputs_figure
from qmnist_core.plots.cosine import cosine_figure
from qmnist_core.plots.pixel_map import angle_map, pixel_map
from qmnist_core.plots.waves import waves_figure
from qmnist_core.simulators.all_inputs import MAX_PIXELS
from qmnist_core.simulators.clock import is_clock
from qmnist_core.ui.components.chart import chart
from qmnist_core.ui.components.maps import maps
from qmnist_core.ui.components.picture import picture
from qmnist_core.ui.computes import views
from qmnist_core.ui.frame.page import checked_dataset, frame
from qmnist_core.ui.session.looking import seen
from qmnist_core.ui.shared.dock import follow_run, show_dock
from qmnist_core.words import computes as words

experiment = frame("computes", "Every pixel turns a hand; **how far right it stops is the answer**.")
dataset = checked_dataset(experiment)
run = follow_run(experiment, dataset)
exponents = run.exponents
data, circuit = experiment.data, experiment.circuit
names, size, n_pixels = dataset.names, data.size, data.n_pixels
one_wave, n_waves = is_clock(circuit), count_path_pairs(circuit.layers)
chosen = views.chosen_bits(dataset, data, run)
value = run.follow("computes", chosen.bits)
patterns = views.patterns(data)
views.tools(dataset, circuit, n_waves)
tabs = views.section(one_wave)

if one_wave:
    clock = views.clock_of(circuit, exponents)

    with tabs["clock"], st.container(key="figure-main"):
        if tabs["clock"].open:
            views.show_clock(run, chosen, names)

    with tabs["map"]:
        if tabs["map"].open:
            before, numbers = views.first_damping(experiment), effective_numbers(circuit, n_pixels)
            views.line(
                words.map_words(clock.damping),
                words.damping_words(clock.damping, before, exponents.size, numbers),
                words.idle_words(clock, patterns.never_lit),
                views.angle_table(clock, size),
            )
            maps("clock", words.MAPS, size, 415, "computes-map", reel=views.clock_for_browser(run), captions=words.MAPS)

    with tabs["cosine"]:
        if tabs["cosine"].open:
            answers = views.answers_to(circuit, exponents, data, "patterns")
            n_wrong = patterns.n_wrong(answers)
            folded, shown = seen(FOLD), patterns.first(views.MAX_POINTS)
            left_out = f"The first {len(shown):,} of {len(patterns):,} patterns are drawn."
            views.line(
                words.wrong_words(n_wrong, patterns.n_images),
                words.cosine_words(len(patterns), n_wrong, patterns.n_least, patterns.n_images),
                left_out if len(shown) < len(patterns) else "",
            )
            left, right = st.columns([3.4, 1], gap="medium")
            with left:
                figure = cosine_figure(
                    clock.damping,
                    views.place_on_curve(clock.total(shown.bits), folded),
                    shown.positive,
                    shown.negative,
                    names,
                    float(views.place_on_curve(clock.total(chosen.bits[None]), folded)[0]),
                    folded,
                )
                chart(figure, "computes-cosine", views.take_pattern)
            with right:
                picture(bits_picture(chosen.bits), key="computes-bits", max_width=96)
                st.markdown(f"**{chosen.title}** (ring)  \n{words.answer_words(value, names, chosen.truth)}")
                views.cosine_controls(len(patterns))
                with st.popover("Its training images", width="stretch"):
                    views.behind(chosen, dataset, data)
else:
    with tabs["waves"]:
        if tabs["waves"].open:
            waves = views.waves_of(circuit, exponents)
            n_drawn = views.n_drawn(waves)
            views.line(words.sum_words(n_waves), words.waves_words(experiment, n_waves, n_drawn))
            left, middle, right = st.columns([1, 2.6, 1.7], gap="medium")
            with left:
                picture(views.picture_of(chosen), key="computes-chosen", max_width=150)
                st.markdown(f"**{chosen.title}**  \n{words.answer_words(value, names, chosen.truth)}")
                wave = views.wave_control(n_drawn)
            with middle:
                parts = views.wave_parts(waves, chosen.bits)
                figure = waves_figure(waves.amplitude, parts, wave, n_drawn)
                chart(figure, "computes-waves", views.take_wave)
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
        views.line(
            words.share_words(n_pixels, answers, names),
            words.all_words(n_pixels, answers, len(patterns), len(marked), names),
        )
        at = views.answers_to(circuit, exponents, data, "patterns", len(marked))
        whole = n_pixels <= MAX_PIXELS
        chart(all_inputs_figure(answers, at, marked.positive, marked.negative, names, whole), key="computes-all")

with tabs["logistic"]:
    if tabs["logistic"].open:
        rival = views.logistic(experiment)
        if rival is not None:
            effect, turning, least = views.effects(circuit, exponents, data)
            asked = words.mean_words(min(len(dataset.test), views.affordable(circuit, n_pixels)), len(dataset.test))
            weights, bias = views.logistic_weights(rival)
            both = views.agreement(circuit, exponents, data, weights, bias)
            views.line(
                words.same_words(both, n_pixels),
                words.agreement_words(both, len(dataset.test), n_pixels, views.has_learnt(both, dataset)),
                f"Both networks see the same bits. On the left, what lighting a pixel does to ⟨Z⟩ of the quantum "
                f"network, the mean over {asked}; on the right, what it adds to the logit of logistic regression. "
                f"**Blue means: lighting this pixel speaks for {names[0]}**, orange for {names[1]}.",
                words.turning_words(turning, one_wave, least),
                "In logistic regression, lighting a pixel counts the same whatever the other pixels are: the network "
                "is a sum.",
            )
            left, right = st.columns(2, gap="large")
            with left:
                st.markdown("**Quantum network**: the mean effect on ⟨Z⟩")
                chart(pixel_map(effect, size, "mean change", "of ⟨Z⟩", height=350), key="computes-effect")
            with right:
                st.markdown("**Logistic regression**: the effect on the logit")
                chart(pixel_map(weights, size, "weight", "of the logit", height=350), key="computes-weights")

show_dock(run, dataset)
