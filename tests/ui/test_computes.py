"""The lab on the learnt function: every figure is the network's, other stacks say what holds, addresses are kept."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from qmnist_core.arrays import Array, Exponents
from qmnist_core.config import CircuitConfig, DataConfig, Experiment
from qmnist_core.data.pipeline import Dataset
from qmnist_core.look.text import percent, signed
from qmnist_core.simulators import expectation
from qmnist_core.simulators.all_inputs import every_input
from qmnist_core.simulators.clock import Clock, read_clock
from qmnist_core.simulators.exact import ExactSimulator
from qmnist_core.studies.reel import HALF_TURN
from qmnist_core.training.loop import Training
from qmnist_core.ui.computes import views
from qmnist_core.words import computes as said
from tests.ui.conftest import OpenPage

Words = Callable[[AppTest], str]
Components = Callable[[AppTest], dict[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def exponents(dataset: Dataset) -> Array:
    """Of the tutorial's network, trained."""
    training = Training(Experiment(), dataset=dataset)
    list(training)
    return training.model.weights()["exponents"]


@pytest.fixture(scope="module")
def clock(exponents: Exponents) -> Clock:
    return read_clock(CircuitConfig(), exponents)


def labels(at: AppTest) -> list[str]:
    return [tab.label for tab in at.tabs]


def address(at: AppTest, name: str) -> str | None:
    value = at.query_params.get(f"show-{name}")
    return value[0] if isinstance(value, list) else value


def test_the_clock_is_given_the_image_and_its_answer(
    open_page: OpenPage, components: Components, clock: Clock, dataset: Dataset
) -> None:
    at = open_page("computes", _example="4")
    assert labels(at) == ["The clock", "The map", "The cosine", "Every input", "Logistic regression"]
    shown = components(at)
    given = shown["computes-clock"]
    assert given["bits"] == dataset.test.bits[4].tolist()
    assert (given["names"], given["truth"], given["after"]) == ([3, 6], 3, None)
    assert "computes-map" not in shown, "only the open tab is computed"
    series = np.frombuffer(base64.b64decode(shown["dock-play"]["series"][given["series"]]), "<i2") / HALF_TURN
    assert series[-1] == pytest.approx(clock.hand(dataset.test.bits[4])[-1].real, abs=1 / HALF_TURN)
    assert not at.warning


def test_the_hand_stands_where_an_address_says(open_page: OpenPage, components: Components) -> None:
    at = open_page("computes", _after="7")
    assert components(at)["computes-clock"]["after"] == 7
    assert address(at, "after") == "7"


def test_the_map_and_r(open_page: OpenPage, words: Words, components: Components, clock: Clock) -> None:
    at = open_page("computes", _computes="map")
    text = words(at)
    assert f"**R = {clock.damping:.3f} is the greatest possible size of ⟨Z⟩**" in text
    assert "before training it was 0.128" in text
    assert "32 exponents make only **17 numbers** that matter" in text
    assert "2 pixels, (0, 0) and (3, 3), are never lit in a training image" in text
    assert "φ in radians, row by row:" in text
    assert signed(clock.angles[0]) in text
    given = components(at)["computes-map"]
    assert given["captions"] == ["φ: what an unlit pixel turns", "−2φ, less whole turns: what lighting it changes"]
    assert given["reel"]


