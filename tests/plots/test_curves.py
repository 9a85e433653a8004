from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from qmnist_core.catalogue import MODELS
from qmnist_core.errors import ConfigError
from qmnist_core.look.palette import INK, NEUTRAL
from qmnist_core.plots import curves
from qmnist_core.plots.curves import Curve, mean_of_bins
from qmnist_core.training.history import History
from tests.plots.drawn import drawing

learning_curves = drawing(curves.learning_curves)


def with_history(curve: Curve, **changes: Any) -> Curve:
    return replace(curve, history=replace(curve.history, **changes))


def line(figure: Any, name: str, yaxis: str) -> Any:
    (found,) = (trace for trace in figure.data if trace.name == name and trace.yaxis == yaxis)
    return found


def test_by_step_batches_are_averaged_and_the_test_images_marked(trained: Any) -> None:
    curve = trained.curve
    figure = learning_curves([curve], "step", total_steps=972)
    batches = line(figure, "training batches", "y")
    assert len(batches.x) == len(batches.y) == 243
    assert batches.x[:2] == (4, 8)
    assert batches.y[0] == pytest.approx(100 * np.mean(curve.history.accuracies[:4]), abs=1e-4)
    assert "mean of 4 batches" in batches.hovertemplate
    assert batches.opacity is None, "as full a colour as in the key"
    losses = line(figure, "training batches", "y2")
    np.testing.assert_allclose(losses.y, np.reshape(curve.history.losses, (-1, 4)).mean(axis=1), atol=1e-4)
    test = line(figure, "test images", "y")
    assert test.x == (324, 648, 972)
    np.testing.assert_allclose(test.y, 100 * np.array(curve.column("val_accuracy")), atol=1e-4)
    assert "test images, step %{x:,d}: %{y:.1f} % right" in test.hovertemplate
    assert test.mode == "lines+markers"
    assert test.line.width > batches.line.width
    assert {test.line.color, batches.line.color} == {MODELS["qnn"].colour}


def test_by_epoch_training_means_and_test_images(trained: Any) -> None:
    figure = learning_curves([trained.curve], "epoch", epochs=3)
    for name, yaxis, values in (
        ("training batches", "y", 100 * np.array(trained.curve.column("accuracy"))),
        ("test images", "y", 100 * np.array(trained.curve.column("val_accuracy"))),
        ("training batches", "y2", trained.curve.column("loss")),
        ("test images", "y2", trained.curve.column("val_loss")),
    ):
        assert line(figure, name, yaxis).x == (1, 2, 3)
        np.testing.assert_allclose(line(figure, name, yaxis).y, values, atol=1e-4)
    assert "epochs" in figure.layout.xaxis.title.text
    assert figure.layout.xaxis.unifiedhovertitle.text == "after epoch %{x}"
    assert figure.layout.hovermode == "x unified"


def test_nothing_moves_while_training(trained: Any) -> None:
    whole = trained.curve
    layouts = []
    for n in (40, 41, 42, 100, 300):
        part = replace(whole, history=whole.history.until(n))
        layouts.append(learning_curves([part], total_steps=972, ceiling=0.9228).layout)
    last = learning_curves([whole], total_steps=972, ceiling=0.9228).layout
    for layout in layouts:
        for axis in ("xaxis", "yaxis", "yaxis2"):
            assert layout[axis].range == last[axis].range
        assert (layout.height, layout.margin, layout.title) == (last.height, last.margin, last.title)


def test_axes_say_where_they_start(trained: Any) -> None:
    layout = learning_curves([trained.curve], total_steps=972).layout
    floor = layout.yaxis.range[0]
    assert 100 * min(mean_of_bins(trained.curve.history.accuracies, 4)) >= floor
    assert layout.yaxis.title.text == f"accuracy, axis from {floor} %"
    assert layout.yaxis2.range[0] == 0
    assert layout.yaxis2.title.text == "loss, axis from 0"
    assert layout.xaxis.range[1] >= 972
    assert "steps" in layout.xaxis.title.text
    epochs = [
        replace(epoch, val_accuracy=share, val_loss=loss)
        for epoch, share, loss in zip(trained.curve.history.epochs, [0.05, 0.1, 0.2], [1.2, 3e4, 700.0], strict=True)
    ]
    wrong = with_history(trained.curve, epochs=epochs)
    layout = learning_curves([wrong], "epoch").layout
    assert (layout.yaxis.range[0], layout.yaxis2.range[1]) == (0, 1e5)


def test_the_ceiling_is_a_dashed_line_in_ink_with_its_size(trained: Any) -> None:
    figure = learning_curves([trained.curve], ceiling=0.9228, size=4)
    (shape,) = figure.layout.shapes
    assert shape.y0 == shape.y1 == pytest.approx(92.28)
    assert (shape.line.dash, shape.line.color) == ("dash", INK)
    (words,) = figure.layout.annotations
    assert words.text.endswith("ceiling of 4×4 images: 92.3 %")
    # Between the two axes, where no curve is.
    assert figure.layout.yaxis2.domain[1] < words.y == figure.layout.yaxis.domain[0]
    assert (words.yref, words.yanchor) == ("paper", "top")
    assert not learning_curves([trained.curve]).layout.shapes


