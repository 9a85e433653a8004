"""The dashboard's settings in a page's address.

An address holds only what differs from the tutorial, so that it stays short: `?size=28&init=small`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from qmnist_core.config import SHOWN, CircuitConfig, DataConfig, Experiment
from qmnist_core.errors import ConfigError
from qmnist_core.sources import is_upload

STUCK = ".,;:!?)]}>\"'”’»› \u00a0"
"""Characters that may follow an address copied out of a letter, and are not part of it."""
SETTINGS = SHOWN
"""By their names in an address, in the panel's order."""
DATA = SETTINGS["data"]


@dataclass(frozen=True)
class Preset:
    """A named choice of all settings."""

    title: str
    help: str
    experiment: Experiment


PRESETS = (
    Preset("Tutorial", "All settings as in the tutorial.", Experiment()),
    # As many steps as bring the mean training loss of ten seeds below the tutorial's: 160, at ten times its rate.
    Preset(
        "Quick look",
        "The first 500 training images ten times, at ten times the tutorial's rate: 160 steps instead of 972.",
        Experiment(data=DataConfig(n_examples=500), epochs=10, learning_rate=0.01),
    ),
    Preset(
        "All pixels",
        "The whole 28×28 image: 785 qubits, small initial angles.",
        Experiment(data=DataConfig(size=28), init="small"),
    ),
    Preset(
        "Four layers",
        "XX and ZZ twice: 64 parameters.",
        Experiment(circuit=CircuitConfig(layers=("XX", "ZZ", "XX", "ZZ"))),
    ),
)


_ENTITY = re.compile(r"(amp;)+")
_NOT_OURS = re.compile(
    r"utm_\w+|hsa_\w+|pk_\w+|mtm_\w+|mc_[ce]id|_hs(enc|mi)|_gl|_ga|\w*cl(k|ick)?id|[gw]braid|gad_\w+|srsltid|trk\w*|spm|epik|s_kwcid|_openstat|ocid|cmpid|xtor|s|t|igshid|igsh|mkt_tok|li_fat_id|"
    r"ref|ref_src|si|usp|(quot|apos|gt|lt|nbsp);?|",
    re.ASCII | re.IGNORECASE,
)
"""What other sites append to every link to see who follows it, and what is left of quotation marks there."""


def shortened(text: str, n: int = 60) -> str:
    """Text from an address, or about one, cut to what fits into a sentence."""
    return text if len(text) <= n else f"{text[: n - 1]}…"


def read_address(address: Mapping[str, str]) -> dict[str, str]:
    """What an address says, without what letters and other sites add to it: `&amp;` for &, a full stop or a bracket at
    its end, and names such as `utm_source` or `fbclid`."""
    found = {_ENTITY.sub("", name, count=1).rstrip(STUCK): value.rstrip(STUCK) for name, value in address.items()}
    return {name: value for name, value in found.items() if not _NOT_OURS.fullmatch(name)}


def to_address(experiment: Experiment) -> dict[str, str]:
    """An experiment in an address: the settings that differ from the tutorial's."""
    return dict(_to_address(experiment, DATA.usual))


@lru_cache(maxsize=256)  # every link of a page carries it
def _to_address(experiment: Experiment, data: str | None) -> dict[str, str]:
    """data: the data set that is left out."""
    usual = DATA.put(PRESETS[0].experiment, data)
    return {
        name: setting.write(setting.get(experiment))
        for name, setting in SETTINGS.items()
        if setting.get(experiment) != setting.get(usual)
    }


def check_shown(experiment: Experiment) -> None:
    """Errors: ConfigError for settings that the dashboard's addresses do not have, such as too many layers."""
    for setting in SETTINGS.values():
        setting.take(experiment, setting.write(setting.get(experiment)))


def from_address(address: Mapping[str, str], uploads: Collection[str] = ()) -> tuple[Experiment, list[str]]:
    """The experiment that an address asks for, and a sentence for each of its settings that cannot be used.

    Such a setting keeps its default. Names that are no settings are left to others.
    uploads: those that it may ask for.
    """
    experiment, problems = DATA.put(Experiment(), DATA.usual), []
    for name, setting in SETTINGS.items():
        if name not in address:
            continue
        try:
            taken = setting.take(experiment, address[name])
            if is_upload(taken.data.file) and taken.data.file not in uploads:
                raise ConfigError("an upload stays in its own session, and this is another one")
            experiment = taken
        except ConfigError as error:
            default = setting.write(setting.get(experiment))
            said = f"{name}={shortened(address[name])}"
            problems.append(f"The address says {said}: {shortened(str(error), 200)}. The default {default} is used.")
    return experiment, problems
