"""Rules of selections and miniselections."""

from __future__ import annotations

from typing import Any

import pytest

from tests.copernica.people import Database, made, refused
from tests.copernica.selections import Selection, miniview, view
from tests.copernica.telling import headers
from tests.support.client import TwinClient

EMPTY = {"start": 0, "limit": 0, "count": 0, "total": 0, "data": []}


@pytest.fixture(params=["view", "miniview"])
def selection(request: pytest.FixtureRequest, twin: TwinClient) -> Selection:
    """A selection of either kind, on a field called Title."""
    database = Database(twin, Title="text")
    return view(database) if request.param == "view" else miniview(database.collection(Title="text"))


@pytest.mark.parametrize("encoding", ["json", "form"])
@pytest.mark.parametrize("word", ["inversed", "inverted"])
def test_a_rule_is_as_it_was_made(twin: TwinClient, selection: Selection, encoding: str, word: str) -> None:
    answer = twin.post(f"{selection.path}/rules", **{encoding: {"name": "Ää 日", word: "1", "disabled": "true"}})
    key = made(answer)
    at = f"/{selection.rule_kind}/{key}"
    assert headers(answer) == {"x-location": at, "x-created": key, "location": at}
    assert answer.content == b""
    shown = {"ID": key, "name": "Ää 日", "description": "", "view": selection.id, "conditions": EMPTY, "inversed": True,
             "disabled": True}  # fmt: skip
    assert twin.get(f"/v1{at}").body == shown
    assert twin.get(f"{selection.path}/rule/{key}").body == shown
    assert twin.get(f"{selection.path}/rules").body["data"] == [shown]


def test_a_rule_is_neither_inversed_nor_disabled_unless_told(twin: TwinClient, selection: Selection) -> None:
    shown = twin.get(selection.rule()).body
    assert (shown["inversed"], shown["disabled"]) == (False, False)


@pytest.mark.parametrize("encoding", ["json", "form"])
def test_a_rule_may_be_made_with_conditions(twin: TwinClient, selection: Selection, encoding: str) -> None:
    demands: Any = [{"type": "Field", "field": "Title", "value": "sir"}, {"type": "Export"}]
    if encoding == "form":
        flat = {
            f"conditions[{number}][{key}]": value for number, one in enumerate(demands) for key, value in one.items()
        }
        answer = twin.post(f"{selection.path}/rules", form={"name": "sirs", **flat})
    else:
        answer = twin.post(f"{selection.path}/rules", json={"name": "sirs", "conditions": demands})
    rule = twin.get(f"/v1/{selection.rule_kind}/{made(answer)}").body
    assert [rule["conditions"][key] for key in ("start", "limit", "count", "total")] == [0, 2, 2, 2]
    assert [(one["type"], one["rule"]) for one in rule["conditions"]["data"]] == [
        ("Field", rule["ID"]), ("Export", rule["ID"]),
    ]  # fmt: skip
    assert rule["conditions"]["data"][0]["value"] == "sir"


def test_a_rule_that_is_refused_leaves_nothing(twin: TwinClient, selection: Selection) -> None:
    wrong: list[Any] = [
        [{"type": "Export"}, {"type": "Field", "field": "Nothing"}],
        [{"type": "Nothing"}],
        [{}],
        "x",
        [7],
    ]
    for demands in wrong:
        refused(twin.post(f"{selection.path}/rules", json={"name": "x", "conditions": demands}))
        assert twin.get(f"{selection.path}/rules").body["total"] == 0


@pytest.mark.parametrize("encoding", ["json", "form"])
def test_a_change_keeps_what_it_does_not_name(twin: TwinClient, selection: Selection, encoding: str) -> None:
    rule = selection.rule({"type": "Export"}, name="one", inversed=True)
    before = twin.get(rule).body
    answer = twin.put(rule, **{encoding: {"disabled": "1"}})
    assert headers(answer) == {"x-location": rule.removeprefix("/v1")}
    assert (answer.status, answer.content) == (200, b"")
    assert twin.get(rule).body == {**before, "disabled": True}
    twin.post(rule, **{encoding: {"inverted": "false", "name": "two"}})
    assert twin.get(rule).body == {**before, "disabled": True, "inversed": False, "name": "two"}
    assert twin.put(rule).status == 200
    assert twin.get(rule).body == {**before, "disabled": True, "inversed": False, "name": "two"}


