"""What a comparison's results show, in words, and no more.

All models classify the same test images, so that two are compared image by image: one is clearly ahead of the other
where the paired test says so at the level p < 0.01.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from qmnist_core import metrics
from qmnist_core.arrays import Array, Numbers, Reals, Targets
from qmnist_core.catalogue import BACKENDS, MODELS
from qmnist_core.config import Experiment
from qmnist_core.look.text import counted, duration, magnitude, percent, percent_range, spelt
from qmnist_core.studies.comparison import Standing

FRACTION = 0.5
"""A share of another's training time that is called a fraction of it: at most half."""
NULL_OF_ONE = "where only one of the two is right, it is as likely to be either"
NULL_OF_SEEDS = "either model is as likely to be the one that is more often right over the seeds"
CLEARLY = (
    f'"Clearly" means p < {metrics.LEVEL:g} in a test that pairs the answers image by image, for all models classify '
    f"the same images. Its null hypothesis: {NULL_OF_ONE}. With {spelt(len(MODELS) - 1)} models beside the QNN, luck "
    f"alone makes one of them look clearly apart in at most {len(MODELS) - 1} of 100 such comparisons."
)
OTHER_SEEDS = (
    "For other seeds the null hypothesis is that over all seeds and all images of this kind both models have the same "
    "accuracy. Rejecting it takes several seeds, and more where they differ widely."
)
LEAST_P = 1e-15
"""A smaller p is not written out."""


@dataclass(frozen=True)
class Row:
    """One model's trainings."""

    experiment: Experiment
    standing: Standing
    """Its accuracies and parameters."""
    n_train: int
    seconds: float
    """Mean training time of one seed, validation included, loading left out."""
    scores: Mapping[int, Array]
    """By seed, its network's score of each test image: float64 (n_test,). The images are those of all models."""
    targets: Targets
    """Their digits: float64 (n_test,), ±1."""

    @property
    def right(self) -> dict[int, Array]:
        """By seed, which test images its network classifies correctly: bool (n_test,)."""
        return {seed: metrics.right(scores, self.targets) for seed, scores in self.scores.items()}

    @property
    def keras_accuracy(self) -> float | None:
        """Mean test accuracy as the tutorial's own metric counts; None where the tutorial has no such model."""
        if not MODELS[self.experiment.model].in_tutorial:
            return None
        is_logit = not self.experiment.is_quantum
        return float(np.mean([metrics.keras_accuracy(one, self.targets, is_logit) for one in self.scores.values()]))

    @property
    def input(self) -> str:
        return input_words(self.experiment)

    @property
    def software(self) -> str:
        return software(self.experiment)


def input_words(experiment: Experiment) -> str:
    """What a model reads."""
    size = experiment.input.size
    return f"{size}×{size} {'gray' if experiment.reads_gray else 'binary'}"


def software(experiment: Experiment) -> str:
    """The software that computes, without which a training time says little."""
    return MODELS[experiment.model].software or BACKENDS[experiment.backend].title


@dataclass(frozen=True)
class BesideQnn:
    """One model beside the QNN, image by image, at the seeds that both were trained with."""

    seed: int
    """The first of the seeds."""
    this: Array
    """bool (n_seeds, n_test), which test images it classifies correctly."""
    qnn: Array
    """The same of the QNN."""
    paired: metrics.Paired

    @property
    def table(self) -> Numbers:
        """Both right, only this, only the QNN, both wrong, of the first seed: int (2, 2), as `disagreements` has it."""
        return metrics.disagreements(self.this[0], self.qnn[0])

    @property
    def ahead(self) -> bool:
        """Whether the networks trained are clearly ahead of the QNN's."""
        return self.paired.p < metrics.LEVEL and self.paired.difference > 0

    @property
    def behind(self) -> bool:
        return self.paired.p < metrics.LEVEL and self.paired.difference < 0


def beside_the_qnn(rows: Mapping[str, Row]) -> dict[str, BesideQnn]:
    """Each other model that has a seed in common with the QNN, beside it."""
    found = {}
    for model in (model for model in MODELS if model != "qnn" and model in rows and "qnn" in rows):
        this, qnn = rows[model].right, rows["qnn"].right
        if seeds := [seed for seed in qnn if seed in this]:
            ours, theirs = np.stack([this[seed] for seed in seeds]), np.stack([qnn[seed] for seed in seeds])
            found[model] = BesideQnn(seeds[0], ours, theirs, metrics.paired_over_seeds(ours, theirs))
    return found


