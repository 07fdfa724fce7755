"""A second reading of the Curtois & Qu format, written from its description alone. Imports nothing of `solver`.

`judge` takes the text of an instance and (employee, day, shift) triples; it returns the objective and the broken
rules, so that what `rota solve` prints can be confirmed by somebody else.
"""

import re
from collections import defaultdict


def judge(text: str, assignments: list[tuple[str, int, str]]) -> tuple[int, list[str]]:
    """The penalty of the assignments, and a line for every rule of the staff that they break."""
    table = _table(text)
    horizon = int(table["HORIZON"][0][0])
    length = {row[0]: int(row[1]) for row in table["SHIFTS"]}
    blocked = {(row[0], other) for row in table["SHIFTS"] for other in row[2].split("|") if other}
    roster: dict[str, dict[int, str]] = defaultdict(dict)
    broken = []
    for who, day, shift in assignments:
        if day in roster[who]:
            broken.append(f"{who} has two shifts on day {day}")
        if not 0 <= day < horizon or shift not in length:
            broken.append(f"{who} has no such shift: {shift} on {day}")
        roster[who][day] = shift

    staff = {row[0]: row for row in table["STAFF"]}
    broken += [f"no such employee: {who}" for who in roster if who not in staff]
    free = {(row[0], int(day)) for row in table["DAYS_OFF"] for day in row[1:]}
    broken += [f"{who} works on day off {day}" for who, plan in roster.items() for day in plan if (who, day) in free]
    for who, row in staff.items():
        broken += [f"{who}: {fault}" for fault in _faults(row, roster[who], horizon, length, blocked)]

    wanted = [(row[0], int(row[1]), row[2], int(row[3])) for row in table["SHIFT_ON_REQUESTS"]]
    unwanted = [(row[0], int(row[1]), row[2], int(row[3])) for row in table["SHIFT_OFF_REQUESTS"]]
    penalty = sum(weight for who, day, shift, weight in wanted if roster[who].get(day) != shift)
    penalty += sum(weight for who, day, shift, weight in unwanted if roster[who].get(day) == shift)
    for row in table["COVER"]:
        day, shift, required, under, over = int(row[0]), row[1], int(row[2]), int(row[3]), int(row[4])
        present = sum(1 for plan in roster.values() if plan.get(day) == shift)
        penalty += under * max(0, required - present) + over * max(0, present - required)
    return penalty, broken


def _table(text: str) -> dict[str, list[list[str]]]:
    table: dict[str, list[list[str]]] = {}
    for line in text.splitlines():
        if not line.strip() or line[0] == "#":
            continue
        if line.startswith("SECTION_"):
            rows = table[line.strip().removeprefix("SECTION_")] = []
        else:
            rows.append([cell.strip() for cell in line.split(",")])
    return table


def _faults(
    row: list[str], plan: dict[int, str], horizon: int, length: dict[str, int], blocked: set[tuple[str, str]]
) -> list[str]:
    faults = []
    for limit in row[1].split("|"):
        shift, most = limit.split("=")
        if list(plan.values()).count(shift) > int(most):
            faults.append(f"more than {most} of {shift}")
    most_minutes, least_minutes, most_days, least_days, least_off, most_weekends = map(int, row[2:8])
    minutes = sum(length[shift] for shift in plan.values())
    if not least_minutes <= minutes <= most_minutes:
        faults.append(f"{minutes} minutes")
    faults += [f"{new} after {old}" for day, old in plan.items() if (old, new := plan.get(day + 1, "")) in blocked]
    if len({day // 7 for day in plan if day % 7 > 4}) > most_weekends:
        faults.append("too many weekends")
    picture = "".join("W" if day in plan else "-" for day in range(horizon))
    faults += [f"{len(run)} days in a row" for run in re.findall("W+", picture) if len(run) > most_days]
    faults += [f"{len(run)} days in a row" for run in re.findall("(?<=-)W+(?=-)", picture) if len(run) < least_days]
    faults += [
        f"{len(run)} days off in a row" for run in re.findall("(?<=W)-+(?=W)", picture) if len(run) < least_off
    ]
    return faults
