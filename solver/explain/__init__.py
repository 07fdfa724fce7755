"""Why: why no schedule is possible, why somebody works a shift or does not, why a place is open."""

from solver.explain.assignment import Alternative, Why, explain_assignment
from solver.explain.clash import Clash, explain_infeasible
from solver.explain.gaps import Gap, Obstacle, explain_gaps
from solver.explain.parts import Kind, Part
from solver.explain.relaxing import Loosening, Relaxation, relax
from solver.explain.supposing import Supposed, suppose

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