def sentences(rows: Mapping[str, Row], pairs: Mapping[str, BesideQnn]) -> dict[str, str]:
    """A sentence for each other model: clearly ahead of the QNN, clearly behind it, or not clearly apart."""
    return {model: _sentence(rows[model].standing.title, pair) for model, pair in pairs.items()}


def _sentence(title: str, pair: BesideQnn) -> str:
    paired, n_seeds = pair.paired, pair.paired.n_seeds
    verdict = "clearly ahead of" if pair.ahead else "clearly behind" if pair.behind else "not clearly apart from"
    shares = f"{percent(pair.this.mean())} against {percent(pair.qnn.mean())}"
    if paired.p_any_seed is None:
        (_, only_this), (only_qnn, _) = pair.table.tolist()
        alone = f"It alone is right on {counted(only_this, 'image')}, the QNN alone on {only_qnn:,}"
        return f"{title} is {verdict} the QNN: {shares}. {alone} ({p_words(paired.p)})."
    words = f"{title} is {verdict} the QNN in the {n_seeds} trainings of each: {shares} ({p_words(paired.p)})."
    if not (pair.ahead or pair.behind):
        return words
    others = p_words(paired.p_any_seed)
    if paired.p_any_seed < metrics.LEVEL:
        return f"{words} The same is to be expected with other seeds ({others})."
    return f"{words} Whether that holds for other seeds, {n_seeds} seeds cannot tell ({others})."


def meanings(pairs: Mapping[str, BesideQnn]) -> list[str]:
    """What the sentences' words mean, and what is tested."""
    if not pairs:
        return []
    if any(pair.paired.n_seeds > 1 for pair in pairs.values()):
        return [CLEARLY.replace(NULL_OF_ONE, NULL_OF_SEEDS), OTHER_SEEDS]
    return [CLEARLY]


def tutorials_way(rows: Mapping[str, Row]) -> list[str]:
    """How the tutorial's own metric counts, and its result on the same answers; empty for models without one."""
    shares = {model: rows[model].keras_accuracy for model in MODELS if model in rows}
    by = {model: f"{MODELS[model].name} {percent(share)}" for model, share in shares.items() if share is not None}
    kinds = ([model for model in reversed(by) if MODELS[model].is_quantum == one] for one in (False, True))
    ways = [f"{' and '.join(by[model] for model in some)} ({keras_way(some[0])})" for some in kinds if some]
    if not ways:
        return []
    return [
        "All accuracies here count a score above 0 as the first class. The tutorial's own metric gives "
        f"{' and '.join(ways)}."
    ]


def keras_way(model: str) -> str:
    """How the tutorial's own metric counts a model's answers (`metrics.keras_accuracy`)."""
    if MODELS[model].is_quantum:
        batches = f"batches of {metrics.KERAS_BATCH} images, a shorter last one counting in full"
        return f"above 0 as here, but a mean over {batches}"
    return "it asks for a logit above 0.5, as if that were a probability"


def p_words(p: float) -> str:
    """p = 0.0034, p = 2.0×10⁻¹¹, p < 10⁻¹⁵."""
    return "p < 10⁻¹⁵" if p < LEAST_P else f"p = {magnitude(p)}"


def headline(rows: Mapping[str, Row], pairs: Mapping[str, BesideQnn], fan: Reals | None = None) -> str:
    """Which models are clearly apart from the QNN, in one sentence; empty before there is another one.

    fan: the QNN's accuracies from many seeds, 0–1.
    """
    if not pairs:
        return ""

    def listed(models: Sequence[str]) -> str:
        names = [f"{MODELS[model].name} ({percent(rows[model].standing.mean)})" for model in models]
        return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)

    seeds = "" if fan is None else f"; {len(fan)} seeds {percent_range(fan.min(), fan.max())}"
    qnn = f"the QNN ({percent(rows['qnn'].standing.mean)}{seeds})"
    ahead = [model for model, pair in pairs.items() if pair.ahead]
    behind = [model for model, pair in pairs.items() if pair.behind]
    alike = [model for model in pairs if model not in (*ahead, *behind)]
    groups = (
        (ahead, f"Clearly ahead of {qnn}"),
        (behind, f"Clearly behind {qnn}"),
        (alike, f"Not clearly apart from {qnn}"),
    )
    said = [(words, listed(models)) for models, words in groups if models]
    shortly = [
        (words.removesuffix(f" {qnn}").removesuffix(" of").removesuffix(" from"), names) for words, names in said[1:]
    ]
    return ". ".join(f"{words}: {names}" for words, names in [*said[:1], *shortly]) + "."


