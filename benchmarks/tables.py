"""The results as tables of Markdown."""

from collections.abc import Sequence
from statistics import mean

from benchmarks.measuring import Result, Work

PUBLISHED = {
    1: (607, 607, 607),
    2: (828, 923, 828),
    3: (1001, 1003, 1001),
    4: (1716, 1719, 1716),
    5: (1143, 1439, 1143),
    6: (1950, 2344, 1950),
    7: (1056, 1284, 1056),
    8: (1308, 2529, 1364),
    9: (439, 474, 439),
    10: (4631, 4999, 4631),
    11: (3443, 3967, 3443),
    12: (4040, 5611, 4042),
}
"""Best known, Ejection Chain and IP+VNS hybrid in 10 minutes: Curtois & Qu (2014), Rahimian et al. (2017)."""

TITLES = {
    "curtois": "Public instances (Curtois & Qu)",
    "curtois-long": "Public instances, ten minutes each",
    "weeks": "Generated weeks: everyday rules, and (every) all families of them",
    "first-weeks": "The first users' weeks, side by side with peers",
    "large": "Stand-ins of the size of the large public instances",
}

Rows = Sequence[tuple[Work, Result]]


def table(name: str, rows: Rows) -> str:
    """One table with its heading."""
    shape = {"curtois": _curtois, "curtois-long": _curtois, "first-weeks": _first}.get(name, _sized)
    return f"### {TITLES[name]}\n\n{shape(rows)}\n"


def _curtois(rows: Rows) -> str:
    lines, gaps, as_good = [], list[float](), 0
    for work, result in rows:
        best, chain, hybrid = PUBLISHED[int(work.instance)]
        gap = None if result.objective is None else result.objective / best - 1
        gaps += [] if gap is None else [gap]
        as_good += result.objective is not None and result.objective <= hybrid
        lines.append(
            (
                work.instance,
                f"{work.limit_s:g}",
                result.objective,
                best,
                _percent(gap),
                chain,
                hybrid,
                _number(result.bound),
                _seconds(_first_at(result)),
                result.memory_mib,
                f"{result.load:.1f}",
            )
        )
    headings = (
        "instance|seconds|Rota|best known|gap|Ejection Chain 10 min|IP+VNS 10 min|our bound|first schedule s|MiB|load"
    )
    if not gaps:
        return _markdown(headings, lines)
    summary = f"Mean gap {_percent(mean(gaps))}, largest {_percent(max(gaps))}"
    return f"{_markdown(headings, lines)}\n\n{summary}; {as_good} of {len(rows)} as good as IP+VNS or better."


def _sized(rows: Rows) -> str:
    lines = [(work.instance, *_figures(work, result, result.bound)) for work, result in rows]
    return _markdown(f"people or instance|{_HEADINGS}", lines)


def _first(rows: Rows) -> str:
    """Every engine against the highest bound that any of them proved."""
    bounds = dict[str, float]()
    for work, result in rows:
        if result.bound is not None:
            bounds[work.instance] = max(result.bound, bounds.get(work.instance, result.bound))
    lines = [
        (work.instance, work.engine, *_figures(work, result, bounds.get(work.instance))) for work, result in rows
    ]
    foot = "Gap and times are to the best bound of all engines; CBC tells only when it ended."
    return f"{_markdown(f'people|engine|{_HEADINGS}', lines)}\n\n{foot}"


_HEADINGS = "limit s|objective|own bound|gap|build s|first s|to 5 % s|to 1 % s|ended s|MiB|load"


def _figures(work: Work, result: Result, bound: float | None) -> tuple[object, ...]:
    gap = None
    if result.objective is not None and bound is not None:
        gap = max(0.0, (result.objective - bound) / max(1, abs(result.objective)))
    return (
        f"{work.limit_s:g}",
        result.objective,
        _number(result.bound),
        _percent(gap),
        _seconds(result.build_s),
        _seconds(_first_at(result)),
        _seconds(result.seconds_to(0.05, bound)),
        _seconds(result.seconds_to(0.01, bound)),
        _seconds(result.seconds),
        result.memory_mib,
        f"{result.load:.1f}",
    )


def _first_at(result: Result) -> float | None:
    return result.trail[0][0] if result.trail else None


def _markdown(headings: str, lines: Sequence[Sequence[object]]) -> str:
    names = headings.split("|")
    made = [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    made += [f"| {' | '.join('–' if cell is None else str(cell) for cell in line)} |" for line in lines]
    return "\n".join(made)


def _percent(share: float | None) -> str | None:
    return None if share is None else f"{share:.1%}"


def _seconds(value: float | None) -> str | None:
    return None if value is None else f"{value:.1f}"


def _number(value: float | None) -> str | None:
    return None if value is None else f"{value:.0f}"
