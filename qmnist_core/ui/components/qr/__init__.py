"""A link as a QR code, which fills the screen when asked to."""

from __future__ import annotations

from pathlib import Path

from qmnist_core.ui.components.assets import component

QUIET = 4
"""Modules of white around the code, as ISO/IEC 18004 asks for."""


def qr_code(link: str, key: str) -> None:
    """Show a link as a QR code, dark on white in either theme."""
    data = {"svg": svg_of(link), "link": link, "alt": f"QR code of the link {link}"}
    component(Path(__file__).parent)(key=key, data=data)


def svg_of(link: str) -> str:
    """A link's QR code."""
    import segno

    code = segno.make(link, micro=False, error="l")
    svg: str = code.svg_inline(border=QUIET, dark="#000", light="#fff", omitsize=True)
    return svg