def conclusion(rows: Mapping[str, Row], pairs: Mapping[str, BesideQnn]) -> list[str]:
    """What the trainings so far show, the most telling first.

    rows: by model, those trained at least once. pairs: the same beside the QNN, by `beside_the_qnn`.
    """
    if "qnn" not in rows:
        return ["Without the QNN's figures there is nothing to conclude yet."]
    if len(rows) == 1:
        return ["The QNN alone says little: train the others to compare it with them."]
    said = sentences(rows, pairs)
    if "cnn" in pairs:
        said["cnn"] = _cnn(said["cnn"], rows, pairs["cnn"].ahead)
    if "fair" in pairs:
        counts = f"{rows['fair'].standing.n_parameters:,} and {rows['qnn'].standing.n_parameters:,} parameters"
        said["fair"] += f" Both read the same bits, with {counts}."
    lines = [*said.values(), _no_advantage(pairs)]
    if "fair" in pairs and rows["qnn"].experiment.backend == "tfq":
        lines.append(_times(rows["fair"], rows["qnn"], pairs["fair"]))
    return [line for line in lines if line]


def cautions(rows: Mapping[str, Row], pairs: Mapping[str, BesideQnn]) -> list[str]:
    """The limits of the conclusion: what "clearly" means, what is known about other seeds, what the training times
    compare, and how the tutorial counts. Arguments as for `conclusion`."""
    lines = []
    lines += meanings(pairs)
    single = [MODELS[model].name for model, row in rows.items() if len(row.scores) == 1]
    if single:
        of = "each" if len(single) == len(rows) else " and of ".join(single)
        lines.append(f"Only one seed of {of} was trained: how much another one would change its figure is not known.")
    if "fair" in rows and "qnn" in rows and rows["qnn"].experiment.backend == "exact":
        lines.append(_exact_times(rows["fair"], rows["qnn"]))
    return [*lines, *tutorials_way(rows)]


def _cnn(sentence: str, rows: Mapping[str, Row], is_ahead: bool) -> str:
    """The tutorial's own conclusion where the results show it, and what else differs."""
    cnn, qnn = rows["cnn"], rows["qnn"]
    if is_ahead:
        sentence = f"On these classical images a classical network wins. {sentence}"
    theirs = f"{cnn.standing.n_parameters:,} parameters on {cnn.input} images"
    return f"{sentence} It has {theirs}, the QNN {qnn.standing.n_parameters:,} on {qnn.input} ones."


def _no_advantage(pairs: Mapping[str, BesideQnn]) -> str:
    beaten = [MODELS[model].name for model, pair in pairs.items() if pair.behind]
    if not beaten:
        return ""
    return (
        f"That the QNN is clearly ahead of {' and '.join(beaten)} is a matter of these settings, not of quantum "
        "hardware: an ordinary computer worked out every figure here."
    )


def _times(fair: Row, qnn: Row, pair: BesideQnn) -> str:
    """How long the fair network took beside TFQ; the tutorial's own conclusion where the results show it."""
    fair_time, qnn_time = _time(fair), _time(qnn)
    if fair.seconds <= FRACTION * qnn.seconds and not pair.behind:
        verb = "beats" if pair.ahead else "matches"
        return (
            f"The fair network {verb} the QNN in a fraction of the time: {fair_time} against {qnn_time}, the "
            "simulator that the tutorial used."
        )
    return (
        f"One training took the QNN {qnn_time}, the simulator that the tutorial used, and the fair network {fair_time}."
    )


def _exact_times(fair: Row, qnn: Row) -> str:
    return (
        f"One training took the QNN {_time(qnn)} and the fair network {_time(fair)}. That compares software, not "
        "models: the tutorial trained its QNN with TFQ, not with this engine. The tfq backend times that."
    )


def _time(row: Row) -> str:
    """A training time, always with the software that took it."""
    return f"{duration(row.seconds)} on {'the ' if row.software == BACKENDS['exact'].title else ''}{row.software}"