def test_every_pattern_is_on_the_cosine_and_one_is_chosen(
    open_page: OpenPage, words: Words, components: Components, dataset: Dataset, exponents: Exponents
) -> None:
    at = open_page("computes", _computes="cosine", _example="0")
    answers = expectation(CircuitConfig(), exponents, dataset.train.bits)
    wrong = int(((answers > 0) != dataset.train.labels).sum())
    assert "**193 bit patterns** of the training images, larger where more frequent" in words(at)
    assert f"{wrong:,} of 10,338 images are on the wrong side" in words(at)
    assert "any network has 939 there at least" in words(at)
    assert f"{wrong:,} of 10,338 images" in components(at)["computes-cosine"]["alt"]
    assert at.number_input(key="computes-pattern").value is None
    assert "**Test image 1, a 6** (ring)" in words(at)
    assert "Digit 3: 658 images, 8 shown" in components(at)["computes-behind-True"]["svg"]
    at.number_input(key="computes-pattern").set_value(7).run()
    assert address(at, "pattern") == "7"
    assert "**Training pattern 7 of 193** (ring)" in words(at)
    assert "Digit 6: 553 images, 8 shown" in components(at)["computes-behind-False"]["svg"]
    at.toggle(key="computes-fold").set_value(True).run()
    assert address(at, "fold") == "1"
    assert "x from −3.1 to 3.1 radians" in components(at)["computes-cosine"]["alt"]
    at.button(key="computes-follow").click().run()
    assert address(at, "computes") is None
    pattern = views.patterns(DataConfig()).bits[6].tolist()
    assert components(at)["computes-clock"]["bits"] == pattern, "the same bits are on the clock"
    at.button(key="computes-another").click().run()
    assert address(at, "pattern") is None
    assert components(at)["computes-clock"]["truth"] in (3, 6)
    assert not at.exception


def test_all_inputs_are_asked(open_page: OpenPage, words: Words, components: Components, exponents: Exponents) -> None:
    at = open_page("computes", _computes="all")
    answers = expectation(CircuitConfig(), exponents, every_input(16))
    share = percent(float((answers > 0).mean()))
    text = words(at)
    assert f"There are 2¹⁶ = 65,536 possible inputs, and this network answers every one: it calls **{share}" in text
    assert "Only **193** of them (0.29 %) occur" in text
    assert f"65,536 inputs: {share} of them are called 3" in components(at)["computes-all"]["alt"]


def test_too_many_inputs_are_sampled(open_page: OpenPage, words: Words, components: Components) -> None:
    at = open_page("computes", size="6", examples="500", _computes="all")
    assert "There are 2³⁶ possible inputs, about 10¹¹: too many to ask" in words(at)
    assert re.search(r"\*\*[\d.]+ % \(95 % interval [\d. to]+ %, 4,096 inputs\)\*\* a 3", words(at))
    assert "4,096 random inputs" in components(at)["computes-all"]["alt"]


def test_beside_logistic_regression(
    open_page: OpenPage, words: Words, components: Components, dataset: Dataset, exponents: Exponents
) -> None:
    at = open_page("computes", _computes="logistic")
    viewers = at.session_state.session.client.viewers
    while "logistic" in viewers and viewers["logistic"].is_active:
        viewers["logistic"].wait(10)
        at.run()
    rival = Training(Experiment().rival("logistic"), dataset=dataset)
    list(rival)
    weights = rival.model.weights()
    assert f"{weights['pixels'][1]:.4f}" in components(at)["computes-weights"]["figure"]
    lit, unlit = dataset.test.bits.copy(), dataset.test.bits.copy()
    lit[:, 6], unlit[:, 6] = 1, 0
    effect = (expectation(CircuitConfig(), exponents, lit) - expectation(CircuitConfig(), exponents, unlit)).mean()
    assert f"{effect:.4f}" in components(at)["computes-effect"]["figure"]
    quantum = expectation(CircuitConfig(), exponents, dataset.test.bits) > 0
    classical = rival.model.scores(dataset.test) > 0
    text = words(at)
    assert f"the two say the same for **{percent(float((quantum == classical).mean()))} (95 % interval" in text
    inputs = every_input(16)
    on_all = (expectation(CircuitConfig(), exponents, inputs) > 0) == (inputs @ weights["pixels"] + weights["bias"] > 0)
    assert f"On all 65,536 possible inputs they say the same for **{percent(float(on_all.mean()))}**" in text
    assert re.search(r"At \d+ of 16 pixels the mean hides a change of sign", text)
    assert "the mean over all 1,968 test images" in text


