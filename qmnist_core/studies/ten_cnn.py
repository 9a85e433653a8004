"""The tutorial's CNN with ten outputs, beside the circuits: trained on the same images, but on their gray values."""

from __future__ import annotations

import math

import numpy as np

from qmnist_core.catalogue import MODELS
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.ten import ten_digits
from qmnist_core.models.ten_cnn import TenCnn
from qmnist_core.progress import Computation, Progress
from qmnist_core.studies.ten import Trained, accuracy_of
from qmnist_core.training.stopwatch import Stopwatch

EPOCHS = 3
BATCH_SIZE = MODELS["cnn"].batch_size
"""The tutorial's, as its layers and its rate: none of this was chosen on the test images."""


def ten_cnn(mnist: Mnist, seed: int = 0) -> Computation[Trained]:
    """Train it on the images that the circuits are trained on; the test images are looked at once, at the end.

    Errors, at the first step: UnavailableError where TensorFlow is not installed; DataError for too little data.
    """
    data = ten_digits(mnist)
    images, labels = mnist.x_train[data.trained_on], data.train.labels
    network, watch, rng = TenCnn(seed), Stopwatch(), np.random.default_rng([seed, 1])
    n_batches = math.ceil(len(labels) / BATCH_SIZE)
    total = EPOCHS * n_batches
    for epoch in range(EPOCHS):
        order = rng.permutation(len(labels))
        for batch in range(n_batches):
            chosen = order[batch * BATCH_SIZE : (batch + 1) * BATCH_SIZE]
            watch.start()
            network.train_step(images[chosen], labels[chosen])
            watch.stop()
            done = epoch * n_batches + batch + 1
            if done < total:
                yield Progress(done, total)
    validation = accuracy_of(network.scores(mnist.x_train[data.held_out]), data.validation.labels)
    yield Trained(network.n_parameters, validation, network.scores(mnist.x_test), watch())
    yield Progress(total, total)


def expected_seconds(n_train: int) -> float:
    """How long it trains, an estimate for a machine like the one that the catalogue's figures are of."""
    return EPOCHS * math.ceil(n_train / BATCH_SIZE) * MODELS["cnn"].step_seconds
