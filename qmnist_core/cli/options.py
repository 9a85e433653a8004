"""Options that verbs share, and how they become an `Experiment`."""

from __future__ import annotations

import argparse
from typing import Any, TypeAlias

from qmnist_core.config import SETTINGS, CircuitConfig, DataConfig
from qmnist_core.errors import ConfigError
from qmnist_core.setting import Choice, Digits, Layers, Number, Setting, Source, Whole
from qmnist_core.sources import path_of, usual

Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_verb(verbs: Verbs, name: str, summary: str, description: str, run: Any) -> argparse.ArgumentParser:
    """A verb with --json; `run(options) -> int` does it."""
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=summary, description=description)
    parser.set_defaults(run=run)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    return parser


def _read_layers(text: str) -> tuple[str, ...]:
    return tuple(layer.strip().upper() for layer in text.split(",") if layer.strip())


def add_setting(group: Any, path: str, default: str = "") -> None:
    """The option of a setting. default: in words, where it is not the setting's own.

    Errors: ConfigError for a kind of setting that has no form on the command line.
    """
    setting = _SETTINGS[path]
    group.add_argument(
        setting.flag,
        dest=setting.name,
        metavar=setting.metavar,
        help=setting.flag_help.replace("{default}", default or setting.write(setting.default)),
        **_form(setting),
    )


def _form(setting: Setting) -> dict[str, Any]:
    kind = setting.kind
    if isinstance(kind, Choice):
        return {"choices": tuple(kind.names)}
    if isinstance(kind, Whole):
        return {"type": int}
    if isinstance(kind, Number):
        return {"type": float}
    if isinstance(kind, Digits):
        return {"nargs": 2, "type": int}
    if isinstance(kind, Layers):
        return {"type": _read_layers}
    if isinstance(kind, Source):
        return {}
    raise ConfigError(f"the command line has no option for a setting of kind {type(kind).__name__}: {setting.title}")


def section(setting: Setting) -> str:
    """The heading that a setting's option stands under."""
    if setting.path.startswith("data."):
        return "data"
    return "model" if setting.only == "circuit" or setting.path == "model" else "training"


def add_settings(parser: argparse.ArgumentParser, heading: str) -> None:
    """All options under a heading."""
    group = parser.add_argument_group(heading)
    for setting in SETTINGS:
        if section(setting) == heading:
            add_setting(group, setting.path)


def circuit_config(options: argparse.Namespace) -> CircuitConfig:
    """A `CircuitConfig` from the options given; all other settings keep their defaults."""
    return CircuitConfig(**given_options(options, names_in("circuit")))


def names_in(part: str) -> tuple[str, ...]:
    """The settings in a part of an experiment, "" for those in none."""
    return tuple(setting.name for setting in SETTINGS if setting.path.rpartition(".")[0] == part)


def given_options(options: argparse.Namespace, names: tuple[str, ...]) -> dict[str, Any]:
    """Those of the named options that were given."""
    return {name: getattr(options, name) for name in names if getattr(options, name, None) is not None}


def data_config(options: argparse.Namespace) -> DataConfig:
    """A `DataConfig` from the options given; all other settings keep their defaults."""
    given = given_options(options, names_in("data"))
    file = given.pop("file", usual())
    return DataConfig(**given, file=None if file is None else path_of(file))


_SETTINGS = {setting.path: setting for setting in SETTINGS}