def test_several_waves_say_what_still_holds(open_page: OpenPage, words: Words, components: Components) -> None:
    at = open_page("computes", layers="XX-ZZ-XX-ZZ", examples="500", rate="0.01", _computes="cosine")
    assert labels(at) == ["The waves", "Every input", "Logistic regression"]
    assert "make 16 waves instead of one**: there is no single clock" in words(at)
    assert not at.warning, "a tab that this stack does not have gives way to the first"
    assert "**16 hands turn at once**" in words(at)
    assert "All 272 numbers Aₖ and φₖ come from 64 exponents" in words(at)
    alt = components(at)["computes-waves"]["alt"]
    value = re.findall(r"add up to ⟨Z⟩ = (.+)\.", alt)[0]
    assert f"⟨Z⟩ = {value}, it says" in words(at)
    at.number_input(key="computes-wave").set_value(2).run()
    assert address(at, "wave") == "2"
    assert "**The map φ of wave 2**" in words(at)
    assert not at.exception


def test_another_stack_of_one_wave_is_a_clock_too(open_page: OpenPage, words: Words, components: Components) -> None:
    at = open_page("computes", layers="XX", epochs="1", examples="100")
    assert "The layer XX changes no answer: ⟨Z⟩ is −1 for every input." in words(at)
    assert "computes-clock" in components(at)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("_computes", "everything", "it can be clock, map, cosine, waves, all, logistic"),
        ("_after", "-1", "a whole number from 0 on is needed"),
        ("_pattern", "0", "a whole number from 1 on is needed"),
        ("_example", "1968", "it counts the test images from 0, and there are 1,968"),
    ],
)
def test_bad_addresses_are_named(open_page: OpenPage, name: str, value: str, sentence: str) -> None:
    at = open_page("computes", **{name: value})
    assert f"The address says show-{name[1:]}={value}: {sentence}" in at.warning[0].value
    assert len(at.warning) == 1


def test_a_pattern_that_is_gone_gives_way_to_the_last(open_page: OpenPage, components: Components) -> None:
    at = open_page("computes", _pattern="190", _after="15")
    at.sidebar.slider(key="panel-size").set_value(2).run()
    assert components(at)["computes-clock"]["after"] == 4
    assert not at.warning
    assert at.query_params["show-pattern"] == "16"


def test_settings_without_data_are_said_so(open_page: OpenPage) -> None:
    at = open_page("computes", threshold="1", contradictions="after")
    assert "These settings give no data" in at.error[0].value
    assert not at.tabs


def test_the_largest_images_have_a_clock(open_page: OpenPage, components: Components) -> None:
    at = open_page("computes", size="28", init="small", examples="200", epochs="1")
    assert len(components(at)["computes-clock"]["bits"]) == 784


def test_patterns_are_counted_and_sorted(dataset: Dataset) -> None:
    found = views.patterns(DataConfig())
    assert len(found) == 193
    assert found.n_images == 10_338
    n_each = found.positive + found.negative
    assert (np.diff(n_each) <= 0).all()
    alike = (dataset.train.bits == found.bits[0]).all(axis=1)
    assert (alike & dataset.train.labels).sum() == found.positive[0]
    assert np.flatnonzero(found.never_lit).tolist() == [0, 15]
    assert found.n_wrong(np.ones(193)) == found.negative.sum()


def test_waves_add_up(dataset: Dataset) -> None:
    circuit = CircuitConfig(("XX", "ZZ", "XX", "ZZ"))
    exponents = np.random.default_rng(2).uniform(0, 2, (4, 16))
    waves = views.waves_of(circuit, exponents)
    assert (np.diff(np.abs(waves.amplitude)) <= 0).all()
    bits = dataset.test.bits[3]
    value = expectation(circuit, exponents, bits[None])[0]
    assert views.wave_parts(waves, bits).sum() == pytest.approx(value, abs=1e-12)
    assert views.n_drawn(waves) <= len(ExactSimulator(circuit).waves(exponents).amplitude)


