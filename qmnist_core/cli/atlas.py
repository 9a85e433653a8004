"""`atlas`: every stack of one, two and three layers from many seeds and both starts; goes on where it was stopped."""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
import threading
import time
from pathlib import Path

import numpy as np

from qmnist_core.arrays import Reals
from qmnist_core.cli.options import Verbs, add_verb
from qmnist_core.cli.progress import result_of, stopping
from qmnist_core.cli.text import table
from qmnist_core.data.mnist import load_mnist
from qmnist_core.errors import ConfigError
from qmnist_core.look.text import counted, duration, percent, percent_range
from qmnist_core.progress import Computation, Progress
from qmnist_core.studies.atlas import MOST_LAYERS, N_SEEDS, STARTS, Atlas, Finalist, atlas, begin
from qmnist_core.studies.atlas_file import read_atlas, write_atlas
from qmnist_core.words.atlas import INTERVALS, chosen_words, count_words, luck_lines, made_with, made_words, stack_title

DESCRIPTION = """\
Train every stack of one, two and three layers from many seeds and both starts, as the tutorial trains its own, and
measure it on validation images; then test the best few once. What is done is kept in the file as it goes: after
Ctrl-C, or a crash, the same command goes on where it was. A stack that cannot depend on the image is not trained."""
DEFAULT_FILE = "atlas.npz"
INTERRUPTED = 130
"""What the command says to the shell where the atlas is not whole yet."""
SECONDS_BETWEEN = 3.0
"""Two times at which the file is written."""


def add_to(verbs: Verbs) -> None:
    parser = add_verb(verbs, "atlas", "every stack of up to three layers", DESCRIPTION, run)
    out = f"the file that it is kept in (default {DEFAULT_FILE})"
    parser.add_argument("--out", metavar="FILE", default=DEFAULT_FILE, help=out)
    parser.add_argument("--seeds", type=int, metavar="N", default=N_SEEDS, help="how many (default %(default)s)")
    most = f"layers up to, 1 to {MOST_LAYERS} (default %(default)s)"
    parser.add_argument("--layers", type=int, metavar="L", default=MOST_LAYERS, help=most)


def run(options: argparse.Namespace) -> int:
    file, mnist = Path(options.out), load_mnist()
    begun = _begun(file, begin(mnist, options.seeds, options.layers))
    if begun.n_left:
        write_atlas(begun, file)  # that it cannot be written is said before anything is trained
        with stopping() as asked:
            now = result_of(_kept(atlas(mnist, begun), file, asked), _so_far)
    else:
        now = begun
    if now.n_left:
        print(f"stopped, {now.n_left:,} of {now.n_pieces:,} pieces are left: the same command goes on", file=sys.stderr)
        return INTERRUPTED
    print(json.dumps(_record(now)) if options.json else _text(now))
    return 0


def _begun(file: Path, wanted: Atlas) -> Atlas:
    """The atlas that is in the file, or that is wanted where there is none.

    Errors: DataError for a file that cannot be read; ConfigError for another atlas.
    """
    try:
        found = read_atlas(file)
    except FileNotFoundError:
        return wanted
    for what, has, asked in (
        (counted(found.n_seeds, "seed"), found.n_seeds, wanted.n_seeds),
        (f"up to {counted(found.most_layers, 'layer')}", found.most_layers, wanted.most_layers),
        ("other images", (found.n_validation, found.n_test), (wanted.n_validation, wanted.n_test)),
    ):
        if has != asked:
            raise ConfigError(f"{file} is an atlas of {what}: choose another --out, or ask for the same")
    if found.n_left and found.versions != wanted.versions:
        raise ConfigError(
            f"{file} was begun with {made_with(found)}, and here are {made_with(wanted)}: choose another --out, or go "
            "on with those"
        )
    return found


def _kept(computation: Computation[Atlas], file: Path, asked: threading.Event) -> Computation[Atlas]:
    """The computation, kept in the file now and then and at its end, until it is asked to stop."""
    now, last = None, time.monotonic()
    try:
        for item in computation:
            now = item if isinstance(item, Atlas) else now
            if now is not None and time.monotonic() - last > SECONDS_BETWEEN:
                write_atlas(now, file)
                last = time.monotonic()
            yield item
            if asked.is_set() and isinstance(item, Progress):
                return
    finally:
        if now is not None:
            write_atlas(now, file)


def _so_far(now: Atlas) -> str:
    return f"{duration(now.seconds)} of training in all"


def _record(whole: Atlas) -> dict[str, object]:
    return {
        **{"n_stacks": len(whole.stacks), "n_depending": int(whole.depends.sum()), "seeds": whole.n_seeds},
        **{"n_validation": whole.n_images, "n_test": whole.n_test, "seconds": whole.seconds},
        "versions": dict(whole.versions),
        "best": {
            start: [
                {
                    "layers": list(one.layers),
                    "validation_accuracies": one.chosen.tolist(),
                    "validation_accuracies_other_seeds": one.again.tolist(),
                    "test_accuracies": one.test.tolist(),
                }
                for one in whole.finalists(start)
            ]
            for start in STARTS
        },
    }


def _text(whole: Atlas) -> str:
    rows: list[tuple[str, ...]] = [
        ("start", "stack", "chosen by", "half of the seeds", "other seeds", "test accuracy", "half of the seeds")
    ]
    rows += [_row(start, one) for start in STARTS for one in whole.finalists(start)]
    figures = table(rows, left=(0, 1))
    said = [f"{count_words(whole)}. {chosen_words(whole)}"]
    said += [f"From the {start} start. {' '.join(luck_lines(whole, whole.finalists(start)))}" for start in STARTS]
    width = len(figures.split("\n")[1])
    return "\n".join([figures, *(textwrap.fill(words, width) for words in (*said, INTERVALS, made_words(whole)))])


def _row(start: str, one: Finalist) -> tuple[str, ...]:
    figures = [start, stack_title(one.layers), percent(float(one.chosen.mean())), _middle(one.chosen)]
    return (*figures, percent(float(one.again.mean())), percent(float(one.test.mean())), _middle(one.test))


def _middle(accuracies: Reals) -> str:
    first, third = np.quantile(accuracies, (0.25, 0.75))
    return percent_range(first, third)
