"""Each verb as a user runs it: in a process of its own where that is what is asked about."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from functools import cache, partial
from pathlib import Path
from types import ModuleType
from unittest import mock

import numpy as np
import pytest
from PIL import Image

from qmnist_core.arrays import Array
from qmnist_core.cli import atlas, compare, main, progress
from qmnist_core.config import DataConfig, Experiment
from qmnist_core.data.mnist import BUNDLED_FILE, Mnist
from qmnist_core.data.pipeline import prepare
from qmnist_core.models.qnn import Qnn
from qmnist_core.studies import benchmark
from qmnist_core.studies.atlas_file import read_atlas
from qmnist_core.studies.ten import ten
from qmnist_core.training.loop import Training
from tests.data.packing import folders, picture

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def run(*arguments: str, code: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
    """A verb in this process."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2)]
    with mock.patch.dict(os.environ, environment), redirect_stdout(streams[0]), redirect_stderr(streams[1]):
        try:
            ended: int | str | None = main(arguments)
        except SystemExit as end:
            ended = end.code
    output, errors = (stream.buffer.getvalue().decode() for stream in streams)
    return as_wanted(subprocess.CompletedProcess(arguments, int(ended or 0), output, errors), code)


def run_alone(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A verb in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "qmnist_core", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return as_wanted(done, 0)


def as_wanted(done: subprocess.CompletedProcess[str], code: int) -> subprocess.CompletedProcess[str]:
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


def mistake(*arguments: str, **environment: str) -> str:
    """The one sentence that a user's mistake gets."""
    done = run(*arguments, code=2, **environment)
    assert done.stdout == ""
    (sentence,) = (line for line in done.stderr.splitlines() if line != "loading TensorFlow ...")
    return sentence


def test_data_prints_every_count() -> None:
    counts = json.loads(run_alone("data", "--json").stdout)
    expected = {
        "n_train_raw": 60_000,
        "n_test_raw": 10_000,
        "n_train_filtered": 12_049,
        "n_test_filtered": 1_968,
        "n_unique": 10_387,
        "n_unique_positive": 4_912,
        "n_unique_negative": 5_426,
        "n_contradictory": 49,
        "n_kept": 10_338,
        "n_unique_binary": 193,
        "n_unique_binary_positive": 80,
        "n_unique_binary_negative": 69,
        "n_contradictory_binary": 44,
        "n_test_patterns": 115,
    }
    assert {name: counts[name] for name in expected} == expected
    assert round(counts["accuracy_ceiling"], 4) == 0.9228
    assert round(counts["accuracy_ceiling_train"], 4) == 0.9130
    assert counts["test_patterns_seen_once"] == 40
    assert round(counts["lookup_accuracy"], 4) == 0.9157
    text = run("data").stdout
    for words in (
        "12,049",
        "4,912 / 5,426 / 49",
        "10,338",
        "80 / 69 / 44",
        "91.30 %  92.28 %",
        "91.57 %",
        "is hindsight",
    ):
        assert words in text


def test_circuit_says_what_layers_can_depend_on() -> None:
    blind = run("circuit", "--layers", "XX,XZ", "--size", "4", "--json")
    assert json.loads(blind.stdout) == {
        "depends_on_image": False,
        "effective_numbers": 1,
        "n_parameters": 32,
        "idle_layers": [0],
    }
    assert blind.stderr == ""
    whole = json.loads(run("circuit", "--layers", "xx,zz,xx", "--size", "28", "--json").stdout)
    assert whole == {
        "depends_on_image": True,
        "effective_numbers": 785,
        "n_parameters": 2352,
        "idle_layers": [2],
    }
    assert run_alone("circuit").stdout.splitlines() == [
        "32 exponents, which amount to 17 independent numbers",
        "The answer depends on the image; no layer is idle.",
    ]
    assert (
        "which amount to 1 independent number\nThe layers XX XZ give the same"
        in run("circuit", "--layers", "XX,XZ").stdout
    )


def test_circuit_says_of_many_layers_what_needs_no_counting() -> None:
    layers = ",".join(["XX", "ZZ"] * 5)
    assert json.loads(run("circuit", "--layers", layers, "--json").stdout) == {
        "depends_on_image": True,
        "effective_numbers": None,
        "n_parameters": 160,
        "idle_layers": [],
    }
    said = run("circuit", "--layers", layers).stdout.splitlines()
    assert said[0] == "160 exponents"
    assert "10 layers that make 65,536 waves take too long to count" in said[1]
    assert said[2] == "The answer depends on the image; no layer is idle."


def test_a_fan_says_how_far_apart_seeds_end() -> None:
    facts = json.loads(run("fan", "--seeds", "5", "--json").stdout)
    assert list(facts) == ["accuracies", "seconds"]
    assert [round(1968 * share) for share in facts["accuracies"][:1]] == [1781], "seed 0 is the tutorial's run"
    assert len(facts["accuracies"]) == 5
    assert facts["seconds"] > 0
    said = run("fan", "--seeds", "5", "--examples", "320").stdout.splitlines()
    assert said[0].startswith("5 seeds, 1,968 test images, ")
    assert said[1].startswith("mean ")
    assert "spread" in said[1]
    for seeds in ("0", "10001"):
        refused = run("fan", "--seeds", seeds, code=2)
        assert refused.stdout == ""
        assert f"--seeds must be a whole number from 1 to 10,000, got {seeds}" in refused.stderr


def test_ten_digits_beside_softmax_regression() -> None:
    facts = json.loads(run("ten", "--circuits", "2", "--epochs", "1", "--json").stdout)
    assert list(facts) == [
        *("test_accuracy", "validation_accuracy", "n_parameters", "seconds", "n_qubits", "n_circuits", "purity"),
        *("softmax", "paired"),
    ]
    assert facts["test_accuracy"] > 0.85
    assert facts["validation_accuracy"] > 0.85
    assert (facts["n_parameters"], facts["n_qubits"], facts["n_circuits"]) == (31_360, 785, 20)
    assert facts["softmax"]["n_parameters"] == 7_850
    assert facts["softmax"]["test_accuracy"] > 0.85
    paired = facts["paired"]
    difference = (paired["only_circuits"] - paired["only_softmax"]) / 10_000
    assert difference == pytest.approx(facts["test_accuracy"] - facts["softmax"]["test_accuracy"], abs=1e-9)
    said = run("ten", "--circuits", "1", "--epochs", "1").stdout
    for words in ("star circuits", "softmax regression", "10 circuits of 785 qubits each, 1 a digit", "purity"):
        assert words in said
    for wrong, words in (
        (("--circuits", "0"), "the number of circuits a digit must be from 1 to 256, got 0"),
        (("--epochs", "1000"), "the number of epochs must be from 1 to 200, got 1000"),
        (("--seed", "-1"), "the seed must be 0 or more, got -1"),
    ):
        assert words in mistake("ten", *wrong)


def test_the_atlas_goes_on_after_it_was_killed_and_after_ctrl_c(tmp_path: Path) -> None:
    """The same file as without a break, but for the time."""
    wanted = ("atlas", "--layers", "2", "--seeds", "10", "--json", "--out")
    broken, whole = tmp_path / "broken.npz", tmp_path / "whole.npz"
    facts = json.loads(run(*wanted, str(whole)).stdout)
    assert (facts["n_stacks"], facts["n_depending"], facts["seeds"]) == (90, 42, 10)
    assert len(facts["best"]["small"]) == 10
    n_pieces = read_atlas(whole).n_pieces
    for stop in (signal.SIGKILL, signal.SIGINT):
        left = read_atlas(broken).n_left if broken.exists() else n_pieces
        process = subprocess.Popen(
            [sys.executable, "-c", STEPWISE, *wanted, str(broken)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        deadline = time.monotonic() + 120
        while not broken.exists() or read_atlas(broken).n_left > left - 5:
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(stop)
        output, errors = process.communicate(timeout=60)
        assert output == ""
        assert "Traceback" not in errors
        assert 0 < read_atlas(broken).n_left < left
    assert process.returncode == 130
    assert "pieces are left: the same command goes on" in errors
    again = json.loads(run(*wanted, str(broken)).stdout)
    assert {**again, "seconds": 0} == {**facts, "seconds": 0}
    with np.load(broken) as one, np.load(whole) as other:
        for name in ("numbers", "depends", "right", "tested"):
            np.testing.assert_array_equal(one[name], other[name])


STEPWISE = """
import sys
from qmnist_core.cli import atlas, main
atlas.SECONDS_BETWEEN = 0.0
sys.exit(main(sys.argv[1:]))
"""


def test_an_atlas_of_other_numbers_is_not_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "atlas.npz"
    said = run("atlas", "--layers", "1", "--seeds", "2", "--out", str(file)).stdout
    assert "9 stacks of up to 1 layer: 2 can depend on the image" in said
    with monkeypatch.context() as without:
        without.delattr(atlas, "atlas")  # the file is read, nothing trained again
        again = run("atlas", "--layers", "1", "--seeds", "2", "--out", str(file)).stdout
    timeless = [re.sub(r"[\d.]+ (m?s) of training", r"\1 of training", text) for text in (said, again)]
    assert timeless[0] == timeless[1]
    sentence = mistake("atlas", "--layers", "2", "--seeds", "2", "--out", str(file))
    assert f"{file} is an atlas of up to 1 layer: choose another --out, or ask for the same" in sentence
    sentence = mistake("atlas", "--layers", "1", "--seeds", "3", "--out", str(file))
    assert f"{file} is an atlas of 2 seeds: choose another --out, or ask for the same" in sentence
    file.write_bytes(b"no atlas")
    assert "truncated, damaged or not an .npz file" in mistake("atlas", "--out", str(file))
    assert "cannot be written" in mistake("atlas", "--layers", "1", "--out", str(tmp_path / "none" / "atlas.npz"))
    for wrong, words in (
        (("--seeds", "0"), "the number of seeds must be from 1 to 1,000, got 0"),
        (("--layers", "4"), "the number of layers must be from 1 to 3, got 4"),
    ):
        assert words in mistake("atlas", *wrong)


def test_train_and_predict_say_what_no_training_can_change(tmp_path: Path) -> None:
    done = run("train", "--layers", "XX,XZ", "--epochs", "1", "--out", str(tmp_path / "run"))
    sentence = "The layers XX XZ give the same ⟨Z⟩ for every image, whatever their exponents"
    assert sentence in done.stdout
    assert sentence in done.stderr
    assert "plateau" not in done.stdout
    assert "--init small" not in done.stdout
    assert sentence in run("predict", "--run", str(tmp_path / "run"), "0").stdout


def test_train_says_where_steps_are_too_few() -> None:
    done = run("train", "--examples", "500", "--json")
    assert "Too few steps to learn: 48 steps at a learning rate of 0.001" in done.stderr
    json.loads(done.stdout)
    enough = run("train", "--examples", "500", "--epochs", "10", "--learning-rate", "0.01")
    assert "Too few" not in enough.stdout + enough.stderr


def test_train_prints_figures_and_keeps_the_run(tmp_path: Path) -> None:
    done = run("train", "--json", "--seed", "1", "--epochs", "2", "--out", str(tmp_path / "run"))
    result = json.loads(done.stdout)
    assert result["n_parameters"] == 32
    assert result["config"]["backend"] == "exact"
    assert [set(row) for row in result["history"]] == [
        {"epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds"}
    ] * 2
    assert result["test"]["accuracy"] == result["history"][-1]["val_accuracy"]
    assert result["seconds"] > 0
    assert "648/648" in done.stderr
    saved = json.loads((tmp_path / "run" / "config.json").read_text())
    assert saved == result["config"]


def test_train_explains_a_plateau_in_one_line_and_learns_from_small_angles() -> None:
    plateau = run("train", "--size", "28", "--init", "uniform", "--epochs", "1").stdout
    assert re.search(
        r"on 784 pixels: 4e-47; it stayed flat, ⟨Z⟩ is now .*e-\d+ .*barren plateau.*try --init small", plateau
    )
    chance = re.search(r"test: loss 1\.0000, accuracy ([\d.]+) %", plateau)
    assert chance is not None
    assert 45 < float(chance[1]) < 55
    assert "plateau" not in run("train", "--size", "9", "--seed", "1", "--epochs", "20").stdout  # 97 %
    assert "barren plateau" in run("train", "--size", "12", "--layers", "XX,ZZ,XX,ZZ", "--epochs", "1").stdout
    small = run("train", "--size", "28", "--init", "small").stdout
    accuracy = re.search(r"test: .* accuracy ([\d.]+) %", small)
    assert accuracy is not None
    assert float(accuracy[1]) > 98


def test_train_says_what_was_learnt() -> None:
    text = run_alone("train").stdout
    assert "test: loss 0.3473, accuracy 90.5 %" in text
    assert "by the tutorial's own metric: accuracy 90.4 % (above 0 as here, but a mean over batches of 32" in text
    assert re.search(r"learnt: ⟨Z⟩ = −R cos\(Σ z φ\) with R = [01]\.\d{3}", text)
    assert re.search(r"of all 65,536 possible images it calls [\d.]+ % a 3", text)


def test_every_setting_of_train_reaches_the_experiment() -> None:
    arguments = (
        "--model qnn --backend exact --digits 1 7 --size 5 --threshold 0.3 --resize area --contradictions keep "
        "--layers xx,zy --examples 60 --epochs 2 --batch-size 20 --learning-rate 0.05 --init small --seed 9 "
        "--encoding angle"
    )
    config = json.loads(run("train", "--json", *arguments.split()).stdout)["config"]
    assert config == {
        "model": "qnn",
        "backend": "exact",
        "data": {
            "digits": [1, 7],
            "size": 5,
            "threshold": 0.3,
            "resize": "area",
            "contradictions": "keep",
            "n_examples": 60,
            "file": None,
        },
        "circuit": {"layers": ["XX", "ZY"], "encoding": "angle"},
        "init": "small",
        "epochs": 2,
        "batch_size": 20,
        "learning_rate": 0.05,
        "seed": 9,
    }


def test_a_training_that_fails_says_why(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(Qnn, "train_step", lambda *arguments: (float("nan"), 0.5))
    assert main(["train"]) == 2
    assert "qmnist_core: the loss is nan after step 1: lower the learning rate" in capsys.readouterr().err


@pytest.mark.parametrize("model", ["cnn", "fair", "logistic"])
def test_the_other_models_train(model: str, capfd: pytest.CaptureFixture[str]) -> None:
    done = run("train", "--model", model, "--examples", "200", "--epochs", "1")
    assert re.search(r"test: loss [\d.]+, accuracy [\d.]+ % \(95 % interval", done.stdout)
    by_keras = re.search(
        r"by the tutorial's own metric: accuracy [\d.]+ % \(it asks for a logit above 0.5", done.stdout
    )
    assert (by_keras is None) == (model == "logistic")
    assert "WARNING" not in done.stderr + capfd.readouterr().err


def test_train_on_tfq_shows_a_bar_and_validation(tfq: ModuleType) -> None:
    done = run_alone("train", "--model", "qnn", "--backend", "tfq", "--examples", "96", "--epochs", "1")
    assert "3/3" in done.stderr
    assert "WARNING" not in done.stderr
    assert re.search(r"epoch 1/1: .* validation loss [\d.]+, accuracy", done.stdout)


def test_the_tfq_backend_says_why_it_is_unavailable(
    tmp_path: Path, keras: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tensorflow_quantum", None)
    sentence = mistake("train", "--backend", "tfq")
    assert "it exists only for Linux on x86-64 with Python 3.10 to 3.12; use the exact backend" in sentence
    assert "it exists only for Linux" in mistake("compare", "--backend", "tfq", "--out", str(tmp_path / "chart.html"))
    run("train", "--epochs", "1", "--out", str(tmp_path / "run"))
    run("predict", "--run", str(tmp_path / "run"), "0")
    run("data")


def test_without_tensorflow_the_exact_backend_still_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it cannot be imported, as where it is not installed."""
    (tmp_path / "tensorflow.py").write_text("raise ImportError(\"No module named 'tensorflow'\")")
    run_alone("train", "--epochs", "1", PYTHONPATH=str(tmp_path))
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    assert "need TensorFlow, which cannot be loaded here" in mistake("train", "--model", "fair")
    for arguments in (["train", "--epochs", "1"], ["train", "--model", "logistic"], ["data"]):
        run(*arguments)
    compared = run("compare", "--seeds", "1", "--out", str(tmp_path / "chart.html")).stdout
    assert "Full CNN is unavailable: the classical networks" in compared
    assert re.search(r"^QNN +32 ", compared, flags=re.MULTILINE)


needs_signals = pytest.mark.skipif(os.name == "nt", reason="Windows cannot send Ctrl-C to one process")


@needs_signals
def test_ctrl_c_stops_between_steps_and_keeps_the_run(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "qmnist_core", "train", "--epochs", "10000", "--out", str(tmp_path / "run")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert "stopped on request" in output
    assert json.loads((tmp_path / "run" / "metrics.json").read_text())["outcome"] == "stopped"


@needs_signals
def test_ctrl_c_before_there_is_anything_to_keep(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "qmnist_core", "compare", "--epochs", "10000", "--out", str(tmp_path / "c.html")]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    process.stderr.readline()
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, output) == (130, "")
    assert "stopped before there was anything to keep" in errors
    assert "Traceback" not in errors


def test_predict_an_index_and_a_picture(tmp_path: Path, mnist: Mnist) -> None:
    folder = str(tmp_path / "run")
    run("train", "--size", "8", "--resize", "area", "--init", "small", "--out", folder)
    by_index = json.loads(run("predict", "--json", "--run", folder, "0").stdout)
    first = np.flatnonzero(np.isin(mnist.y_test, (3, 6)))[0]
    assert by_index["true_label"] == mnist.y_test[first]
    assert by_index["label"] == (3 if by_index["score"] > 0 else 6)
    assert np.shape(by_index["input"]) == (8, 8)
    Image.fromarray(255 - mnist.x_test[first]).save(tmp_path / "digit.png")
    by_file = json.loads(run("predict", "--json", "--run", folder, str(tmp_path / "digit.png")).stdout)
    assert by_file == {**by_index, "true_label": None}
    text = run("predict", "--run", folder, "0").stdout
    assert "what the model saw (8×8)" in text
    assert re.search(r"⟨Z⟩ = [+-]0\.\d{4}, so it says [36]; it is a 6", text)


def test_predict_says_when_the_model_sees_a_blank_image(tmp_path: Path) -> None:
    folder = str(tmp_path / "run")
    run("train", "--epochs", "1", "--examples", "500", "--out", folder)
    wide = str(ROOT / "tests" / "data" / "drawing" / "pictures" / "3_wide.png")
    text = run("predict", "--run", folder, wide).stdout
    assert "so it says" not in text
    assert re.search(r"⟨Z⟩ = [+-]0\.\d{4}\nNo pixel is lit: the model sees a blank image", text)
    blank = json.loads(run("predict", "--json", "--run", folder, wide).stdout)
    assert (blank["blank"], blank["label"]) == (True, None)
    assert -1 <= blank["score"] <= 1
    assert json.loads(run("predict", "--json", "--run", folder, "0").stdout)["blank"] is False


def test_predict_refuses_a_pipe_at_once(tmp_path: Path) -> None:
    run("train", "--epochs", "1", "--examples", "500", "--out", str(tmp_path / "run"))
    os.mkfifo(tmp_path / "pipe")
    sentence = mistake("predict", "--run", str(tmp_path / "run"), str(tmp_path / "pipe"))
    assert "pipe is no ordinary file: give the path of a PNG or JPEG file" in sentence


def test_predict_mistakes(tmp_path: Path) -> None:
    folder = str(tmp_path / "run")
    run("train", "--epochs", "1", "--out", folder)
    assert "there is no test image 1968: give a number from 0 to 1967" in mistake("predict", "--run", folder, "1968")
    assert "there is no image none.png" in mistake("predict", "--run", folder, "none.png")
    assert "there is no image ²" in mistake("predict", "--run", folder, "²")
    assert "there is no test image -1" in mistake("predict", "--run", folder, "-1")
    assert "there is no run folder nowhere" in mistake("predict", "--run", "nowhere", "0")
    assert "already holds a run" in mistake("train", "--out", folder)
    run("train", "--epochs", "1", "--out", folder, "--overwrite")


def followed(training: Training, title: str) -> None:
    """As the command line does, unless it is over."""
    if training.outcome is None:
        progress.follow(training, title)


def test_compare_trains_all_four(tmp_path: Path, keras: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """And again with a shorter QNN, without training the others anew."""
    once = cache(progress.begin)
    monkeypatch.setattr(compare, "begin", lambda experiment, mnist: once(experiment))
    monkeypatch.setattr(compare, "follow", followed)
    chart = tmp_path / "chart.html"
    arguments = ["compare", "--seeds", "1", "--out", str(chart)]
    result = json.loads(run(*arguments, "--json").stdout)
    by_model = {row["model"]: row for row in result["models"]}
    assert [row["n_parameters"] for row in result["models"]] == [32, 1_198_721, 37, 17]
    assert by_model["cnn"]["accuracy"] > 0.99
    for model in ("qnn", "fair", "logistic"):
        assert 0.8 < by_model[model]["accuracy"] <= result["accuracy_ceiling"]
    assert by_model["fair"]["keras_accuracy"] < by_model["fair"]["accuracy"]
    assert by_model["logistic"]["keras_accuracy"] is None
    assert "paired" not in by_model["qnn"]
    for model in ("cnn", "fair", "logistic"):
        paired, over_seeds = by_model[model]["paired"], by_model[model]["paired_seeds"]
        assert set(paired) == {"only_this", "only_qnn", "p"}
        assert set(over_seeds) == {"n_seeds", "difference", "low", "high", "p", "p_any_seed"}
        assert over_seeds["p"] == pytest.approx(paired["p"], rel=1e-6)
        gained = by_model[model]["accuracy"] - by_model["qnn"]["accuracy"]
        assert over_seeds["difference"] == pytest.approx(gained)
        assert paired["only_this"] - paired["only_qnn"] == pytest.approx(1968 * gained)
    assert by_model["logistic"]["paired"] == {"only_this": 50, "only_qnn": 24, "p": pytest.approx(0.00337, rel=0.01)}
    assert chart.stat().st_size > 4_000_000
    monkeypatch.setitem(sys.modules, "tensorflow_quantum", None)
    text = run(*arguments, "--examples", "500", "--epochs", "1").stdout
    assert re.search(r"QNN +32 +4×4 binary +500 ", text)
    assert "\nFull CNN is clearly ahead of the QNN: " in text
    assert "The tutorial's own metric gives the fair network " in " ".join(text.split())
    assert "92.3 %" in text


def test_benchmark_prints_all_its_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without TensorFlow and of less work, to be quick: TFQ's side is then said to be missing, not made up."""
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    monkeypatch.setattr(benchmark, "ten", partial(ten, n_circuits=1, epochs=1))
    for name, n in (("SEEDS", 5), ("SEEDS_AT_28", 1), ("N_CIRCUITS", 1)):
        monkeypatch.setattr(benchmark, name, n)
    result = json.loads(run("benchmark", "--json", "--repeats", "1").stdout)
    assert set(result["epoch_by_layers"]) == {"2", "4", "6"}
    assert set(result["epoch_by_size"]) == {"4", "8", "14", "28"}
    for key in ("exact_epoch_s", "cold_train_s", "all_inputs_s", "pipeline_s", "binarise_s"):
        assert result[key] > 0
    assert set(result["together"]) == {"seeds", "seeds_28", "curves", "ten", "own"}
    assert all(seconds > 0 for both in result["together"].values() for seconds in both.values())
    assert result["tfq_epoch_s"] is result["ratio"] is None
    assert "cannot be loaded here" in result["tfq_unavailable"]


def test_benchmark_measures_both_sides(mnist: Mnist, tfq: ModuleType) -> None:
    timing = benchmark.tfq_epoch(Experiment(), prepare(mnist, DataConfig()), 2)
    assert timing.note == "every circuit; 324 steps and 62 validations extrapolated from 2 and 4"
    assert len(timing.seconds) == 2
    assert timing.median > 324 * 0.01


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the following arguments are required: VERB"),
        (["trian"], "invalid choice: 'trian'"),
        (["train", "--size", "1"], "size must be a whole number from 2 to 28, got 1"),
        (["train", "--size", "four"], "argument --size: invalid int value: 'four'"),
        (["train", "--sise", "4"], "unrecognized arguments: --sise"),
        (["train", "--layers", "XX,QQ"], "layers must be one of XX, XY"),
        (["train", "--layers", ""], "layers must name at least one layer"),
        (["train", "--digits", "3", "3"], "digits must be two different classes, got 3 twice"),
        (["train", "--examples", "20000"], "there are 10,338 training images, 20,000 were asked for"),
        (["train", "--backend", "tfq", "--size", "8"], "a state vector of 65 qubits"),
        (["train", "--layers", ",".join(["XX", "ZZ"] * 8)], "more than 2 GiB or 60 s: use fewer layers"),
        (["train", "--backend", "cirq"], "s a step on the cirq backend"),
        (["train", "--model", "fair", "--layers", "XX"], "--layers is for the QNN, and --model is fair"),
        (["train", "--overwrite"], "--overwrite goes with --out: name the run's folder"),
        (
            ["data", "--threshold", "1", "--contradictions", "after"],
            "no training image is left once contradictory ones",
        ),
        (["data", "--examples", "0"], "the number of examples must be a whole number from 1"),
        (["train", "--data", "none.npz"], "none.npz: expected an .npz with uint8 arrays"),
        (["train", "--out", "Makefile"], "Makefile exists and is not a run: choose a new folder"),
        (["data", "--threshold", "2"], "threshold must be a number from 0 to 1, got 2.0"),
        (["compare", "--seeds", "0"], "--seeds must be a whole number from 1 to 100, got 0"),
        (["compare", "--out", "nowhere/chart.html"], "the chart cannot be saved to nowhere/chart.html"),
        (["compare", "--out", "Makefile"], "--out must name an .html file for the chart, got 'Makefile'"),
        (["train", "--model", "cnn", "--size", "9"], "the CNN reads the original 28×28 images: leave --size out"),
        (["train", "--out", "/"], "/ exists and is not a run"),
        (["train", "--out", "a" * 300], "File name too long"),
        (["predict", "--run", "a" * 300, "0"], "there is no run folder aaa"),
        (["circuit", "--size", "1"], "size must be a whole number from 2 to 28, got 1"),
        (["circuit", "--layers", "XX,QQ"], "layers must be one of XX, XY"),
        (["benchmark", "--repeats", "0"], "--repeats must be a whole number from 1 to 1000, got 0"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_mistakes_get_one_sentence_and_exit_code_2(arguments: list[str], message: str) -> None:
    assert message in mistake(*arguments)


def few_images() -> tuple[Array, Array]:
    return np.random.default_rng(0).integers(0, 256, (40, 28, 28), np.uint8), np.arange(40, dtype=np.uint8) % 10


def test_a_folder_of_ones_own_by_option_and_by_variable(tmp_path: Path) -> None:
    images, labels = few_images()
    for part in ("train", "test"):
        np.savez(tmp_path / f"kmnist-{part}-imgs.npz", images)
        np.savez(tmp_path / f"kmnist-{part}-labels.npz", labels)
    by_option = json.loads(run("data", "--json", "--data", str(tmp_path)).stdout)
    assert by_option["n_train_raw"] == 40
    assert json.loads(run("data", "--json", QMNIST_DATA=str(tmp_path)).stdout) == by_option
    trained = json.loads(run("train", "--json", "--epochs", "1", QMNIST_DATA=str(tmp_path)).stdout)
    assert trained["config"]["data"]["file"] == str(tmp_path)


@pytest.mark.parametrize("verb", ["data", "train"])
def test_data_of_no_use_gets_one_sentence(verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def said(path: Path) -> str:
        assert main([verb, "--data", str(path)]) == 2
        output = capsys.readouterr()
        assert (output.out, output.err.count("\n")) == ("", 1)
        return output.err

    images, labels = few_images()
    cases = {
        "alike": (images[:1].repeat(40, 0), "no training image is left once contradictory ones are removed"),
        "black": (0 * images, "x_train is black everywhere, expected gray levels 0–255"),
        "bits": (images // 128, "x_train holds the gray levels 0 and 1 only, expected 0–255: multiply them by 255"),
    }
    for name, (part, message) in cases.items():
        file = tmp_path / f"{name}.npz"
        np.savez(file, x_train=part, y_train=labels, x_test=part, y_test=labels)
        assert message in said(file)
    os.mkfifo(tmp_path / "pipe")
    for name, message in (("", "is a folder that holds"), ("pipe", "it is a pipe, not a regular file")):
        assert message in said(tmp_path / name)


def test_a_data_set_by_its_name_and_the_names_of_its_classes(tmp_path: Path) -> None:
    (tmp_path / "pets.zip").write_bytes(folders(40, cat=0, dog=110))
    shelf, folder = str(tmp_path), str(tmp_path / "run")
    classes = ["--digits", "0", "1"]
    assert "images of cat and dog  " in run("data", *classes, "--data", "pets", QMNIST_DATA=shelf).stdout
    assert json.loads(run("data", "--json", QMNIST_DATA=shelf).stdout)["n_train_raw"] == 60_000, (
        "MNIST unless asked otherwise"
    )
    assert json.loads(run("data", "--json", "--data", "mnist", QMNIST_DATA=shelf).stdout)["n_train_raw"] == 60_000
    train = ["train", *classes, "--data", "pets", "--contradictions", "keep", "--epochs", "1", "--out", folder]
    assert "possible images it calls" in (text := run(*train, QMNIST_DATA=shelf).stdout)
    assert " a cat" in text
    said = run("predict", "--run", folder, "0").stdout
    assert re.search(r"so it says (cat|dog); it is a (cat|dog)|no pixel is lit", said, re.IGNORECASE)
    (tmp_path / "drawn.png").write_bytes(picture(0))
    assert "; it is" not in run("predict", "--run", folder, str(tmp_path / "drawn.png")).stdout
    sentence = mistake("data", "--data", "birds", QMNIST_DATA=shelf)
    assert sentence.rstrip().endswith("or one of the names pets")
    gone = mistake("data", "--data", "upload-0123456789abcdef", QMNIST_DATA=shelf)
    assert "was an upload, which only its own session has: give the path of the file in its place" in gone


def test_a_file_of_ones_own_by_option_and_by_variable(tmp_path: Path) -> None:
    images, labels = few_images()
    mine = str(tmp_path / "mine.npz")
    np.savez(mine, x_train=images, y_train=labels, x_test=images, y_test=labels)
    arguments = ["data", "--json", "--digits", "0", "1"]
    by_option = json.loads(run(*arguments, "--data", mine).stdout)
    assert by_option["n_train_raw"] == 40
    assert json.loads(run(*arguments, QMNIST_DATA=mine).stdout) == by_option
    assert json.loads(run(*arguments, "--data", str(BUNDLED_FILE), QMNIST_DATA=mine).stdout)["n_train_raw"] == 60_000
    folder = str(tmp_path / "run")
    train = ["train", "--json", "--digits", "0", "1", "--epochs", "1", "--out", folder]
    assert json.loads(run(*train, QMNIST_DATA=mine).stdout)["config"]["data"]["file"] == mine
    # An index counts in the run's own data, whatever the variable says, unless --data names another file.
    assert "there is no test image 8: give a number from 0 to 7" in mistake("predict", "--run", folder, "8")
    run("predict", "--run", folder, "8", "--data", str(BUNDLED_FILE))
    run("train", "--epochs", "1", "--out", folder, "--overwrite")
    run("predict", "--run", folder, "1967", QMNIST_DATA=mine)


def test_a_console_without_mathematics_is_no_error() -> None:
    assert "expected spread of ?Z?" in run_alone("train", "--epochs", "1", PYTHONIOENCODING="cp1252").stdout


@pytest.mark.parametrize("verb", ["", "data", "circuit", "train", "compare", "predict", "benchmark"])
def test_help_teaches(verb: str) -> None:
    text = run(*[word for word in (verb, "--help") if word]).stdout
    assert len(text.splitlines()) >= 10
    assert "usage: python -m qmnist_core" in text


def test_ctrl_c_in_compare_reports_what_is_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    begin = progress.begin

    def interrupted(experiment: Experiment, mnist: Mnist) -> Training:
        if experiment.model == "cnn":
            raise KeyboardInterrupt
        return begin(experiment, mnist)

    monkeypatch.setattr(compare, "begin", interrupted)
    assert main(["compare", "--seeds", "2", "--out", str(tmp_path / "chart.html")]) == 0
    text = capsys.readouterr().out
    assert re.search(r"^QNN +32 ", text, flags=re.MULTILINE)
    assert "Full CNN" not in text
    assert "Stopped on request: what was not finished by then is missing." in text
    assert (tmp_path / "chart.html").exists()


def test_closed_streams_lose_nothing(tmp_path: Path) -> None:
    command = f"exec {sys.executable} -m qmnist_core train --epochs 30 --out {tmp_path}"
    for name, ending in (("err", "2>&-"), ("out", ">&-"), ("both", "2>&1 | head -1")):
        subprocess.run(["sh", "-c", f"{command}/{name} {ending}"], cwd=ROOT, capture_output=True, check=False)
        assert len((tmp_path / name / "history.csv").read_text().splitlines()) == 31


@pytest.mark.parametrize("verb", ["data", "train"])
def test_a_reader_that_leaves_early_loses_nothing(verb: str, tmp_path: Path) -> None:
    out = ["--out", str(tmp_path / "run"), "--epochs", "30"] if verb == "train" else []
    process = subprocess.Popen(
        [sys.executable, "-m", "qmnist_core", verb, *out],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    with process.stderr:
        assert "Error" not in process.stderr.read()
    assert process.wait() == 0
    if verb == "train":
        assert len((tmp_path / "run" / "history.csv").read_text().splitlines()) == 31