def test_what_is_said_of_idle_pixels() -> None:
    clock = Clock(np.ones(4), np.array([1.0, 0.001, np.pi, 0.5]))
    text = said.idle_words(clock, np.array([False, True, False, False]))
    assert text.startswith("**2 of 4 pixels are idle**")
    assert "1 of them looks strong on the left" in text
    assert "1 pixel, (0, 1), is never lit in a training image: what lighting it would do" in text
    assert "never lit" not in said.idle_words(clock, np.zeros(4, bool))
    none = said.idle_words(Clock(np.ones(4), np.full(4, 0.3)), np.zeros(4, bool))
    assert none.startswith("**No pixel is idle**: lighting any of them turns the hand by at least a twentieth")


def test_what_is_said_where_all_pixels_are_idle() -> None:
    clock = read_clock(CircuitConfig(("XX",)), np.random.default_rng(0).normal(size=(1, 4)))
    assert said.idle_words(clock, np.zeros(4, bool)) == (
        "**All 4 pixels are idle**: lighting one does not turn the hand at all."
    )


def test_what_is_said_of_r() -> None:
    assert "before training it was 1.0×10⁻⁴⁰" in said.damping_words(0.9, 1e-40, 32, 17)
    assert "32 exponents make only **17 numbers** that matter" in said.damping_words(0.9, 1e-40, 32, 17)
    assert "32 exponents make only **1 number** that matters" in said.damping_words(0.9, 1e-40, 32, 1)
    assert "make only" not in said.damping_words(1.0, 1.0, 16, 16)
    assert "it was the same before training" in said.damping_words(1.0, 1.0, 32, 17)


def test_what_is_said_of_other_things() -> None:
    assert "No pixel speaks for one class" in said.turning_words(np.zeros(4, bool), one_wave=True)
    assert said.turning_words(np.ones(4, bool), one_wave=True).endswith("depending on where the hand points.")
    assert said.turning_words(np.ones(4, bool), one_wave=False).endswith("depending on which other pixels are lit.")
    assert said.mean_words(498, 1968) == "the first 498 of 1,968 test images, to save time"
    assert said.mean_words(1968, 1968) == "all 1,968 test images"
    few_marked = said.all_words(4, np.ones(16), 12, 10, (3, 6))
    assert "the first 10 are marked below" in few_marked
    assert "any network" not in said.cosine_words(3, 1, 0, 3)
    assert "larger where more frequent" not in said.cosine_words(3, 1, 0, 3)
    assert said.stack_words(("ZX", "XX"), 1).startswith("The layers ZX XX change no answer: ⟨Z⟩ is −1 for every input.")
    assert said.turning_words(np.zeros(4, bool), True, 0.01) == (
        "Lighting a pixel changes ⟨Z⟩ by less than 0.01 everywhere, in each of these images."
    )
    assert "a pixel can only flip the hand or keep its direction" in said.stack_words(("XZ",), 1)
    assert said.stack_words(("ZZ",), 1) == "The layer ZZ makes a single wave too: all that is said here holds."
    assert said.stack_words(("XX", "ZZ", "ZX"), 1).startswith(
        "The layers XX ZZ ZX make a single wave too: all that is said here holds; the hand is the readout before ZX. "
        "Layer ZX, at the end, changes no answer. "
    )
    assert "The last layers, ZX XX, change no answer." in said.stack_words(("XX", "YY", "ZZ", "ZX", "XX"), 16)
    assert "Layer 1 (ZX) changes no answer, whatever its exponents." in said.stack_words(("ZX", "ZZ"), 1)
    blind = said.waves_words(Experiment(circuit=CircuitConfig(("YY", "YZ"))), 4, 1)
    assert "The largest is drawn; the others are small." in blind
    assert blind.endswith("The exponents amount to only **1 independent number**.")
    few = said.waves_words(Experiment(circuit=CircuitConfig(("XX",) * 6), data=DataConfig(size=28)), 4, 4)
    assert "chosen freely" not in few
    assert "largest are drawn" not in few


def test_random_inputs_are_as_many_as_can_be_asked() -> None:
    assert views.random_inputs(CircuitConfig(), 36).shape == (4096, 36)
    deep = CircuitConfig(("XX", "ZZ") * 3)
    n, n_pixels = views.random_inputs(deep, 784).shape
    assert n == 498, "and a mean over so many test images is called that"
    assert n * 256 * n_pixels <= views.MAX_WORK
