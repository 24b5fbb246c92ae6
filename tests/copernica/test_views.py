"""Selections and miniselections: what they are, where they hang, and what goes with them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.copernica.people import Collection, Database, made, refused
from tests.copernica.selections import Selection, miniview, view
from tests.copernica.telling import headers
from tests.support.client import TwinClient

BOTH = ("database", "collection")


@pytest.fixture
def database(twin: TwinClient) -> Database:
    """A new database with a field."""
    return Database(twin, Title="text")


@pytest.fixture
def collection(database: Database) -> Collection:
    """A new collection of it."""
    return database.collection(Product="text")


@pytest.fixture(params=BOTH)
def lists(request: pytest.FixtureRequest, database: Database, collection: Collection) -> str:
    """Where selections of some kind are listed and made."""
    return f"{database.path}/views" if request.param == "database" else f"{collection.path}/miniviews"


@pytest.fixture(params=BOTH)
def selection(request: pytest.FixtureRequest, database: Database, collection: Collection) -> Selection:
    """A selection of either kind."""
    return view(database) if request.param == "database" else miniview(collection)


def names(twin: TwinClient, path: str) -> list[str]:
    return [one["name"] for one in twin.get(path).body["data"]]


def kind_of(lists: str) -> str:
    return lists.rpartition("/")[2].removesuffix("s")


# --- what they are


@pytest.mark.parametrize("encoding", ["json", "form"])
def test_a_selection_is_as_it_was_made(twin: TwinClient, database: Database, encoding: str) -> None:
    twin.freeze("2026-03-04T05:06:07Z")
    answer = twin.post(f"{database.path}/views", **{encoding: {"name": "Größer 日本", "description": "18 &\nover"}})
    key = made(answer)
    assert headers(answer) == {"x-location": f"/view/{key}", "x-created": key, "location": f"/view/{key}"}
    assert answer.content == b""
    assert twin.get(f"/v1/view/{key}").body == {
        "ID": key, "name": "Größer 日本", "description": "18 &\nover", "parent-type": "database",
        "parent-id": database.id, "has-children": False, "has-referred": False, "has-rules": False,
        "database": database.id, "last-built": "2026-03-04 05:06:07",
    }  # fmt: skip


@pytest.mark.parametrize("encoding", ["json", "form"])
def test_a_miniselection_is_as_it_was_made(twin: TwinClient, collection: Collection, encoding: str) -> None:
    answer = twin.post(f"{collection.path}/miniviews", **{encoding: {"name": "Ördrar", "description": "x"}})
    key = made(answer)
    assert headers(answer) == {"x-location": f"/miniview/{key}", "x-created": key, "location": f"/miniview/{key}"}
    assert twin.get(f"/v1/miniview/{key}").body == {
        "ID": key, "name": "Ördrar", "description": "x", "parent-type": "collection", "parent-id": collection.id,
        "collection": collection.id,
    }  # fmt: skip


def test_a_selection_has_what_is_below_it(twin: TwinClient, database: Database) -> None:
    one, other = view(database, "One"), view(database, "Other")
    keys = ("has-children", "has-referred", "has-rules")
    assert [one.read()[key] for key in keys] == [False, False, False]
    one.nested("Inner")
    assert [one.read()[key] for key in keys] == [True, False, False]
    rule = one.rule()
    assert [one.read()[key] for key in keys] == [True, False, True]
    other.rule({"type": "ReferView", "refer-view": one.id})
    assert [one.read()[key] for key in keys] == [True, True, True]
    assert [other.read()[key] for key in keys] == [False, False, True]
    twin.delete(rule)
    assert [one.read()[key] for key in keys] == [True, True, False]
    twin.delete(other.path)
    assert [one.read()[key] for key in keys] == [True, False, False]


def test_a_change_keeps_what_it_does_not_name(twin: TwinClient, selection: Selection) -> None:
    twin.freeze("2026-03-04T05:06:07Z")
    before = selection.read()
    answer = twin.put(selection.path, json={"description": "new"})
    assert headers(answer) == {"x-location": selection.path.removeprefix("/v1")}
    assert (answer.status, answer.content) == (200, b"")
    assert selection.read() == {**before, "description": "new"}
    twin.post(selection.path, form={"name": "Else"})
    assert selection.read() == {**before, "description": "new", "name": "Else"}
    assert twin.put(selection.path).status == 200
    assert selection.read() == {**before, "description": "new", "name": "Else"}


@pytest.mark.parametrize("body", [{"Name": "x"}, {"NAME": "x"}, {"Description": "x"}, {"names": "x"}, {"ID": "7"},
                                  {"has-rules": True, "has-children": 1, "has-referred": "yes"}])  # fmt: skip
@pytest.mark.parametrize("encoding", ["json", "form"])
def test_other_keys_mean_nothing(twin: TwinClient, selection: Selection, body: Any, encoding: str) -> None:
    twin.freeze("2026-03-04T05:06:07Z")
    before = selection.read()
    assert twin.put(selection.path, **{encoding: body}).status == 200
    assert selection.read() == before


@pytest.mark.parametrize(
    "body", [{}, {"Name": "x"}, {"name": ""}, {"name": "  "}, {"name": True}, {"name": None}, [], 7]
)
def test_a_selection_needs_a_name(twin: TwinClient, lists: str, body: Any) -> None:
    refused(twin.post(lists, json=body))
    assert twin.get(lists).body["total"] == 0


def test_a_name_may_not_become_empty(twin: TwinClient, selection: Selection) -> None:
    refused(twin.put(selection.path, json={"name": " "}))
    assert selection.read()["name"] == "Some"


# --- names


def test_the_name_of_a_selection_is_unique_in_its_database(twin: TwinClient, database: Database) -> None:
    first = view(database, "Adults")
    inner = first.nested("Women")
    view(Database(twin), "Adults")
    assert view(database, "adults").read()["name"] == "adults"
    for path, name in ((f"{database.path}/views", "Adults"), (f"{database.path}/views", "Women"),
                       (f"{inner.path}/views", "Adults")):  # fmt: skip
        assert name in refused(twin.post(path, json={"name": name}))
    assert "Adults" in refused(twin.put(inner.path, json={"name": "Adults"}))
    assert twin.put(inner.path, json={"name": "Women"}).status == 200
    twin.delete(first.path)
    assert view(database, "Women").read()["name"] == "Women"


# --- lists


def test_selections_are_listed_where_they_hang(twin: TwinClient, database: Database) -> None:
    one, two = view(database, "One"), view(database, "Two")
    inner = one.nested("Inner")
    inner.nested("Innermost")
    assert names(twin, f"{database.path}/views") == ["One", "Two"]
    assert names(twin, f"{one.path}/views") == ["Inner"]
    assert names(twin, f"{inner.path}/views") == ["Innermost"]
    assert names(twin, f"{two.path}/views") == []
    shown = twin.get(f"{one.path}/views").body["data"][0]
    assert (shown["parent-type"], shown["parent-id"], shown["database"]) == ("view", one.id, database.id)


def test_lists_of_selections_come_in_parts(twin: TwinClient, lists: str) -> None:
    for number in range(12):
        made(twin.post(lists, json={"name": f"s{number}"}))
    part = twin.get(lists, start=9, limit=2).body
    assert [part[key] for key in ("start", "limit", "count", "total")] == [9, 2, 2, 12]
    assert [one["name"] for one in part["data"]] == ["s9", "s10"]
    assert part["data"][0] == twin.get(f"/v1/{kind_of(lists)}/{part['data'][0]['ID']}").body
    assert "total" not in twin.get(lists, total="false").body
    assert twin.get(lists, start=12).body["data"] == []
    for wrong in ({"start": -1}, {"limit": "x"}):
        refused(twin.get(lists, **wrong))


# --- moving


@pytest.mark.parametrize("encoding", ["json", "form"])
@pytest.mark.parametrize("word", ["view", "selection"])
def test_a_selection_moves_within_its_database(twin: TwinClient, database: Database, encoding: str, word: str) -> None:
    one, two = view(database, "One"), view(database, "Two")
    assert twin.put(two.path, **{encoding: {"parent-type": word, "parent-id": one.id}}).status == 200
    assert (two.read()["parent-type"], two.read()["parent-id"]) == ("view", one.id)
    assert names(twin, f"{database.path}/views") == ["One"]
    assert names(twin, f"{one.path}/views") == ["Two"]
    three = view(database, "Three")
    assert twin.put(two.path, **{encoding: {"parent-id": int(three.id)}}).status == 200
    assert names(twin, f"{three.path}/views") == ["Two"]
    assert twin.put(two.path, **{encoding: {"parent-type": "database"}}).status == 200
    assert (two.read()["parent-type"], two.read()["parent-id"]) == ("database", database.id)
    assert names(twin, f"{database.path}/views") == ["One", "Two", "Three"]


def test_a_selection_may_be_written_back_as_it_was_read(twin: TwinClient, database: Database) -> None:
    twin.freeze("2026-03-04T05:06:07Z")
    inner = view(database).nested("Inner")
    for one in (inner, view(database, "Other")):
        before = one.read()
        assert twin.put(one.path, json=before).status == 200
        assert one.read() == before


def test_a_selection_stays_in_its_database_and_out_of_itself(twin: TwinClient, database: Database) -> None:
    one = view(database, "One")
    inner = one.nested("Inner")
    foreign = view(Database(twin), "Foreign")
    for body in (
        {"parent-type": "view", "parent-id": one.id}, {"parent-type": "view", "parent-id": inner.id},
        {"parent-type": "view", "parent-id": foreign.id}, {"parent-type": "view", "parent-id": "999999"},
        {"parent-type": "database", "parent-id": foreign.read()["database"]}, {"parent-type": "view"},
        {"parent-type": "collection"}, {"parent-type": "View", "parent-id": foreign.id},
        {"parent-type": "view", "parent-id": -1}, {"parent-type": "view", "parent-id": "one"},
        {"parent-type": "view", "parent-id": ""},
    ):  # fmt: skip
        refused(twin.put(one.path, json={"name": "Moved", **body}))
        assert (one.read()["name"], one.read()["parent-type"]) == ("One", "database")


def test_a_selection_does_not_move_below_one_that_asks_for_it(twin: TwinClient, database: Database) -> None:
    one, asking = view(database, "One"), view(database, "Asking")
    asking.rule({"type": "ReferView", "refer-view": one.id})
    below = asking.nested("Below")
    for target in (asking, below):
        refused(twin.put(one.path, json={"parent-type": "view", "parent-id": target.id}))
    assert twin.put(asking.path, json={"parent-type": "view", "parent-id": one.id}).status == 200


# --- deletion


def test_a_deletion_takes_what_is_below_and_keeps_profiles(twin: TwinClient, database: Database) -> None:
    profile = database.profile(Title="sir")
    one, other = view(database, "One"), view(database, "Other")
    inner = one.nested("Inner").nested("Innermost")
    rules = [one.rule({"type": "Field", "field": "Title"}), inner.rule(), other.rule()]
    answer = twin.delete(one.path)
    assert headers(answer) == {"x-deleted": f"view {one.id}"}
    assert (answer.status, answer.content) == (200, b"")
    for path in (one.path, inner.path, *rules[:2], f"{rules[0]}/conditions"):
        refused(twin.get(path))
    assert twin.get(rules[2]).status == 200
    assert database.found() == [profile]
    gone = twin.delete(one.path)
    assert (gone.status, headers(gone), gone.content) == (204, {}, b"")


def test_a_deleted_miniselection_keeps_subprofiles(
    twin: TwinClient, database: Database, collection: Collection
) -> None:
    key = collection.subprofile(database.profile(), Product="tea")
    one = miniview(collection)
    rule = one.rule()
    answer = twin.delete(one.path)
    assert headers(answer) == {"x-deleted": f"miniview {one.id}"}
    for path in (one.path, rule):
        refused(twin.get(path))
    assert collection.read(key)["fields"] == {"Product": "tea"}
    assert twin.delete(one.path).status == 204


# --- strangers


def test_another_account_sees_nothing(twin: TwinClient, other: TwinClient, selection: Selection) -> None:
    rule = selection.rule({"type": "Export"})
    before = twin.get(rule).body
    member, kind = selection.members, selection.kind
    nothing = other.get(f"/v1/{kind}/999999")
    for path in ("", "/rules", f"/{member}s", f"/{member}ids", f"/rule/{before['ID']}"):
        answer = other.get(selection.path + path)
        assert refused(answer).replace(selection.id, "999999") == refused(nothing)
    for path in (selection.path, rule):
        refused(other.put(path, json={"name": "mine"}))
        assert other.delete(path).status == 204
    refused(other.post(f"{selection.path}/rules", json={"name": "mine"}))
    refused(other.get(f"{rule}/conditions"))
    refused(other.post(f"{rule}/conditions", json={"type": "Export"}))
    refused(other.put(f"{rule}/conditions/Export", json={"include-never-exported-profiles": True}))
    assert twin.get(rule).body == before
    assert selection.read()["name"] == "Some"


def test_kinds_of_selections_are_told_apart(twin: TwinClient, database: Database, collection: Collection) -> None:
    """Ids of one kind mean nothing at addresses of the other."""
    mini, big = miniview(collection), view(database)
    rules = {"rule": big.rule(), "minirule": mini.rule()}
    number = {kind: path.rpartition("/")[2] for kind, path in rules.items()}
    assert number["rule"] != number["minirule"]
    for path in (f"/v1/rule/{number['minirule']}", f"/v1/minirule/{number['rule']}",
                 f"{big.path}/rule/{number['minirule']}", f"{mini.path}/rule/{number['rule']}"):  # fmt: skip
        refused(twin.get(path))


@pytest.mark.parametrize("key", ["0", "999999", "9" * 400, "-1", "x", "1.0", "٣", "%00", "1%20", "%F0%9F%98%80"])
@pytest.mark.parametrize("path", ["/v1/view/{}", "/v1/view/{}/profiles", "/v1/view/{}/profileids", "/v1/view/{}/views",
                                  "/v1/view/{}/rules", "/v1/miniview/{}", "/v1/miniview/{}/subprofiles",
                                  "/v1/miniview/{}/subprofileids", "/v1/miniview/{}/rules", "/v1/rule/{}",
                                  "/v1/minirule/{}", "/v1/rule/{}/conditions", "/v1/minirule/{}/conditions",
                                  "/v1/collection/{}/miniviews"])  # fmt: skip
def test_an_id_of_nothing_is_refused(twin: TwinClient, path: str, key: str) -> None:
    refused(twin.get(path.format(key)))


def test_addresses_of_the_pages_are_served(twin: TwinClient, database: Database, collection: Collection) -> None:
    mini = miniview(collection)
    key = collection.subprofile(database.profile())
    rule = made(twin.post(f"{mini.path}/minirules", json={"name": "all"}))
    assert twin.get(f"{mini.path}/minirule/{rule}").body == twin.get(f"/v1/minirule/{rule}").body
    assert [one["ID"] for one in twin.get(f"{mini.path}/subprofile").body["data"]] == [key]
