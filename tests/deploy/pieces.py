"""What deploy/ consists of, read as Docker reads it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"


def compose(**variables: str) -> dict[str, Any]:
    """The services of compose.yaml with these variables put in.

    Errors: LookupError, with the file's own words, for one that must be given and is not.
    """

    def value(found: re.Match[str]) -> str:
        name, operator, words = found.groups()
        if name not in variables and operator != ":-":
            raise LookupError(f"{name}: {words}")
        return variables.get(name) or words or ""

    text = json.dumps(yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8")))
    services: dict[str, Any] = json.loads(re.sub(r"\$\{(\w+)(?:(:[-?])([^}]*))?\}", value, text))["services"]
    return services


def nginx_conf(**variables: str) -> str:
    """nginx.conf.template as envsubst fills it in: nginx's own variables, which have no braces, stay."""
    template = (DEPLOY / "nginx.conf.template").read_text(encoding="utf-8")
    return re.sub(r"\$\{(\w+)\}", lambda found: variables[found[1]], template)
