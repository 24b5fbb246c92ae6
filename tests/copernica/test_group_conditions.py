"""Conditions on interests, on others that are alike, on a place in an order, on other selections, on the unknown."""

from __future__ import annotations

from typing import Any

import pytest

from tests.copernica.people import Collection, Database
from tests.copernica.selections import Selection, View, miniview, view
from tests.support.client import TwinClient


@pytest.fixture
def database(twin: TwinClient) -> Database:
    """A new database of people."""
    return Database(twin, Name="text", Town="text", Age="integer", Born="date", Share="float")


@pytest.fixture
def orders(database: Database) -> Collection:
    """A collection of it."""
    return database.collection(Product="text", Price="integer")


def matched(selection: Selection, keys: list[str], **demand: Any) -> list[int]:
    """Positions of those that meet a condition."""
    selection.rule({key.replace("_", "-"): value for key, value in demand.items()})
    return [keys.index(key) for key in selection.ids()]


# --- interests


@pytest.mark.parametrize(
    ("mode", "key", "value", "found"),
    [("match_profiles_with_interest", "interest", "tennis", [0, 2]),
     ("match_profiles_without_interest", "interest", "tennis", [1, 3]),
     ("match_profiles_with_interest_group", "interest-group", "sports", [0, 1, 2]),
     ("match_profiles_without_interestgroup", "interest-group", "sports", [3]),
     ("match_profiles_with_interest_group", "interest-group", "", [2, 3]),
     ("match_profiles_with_interest_group", "interest-group", "Sports", []),
     ("match_profiles_without_interestgroup", "interest-group", "unheard of", [0, 1, 2, 3]),
     ("match_profiles_with_interest", "interest", "", []), ("match_profiles_without_interest", "interest", "", [])],
)  # fmt: skip
def test_interests_are_on_or_off(
    twin: TwinClient, database: Database, mode: str, key: str, value: str, found: list[int]
) -> None:
    for name, group in (("tennis", "sports"), ("golf", "sports"), ("chess", "")):
        database.interest(name, group)
    keys = [database.profile() for _ in range(4)]
    for profile, names in zip(keys, (["tennis"], ["golf"], ["tennis", "chess"], ["chess"]), strict=True):
        twin.post(f"/v1/profile/{profile}/interests", json=names)
    assert matched(view(database), keys, type="Interest", match_mode=mode, **{key: value}) == found


def test_subprofiles_have_no_interests(twin: TwinClient, database: Database, orders: Collection) -> None:
    database.interest("tennis", "sports")
    owner = database.profile()
    twin.post(f"/v1/profile/{owner}/interests", json=["tennis"])
    keys = [orders.subprofile(owner)]
    names = {"interest": "tennis", "interest-group": "sports"}
    for mode, found in (
        ("match_profiles_with_interest", []),
        ("match_profiles_without_interest", [0]),
        ("match_profiles_with_interest_group", []),
        ("match_profiles_without_interestgroup", [0]),
    ):
        assert matched(miniview(orders, mode), keys, type="Interest", match_mode=mode, **names) == found


# --- others that are alike

PEOPLE = (("ann", "Rome"), ("bob", "Rome"), ("ann", "Rome"), ("ann", "Oslo"), ("cid", ""), ("ann", "Rome"), ("", ""))


@pytest.mark.parametrize("mini", [False, True])
@pytest.mark.parametrize(
    ("mode", "by_name", "by_both"),
    [("match_unique_profiles", [1, 4, 6], [1, 3, 4, 6]), ("match_non_unique_profiles", [0, 2, 3, 5], [0, 2, 5]),
     ("match_repeated_profiles", [2, 3, 5], [2, 5]), ("match_non_repeated_profiles", [0, 1, 4, 6], [0, 1, 3, 4, 6]),
     ("match_last_profiles", [1, 4, 5, 6], [1, 3, 4, 5, 6]), ("match_toberepeated_profiles", [0, 2, 3], [0, 2])],
)  # fmt: skip
def test_those_alike_are_told_by_all_fields_and_in_the_order_of_ids(
    twin: TwinClient, mini: bool, mode: str, by_name: list[int], by_both: list[int]
) -> None:
    database = Database(twin, Name="text", Town="text")
    things = database.collection(Name="text", Town="text")
    some: dict[str, Selection] = {}
    if mini:
        keys = [things.subprofile(database.profile(), Name=name, Town=town) for name, town in PEOPLE]
        some = {name: miniview(things, name) for name in ("one", "both")}
    else:
        keys = [database.profile(Name=name, Town=town) for name, town in PEOPLE]
        some = {name: view(database, name) for name in ("one", "both")}
    assert matched(some["one"], keys, type="DoubleField", match_mode=mode, fields=["Name"]) == by_name
    assert matched(some["both"], keys, type="DoubleField", match_mode=mode, fields="Name,Town") == by_both


