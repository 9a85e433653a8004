"""What has to be said about a QNN before its figures can be trusted: layers that no image reaches, and too few steps.

Sentences without markup, for the dashboard, the report and the command line alike; an empty one where there is nothing
to say.
"""

from __future__ import annotations

import math
from dataclasses import replace

from qmnist_core.circuits.dependence import depends_on_image, idle_layers
from qmnist_core.config import MOST_EPOCHS_SHOWN, CircuitConfig, Experiment
from qmnist_core.look.text import counted, magnitude
from qmnist_core.models.optimizer import reach

ENOUGH_REACH = 0.25
"""Half-turns. Exponents that start uniformly over a gate's period of 2 are up to 1 from any wanted value, so that a
reach of 0.25 brings one in four of them there. Measured at 4×4 with up to 972 steps, ten seeds: with less the mean
training loss is above 0.6. With this much it is below 0.45 at 250 steps of 0.001 on 500 images, yet 0.65 at 50 of 0.005
on 2,000: it is the least that is needed, not a promise."""
ENOUGH_STEPS = 20
"""From uniform exponents, at any learning rate. Measured at 4×4 on 500 and on 2,000 images, ten rates from 0.005 to 1,
ten seeds, two and four layers: after 15 steps the mean training loss is 0.51 or more whatever the rate, after 10 steps
0.65 or more."""
WANTED_STEPS = 1_000
"""About as many as the tutorial's training has."""
QUARTER_TURN = 0.5
"""Half-turns of all gates together that ⟨Z⟩ needs from −1 to 0: a gate e^{−iπtP/2} turns a state by an angle of π|t|/2
at most, ⟨Z⟩ is −1 where all exponents are 0, and layers with X as second letter turn nothing that is measured."""


def blind_words(circuit: CircuitConfig) -> str:
    """For layers where ⟨Z⟩ cannot depend on the image."""
    if depends_on_image(circuit):
        return ""
    return (
        f"{_named(circuit)} the same ⟨Z⟩ for every image, whatever {'its' if circuit.n_layers == 1 else 'their'} "
        "exponents: such a network cannot tell images apart, and no training changes that. Adding a ZZ layer at the "
        "end does."
    )


def idle_words(circuit: CircuitConfig) -> str:
    """For stacks in which some layers change nothing, though the image matters."""
    idle = idle_layers(circuit)
    if not idle or not depends_on_image(circuit):
        return ""
    names = " and ".join(f"{i + 1} ({circuit.layers[i]})" for i in idle)
    if len(idle) == 1:
        return f"Layer {names} is idle: its exponents do not change ⟨Z⟩ for any image."
    return f"Layers {names} are idle: their exponents do not change ⟨Z⟩ for any image."


def few_steps_words(experiment: Experiment, n_steps: int) -> str:
    """For a training whose n_steps are, or were, too few for its learning rate; no image is evaluated.

    From uniform exponents: where Adam reaches fewer than one in four of the wanted values, or where no rate has been
    seen to learn in so few steps. From small ones: where all gates together cannot turn the readout far enough to
    change an answer.
    """
    circuit, rate = experiment.circuit, experiment.learning_rate
    if not experiment.is_quantum or not depends_on_image(circuit):
        return ""
    moved = reach(rate, n_steps)
    begin = (
        f"Too few steps to learn: {counted(n_steps, 'step')} at a learning rate of {rate:g} "
        f"{'moves' if n_steps == 1 else 'move'} an exponent by about {magnitude(moved)} half-turns at most, while "
    )
    if experiment.init not in ("uniform", "small"):  # nobody has found out what another start needs
        return ""
    uniform = experiment.init == "uniform"
    if uniform:
        if moved >= ENOUGH_REACH:
            if n_steps >= ENOUGH_STEPS:
                return ""
            return (
                f"Too few steps to learn: {counted(n_steps, 'step')}. From a uniform start fewer than {ENOUGH_STEPS} "
                f"are not enough at any learning rate. Take at least {ENOUGH_STEPS}, better a few hundred."
            )
        needed = ENOUGH_REACH
        why = (
            "a uniform start scatters exponents over a period of 2. The answers come mostly from the start, not "
            "from the training"
        )
    else:
        n_turning = experiment.data.n_pixels * sum(layer[1] != "X" for layer in circuit.layers)
        needed = QUARTER_TURN / n_turning
        if moved >= needed:
            return ""
        why = (
            f"{n_turning:,} of them, which start near 0, would each have to move by {magnitude(needed)} before any "
            "answer can change"
        )
    least = math.ceil(needed / rate)
    if uniform:
        least = max(least, ENOUGH_STEPS)
    return f"{begin}{why}. It takes at least {least:,} steps at this rate, often more, or a higher learning rate."


def with_enough_steps(experiment: Experiment, n_train: int) -> Experiment | None:
    """The same with so many epochs, such small batches and, if need be, such a learning rate that there are not too few
    steps: some WANTED_STEPS; None where that would not help."""
    batch_size = min(experiment.batch_size, n_train)
    while batch_size > 1 and math.ceil(n_train / batch_size) * MOST_EPOCHS_SHOWN < WANTED_STEPS:
        batch_size //= 2
    an_epoch = math.ceil(n_train / batch_size)
    epochs = min(MOST_EPOCHS_SHOWN, max(experiment.epochs, math.ceil(WANTED_STEPS / an_epoch)))
    rate = max(experiment.learning_rate, Experiment.learning_rate)
    found = replace(experiment, epochs=epochs, batch_size=batch_size, learning_rate=rate)
    return None if few_steps_words(found, epochs * an_epoch) else found


def cautions_of(experiment: Experiment, n_steps: int) -> list[str]:
    """Everything that has to be said about a QNN's training of n_steps."""
    if not experiment.is_quantum:
        return []
    found = (
        blind_words(experiment.circuit),
        idle_words(experiment.circuit),
        few_steps_words(experiment, n_steps),
    )
    return [words for words in found if words]


def _named(circuit: CircuitConfig) -> str:
    names = " ".join(circuit.layers)
    return f"The layer {names} alone gives" if circuit.n_layers == 1 else f"The layers {names} give"
