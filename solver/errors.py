"""SolverError
├── InvalidProblem      a problem whose parts contradict each other
├── RefusedModel        weights and amounts that CP-SAT cannot add up
├── UnreadableInstance  a damaged file: line and reason
"""


class SolverError(Exception):
    """Base of everything that the solver raises on purpose."""


class InvalidProblem(SolverError):
    """The parts of a problem contradict each other; `faults` names every one."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))


class InvalidAssignments(SolverError):
    """Assignments that name people or shifts which the problem does not have; `faults` names every one."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))


class SolverDisagreement(SolverError):
    """The CP-SAT model and `solver.score` judge one schedule differently, so that neither can be trusted with it."""


class RefusedModel(SolverError):
    """Each number of a problem may be, and all of them together are more than CP-SAT can add up."""


class UnreadableInstance(SolverError):
    """A file that does not follow its format; `line` counts from 1."""

    def __init__(self, line: int, reason: str) -> None:
        self.line = line
        self.reason = reason
        super().__init__(f"line {line}: {reason}")