def test_only_a_rule_of_a_selection_has_a_description(twin: TwinClient, selection: Selection) -> None:
    rule = selection.rule()
    twin.put(rule, json={"description": "x"})
    assert twin.get(rule).body["description"] == ("x" if selection.kind == "view" else "")


def test_conditions_of_a_change_take_the_place_of_all(twin: TwinClient, selection: Selection) -> None:
    rule = selection.rule({"type": "Export"}, {"type": "Survey"})
    twin.put(rule, json={"conditions": [{"type": "Field", "field": "Title"}]})
    assert [one["type"] for one in twin.get(rule).body["conditions"]["data"]] == ["Field"]
    refused(twin.put(rule, json={"name": "new", "conditions": [{"type": "Field", "field": "Nothing"}]}))
    assert [one["type"] for one in twin.get(rule).body["conditions"]["data"]] == ["Field"]
    twin.put(rule, json={"conditions": []})
    assert twin.get(rule).body["conditions"] == EMPTY


@pytest.mark.parametrize("body", [{"Name": "x"}, {"Inversed": True}, {"INVERTED": 1}, {"Disabled": True},
                                  {"view": "999999"}, {"ID": "9"}, {"has_rules": 1}, {"Conditions": []}])  # fmt: skip
@pytest.mark.parametrize("encoding", ["json", "form"])
def test_other_keys_mean_nothing(twin: TwinClient, selection: Selection, body: Any, encoding: str) -> None:
    rule = selection.rule({"type": "Export"})
    before = twin.get(rule).body
    assert twin.put(rule, **{encoding: {key: value or "0" for key, value in body.items()}}).status == 200
    assert twin.get(rule).body == before


@pytest.mark.parametrize("body", [{}, {"Name": "x"}, {"name": ""}, {"name": True}, {"name": "x", "disabled": "maybe"},
                                  {"name": "x", "inversed": 2}, {"name": "x", "inverted": "yes"},
                                  {"name": "x", "conditions": {"type": "Export"}}, [], "x"])  # fmt: skip
def test_what_is_no_rule_is_refused(twin: TwinClient, selection: Selection, body: Any) -> None:
    refused(twin.post(f"{selection.path}/rules", json=body))
    assert twin.get(f"{selection.path}/rules").body["total"] == 0


def test_the_name_of_a_rule_is_unique_in_its_selection(twin: TwinClient, selection: Selection) -> None:
    first, second = selection.rule(name="one"), selection.rule(name="two")
    assert "one" in refused(twin.post(f"{selection.path}/rules", json={"name": "one"}))
    assert "one" in refused(twin.put(second, json={"name": "one"}))
    assert twin.put(first, json={"name": "one"}).status == 200
    selection.rule(name="One")
    twin.delete(first)
    assert twin.put(second, json={"name": "one"}).status == 200


def test_other_selections_may_have_a_rule_of_that_name(twin: TwinClient) -> None:
    database = Database(twin)
    names = [twin.get(view(database, name).rule(name="all")).body["name"] for name in ("One", "Other")]
    assert names == ["all", "all"]


def test_rules_are_listed_in_parts(twin: TwinClient, selection: Selection) -> None:
    for number in range(12):
        selection.rule(name=f"r{number}")
    part = twin.get(f"{selection.path}/rules", start=9, limit=2).body
    assert [part[key] for key in ("start", "limit", "count", "total")] == [9, 2, 2, 12]
    assert [one["name"] for one in part["data"]] == ["r9", "r10"]
    assert "total" not in twin.get(f"{selection.path}/rules", total=0).body


def test_a_rule_is_found_in_its_own_selection_only(twin: TwinClient) -> None:
    database = Database(twin)
    rule = view(database, "One").rule().rpartition("/")[2]
    refused(twin.get(f"{view(database, 'Other').path}/rule/{rule}"))


def test_a_deleted_rule_takes_its_conditions(twin: TwinClient, selection: Selection) -> None:
    rule = selection.rule({"type": "Export"})
    answer = twin.delete(rule)
    assert headers(answer) == {"x-deleted": rule.removeprefix("/v1/").replace("/", " ")}
    refused(twin.get(rule))
    refused(twin.get(f"{rule}/conditions"))
    assert twin.get(f"{selection.path}/rules").body["total"] == 0
    assert twin.delete(rule).status == 204
