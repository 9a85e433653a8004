"""The CNN with ten outputs: it learns, its held-out images are those of the circuits, and the CLI pairs it."""

from __future__ import annotations

import argparse
import json
from types import ModuleType

import numpy as np
import pytest

from qmnist_core.cli import build_parser
from qmnist_core.cli import ten as cli
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.ten import N_HELD_OUT, ten_digits
from qmnist_core.models.ten import Stars
from qmnist_core.progress import Progress
from qmnist_core.studies.ten import Ten, Trained, accuracy_of, shots_needed
from qmnist_core.studies.ten_cnn import expected_seconds, ten_cnn


def test_it_learns_from_the_circuits_images(keras: ModuleType, mnist: Mnist) -> None:
    n = N_HELD_OUT + 1_500
    small = Mnist(mnist.x_train[:n], mnist.y_train[:n], mnist.x_test[:500], mnist.y_test[:500])
    found = list(ten_cnn(small, seed=1))
    progress = [item for item in found if isinstance(item, Progress)]
    assert [(item.done, item.of) for item in progress] == [(step, 36) for step in range(1, 37)]
    (trained,) = (item for item in found if isinstance(item, Trained))
    assert found[-2] is trained
    assert trained.n_parameters == 1_199_882
    assert trained.scores.shape == (500, 10)
    assert accuracy_of(trained.scores, small.y_test) > 0.75
    assert trained.validation > 0.75
    assert trained.seconds > 0


def test_the_time_that_it_will_take_is_that_of_its_steps() -> None:
    assert expected_seconds(55_000) == pytest.approx(77, rel=0.05)


def test_the_command_line_pairs_it(
    mnist: Mnist, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    labels = mnist.y_test[:300]
    scores = np.eye(10, dtype=np.float32)[labels]
    poor = np.zeros_like(scores)
    network = Stars.start(1, 0)
    n = N_HELD_OUT + 10
    few = Mnist(mnist.x_train[:n], mnist.y_train[:n], mnist.x_test[:300], labels)
    stars, softmax = (Trained(count, 0.9, scores, 1.0) for count in (15_680, 7_850))
    ended = Ten(network, stars, softmax, labels, shots_needed(network, ten_digits(few).test))
    cnn = Trained(1_199_882, 0.1, poor, 2.0)
    monkeypatch.setattr(cli, "load_mnist", lambda file: few)
    monkeypatch.setattr(cli, "ten", lambda *asked: iter([ended, Progress(1, 1)]))
    monkeypatch.setattr(cli, "ten_cnn", lambda mnist, seed: iter([cnn, Progress(1, 1)]))
    for flags in (["--json"], []):
        options: argparse.Namespace = build_parser().parse_args(["ten", "--cnn", *flags])
        assert cli.run(options) == 0
    first, _, said = capsys.readouterr().out.partition("\n")
    facts = json.loads(first)
    n_zeros = int((labels == 0).sum())
    assert facts["cnn"]["test_accuracy"] == pytest.approx(n_zeros / 300)
    assert facts["paired_cnn"]["only_circuits"] == 300 - n_zeros
    assert facts["paired_cnn"]["only_cnn"] == 0
    assert facts["paired"] == {"only_circuits": 0, "only_softmax": 0, "p": 1.0}
    assert "1,199,882" in said
    assert "clearly ahead of the CNN" in " ".join(said.split())
