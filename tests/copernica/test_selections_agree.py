"""Selections of whatever rules against what the promise says of them, worked out here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.copernica.people import Database, made
from tests.copernica.selections import View
from tests.support.client import TwinClient

#: Who there is: a name and an age.
PEOPLE = [(name, age) for name in ("ann", "bob", "") for age in (5, 9, 10, 25)]

Members = frozenset[int]
EVERYBODY: Members = frozenset(range(len(PEOPLE)))


@dataclass(frozen=True)
class Named:
    """The name is, or contains, a text."""

    comparison: str
    value: str

    def demand(self, _: Sequence[View]) -> dict[str, Any]:
        return {"type": "Field", "field": "Name", "comparison": self.comparison, "value": self.value}

    def met(self, _: Sequence[Members]) -> Members:
        opposite, equals = self.comparison.startswith("not "), self.comparison.endswith("equals")
        found = (name == self.value if equals else self.value in name for name, _ in PEOPLE)
        return frozenset(at for at, met in enumerate(found) if met != opposite)


@dataclass(frozen=True)
class Aged:
    """The age is less or more than a number."""

    comparison: str
    value: int

    def demand(self, _: Sequence[View]) -> dict[str, Any]:
        return {"type": "Field", "field": "Age", "comparison": self.comparison, "value": self.value}

    def met(self, _: Sequence[Members]) -> Members:
        less = self.comparison == "less"
        return frozenset(at for at, (_, age) in enumerate(PEOPLE) if (age < self.value if less else age > self.value))


@dataclass(frozen=True)
class Referring:
    """Another selection, made before, has somebody, or has not."""

    number: int
    check: str

    def demand(self, views: Sequence[View]) -> dict[str, Any]:
        return {"type": "ReferView", "refer-view": views[self.number % len(views)].id, "check-type": self.check}

    def met(self, found: Sequence[Members]) -> Members:
        members = found[self.number % len(found)]
        return members if self.check == "yes" else EVERYBODY - members


@dataclass(frozen=True)
class Slice:
    """So many of the oldest; equals follow by id."""

    length: int

    def demand(self, _: Sequence[View]) -> dict[str, Any]:
        return {"type": "Part", "begin": -self.length, "fields": ["Age"]}

    def met(self, _: Sequence[Members]) -> Members:
        by_age = sorted(EVERYBODY, key=lambda at: (PEOPLE[at][1], at))
        return frozenset(by_age[-self.length :])


@dataclass(frozen=True)
class Rule:
    """A rule of conditions."""

    conditions: list[Any]
    inversed: bool
    disabled: bool

    def matched(self, found: Sequence[Members]) -> Members:
        met = EVERYBODY
        for condition in self.conditions:
            met &= condition.met(found)
        return EVERYBODY - met if self.inversed else met


@dataclass(frozen=True)
class Selection:
    """A selection, nested in the one made so many before it, or in none."""

    rules: list[Rule]
    back: int

    def members(self, found: Sequence[Members]) -> Members:
        matched = frozenset[int]().union(*(rule.matched(found) for rule in self.rules if not rule.disabled))
        return matched & found[-self.back] if 0 < self.back <= len(found) else matched


COMPARISONS = st.sampled_from(["equals", "not equals", "contains", "not contains"])
FIRST = st.one_of(
    st.builds(Named, COMPARISONS, st.sampled_from(["ann", "b", "", "zoe"])),
    st.builds(Aged, st.sampled_from(["less", "more"]), st.sampled_from([5, 9, 10, 30])),
    st.builds(Slice, st.integers(1, len(PEOPLE) + 1)),
)
LATER = FIRST | st.builds(Referring, st.integers(0, 5), st.sampled_from(["yes", "no"]))


def rules(conditions: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Rule]]:
    disabled = st.sampled_from([False, False, True])
    return st.lists(st.builds(Rule, st.lists(conditions, max_size=3), st.booleans(), disabled), max_size=3)


SELECTIONS = st.tuples(
    st.builds(Selection, rules(FIRST), st.just(0)),
    st.lists(st.builds(Selection, rules(LATER), st.integers(0, 3)), max_size=4),
).map(lambda drawn: [drawn[0], *drawn[1]])


@pytest.fixture
def database(twin: TwinClient) -> Database:
    """A database of those people."""
    database = Database(twin, Name="text", Age="integer")
    for name, age in PEOPLE:
        database.profile(Name=name, Age=age)
    return database


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=SELECTIONS)
def test_a_selection_has_whom_the_promise_says(twin: TwinClient, database: Database, drawn: list[Selection]) -> None:
    for listed in twin.get(f"{database.path}/views").body["data"]:
        twin.delete(f"/v1/view/{listed['ID']}")
    keys = twin.get(f"{database.path}/profileids").body
    views: list[View] = []
    found: list[Members] = []
    for number, one in enumerate(drawn):
        nested = 0 < one.back <= len(views)
        path = views[-one.back].path if nested else database.path
        some = View(twin, made(twin.post(f"{path}/views", json={"name": f"s{number}"})))
        for rule in one.rules:
            demands = [condition.demand(views) for condition in rule.conditions]
            some.rule(*demands, inversed=rule.inversed, disabled=rule.disabled)
        views.append(some)
        found.append(one.members(found))
    assert [one.ids() for one in views] == [[keys[at] for at in sorted(members)] for members in found]
