"""Everything that can be found about wishes, prices, and who works together."""

from solver.rules import (
    Alternatives,
    Fairness,
    Measure,
    Pairing,
    Period,
    Presence,
    Priority,
    SkillMix,
    Standby,
    people,
)
from tests.bots.core.findings.problems import ANA, BOTH, Example, ana, asked, both
from tests.solver.builders import employee, refuses, shift, wanting, wants

WISHES: list[Example] = [
    (
        asked(requests=[wants("ana", "early0")]),
        (),
        "Ana wanted early on Monday",
        "Ana wollte early am Montag",
    ),
    (
        asked(requests=[wants("ana", "early0", "late0")]),
        (),
        "Ana wanted early on Monday or one other",
        "Ana wollte early am Montag oder eine andere Schicht",
    ),
    (
        asked(requests=[wants("ana", "early0", "late0", "night0")]),
        (),
        "Ana wanted early on Monday or one of 2 others",
        "Ana wollte early am Montag oder eine von 2 anderen Schichten",
    ),
    (
        asked(requests=[refuses("ana", "early0")]),
        ana("early0"),
        "Ana did not want early on Monday",
        "Ana wollte early am Montag nicht",
    ),
    (
        asked(employees=[employee("ana", cost_per_hour=20)], cost_weight=1),
        ana("early0"),
        "Ana works 8 h at 20 an hour",
        "Ana arbeitet 8 Std. zu 20 pro Stunde",
    ),
    (
        asked(Priority(employees=ANA, weight=1)),
        ana("early0"),
        "Ana works early on Monday; others come first",
        "Ana hat early am Montag; andere gehen vor",
    ),
    (
        asked(Standby(employees=ANA, period=Period.WEEK, weight=1)),
        ana("early0"),
        "Ana is called from standby",
        "Ana wird aus der Bereitschaft gerufen",
    ),
]
TOGETHER: list[Example] = [
    (
        asked(shifts=[shift(0, demand=wanting(2, minimum=2))]),
        ana("day0"),
        "day on Monday has 1 cook; at least 2 needed",
        "day am Montag hat 1 cook; mindestens 2 nötig",
    ),
    (
        asked(shifts=[shift(0, demand=wanting(1, maximum=1))]),
        both("day0"),
        "day on Monday has 2 cook; at most 1 allowed",
        "day am Montag hat 2 cook; höchstens 1 erlaubt",
    ),
    (
        asked(shifts=[shift(0, demand=wanting(2))]),
        (),
        "day on Monday has 0 cook; 2 wanted",
        "day am Montag hat 0 cook; 2 gewünscht",
    ),
    (
        asked(pinned=ana("early0")),
        (),
        "Ana must work early on Monday as cook",
        "Ana ist für early am Montag als cook festgelegt",
    ),
    (
        asked(previous=ana("early0"), stability_weight=1),
        (),
        "Ana no longer works early on Monday as cook",
        "Ana ist nicht mehr als cook für early am Montag eingeteilt",
    ),
    (
        asked(previous=ana("early0"), stability_weight=1),
        ana("early0 early1"),
        "Ana newly works early on Tuesday as cook",
        "Ana ist neu als cook für early am Dienstag eingeteilt",
    ),
    (
        asked(Pairing(employees=people(["ana", "ben", "cem"]), together=True), employees=["ana", "ben", "cem"]),
        both("early0"),
        "early on Monday has Ana and Ben, without the rest of their group",
        "early am Montag hat Ana und Ben, aber nicht den Rest der Gruppe",
    ),
    (
        asked(Pairing(employees=BOTH, together=False)),
        both("early0"),
        "early on Monday has Ana and Ben, who are to be kept apart",
        "early am Montag hat Ana und Ben, die getrennt bleiben sollen",
    ),
    (
        asked(SkillMix(employees=BOTH, skill="till", minimum=1)),
        both("early0"),
        "early on Monday has 0 with till; at least 1 needed",
        "early am Montag hat 0 mit till; mindestens 1 nötig",
    ),
    (
        asked(Presence(employees=BOTH, role="cook", start=360, end=480, maximum=1)),
        both("early0"),
        "Monday 06:00 to 08:00 has 2 cook; at most 1 allowed",
        "Montag 06:00 bis 08:00: 2 cook anwesend; höchstens 1 erlaubt",
    ),
    (
        asked(Alternatives(employees=BOTH, shifts=frozenset({"early0", "late0"}), role="cook", target=2)),
        ana("early0"),
        "early on Monday or late on Monday lacks 1 person as cook",
        "early am Montag oder late am Montag: 1 Person fehlt als cook",
    ),
    (
        asked(Alternatives(employees=BOTH, shifts=frozenset({"early0", "late0"}), role="cook", target=2)),
        (),
        "early on Monday or late on Monday lacks 2 people as cook",
        "early am Montag oder late am Montag: 2 Personen fehlen als cook",
    ),
    (
        asked(Fairness(employees=BOTH, measure=Measure.MINUTES, weight=1)),
        ana("early0"),
        "8 hours lie between who has most and who has least",
        "8 Stunden liegen zwischen dem größten und dem kleinsten Anteil",
    ),
    (
        asked(Fairness(employees=BOTH, measure=Measure.SHIFTS, weight=1)),
        ana("early0"),
        "1 shift lies between who has most and who has least",
        "1 Schicht liegt zwischen dem größten und dem kleinsten Anteil",
    ),
    (
        asked(Fairness(employees=BOTH, measure=Measure.NIGHTS, weight=1)),
        ana("night0 night1"),
        "2 nights lie between who has most and who has least",
        "2 Nächte liegen zwischen dem größten und dem kleinsten Anteil",
    ),
    (
        asked(Fairness(employees=BOTH, measure=Measure.WEEKENDS, weight=1)),
        ana("early5"),
        "1 weekend lies between who has most and who has least",
        "1 Wochenende liegt zwischen dem größten und dem kleinsten Anteil",
    ),
]