def test_earlier_runs_are_grey_differ_in_dash_and_mark_and_bear_their_names(trained: Any) -> None:
    earlier = [replace(trained.curve, name=f"run {i}", current=False, dash=i) for i in range(3)]
    figure = learning_curves([trained.curve, *earlier], total_steps=972)
    lines = [line(figure, f"run {i}", "y") for i in range(3)]
    assert len({one.line.dash for one in lines}) == len({one.marker.symbol for one in lines}) == 3
    assert {one.line.color for one in lines} == {NEUTRAL}
    assert "run 1, step %{x:,d}: %{y:.1f} % right" in lines[1].hovertemplate
    assert [note.text for note in figure.layout.annotations] == ["run 0", "run 1", "run 2"]
    assert [note.x for note in figure.layout.annotations] == [972] * 3
    heights = [note.ay for note in figure.layout.annotations]
    floor, top = figure.layout.yaxis.range
    assert sorted(heights, reverse=True) == heights
    assert floor < heights[-1] < heights[0] < top
    # The current run is drawn last, over the others.
    assert figure.data[-1].line.color == MODELS["qnn"].colour


def test_the_key_names_the_run_and_its_marks(trained: Any) -> None:
    title = learning_curves([trained.curve]).layout.title.text
    assert title.startswith("<b>QNN, seed 0</b>")
    assert "test images" in title
    assert MODELS["qnn"].colour in title
    assert "training batches" in title


@pytest.mark.parametrize("n_runs", [1, 2])
def test_the_key_promises_no_batches_of_a_run_that_has_kept_none(trained: Any, n_runs: int) -> None:
    opened = with_history(trained.curve, losses=[], accuracies=[], elapsed=[])
    runs = [replace(opened, dash=i) for i in range(n_runs)]
    assert "batches" not in learning_curves(runs).layout.title.text
    assert "training batches" in learning_curves(runs, "epoch").layout.title.text


def test_a_runs_name_is_shown_letter_by_letter(trained: Any) -> None:
    name, shown = "<b>a & b</b> %{x}", "&lt;b&gt;a &amp; b&lt;/b&gt; &#37;{x}"
    for n_current in (0, 1, 2):
        runs = [replace(trained.curve, name=name, current=i < n_current, dash=i) for i in range(2)]
        figure = learning_curves(runs)
        texts = [figure.layout.title.text, *(note.text for note in figure.layout.annotations)]
        texts += [trace.hovertemplate or "" for trace in figure.data]
        assert any(shown in text for text in texts)
        assert not any(name in text for text in texts)


def test_few_steps_are_numbered_one_by_one(trained: Any) -> None:
    for by, limit in (("step", "total_steps"), ("epoch", "epochs")):
        few, many = (learning_curves([], by, **{limit: n}).layout.xaxis for n in (3, 30))
        assert (few.dtick, many.dtick) == (1, None)


def test_words_for_those_who_do_not_see_it(trained: Any) -> None:
    alt = learning_curves([trained.curve], ceiling=0.9228).layout.meta["alt"]
    assert "QNN, seed 0 has 90.5 % of the test images right after 3 epochs" in alt
    assert alt.endswith("The ceiling is 92.3 %.")
    begun = learning_curves([with_history(trained.curve, epochs=[])]).layout.meta["alt"]
    assert "QNN, seed 0 has done 972 steps of its first epoch" in begun


def test_empty_axes_before_the_first_step() -> None:
    for runs in ([], [Curve(History(), "QNN")]):
        for by in ("step", "epoch"):
            figure = learning_curves(runs, by, total_steps=972, epochs=3)
            assert {trace.yaxis for trace in figure.data[:2]} == {"y", "y2"}
            assert figure.layout.meta["alt"] == "Accuracy and loss while training: nothing trained yet."


def test_a_loss_that_is_no_number_is_a_gap() -> None:
    curve = Curve(History(losses=[1.0, float("nan"), 0.5], accuracies=[0.5] * 3), "QNN")
    figure = learning_curves([curve], total_steps=3)
    assert line(figure, "training batches", "y2").y == (1.0, None, 0.5)
    assert figure.layout.yaxis2.range == (0, 1.0)


def test_bins() -> None:
    np.testing.assert_allclose(mean_of_bins([1, 3, 5, 7, 9], 2), [2, 6, 9])
    assert len(mean_of_bins([], 3)) == 0


def test_an_unknown_axis_is_refused() -> None:
    with pytest.raises(ConfigError, match="by must be one of step, epoch, got 'hour'"):
        learning_curves([], "hour")


def test_two_current_runs_differ_in_dash_and_mark_and_are_named(trained: Any) -> None:
    one, other = replace(trained.curve, name="uniform start"), replace(trained.curve, name="small start", dash=1)
    figure = learning_curves([one, other], "step", total_steps=972)
    solid, dashed = (trace for trace in figure.data if trace.name == "test images" and trace.yaxis == "y")
    assert (solid.line.dash, solid.marker.symbol) == ("solid", "circle")
    assert (dashed.line.dash, dashed.marker.symbol) == ("dash", "square")
    assert {solid.line.color, dashed.line.color} == {MODELS["qnn"].colour}
    assert dashed.hovertemplate.startswith("small start, test images, step")
    batches = [trace for trace in figure.data if trace.name == "training batches" and trace.yaxis == "y2"]
    assert [trace.line.dash for trace in batches] == ["solid", "dash"]
    assert batches[1].hovertemplate.startswith("small start, training, mean of 4 batches: loss")
    title = figure.layout.title.text
    assert "━⬤━</span> <b>uniform start</b>" in title
    assert "╍■╍</span> <b>small start</b>" in title
