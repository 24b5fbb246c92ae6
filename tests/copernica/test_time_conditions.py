"""Conditions with a span of time: dates in fields, changes, and offsets from now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from tests.copernica.people import Collection, Database
from tests.copernica.selections import Miniview, View, miniview, view
from tests.support.client import TwinClient

NOW = "2026-03-31T13:45:50Z"


@pytest.fixture
def names() -> Iterator[str]:
    """Names for selections, never the same twice."""
    return (f"s{number}" for number in count())


@pytest.fixture
def twin(twin: TwinClient) -> TwinClient:
    """Where it is always the same moment."""
    twin.freeze(NOW)
    return twin


class Days:
    """Profiles with one value each in a field."""

    def __init__(self, twin: TwinClient, kind: str, values: list[str]) -> None:
        self._database = Database(twin, Day=kind)
        self._ids = [self._database.profile(Day=value) for value in values]

    def within(self, **demand: Any) -> list[int]:
        """Positions of the values that meet a condition on their field."""
        selection = view(self._database, f"s{demand}")
        selection.rule({"type": "Date", "field": "Day", **{key.replace("_", "-"): one for key, one in demand.items()}})
        return [self._ids.index(key) for key in selection.ids()]


# --- dates


@pytest.mark.parametrize("kind", ["date", "empty_date", "text"])
@pytest.mark.parametrize(
    ("after", "before", "within"),
    [("", "", [0, 1, 2]), ("2026-02-02", "", [1, 2]), ("", "2026-02-02", [0, 1]), ("2026-02-02", "2026-02-02", [1]),
     ("2026-02-02 00:00:01", "", [2]), ("2026-02-03", "2026-02-01", []), ("", "2026-01-31 23:59:59", [])],
)  # fmt: skip
def test_a_date_lies_between_two_moments_or_on_them(
    twin: TwinClient, kind: str, after: str, before: str, within: list[int]
) -> None:
    days = Days(twin, kind, ["2026-02-01", "2026-02-02", "2026-02-03", "", "no date"])
    assert days.within(after_time=after, before_time=before) == within


@pytest.mark.parametrize("kind", ["datetime", "empty_datetime"])
@pytest.mark.parametrize(
    ("after", "before", "within"),
    [("2026-02-01 10:00:01", "", [1]), ("", "2026-02-01 10:00:00", [0]), ("2026-02-01", "2026-02-02", [0, 1]),
     ("", "", [0, 1])],
)  # fmt: skip
def test_a_moment_lies_between_two_moments(
    twin: TwinClient, kind: str, after: str, before: str, within: list[int]
) -> None:
    days = Days(twin, kind, ["2026-02-01 10:00:00", "2026-02-01 10:00:01", "", "0000-00-00 00:00:00"])
    assert days.within(after_time=after, before_time=before) == within


@pytest.mark.parametrize(
    ("after", "before", "within"),
    [("2026-02-01", "2026-03-01", [1, 2]), ("2000-02-01", "1990-03-01", [1, 2]), ("2026-12-24", "2027-01-06", [0, 3]),
     ("2026-12-24", "", [3]), ("", "2026-02-01", [0, 1]), ("", "", [0, 1, 2, 3]), ("2026-02-28", "2026-02-28", [])],
)  # fmt: skip
def test_without_years_month_and_day_are_compared(twin: TwinClient, after: str, before: str, within: list[int]) -> None:
    days = Days(twin, "date", ["1980-01-01", "1990-02-01", "2004-02-29", "1999-12-31", ""])
    assert days.within(compare_mode="ignoreyear", after_time=after, before_time=before) == within


def test_nobody_meets_a_condition_on_a_date_field_that_is_gone(twin: TwinClient) -> None:
    database = Database(twin, Day="date")
    database.profile(Day="2026-02-01")
    some = view(database)
    some.rule({"type": "Date", "field": "Day"})
    assert len(some.ids()) == 1
    twin.delete(f"{database.path}/field/Day")
    assert some.ids() == []


# --- offsets from now


@pytest.mark.parametrize(
    ("mutation", "first"),
    [('["plus","0","day",""]', "2026-03-31 13:45:50"), ('["minus","1","second",""]', "2026-03-31 13:45:49"),
     ('["plus","15","minute",""]', "2026-03-31 14:00:50"), ('["minus","14","hour",""]', "2026-03-30 23:45:50"),
     ('["minus","1","day","day"]', "2026-03-30 00:00:00"), ('["plus","1","week","day"]', "2026-04-07 00:00:00"),
     ('["plus","1","month",""]', "2026-04-30 13:45:50"), ('["minus","1","month","day"]', "2026-02-28 00:00:00"),
     ('["minus","13","month",""]', "2025-02-28 13:45:50"), ('["plus","2","year","year"]', "2028-01-01 00:00:00"),
     ('["plus","0","second","month"]', "2026-03-01 00:00:00"), ('["plus","0","second","hour"]', "2026-03-31 13:00:00"),
     ('["plus","0","second","minute"]', "2026-03-31 13:45:00"),
     ('["plus","0","second","second"]', "2026-03-31 13:45:50"),
     ('["minus", 9, "month"]', "2025-06-30 13:45:50")],
)  # fmt: skip
def test_an_offset_is_counted_from_now(twin: TwinClient, mutation: str, first: str) -> None:
    """The moment it means is within the span that starts or ends there, the second before or after it is not."""
    moments = [datetime.fromisoformat(first) + timedelta(seconds=step) for step in (-1, 0, 1)]
    days = Days(twin, "datetime", [one.isoformat(" ") for one in moments])
    assert days.within(after_mutation=mutation) == [1, 2]
    assert days.within(before_mutation=mutation) == [0, 1]


def test_an_offset_moves_with_the_clock(twin: TwinClient) -> None:
    days = Days(twin, "date", ["2026-03-30", "2026-03-31", "2026-04-01"])
    today = {"after_mutation": '["plus","0","day","day"]', "before_mutation": '["plus","1","day","day"]'}
    assert days.within(**today) == [1, 2]
    twin.advance(86_400)
    assert days.within(**today, compare_mode="full") == [2]


def test_an_offset_beats_a_fixed_moment(twin: TwinClient) -> None:
    days = Days(twin, "date", ["2026-01-01", "2026-03-31"])
    assert days.within(after_time="2030-01-01", after_mutation='["minus","1","day","day"]') == [1]
    assert days.within(before_time="2020-01-01", before_mutation='["plus","1","day","day"]') == [0, 1]


@pytest.mark.parametrize(
    "mutation",
    ["tomorrow", '["plus","2016-01-01","10:00"]', '["plus","1","days",""]', '["plus","-1","day",""]',
     '["plus","1","day","week"]', '["PLUS","1","day",""]', '["plus","1"]', "[[]]", '["plus","1","day","","x"]',
     '["plus","1.5","day",""]', '["plus","١","day",""]'],
)  # fmt: skip
def test_an_offset_that_nobody_can_read_means_nothing(twin: TwinClient, mutation: str) -> None:
    days = Days(twin, "date", ["2026-01-01", "2026-03-31"])
    assert days.within(after_mutation=mutation) == [0, 1]
    assert days.within(after_mutation=mutation, after_time="2026-03-01") == [1]


@pytest.mark.parametrize("unit", ["second", "day", "week", "month", "year"])
def test_an_offset_beyond_all_calendars_is_open(twin: TwinClient, unit: str) -> None:
    days = Days(twin, "date", ["2026-01-01", "2026-03-31"])
    far = f'["plus","999999999","{unit}","month"]'
    assert days.within(before_mutation=far) == [0, 1]
    assert days.within(after_mutation=far.replace("plus", "minus")) == [0, 1]


# --- changes


@pytest.fixture
def database(twin: TwinClient) -> Database:
    """A new database of people, with interests."""
    database = Database(twin, Name="text", Age="integer")
    database.interest("tennis")
    database.interest("chess")
    return database


@pytest.fixture
def orders(database: Database) -> Collection:
    """A collection of it."""
    return database.collection(Product="text", Price="integer")


#: Change types that ask for a change, with those that ask for its lack.
OPPOSITES = {"any": "none", "field": "nofield", "new": "notnew", "edit": "noedit", "newsubprofile": "nonewsubprofile",
             "editsubprofile": "noeditsubprofile", "removesubprofile": "noremovesubprofile"}  # fmt: skip

#: What is done to a profile, and change types that ask for it since.
DONE = {
    "nothing": (),
    "edited": ("any", "edit", "field"),
    "secret": ("any", "edit"),
    "got": ("any", "interest", "gotinterest"),
    "lost": ("any", "interest", "lostinterest"),
    "made": ("any", "newsubprofile"),
    "subedited": ("any", "editsubprofile"),
    "removed": ("any", "removesubprofile"),
}


def act(twin: TwinClient, what: str, profile: str, orders: Collection, subprofile: str) -> None:
    path = f"/v1/profile/{profile}"
    match what:
        case "edited":
            twin.put(f"{path}/fields", json={"Name": "new"})
        case "secret":
            twin.put(path, json={"secret": "s" * 32})
        case "got":
            twin.post(f"{path}/interests", json=["tennis"])
        case "lost":
            twin.post(f"{path}/interests", json={"chess": 0})
        case "made":
            orders.subprofile(profile)
        case "subedited":
            twin.put(f"/v1/subprofile/{subprofile}/fields", json={"Price": 5})
        case "removed":
            twin.delete(f"/v1/subprofile/{subprofile}")


@pytest.fixture
def changed(twin: TwinClient, database: Database, orders: Collection) -> dict[str, str]:
    """Profiles by what was done to them after midnight of April 2026; all were made before."""
    profiles = {what: database.profile(Name="old") for what in DONE}
    subprofiles = {what: orders.subprofile(key) for what, key in profiles.items()}
    for key in profiles.values():
        twin.post(f"/v1/profile/{key}/interests", json=["chess"])
    twin.freeze("2026-04-10T12:00:00Z")
    for what, key in profiles.items():
        act(twin, what, key, orders, subprofiles[what])
    return profiles


def since(selection: View | Miniview, kind: str, **more: Any) -> list[str]:
    selection.rule({"type": "Change", "change-type": kind, "after-time": "2026-04-01", **more})
    return selection.ids()


@pytest.mark.parametrize("kind", ["any", "field", "new", "edit", "newsubprofile", "editsubprofile", "removesubprofile",
                                  "interest", "gotinterest", "lostinterest"])  # fmt: skip
def test_a_change_within_a_span_is_found(database: Database, changed: dict[str, str], kind: str) -> None:
    expected = [changed[what] for what, kinds in DONE.items() if kind in kinds]
    assert since(view(database), kind) == expected
    if kind in OPPOSITES:
        others = [key for key in changed.values() if key not in expected]
        assert since(view(database, "Others"), OPPOSITES[kind]) == others


def test_a_span_has_an_end_too(database: Database, changed: dict[str, str]) -> None:
    some = view(database)
    some.rule({"type": "Change", "change-type": "edit", "before-time": "2026-04-10 11:59:59"})
    assert some.ids() == []
    inner = view(database, "Until")
    inner.rule({"type": "Change", "change-type": "edit", "before-mutation": '["plus","0","second",""]'})
    assert inner.ids() == [changed["edited"], changed["secret"]]


def test_a_new_profile_is_new(twin: TwinClient, database: Database, changed: dict[str, str]) -> None:
    key = database.profile()
    assert since(view(database), "new") == [key]
    assert since(view(database, "Any"), "any")[-1] == key
    assert since(view(database, "Old"), "notnew") == list(changed.values())


def test_a_value_that_stays_is_no_change(twin: TwinClient, database: Database, changed: dict[str, str]) -> None:
    twin.put(f"/v1/profile/{changed['nothing']}/fields", json={"Name": "old"})
    assert changed["nothing"] not in since(view(database), "any")


def test_a_condition_may_ask_for_one_field(twin: TwinClient, database: Database, changed: dict[str, str]) -> None:
    twin.put(f"/v1/profile/{changed['nothing']}/fields", json={"Age": 7})
    assert since(view(database), "field", field="Name") == [changed["edited"]]
    assert since(view(database, "Age"), "field", field="Age") == [changed["nothing"]]
    assert changed["edited"] in since(view(database, "Not"), "nofield", field="Age")
    assert since(view(database, "Any"), "field") == [changed["nothing"], changed["edited"]]


def test_nobody_meets_a_condition_on_a_changed_field_that_is_gone(
    twin: TwinClient, database: Database, changed: dict[str, str]
) -> None:
    some, other = view(database), view(database, "Other")
    assert since(some, "field", field="Name") == [changed["edited"]]
    assert len(since(other, "nofield", field="Name")) == len(changed) - 1
    twin.delete(f"{database.path}/field/Name")
    assert (some.ids(), other.ids()) == ([], [])


def test_a_condition_may_ask_for_one_interest(database: Database, changed: dict[str, str]) -> None:
    assert since(view(database, "a"), "interest", interest="tennis") == [changed["got"]]
    assert since(view(database, "b"), "interest", interest="chess") == [changed["lost"]]
    assert since(view(database, "c"), "gotinterest", interest="chess") == []
    assert since(view(database, "d"), "lostinterest", interest="chess") == [changed["lost"]]


def test_subprofiles_change_as_profiles_do(
    twin: TwinClient, database: Database, orders: Collection, names: Iterator[str]
) -> None:
    owner = database.profile()
    old, edited = orders.subprofile(owner), orders.subprofile(owner)
    twin.freeze("2026-04-10T12:00:00Z")
    twin.put(f"/v1/subprofile/{edited}/fields", json={"Price": 5})
    fresh = orders.subprofile(owner)
    expected = {"any": [edited, fresh], "none": [old], "new": [fresh], "notnew": [old, edited], "edit": [edited],
                "noedit": [old, fresh], "field": [edited], "newsubprofile": [fresh], "editsubprofile": [edited],
                "removesubprofile": [], "interest": []}  # fmt: skip
    for kind, keys in expected.items():
        assert since(miniview(orders, next(names)), kind) == keys, kind
    assert since(miniview(orders, next(names)), "field", field="Product") == []
    assert since(miniview(orders, next(names)), "field", field="Price") == [edited]
