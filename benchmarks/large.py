"""Stand-ins for the large public instances (13 to 24): the same days, people, shift types and numbers of wishes.

Sizes as published by Curtois & Qu; contents drawn at random in the manner of instances 1 to 12, and written in their
text format, so that the reader is measured too. Objectives cannot be compared with published ones.
"""

import random

from solver import Problem
from solver.readers import curtois

SIZES = {
    13: (28, 120, 18, 841),
    14: (42, 32, 4, 359),
    15: (42, 45, 6, 490),
    16: (56, 20, 3, 280),
    17: (56, 32, 4, 480),
    18: (84, 22, 3, 414),
    19: (84, 40, 5, 834),
    20: (182, 50, 6, 2318),
    21: (182, 100, 8, 4702),
    22: (364, 50, 10, 4638),
    23: (364, 100, 16, 9410),
    24: (364, 150, 32, 13809),
}
"""Days, people, shift types, wishes for and against a shift."""

MEASURED = (13, 18, 20, 22, 24)
"""Those in the table: each of them another kind of large. The others with `--only`."""

TINY = (14, 6, 2, 10)


def like(number: int) -> Problem:
    """A problem of the size of public instance `number`."""
    return curtois.loads(text(number))


def text(number: int) -> str:
    """The problem in the public format."""
    days, people, types, wishes = SIZES.get(number, TINY)
    rng = random.Random(number)
    kinds = [f"t{at}" for at in range(types)]
    lines = ["SECTION_HORIZON", str(days), "", "SECTION_SHIFTS"]
    for at, kind in enumerate(kinds):
        # Later types may not be followed by earlier ones, as nights by mornings.
        lines.append(f"{kind},{rng.choice((420, 480, 480, 540, 600))},{'|'.join(kinds[: at * 2 // 3])}")
    lines += ["", "SECTION_STAFF"]
    for person in range(people):
        able = set(rng.sample(kinds, max(1, types * 2 // 3)))
        most = "|".join(f"{kind}={days if kind in able else 0}" for kind in kinds)
        full = days * 480 * rng.choice((9, 11, 15, 15)) // 21
        weekends = max(1, days // 7 * rng.choice((1, 2)) // 3)
        runs = f"{rng.choice((5, 6))},2,{rng.choice((2, 2, 3))}"
        lines.append(f"P{person},{most},{full},{full * 4 // 5},{runs},{weekends}")
    lines += ["", "SECTION_DAYS_OFF"]
    for person in range(people):
        off = sorted(rng.sample(range(days), max(1, days // 14)))
        lines.append(",".join([f"P{person}", *map(str, off)]))
    asked = [(f"P{rng.randrange(people)}", rng.randrange(days), rng.choice(kinds)) for _ in range(wishes)]
    asked = sorted(set(asked))
    for heading, part in (("ON", asked[::2]), ("OFF", asked[1::2])):
        lines += ["", f"SECTION_SHIFT_{heading}_REQUESTS"]
        lines += [f"{who},{day},{kind},{rng.randint(1, 3)}" for who, day, kind in part]
    lines += ["", "SECTION_COVER"]
    daily = people * 0.5 / types
    for day in range(days):
        for kind in kinds:
            needed = max(0, round(daily * rng.uniform(0.5, 1.4)))
            lines.append(f"{day},{kind},{needed},100,1")
    return "\n".join(lines) + "\n"
