"""What a lesson's step can mark on its page: each thing's name, and the key that it has there."""

from __future__ import annotations

from types import MappingProxyType

MARKS = MappingProxyType(
    {
        "home": {
            "strip": "strip-home",
            "answer": "stage-home-end",
            "curves": "home-curves",
            "outputs": "home-histogram",
            "exponents": "home-maps",
            "dock": "dock",
        },
        "data": {
            "examples": "data-examples",
            "threshold": "page-threshold",
            "collisions": "data-collision-bits",
            "ceiling": "data-ceiling",
        },
        "circuit": {
            "readout": "stage-circuit-end",
            "wires": "circuit-encoding",
            "model": "circuit-model",
            "exponent": "circuit-knob",
            "dock": "dock",
        },
        "train": {
            "curves": "train-curves",
            "outputs": "train-histogram",
            "confusion": "train-confusion",
            "exponents": "train-maps",
            "mistakes": "misread",
            "dock": "dock",
        },
        "compare": {"chart": "compare-chart"},
        "draw": {"strip": "strip-draw", "verdicts": "draw-verdicts"},
        "computes": {"clock": "computes-clock", "dock": "dock"},
        "plateau": {"output": "plateau-output", "gradient": "plateau-gradient"},
        "resolution": {},
        "ten": {"bars": "ten-bars", "curve": "ten-curve", "dock": "dock"},
        "atlas": {"map": "atlas-map", "best": "atlas-best"},
        "noise": {"curve": "noise-curve", "dock": "dock"},
        "lessons": {},
        "class": {},
        "join": {},
    }
)
"""By page, then by name."""
