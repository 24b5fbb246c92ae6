"""What was read, sent back: clients fetch a thing, change one key and write all of it (SENT-BACK)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.copernica.people import Database, made, refused
from tests.copernica.selections import view
from tests.support.client import TwinClient

ROOMS = ("/v1/rule", "/v1/minirule")


def things(twin: TwinClient, room: str) -> list[str]:
    """The addresses of all rules of the baseline in one of the rooms."""
    paths = [f"{room}/{number}" for number in range(1, 40)]
    found = [path for path in paths if twin.get(path).status == 200]
    assert len(found) > 3
    return found


def without_ids(rule: Any) -> Any:
    """A rule, apart from the ids of its conditions, which are new ones."""
    return {**rule, "conditions": [{**one, "ID": ""} for one in rule["conditions"]["data"]]}


@pytest.mark.parametrize("room", ROOMS)
def test_a_rule_sent_back_stays_as_it_is(twin: TwinClient, room: str) -> None:
    kinds = set()
    for path in things(twin, room):
        rule = twin.get(path).body
        answer = twin.put(path, json={**rule, "disabled": True})
        assert answer.status == 200, (path, answer.body)
        assert without_ids(twin.get(path).body) == without_ids({**rule, "disabled": True})
        kinds |= {one["type"] for one in rule["conditions"]["data"]}
    assert "Field" in kinds


@pytest.mark.parametrize("room", ROOMS)
def test_a_condition_sent_back_stays_as_it_is(twin: TwinClient, room: str) -> None:
    for path in things(twin, room):
        before = twin.get(f"{path}/conditions").body
        for one in before["data"]:
            answer = twin.put(f"{path}/conditions/{one['ID']}", json=one)
            assert answer.status == 200, (one, answer.body)
        assert twin.get(f"{path}/conditions").body == before


@pytest.mark.parametrize(
    "demand",
    [
        {"type": "Field", "field": "Title", "other-field": "Name"},
        {"type": "Field"},
        {"type": "Date", "field": "Born", "after-mutation": ["minus", "1", "day"]},
        {"type": "DoubleField", "fields": ["Title", "Name"]},
        {"type": "Part", "begin": "1", "length": "50%", "fields": "Born"},
        {"type": "ReferView"},
        {"type": "LastContact"},
    ],
)
def test_every_kind_of_value_can_be_sent_back(twin: TwinClient, demand: dict[str, Any]) -> None:
    selection = view(Database(twin, Title="text", Name="text", Born="empty_date"))
    first = twin.get(selection.rule(demand)).body["conditions"]["data"][0]
    again = made(twin.post(f"{selection.path}/rules", json={"name": "again", "conditions": [first]}))
    second = twin.get(f"/v1/rule/{again}").body["conditions"]["data"][0]
    assert {**second, "ID": "", "rule": ""} == {**first, "ID": "", "rule": ""}


@pytest.mark.parametrize(
    ("key", "value"),
    [("field", {}), ("field", {"ID": 1.5}), ("field", {"id": "1"}), ("fields", {"data": "x"}), ("value", {"ID": "1"}),
     ("before-time", True)],
)  # fmt: skip
def test_other_maps_are_refused(twin: TwinClient, key: str, value: Any) -> None:
    rule = view(Database(twin, Title="text")).rule()
    kind = {"fields": "Part", "before-time": "Date"}.get(key, "Field")
    assert key in refused(twin.post(f"{rule}/conditions", json={"type": kind, key: value}))
    assert "conditions" in refused(twin.put(rule, json={"conditions": {"data": "x"}}))