def test_others_are_all_in_the_database(database: Database) -> None:
    """Also those that another condition, or the parent, keeps out."""
    keys = [database.profile(Name="ann", Age=age) for age in (1, 2)]
    outer = view(database, "Outer")
    young = {"type": "Field", "field": "Age", "value": "1"}
    outer.rule(young)
    alike = {"type": "DoubleField", "fields": ["Name"], "match-mode": "match_non_unique_profiles"}
    inner, both = outer.nested("Inner"), view(database, "Both")
    inner.rule(alike)
    both.rule(young, alike)
    assert (inner.ids(), both.ids()) == (keys[:1], keys[:1])


@pytest.mark.parametrize("mode", ["match_unique_profiles", "match_non_repeated_profiles"])
def test_nobody_is_alike_in_no_field(twin: TwinClient, database: Database, mode: str) -> None:
    keys = [database.profile(Name="ann")]
    assert matched(view(database, "None"), keys, type="DoubleField", match_mode=mode) == []
    some = view(database)
    assert matched(some, keys, type="DoubleField", match_mode=mode, fields="Name,Town") == [0]
    twin.delete(f"{database.path}/field/Town")
    assert some.ids() == []


# --- a place in an order


@pytest.mark.parametrize(
    ("begin", "length", "found"),
    [("", "", "0123456789"), ("3", "", "3456789"), ("3", "2", "34"), ("", "4", "0123"), ("-3", "", "789"),
     ("-3", "2", "78"), ("0", "-2", "01234567"), ("3", "-2", "34567"), ("-4", "-1", "678"), ("10%", "", "123456789"),
     ("10%", "30%", "123"), ("-20%", "", "89"), ("", "-50%", "01234"), ("15%", "2", "12"), ("99", "", ""),
     ("", "99", "0123456789"), ("-99", "2", "01"), ("9", "9", "9"), ("4", "0", ""), ("0", "-99", ""), ("8", "-5", ""),
     ("200%", "", ""), ("", "12.5%", "0"), (2, 3, "234"), ("2.9", "1.9", "2"), (-1, "", "9")],
)  # fmt: skip
def test_a_part_is_cut_out_of_all(twin: TwinClient, database: Database, begin: Any, length: Any, found: str) -> None:
    keys = [database.profile() for _ in range(10)]
    assert matched(view(database), keys, type="Part", begin=begin, length=length) == [int(one) for one in found]


@pytest.mark.parametrize(
    ("fields", "order"),
    [("Age", [0, 2, 1, 3]), ("Name", [1, 3, 0, 2]), (["Town", "Age"], [2, 1, 0, 3]), (["Town", "Name"], [1, 2, 3, 0]),
     ("Born", [3, 0, 2, 1]), ("Share", [2, 1, 0, 3]), ([], [0, 1, 2, 3])],
)  # fmt: skip
def test_a_part_is_ordered_by_the_types_of_its_fields(database: Database, fields: Any, order: list[int]) -> None:
    rows = (("cid", "Rome", 5, "2026-01-01", "10.5"), ("ann", "Oslo", 10, "2026-01-03", "9"),
            ("cid", "Oslo", 9, "2026-01-02", "-1"), ("bob", "Rome", 100, "", "99"))  # fmt: skip
    names = ("Name", "Town", "Age", "Born", "Share")
    keys = [database.profile(**dict(zip(names, row, strict=True))) for row in rows]
    parts = [view(database, f"part {place}") for place in range(4)]
    found = [matched(one, keys, type="Part", begin=at, length=1, fields=fields) for at, one in enumerate(parts)]
    assert found == [[one] for one in order]


def test_percentages_are_exact(database: Database) -> None:
    """32.3 per cent of 1000 are a little less than 323 where numbers are binary."""
    keys = [database.profile() for _ in range(1000)]
    assert matched(view(database), keys, type="Part", begin="32.3%", length="1") == [323]


def test_equals_of_a_part_follow_by_id(database: Database) -> None:
    keys = [database.profile(Name="ann") for _ in range(12)]
    assert matched(view(database), keys, type="Part", begin=8, length=3, fields="Name") == [8, 9, 10]


def test_a_part_by_a_field_that_is_gone_is_empty(twin: TwinClient, database: Database) -> None:
    keys = [database.profile()]
    some = view(database)
    assert matched(some, keys, type="Part", fields="Name") == [0]
    twin.delete(f"{database.path}/field/Name")
    assert some.ids() == []


