"""How to join a class, for a projector: its code in large letters, a QR code, the short address, and who is here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qmnist_core.ui.components.assets import component
from qmnist_core.ui.components.qr import svg_of


def invite(code: str, link: str, place: str, count: str, names: Sequence[str], key: str) -> None:
    """link: in the QR code, place: where the code is typed. count: how many are here, in words."""
    data = {
        "code": code,
        "place": place,
        "svg": svg_of(link),
        "alt": f"QR code of the link {link}",
        "count": count,
        "names": list(names),
    }
    component(Path(__file__).parent)(key=key, data=data)
