"""Who is in a selection: rules and conditions together, nested selections, lists of those in it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.copernica.people import Database, refused
from tests.copernica.selections import View, miniview, view
from tests.support.client import TwinClient

ANN = {"type": "Field", "field": "Name", "value": "ann"}
OLD = {"type": "Field", "field": "Age", "comparison": "more", "value": 17}
ALL, NONE = ("Export", True), ("Export", False)


def exported(kind: tuple[str, bool]) -> dict[str, Any]:
    """A condition that everybody meets, or nobody."""
    return {"type": kind[0], "include-never-exported-profiles": kind[1]}


@pytest.fixture
def database(twin: TwinClient) -> Database:
    """A new database of people with a name and an age."""
    return Database(twin, Name="text", Age="integer")


@pytest.fixture
def people(database: Database) -> dict[str, str]:
    """Some of them, by name and age."""
    return {f"{name} {age}": database.profile(Name=name, Age=age) for name in ("ann", "bob") for age in (5, 25)}


def who(selection: View, people: dict[str, str]) -> set[str]:
    ids = selection.ids()
    assert ids == sorted(ids, key=int)
    return {name for name, key in people.items() if key in ids}


EVERYBODY = {"ann 5", "ann 25", "bob 5", "bob 25"}


# --- rules


def test_a_selection_without_rules_is_empty(database: Database, people: dict[str, str]) -> None:
    assert who(view(database), people) == set()


def test_a_rule_without_conditions_matches_all(database: Database, people: dict[str, str]) -> None:
    some = view(database)
    some.rule()
    assert who(some, people) == EVERYBODY


def test_all_conditions_of_a_rule_have_to_hold(database: Database, people: dict[str, str]) -> None:
    some = view(database)
    some.rule(ANN, OLD)
    assert who(some, people) == {"ann 25"}


def test_one_rule_is_enough(database: Database, people: dict[str, str]) -> None:
    some = view(database)
    some.rule(ANN)
    some.rule(OLD)
    assert who(some, people) == {"ann 5", "ann 25", "bob 25"}
    some.rule(exported(NONE))
    assert who(some, people) == {"ann 5", "ann 25", "bob 25"}


def test_an_inversed_rule_matches_who_fails_it(database: Database, people: dict[str, str]) -> None:
    some = view(database)
    some.rule(ANN, OLD, inversed=True)
    assert who(some, people) == EVERYBODY - {"ann 25"}


def test_inversed_rules_are_alternatives_too(database: Database, people: dict[str, str]) -> None:
    some = view(database)
    some.rule(ANN, inversed=True)
    some.rule(OLD)
    assert who(some, people) == {"bob 5", "bob 25", "ann 25"}


def test_an_inversed_rule_without_conditions_matches_nobody(database: Database, people: dict[str, str]) -> None:
    some = view(database)
    some.rule(inversed=True)
    assert who(some, people) == set()


def test_a_disabled_rule_is_skipped(twin: TwinClient, database: Database, people: dict[str, str]) -> None:
    some = view(database)
    rules = [some.rule(ANN), some.rule(OLD, disabled=True)]
    assert who(some, people) == {"ann 5", "ann 25"}
    twin.put(rules[0], json={"disabled": True})
    assert who(some, people) == set()
    twin.put(rules[1], json={"disabled": False})
    assert who(some, people) == {"ann 25", "bob 25"}


def test_a_selection_is_computed_when_it_is_read(twin: TwinClient, database: Database, people: dict[str, str]) -> None:
    some = view(database)
    rule = some.rule(ANN)
    twin.put(f"/v1/profile/{people['bob 5']}/fields", json={"Name": "ann"})
    assert who(some, people) == {"ann 5", "ann 25", "bob 5"}
    twin.put(f"{rule}/conditions/Field", json={"value": "bob"})
    assert who(some, people) == {"bob 25"}
    twin.delete(f"/v1/profile/{people['bob 25']}")
    assert who(some, people) == set()
    twin.freeze("2026-05-06T07:08:09Z")
    assert some.read()["last-built"] == "2026-05-06 07:08:09"


def test_other_databases_are_not_selected_from(twin: TwinClient, database: Database, people: dict[str, str]) -> None:
    Database(twin, Name="text").profile(Name="ann")
    some = view(database)
    some.rule()
    assert some.ids() == list(people.values())


# --- nested selections


def test_a_nested_selection_satisfies_its_parents_too(
    twin: TwinClient, database: Database, people: dict[str, str]
) -> None:
    outer = view(database, "Outer")
    middle = outer.nested("Middle")
    inner = middle.nested("Inner")
    for one in (outer, inner):
        one.rule(ANN)
    middle.rule(OLD)
    assert [who(one, people) for one in (outer, middle, inner)] == [{"ann 5", "ann 25"}, {"ann 25"}, {"ann 25"}]
    inner.rule(ANN, inversed=True)
    assert who(inner, people) == {"ann 25"}
    twin.put(inner.path, json={"parent-type": "database"})
    assert who(inner, people) == EVERYBODY


def test_below_an_empty_selection_all_are_empty(database: Database, people: dict[str, str]) -> None:
    inner = view(database).nested("Inner")
    inner.rule()
    assert who(inner, people) == set()


def test_a_long_chain_of_selections_is_answered(twin: TwinClient, database: Database, people: dict[str, str]) -> None:
    one = view(database, "s0")
    one.rule(ANN)
    for number in range(1, 300):
        below = one.nested(f"s{number}") if number % 2 else view(database, f"s{number}")
        below.rule({"type": "ReferView", "refer-view": one.id})
        one = below
    assert who(one, people) == {"ann 5", "ann 25"}
    refused(twin.put("/v1/view/" + twin.get(f"{database.path}/views").body["data"][0]["ID"],
                     json={"parent-type": "view", "parent-id": one.id}))  # fmt: skip


def test_very_many_conditions_and_rules_are_answered(
    twin: TwinClient, database: Database, people: dict[str, str]
) -> None:
    some, all_met = view(database, "Some"), view(database, "All")
    for number in range(1500):
        some.rule(OLD if number == 1499 else exported(NONE), name=f"r{number}")
    rule = all_met.rule(*[exported(ALL)] * 2000, OLD)
    assert who(some, people) == who(all_met, people) == {"ann 25", "bob 25"}
    assert twin.get(rule).body["conditions"]["total"] == 2001


def test_a_field_of_another_type_is_compared_by_that(
    twin: TwinClient, database: Database, people: dict[str, str]
) -> None:
    some, part = view(database, "Some"), view(database, "Part")
    some.rule({"type": "Field", "field": "Name", "comparison": "more", "value": "7"})
    part.rule({"type": "Part", "fields": ["Name"], "length": 1})
    twin.put(f"/v1/profile/{people['bob 25']}/fields", json={"Name": "10"})
    assert who(some, people) == {"ann 5", "ann 25", "bob 5"}
    twin.put(f"{database.path}/field/{database.fields['Name']}", json={"type": "integer"})
    assert who(some, people) == {"bob 25"}
    assert who(part, people) == {"ann 5"}


# --- lists


def test_profiles_of_a_selection_are_shown_as_they_are(
    twin: TwinClient, database: Database, people: dict[str, str]
) -> None:
    some = view(database)
    some.rule(ANN)
    listed = twin.get(f"{some.path}/profiles").body
    assert [listed[key] for key in ("start", "limit", "count", "total")] == [0, 100, 2, 2]
    assert listed["data"] == [database.read(people[name]) for name in ("ann 5", "ann 25")]


def test_a_selection_is_filtered_ordered_and_parted(
    twin: TwinClient, database: Database, people: dict[str, str]
) -> None:
    for age in range(30, 45):
        people[f"cid {age}"] = database.profile(Name="cid", Age=age)
    some = view(database)
    some.rule(OLD)

    def ages(**query: Any) -> list[str]:
        return [one["fields"]["Age"] for one in twin.get(f"{some.path}/profiles", **query).body["data"]]

    assert ages(**{"fields[]": ["Age>=40", "Age!=42"]}) == ["40", "41", "43", "44"]
    assert ages(orderby="Age", order="desc", limit=3) == ["44", "43", "42"]
    assert ages(orderby="Name", order="desc", start=14, limit=2) == ["44", "25"]
    part = twin.get(f"{some.path}/profiles", **{"fields[]": "Name==cid"}, start=14, limit=9).body
    assert [part[key] for key in ("start", "limit", "count", "total")] == [14, 9, 1, 15]
    assert "total" not in twin.get(f"{some.path}/profiles", total=False).body
    for wrong in ({"fields[]": "Nothing==1"}, {"fields[]": "Age"}, {"orderby": "Nothing"}, {"start": -1}):
        refused(twin.get(f"{some.path}/profiles", **wrong))


def test_ids_of_a_selection_are_all_of_them(twin: TwinClient, database: Database) -> None:
    keys = [database.profile(Age=number) for number in range(105)]
    some = view(database)
    some.rule()
    assert twin.get(f"{some.path}/profileids").body == keys
    assert twin.get(f"{some.path}/profileids", limit=2).body == keys


# --- miniselections


def test_subprofiles_are_selected_as_profiles_are(twin: TwinClient, database: Database, people: dict[str, str]) -> None:
    orders = database.collection(Product="text", Price="integer")
    tea, cup, pot = (
        orders.subprofile(people[name], Product=product, Price=price)
        for name, product, price in (("ann 5", "tea", 3), ("ann 5", "cup", 9), ("bob 25", "pot", 20))
    )
    database.collection(Product="text").subprofile(people["ann 5"], Product="tea")
    some = miniview(orders)
    assert some.ids() == []
    some.rule({"type": "Field", "field": "Price", "comparison": "more", "value": "5"})
    assert some.ids() == [cup, pot]
    rule = some.rule({"type": "Field", "field": "Product", "value": "pot"}, inversed=True)
    assert some.ids() == [tea, cup, pot]
    twin.put(rule, json={"disabled": 1})
    shown = twin.get(f"{some.path}/subprofiles", orderby="Price", order="desc", limit=1).body
    assert [shown[key] for key in ("start", "limit", "count", "total")] == [0, 1, 1, 2]
    assert shown["data"][0] == {key: value for key, value in orders.read(pot).items() if key != "interests"}
    assert [one["ID"] for one in twin.get(f"{some.path}/subprofiles", **{"fields[]": "Price<10"}).body["data"]] == [cup]
    refused(twin.get(f"{some.path}/subprofiles", **{"fields[]": "Name==ann"}))