# --- other selections


def test_who_is_in_another_selection(twin: TwinClient, database: Database) -> None:
    keys = [database.profile(Name=name) for name in ("ann", "bob", "cid")]
    one = view(database, "One")
    rule = one.rule({"type": "Field", "field": "Name", "value": "bob"})
    inside, outside = view(database, "Inside"), view(database, "Outside")
    assert matched(inside, keys, type="ReferView", refer_view="One") == [1]
    assert matched(outside, keys, type="ReferView", refer_view="One", check_type="no") == [0, 2]
    twin.put(f"{rule}/conditions/Field", json={"value": "cid"})
    assert (inside.ids(), outside.ids()) == ([keys[2]], keys[:2])
    twin.put(rule, json={"disabled": True})
    assert (inside.ids(), outside.ids()) == ([], keys)
    twin.delete(one.path)
    assert (inside.ids(), outside.ids()) == ([], [])


def test_a_nested_selection_is_referred_to_with_its_parents(database: Database) -> None:
    keys = [database.profile(Name=name) for name in ("ann", "bob")]
    outer = view(database, "Outer")
    outer.rule({"type": "Field", "field": "Name", "value": "bob"})
    outer.nested("Inner").rule()
    assert matched(view(database, "Asking"), keys, type="ReferView", refer_view="Inner") == [1]


def test_miniselections_refer_to_each_other(database: Database, orders: Collection) -> None:
    owner = database.profile()
    keys = [orders.subprofile(owner, Product=name) for name in ("tea", "cup")]
    miniview(orders, "Tea").rule({"type": "Field", "field": "Product", "value": "tea"})
    assert matched(miniview(orders, "Asking"), keys, type="ReferView", refer_view="Tea", check_type="no") == [1]


@pytest.mark.parametrize(
    ("bounds", "found"),
    [({}, [0, 1, 2, 3]), ({"min-subprofiles": 1}, [1, 2, 3]), ({"min-subprofiles": 2}, [2, 3]),
     ({"max-subprofiles": 0}, [0]), ({"max-subprofiles": 2}, [0, 1, 2]),
     ({"min-subprofiles": 1, "max-subprofiles": 2}, [1, 2]),
     ({"min-subprofiles": 3, "max-subprofiles": 2}, []), ({"min-subprofiles": 4}, [])],
)  # fmt: skip
def test_subprofiles_in_a_miniselection_are_counted(
    database: Database, orders: Collection, bounds: dict[str, int], found: list[int]
) -> None:
    keys = [database.profile() for _ in range(4)]
    for number, key in enumerate(keys):
        for _ in range(number):
            orders.subprofile(key, Price=20)
        orders.subprofile(key, Price=1)
    miniview(orders, "Dear").rule({"type": "Field", "field": "Price", "comparison": "more", "value": 10})
    assert matched(view(database), keys, type="MiniView", mini_view="Dear", **bounds) == found


def test_nobody_has_subprofiles_in_a_miniselection_that_is_gone(
    twin: TwinClient, database: Database, orders: Collection
) -> None:
    keys = [database.profile()]
    mini = miniview(orders)
    some, bare = view(database, "Some"), view(database, "Bare")
    assert matched(some, keys, type="MiniView", mini_view=mini.id, max_subprofiles=0) == [0]
    twin.delete(mini.path)
    assert some.ids() == []
    assert matched(bare, keys, type="MiniView", max_subprofiles=0) == []


def test_a_subprofile_is_asked_about_its_profile(database: Database, orders: Collection) -> None:
    one, other = database.profile(), database.profile()
    keys = [orders.subprofile(owner, Price=price) for owner, price in ((one, 5), (one, 20), (other, 5))]
    miniview(orders, "Dear").rule({"type": "Field", "field": "Price", "value": 20})
    assert matched(miniview(orders, "Of buyers"), keys, type="MiniView", mini_view="Dear", min_subprofiles=1) == [0, 1]


# --- what is unknown


@pytest.mark.parametrize(("include", "found"), [(True, [0]), (False, [])])
def test_nobody_was_ever_exported(database: Database, include: bool, found: list[int]) -> None:
    keys = [database.profile()]
    assert matched(view(database), keys, type="Export", include_never_exported_profiles=include) == found


@pytest.mark.parametrize("kind", ["Survey", "LastContact", "ToDo"])
def test_nobody_filled_in_a_survey_or_was_contacted(database: Database, kind: str) -> None:
    keys = [database.profile()]
    some: View = view(database)
    assert matched(some, keys, type=kind) == []
    some.rule({"type": kind}, inversed=True)
    assert some.ids() == keys
