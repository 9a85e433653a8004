"""An experiment and its address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qmnist_core.address.settings import PRESETS, SETTINGS, from_address, read_address, to_address
from qmnist_core.catalogue import INITS
from qmnist_core.config import CONTRADICTIONS, LAYERS, RESIZES, CircuitConfig, DataConfig, Experiment
from qmnist_core.ui.frame.site import PAGES

experiments = st.builds(
    Experiment,
    backend=st.sampled_from(["exact", "tfq"]),
    data=st.builds(
        DataConfig,
        digits=st.permutations(range(10)).map(lambda digits: tuple(digits[:2])),
        size=st.integers(2, 28),
        threshold=st.floats(0, 1),
        resize=st.sampled_from(RESIZES),
        contradictions=st.sampled_from(CONTRADICTIONS),
        n_examples=st.none() | st.integers(1, 20_000),
    ),
    circuit=st.builds(CircuitConfig, layers=st.lists(st.sampled_from(LAYERS), min_size=1, max_size=6).map(tuple)),
    init=st.sampled_from(list(INITS)),
    epochs=st.integers(1, 100),
    batch_size=st.integers(1, 20_000),
    learning_rate=st.floats(1e-6, 10),
    seed=st.integers(0, 2**32 - 1),
)


@given(experiments)
def test_an_address_gives_the_same_experiment_back(experiment: Experiment) -> None:
    assert from_address(to_address(experiment)) == (experiment, [])


def test_the_tutorials_address_is_empty() -> None:
    assert to_address(Experiment()) == {}
    assert from_address({}) == (Experiment(), [])


def test_an_address_holds_what_differs() -> None:
    experiment = Experiment(data=DataConfig(size=28, digits=(1, 7)), init="small", circuit=CircuitConfig(("XX", "YZ")))
    assert to_address(experiment) == {"digits": "1-7", "size": "28", "layers": "XX-YZ", "init": "small"}


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ({"size": "99"}, "size=99: size must be a whole number from 2 to 28, got 99. The default 4 is used."),
        ({"size": "four"}, "size=four: Image size cannot be read from it. The default 4 is used."),
        ({"digits": "3"}, "digits must be two classes such as 3 6, got 1"),
        ({"digits": "3-3"}, "two different classes"),
        ({"threshold": "nan"}, "threshold must be a number from 0 to 1, got nan"),
        ({"layers": "XX-QQ"}, "layers must be one of XX"),
        ({"layers": "-".join(["XX"] * 7)}, "layers can be 6 at most on the dashboard, got 7"),
        ({"epochs": "101"}, "epochs can be 100 at most on the dashboard, got 101"),
        ({"backend": "cirq"}, "backend must be one of exact, tfq, got 'cirq'"),
        ({"examples": "0"}, "the number of examples must be a whole number from 1"),
        ({"rate": "0"}, "the learning rate must be above 0"),
        ({"seed": "-1"}, "seed must be a whole number from 0"),
        ({"init": ""}, "init must be one of uniform, small, got ''"),
    ],
)
def test_what_cannot_be_used_is_named_and_replaced(address: dict[str, str], says: str) -> None:
    experiment, problems = from_address({**address, "batch": "16"})
    assert experiment == Experiment(batch_size=16)
    assert len(problems) == 1
    assert says in problems[0]


@given(st.dictionaries(st.sampled_from(sorted(SETTINGS)), st.text(max_size=12)))
def test_no_address_raises(address: dict[str, str]) -> None:
    experiment, problems = from_address(address)
    assert len(problems) <= len(address)
    assert from_address(to_address(experiment))[0] == experiment


@pytest.mark.parametrize(
    ("address", "read"),
    [
        ({"size": "6", "msclkid": "2", "gad_source": "1", "srsltid": "x", "trk": "y"}, {"size": "6"}),
        ({"size": "6", "utm_source": "mail", "UTM_Id": "x", "fbclid": "a", "gclid": "b", "_gl": "c"}, {"size": "6"}),
        ({"size": "6", "amp;seed": "4", "amp;amp;epochs": "2"}, {"size": "6", "seed": "4", "epochs": "2"}),
        ({"size": "6", "seed": "4)."}, {"size": "6", "seed": "4"}),
        ({"threshold": "0.3>", "gt;": ""}, {"threshold": "0.3"}),
        ({"size": "6", "": "", "quot;": ""}, {"size": "6"}),
        ({"size": "6", "refs": "x", "show-example": "3\u201d"}, {"size": "6", "refs": "x", "show-example": "3"}),
    ],
)  # fmt: skip
def test_what_letters_and_other_sites_add_to_an_address_is_left_out(
    address: dict[str, str], read: dict[str, str]
) -> None:
    assert read_address(address) == read
    assert read_address(read) == read


@given(experiments)
def test_what_is_written_here_is_read_as_it_is(experiment: Experiment) -> None:
    assert read_address(to_address(experiment)) == to_address(experiment)


def test_no_address_makes_a_sentence_long() -> None:
    _, problems = from_address({"size": "9" * 5000, "layers": "XX-" * 5000})
    assert max(map(len, problems)) < 400


def test_no_address_chooses_a_file() -> None:
    for address in ({"file": "/etc/passwd", "data.file": "x"}, {"data": "/etc/passwd"}, {"data": "../mnist.npz"}):
        experiment, problems = from_address(address)
        assert experiment.data.file is None
        assert len(problems) == ("data" in address)


def test_presets_are_what_they_say() -> None:
    by_title = {preset.title: preset.experiment for preset in PRESETS}
    assert by_title["Tutorial"] == Experiment.tutorial()
    quick = by_title["Quick look"]
    assert quick.data.n_examples == 500
    assert "160 steps instead of 972" in next(preset.help for preset in PRESETS if preset.title == "Quick look")
    assert by_title["All pixels"].data.n_pixels + 1 == 785
    assert by_title["Four layers"].circuit.n_layers == 4


def test_no_page_preset_and_part_of_the_panel_share_a_name() -> None:
    pages = [title for _, title, _ in PAGES.values()]
    names = [*pages, *(preset.title for preset in PRESETS), *{setting.group for setting in SETTINGS.values()}]
    assert len(names) == len(set(names)), sorted(names)


def test_every_setting_has_a_line_of_help() -> None:
    for setting in SETTINGS.values():
        assert 20 < len(setting.help) < 130
        assert setting.help.endswith(".")
        assert "\n" not in setting.help
