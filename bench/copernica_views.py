"""Selections of the Copernica twin, each computed anew when it is read.

``python -m bench.copernica_views [--sizes 10000] [--rounds 9]`` prints the table of docs/performance.md: median
times of a page of 100 and of the ids of all members, measured in this process from the request as it comes in to the
bytes of the answer.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from bench.copernica import API, Pages
from mockserver.apis.copernica.models.selections import PLUS, Mutation, View
from mockserver.apis.copernica.models.structure import DATABASES
from mockserver.apis.copernica.service import interests, rules, views
from mockserver.apis.copernica.service.conditions import Wish
from mockserver.kernel.work import Work, begin

THREE = "three rules: number and text, date, expression"

Demands = Sequence[tuple[str, Mapping[str, Any]]]

_AGE: Demands = [("Field", {"field": "Age", "comparison": "more", "value": "50"})]
_TOWN: Demands = [("Field", {"field": "Town", "value": "Town 7"})]
_BORN: Demands = [("Date", {"field": "Born", "after_time": "1950-01-01", "before_time": "1980-01-01"})]

#: Selections by what is asked for: the conditions of each rule.
SELECTIONS: Mapping[str, Sequence[Demands]] = {
    THREE: [
        [*_AGE, *_TOWN], _BORN, [("Field", {"field": "Name", "comparison": "regexp", "value": "^Name 1.*7$"})],
    ],
    "one rule, number": [_AGE],
    "one rule, text": [_TOWN],
    "one rule, date without year": [
        [("Date", {"field": "Born", "compare_mode": "ignoreyear", "after_mutation": Mutation("", PLUS, 0, "day"),
                   "before_mutation": Mutation("", PLUS, 1, "month")})],
    ],
    "one rule, new within a month": [
        [("Change", {"change_type": "new", "after_mutation": Mutation("", "minus", 1, "month")})],
    ],
    "one rule, not edited": [[("Change", {"change_type": "noedit"})]],
    "one rule, without an interest": [
        [("Interest", {"interest": "tennis", "match_mode": "match_profiles_without_interest"})],
    ],
    "one rule, alike in two fields": [
        [("DoubleField", {"fields": ["Name", "Town"], "match_mode": "match_repeated_profiles"})],
    ],
    "one rule, the first tenth by number": [[("Part", {"length": "10%", "fields": ["Points"]})]],
    "one rule, in another selection of three rules": [[("ReferView", {"refers": THREE})]],
}  # fmt: skip


class Selections(Pages):
    """A twin in this process with selections on a database of so many profiles."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        engine = self._twin.engines[API]
        with engine.store.transaction("default") as store:
            work = begin(store, engine.settings)
            (database,) = store.select(DATABASES)
            interests.create(work, database, name="tennis")
            self._views = {
                name: _made(work, views.create(work, database, name=name), demands)
                for name, demands in SELECTIONS.items()
            }

    def measure(self, name: str, rounds: int) -> tuple[float, float]:
        """Milliseconds of a page, and of all ids."""
        found = []
        for members in ("profiles", "profileids"):
            self._path = f"/v1/view/{self._views[name].id}/{members}"
            found.append(self.milliseconds({}, rounds))
        return found[0], found[1]


def _made(work: Work, view: View, demands: Sequence[Demands]) -> View:
    """A selection with its rules; what refers to 0 refers to the first one."""
    for number, rule in enumerate(demands):
        wishes = [
            Wish(kind, {**given, **({"refers": _first(work, view)} if "refers" in given else {})})
            for kind, given in rule
        ]
        rules.create(work, view, {"name": f"rule {number}"}, wishes)
    return view


def _first(work: Work, view: View) -> str:
    (database,) = (one for one in work.store.select(DATABASES) if one.id == view.database)
    return views.listed(work, database)[0].id


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10000", help="sizes of the databases that are selected from")
    parser.add_argument("--rounds", type=int, default=9)
    chosen = parser.parse_args()
    for size in (int(text) for text in chosen.sizes.split(",")):
        selections = Selections(size)
        print(f"\n| selection out of {size:,} profiles, ms | page of 100 | all ids |\n| --- | ---: | ---: |")
        for name in SELECTIONS:
            page, ids = selections.measure(name, chosen.rounds)
            print(f"| {name} | {page:.1f} | {ids:.1f} |")
        selections.close()


if __name__ == "__main__":
    main()
