"""Training a network of ten digits, on all cores: cross-entropy, Adam, a learning rate that falls as a half cosine."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from qmnist_core.arrays import Array
from qmnist_core.cores import Team
from qmnist_core.data.ten import N_DIGITS, Digits
from qmnist_core.models.ten import Adam, Network, Piece, digit_scores, probabilities

BATCH_SIZE = 512
LEARNING_RATE = 0.001
"""Of the first step."""


def n_steps(train: Digits, epochs: int) -> int:
    """Steps of a whole training."""
    return epochs * math.ceil(len(train) / BATCH_SIZE)


def train(
    network: Network,
    images: Digits,
    epochs: int,
    seed: int,
    team: Team,
    *,
    moved: bool,
    learning_rate: float = LEARNING_RATE,
) -> Iterator[int]:
    """Train in place; gives the number of steps done after each. seed: orders the images.

    moved: in each epoch every image is moved by a pixel at most, at random; the network learns to overlook that.
    The rate of step t of n is ½ (1 + cos πt/n) of the first one's.
    """
    rng, total, done = np.random.default_rng([seed, 1]), n_steps(images, epochs), 0
    pieces = network.pieces(team.size)
    optimizers = [Adam(piece.parameters) for piece in pieces]
    for _ in range(epochs):
        order = rng.permutation(len(images))
        for first in range(0, len(order), BATCH_SIZE):
            batch = order[first : first + BATCH_SIZE]
            signs, labels = (images.shifted if moved else images.signs)(batch), images.labels[batch]
            rate = learning_rate * 0.5 * (1.0 + math.cos(math.pi * done / total))
            _step(network, pieces, optimizers, signs, labels, rate, team)
            done += 1
            yield done


def _step(
    network: Network,
    pieces: Sequence[Piece],
    optimizers: Sequence[Adam],
    signs: Array,
    labels: Array,
    rate: float,
    team: Team,
) -> None:
    def answer(piece: Piece) -> Array:
        return piece.answers(signs)

    def learn(part: tuple[Piece, Adam, Array]) -> None:
        piece, optimizer, slopes = part
        optimizer.update(piece.gradient(signs, slopes), rate)

    answers = team.map(answer, pieces)
    slopes = _slopes(network, np.concatenate(answers, axis=1), labels)
    ends = np.cumsum([found.shape[1] for found in answers])[:-1]
    team.map(learn, zip(pieces, optimizers, np.split(slopes, ends, axis=1), strict=True))


def _slopes(network: Network, answers: Array, labels: Array) -> Array:
    """How the mean cross-entropy of a batch changes with each answer: (batch, n_columns)."""
    n, n_columns = answers.shape
    shares = probabilities(digit_scores(network, answers))
    shares[np.arange(n), labels] -= 1.0
    a_digit = n_columns // N_DIGITS
    return np.repeat(shares * (network.factor / (a_digit * n)), a_digit, axis=1)
