"""Why: why no schedule is possible, why somebody works a shift or does not, why a place is open.

What solves is loaded when it is first asked for: who only judges starts sooner and stays smaller.
"""

import importlib
from typing import TYPE_CHECKING

from solver.explain.assignment import Alternative, Why, explain_assignment
from solver.explain.gaps import Gap, Obstacle, explain_gaps

if TYPE_CHECKING:
    from solver.explain.clash import Clash, explain_infeasible
    from solver.explain.parts import Kind, Part
    from solver.explain.relaxing import Loosening, Relaxation, relax
    from solver.explain.supposing import Supposed, suppose

_LATER = {
    "Clash": "clash",
    "Kind": "parts",
    "Loosening": "relaxing",
    "Part": "parts",
    "Relaxation": "relaxing",
    "Supposed": "supposing",
    "explain_infeasible": "clash",
    "relax": "relaxing",
    "suppose": "supposing",
}

__all__ = [
    "Alternative",
    "Clash",
    "Gap",
    "Kind",
    "Loosening",
    "Obstacle",
    "Part",
    "Relaxation",
    "Supposed",
    "Why",
    "explain_assignment",
    "explain_gaps",
    "explain_infeasible",
    "relax",
    "suppose",
]


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_LATER[name]}"), name)
