from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest

from qmnist_core.arrays import Bits
from qmnist_core.catalogue import MODELS
from qmnist_core.circuits.exponents import wrap_exponents
from qmnist_core.config import CircuitConfig, DataConfig
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import Dataset, prepare
from qmnist_core.errors import ConfigError, InputError
from qmnist_core.look.palette import INK, NEGATIVE, POSITIVE
from qmnist_core.pictures.diagrams import circuit_icon, encoding_diagram, model_diagram
from qmnist_core.pictures.svg import MARK
from qmnist_core.simulators import expectation

SVG = "{http://www.w3.org/2000/svg}"
TWO = ("XX", "ZZ")


def parse(svg: str) -> ElementTree.Element:
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    assert root.get("viewBox", "").startswith("0 0 ")
    return root


def title_of(root: ElementTree.Element) -> str:
    return root.findtext(f"{SVG}title") or ""


def texts(root: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def gate_titles(root: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}title")][1:]


@pytest.fixture(scope="module")
def large(mnist: Mnist) -> Bits:
    bits: Bits = prepare(mnist, DataConfig(size=28)).test.bits[0]
    return bits


def test_every_wire_has_its_pixels_name_and_lit_ones_an_x(dataset: Dataset) -> None:
    root = parse(encoding_diagram(dataset.train.bits[0]))
    words = texts(root)
    assert [word for word in words if word.startswith("q")] == [f"q({i // 4}, {i % 4})" for i in range(16)]
    assert [words.count(word) for word in ("X", "|0⟩", "|1⟩")] == [2, 16 + 14, 2]
    assert len(list(root.iter(f"{SVG}line"))) == 16
    x = [i for i, word in enumerate(words) if word == "X"]
    assert [words[i - 3] for i in x] == ["q(2, 2)", "q(3, 1)"]
    assert title_of(root) == ("Data circuit: 2 of 16 pixels are lit: (2, 2), (3, 1); 2 X gates on 16 wires.")


def test_large_images_are_abbreviated_and_fully_counted(large: Bits) -> None:
    words = texts(parse(encoding_diagram(large, chosen=400)))
    gaps = [word.split() for word in words if word.startswith("⋮")]
    n_wires = sum(word.startswith("q") for word in words)
    assert "q(14, 8)" in words
    assert n_wires + sum(int(gap[1]) for gap in gaps) == 784
    hidden = sum(int(gap[4]) for gap in gaps if gap[4] != "none")
    assert words.count("X") + hidden == large.sum()
    assert len(words) < 70


def test_a_lone_hidden_wire_is_drawn_instead() -> None:
    bits = np.zeros(49)
    bits[3] = 1
    assert "q(0, 2)" in texts(parse(encoding_diagram(bits)))


def test_the_model_is_drawn_gate_by_gate() -> None:
    root = parse(model_diagram(TWO, 16))
    assert gate_titles(root) == [f"{kind} on q({i // 4}, {i % 4}) and the readout" for kind in TWO for i in range(16)]
    words = texts(root)
    assert "Layer 1 of 2: XX on each data qubit and the readout" in words
    assert "Layer 2 of 2: ZZ on each data qubit and the readout" in words
    # Two letters a gate, the readout's preparation X H, and at the end H and the measured Z.
    assert [words.count(letter) for letter in "XHZ"] == [32 + 1, 2, 32 + 1]
    assert words.count("readout") == 2
    assert "layers 1 to 2 of 2 (XX, ZZ)" in title_of(root)
    assert "16 data qubits" in title_of(root)
    assert root.get("viewBox", "").split()[2] == "1100"


def test_letters_of_a_mixed_layer_stand_on_their_own_wires() -> None:
    words = texts(parse(model_diagram(("ZX",), 4)))
    gates = [word for word in words if word in ("Z", "X")]
    assert gates == ["Z", "X"] * 4 + ["X", "Z"]


def test_exponents_are_written_wrapped_and_coloured_by_sign() -> None:
    exponents = np.array([[0.25, 1.25, 6.0, -1.0]])
    root = parse(model_diagram(("XX",), 4, exponents))
    assert [word for word in texts(root) if "." in word and len(word) < 6] == ["+0.25", "−0.75", "0.00", "+1.00"]
    tints = [
        (box.get("fill"), box.get("fill-opacity"))
        for box in root.iter(f"{SVG}rect")
        if box.get("fill") in (POSITIVE, NEGATIVE)
    ]
    # Each gate has two boxes; the zero has no tint; the last two are the legend's.
    assert [fill for fill, _ in tints[:-2]] == [POSITIVE] * 2 + [NEGATIVE] * 2 + [POSITIVE] * 2
    assert "XX to the power −0.75 on q(0, 1) and the readout" in gate_titles(root)
    assert "exponents from −0.75 to +1.00 half-turns" in title_of(root)


def test_wrapped_exponents_are_the_same_gates(dataset: Dataset) -> None:
    exponents = np.random.default_rng(0).uniform(-9, 9, (2, 16))
    wrapped = wrap_exponents(exponents)
    assert (wrapped > -1).all()
    assert (wrapped <= 1).all()
    assert wrap_exponents(np.array([-1.0, 1.0, 3.0])).tolist() == [1, 1, 1]
    bits = dataset.test.bits[:5]
    before, after = (expectation(CircuitConfig(), values, bits) for values in (exponents, wrapped))
    np.testing.assert_allclose(after, before, atol=1e-9)


def test_a_slice_of_many_layers_keeps_their_numbers() -> None:
    layers = TWO * 50
    root = parse(model_diagram(layers, 16, first_layer=50, n_shown=2))
    assert [word for word in texts(root) if word.startswith("Layer")] == [
        "Layer 51 of 100: XX on each data qubit and the readout",
        "Layer 52 of 100: ZZ on each data qubit and the readout",
    ]
    assert "H" not in texts(root)
    assert "layers 51 to 52 of 100" in title_of(root)
    end = texts(parse(model_diagram(layers, 16, first_layer=99, n_shown=5)))
    assert end.count("H") == 1


@pytest.mark.parametrize(("n_pixels", "n_rows"), [(4, 1), (16, 1), (25, 2), (36, 3)])
def test_rows_are_folded(n_pixels: int, n_rows: int) -> None:
    root = parse(model_diagram(("YY",), n_pixels))
    words = texts(root)
    assert len(gate_titles(root)) == n_pixels
    assert words.count("readout") == n_rows
    assert sum("continued from" in word for word in words) == n_rows - 1
    assert words.count("H") == 2


@pytest.mark.parametrize("n_pixels", [49, 784])
def test_large_models_are_abbreviated_around_the_chosen_qubit(n_pixels: int) -> None:
    root = parse(model_diagram(("XX",), n_pixels, np.zeros((1, n_pixels)), chosen=20))
    words = texts(root)
    assert f"{n_pixels} XX gates, one for each data qubit in turn" in words
    assert len(gate_titles(root)) == 6
    more = [int(word.split()[0]) for word in words if word.endswith("more gates")]
    assert 6 + sum(more) == n_pixels
    assert any(box.get("fill") == MARK for box in root.iter(f"{SVG}rect"))


def test_the_icon_counts_truly(dataset: Dataset, large: Bits) -> None:
    for bits, n_layers in ((dataset.train.bits[0], 2), (np.zeros(16), 5), (large, 100)):
        root = parse(circuit_icon(bits, n_layers))
        assert root.get("viewBox") == "0 0 200 200"
        n_lit = int(bits.sum())
        assert f"{n_lit or 'no'} X" in texts(root)
        assert f"{n_layers} layers" in texts(root)
        squares = next(path for path in root.iter(f"{SVG}path") if path.get("fill") == INK)
        assert squares.get("d", "").count("M") == min(n_lit, 6)
        bands = [box for box in root.iter(f"{SVG}rect") if box.get("rx")]
        assert len(bands) == min(n_layers, 5 if n_layers <= 5 else 4)
        assert {band.get("fill") for band in bands} == {MODELS["qnn"].colour}
        assert f"{n_layers} layers of gates" in title_of(root)
    assert len(list(parse(circuit_icon(np.ones(16), 1)).iter(f"{SVG}line"))) == 16 + 1 + 1


def test_bad_input() -> None:
    with pytest.raises(ConfigError, match="layers"):
        model_diagram(("XQ",), 16)
    with pytest.raises(InputError, match=r"square, 1–784, got 15"):
        model_diagram(TWO, 15)
    with pytest.raises(InputError, match=r"shape \(n_layers, n_pixels\) = \(2, 16\), got \(16, 2\)"):
        model_diagram(TWO, 16, np.zeros((16, 2)))
    with pytest.raises(InputError, match=r"first layer must be 0–1, got 2"):
        model_diagram(TWO, 16, first_layer=2)
    with pytest.raises(InputError, match=r"layers shown must be 1 or more, got 0"):
        model_diagram(TWO, 16, n_shown=0)
    with pytest.raises(InputError, match=r"chosen pixel must be 0–15, got -1"):
        model_diagram(TWO, 16, chosen=-1)
    with pytest.raises(InputError, match=r"bits must be 0 or 1"):
        encoding_diagram(np.full(16, 2))
    with pytest.raises(InputError, match=r"number of layers must be 1 or more"):
        circuit_icon(np.zeros(16), 0)


def test_words_of_the_strips_circuit_are_14_px_in_a_picture_of_138_px() -> None:
    for words in parse(circuit_icon(np.ones(16), 2)).iter(f"{SVG}text"):
        assert float(words.get("font-size", 0)) * 138 / 200 >= 14
