"""What conditions name: fields, interests, other selections."""

from __future__ import annotations

from typing import Any

import pytest

from tests.copernica.people import FORM, Database, made, refused
from tests.copernica.selections import condition, miniview, send, view
from tests.support.client import TwinClient


@pytest.fixture
def database(twin: TwinClient) -> Database:
    """A new database with fields and interests."""
    made = Database(twin, Title="text", Born="date", Age="integer")
    for name, group in (("tennis", "spörts"), ("chess", "games")):
        made.interest(name, group)
    return made


@pytest.fixture(params=["view", "miniview"])
def rule(request: pytest.FixtureRequest, database: Database) -> str:
    """The address of a rule of either kind, on a field called Title."""
    return (view(database) if request.param == "view" else miniview(database.collection(Title="text"))).rule()


# --- fields


@pytest.mark.parametrize("kind", ["Field", "Date", "Change"])
def test_a_field_is_meant_by_name_or_id_and_shown_whole(twin: TwinClient, database: Database, kind: str) -> None:
    rule = view(database).rule()
    key = made(twin.post(f"{rule}/conditions", json={"type": kind, "field": "Born"}))
    fields = {one["name"]: one for one in twin.get(f"{database.path}/fields").body["data"]}
    assert condition(twin, rule)["field"] == fields["Born"]
    for said in (fields["Age"]["ID"], int(fields["Age"]["ID"])):
        twin.put(f"{rule}/conditions/{key}", json={"field": said})
        assert condition(twin, rule)["field"] == fields["Age"]
        twin.put(f"{rule}/conditions/{key}", json={"field": ""})
        assert condition(twin, rule)["field"] is False
    twin.put(f"{rule}/conditions/{key}", form={"field": "Title"})
    twin.put(f"{database.path}/field/{fields['Title']['ID']}", json={"name": "Titel"})
    assert condition(twin, rule)["field"] == {**fields["Title"], "name": "Titel"}
    twin.delete(f"{database.path}/field/{fields['Title']['ID']}")
    assert condition(twin, rule)["field"] is False


def test_fields_of_a_miniselection_are_those_of_its_collection(twin: TwinClient, database: Database) -> None:
    rule = miniview(database.collection(Product="text")).rule()
    refused(twin.post(f"{rule}/conditions", json={"type": "Field", "field": "Title"}))
    made(twin.post(f"{rule}/conditions", json={"type": "Field", "field": "Product"}))
    assert condition(twin, rule)["field"]["name"] == "Product"


@pytest.mark.parametrize("key", ["field", "other-field"])
@pytest.mark.parametrize("said", ["title", "Title ", "999999", 999999, 1.5, 1e300, "x" * 5000, "0'--", True, None,
                                  ["Title"], {"name": "Title"}])  # fmt: skip
def test_a_field_that_is_not_there_is_refused(twin: TwinClient, rule: str, key: str, said: Any) -> None:
    refused(twin.post(f"{rule}/conditions", json={"type": "Field", key: said}))
    assert twin.get(f"{rule}/conditions").body["total"] == 0


def test_a_field_of_another_database_is_not_there(twin: TwinClient, rule: str) -> None:
    refused(
        twin.post(f"{rule}/conditions", json={"type": "Field", "field": Database(twin, Title="text").fields["Title"]})
    )


def test_a_value_clears_the_other_field(twin: TwinClient, database: Database) -> None:
    rule = view(database).rule({"type": "Field", "field": "Title", "other-field": "Age"})
    assert condition(twin, rule)["other-field"]["name"] == "Age"
    twin.put(f"{rule}/conditions/Field", json={"value": "sir"})
    assert condition(twin, rule)["other-field"] is False
    twin.put(f"{rule}/conditions/Field", json={"value": "lord", "other-field": "Age"})
    assert condition(twin, rule)["other-field"]["name"] == "Age"
    twin.put(f"{rule}/conditions/Field", json={"comparison": "less"})
    assert condition(twin, rule)["other-field"]["name"] == "Age"


@pytest.mark.parametrize(
    ("encoding", "none"), [("json", False), ("json", ""), ("form", "0"), ("form", "false"), ("form", "")]
)
def test_another_field_may_be_none(twin: TwinClient, database: Database, encoding: str, none: Any) -> None:
    rule = view(database).rule({"type": "Field", "field": "Title", "other-field": "Age", "value": "x"})
    assert send(twin, "PUT", f"{rule}/conditions/Field", encoding, {"other-field": none}).status == 200
    assert condition(twin, rule)["other-field"] is False


def test_a_field_may_be_called_false(twin: TwinClient, database: Database) -> None:
    database.field("false", "text")
    rule = view(database).rule({"type": "Field", "field": "Title", "other-field": "false"})
    assert condition(twin, rule)["other-field"]["name"] == "false"
    twin.put(f"{rule}/conditions/Field", json={"other-field": False})
    assert condition(twin, rule)["other-field"] is False


@pytest.mark.parametrize(("said", "shown"), [(7, "7"), (7.5, "7.5"), (7.0, "7"), (True, "1"), (False, ""), ("", "")])
def test_a_value_is_text(twin: TwinClient, rule: str, said: Any, shown: str) -> None:
    made(twin.post(f"{rule}/conditions", json={"type": "Field", "value": said}))
    assert condition(twin, rule)["value"] == shown


@pytest.mark.parametrize("kind", ["DoubleField", "Part"])
@pytest.mark.parametrize(
    "said",
    ["Title,Age", "[Title, Age]", ["Title", "Age"], '["Title", "Age"]', "Title , Age,", ["Title", "Age", "Title"]],
)
def test_several_fields_are_a_list_or_a_text(twin: TwinClient, database: Database, kind: str, said: Any) -> None:
    rule = view(database).rule({"type": kind, "fields": said})
    fields = {one["name"]: one for one in twin.get(f"{database.path}/fields").body["data"]}
    shown = {"start": 0, "limit": 2, "count": 2, "total": 2, "data": [fields["Title"], fields["Age"]]}
    assert condition(twin, rule)["fields"] == shown
    twin.delete(f"{database.path}/field/{fields['Title']['ID']}")
    assert condition(twin, rule)["fields"] == {"start": 0, "limit": 1, "count": 1, "total": 1, "data": [fields["Age"]]}


@pytest.mark.parametrize(
    "said", ["Nothing", ["Title", "Nothing"], [["Title"]], {"0": {}}, 7, True, "Title;Age", [None]]
)
def test_of_several_fields_all_are_there(twin: TwinClient, database: Database, said: Any) -> None:
    rule = view(database).rule()
    refused(twin.post(f"{rule}/conditions", json={"type": "Part", "fields": said}))
    assert twin.get(f"{rule}/conditions").body["total"] == 0


def test_several_fields_in_a_form(twin: TwinClient, database: Database) -> None:
    rule = view(database).rule()
    for body in (b"type=Part&fields[]=Title&fields[]=Age", b"type=Part&fields[0]=Title&fields[1]=Age"):
        made(twin.post(f"{rule}/conditions", raw=body, headers=FORM))
    lists = [one["fields"]["data"] for one in twin.get(f"{rule}/conditions").body["data"]]
    assert [[one["name"] for one in fields] for fields in lists] == [["Title", "Age"]] * 2


# --- interests and selections


@pytest.mark.parametrize("kind", ["Interest", "Change"])
def test_an_interest_is_meant_by_name_or_id(twin: TwinClient, database: Database, kind: str) -> None:
    rule = view(database).rule({"type": kind, "interest": "chess"})
    assert condition(twin, rule)["interest"] == "chess"
    number = database.interest("golf")
    for said in (number, int(number)):
        twin.put(f"{rule}/conditions/{kind}", json={"interest": said})
        assert condition(twin, rule)["interest"] == "golf"
        twin.put(f"{rule}/conditions/{kind}", json={"interest": ""})
        assert condition(twin, rule)["interest"] == ""
    for wrong in ("Chess", "999999", Database(twin).interest("rugby"), None, True, ["chess"]):
        assert "interest:" in refused(twin.put(f"{rule}/conditions/{kind}", json={"interest": wrong}))


@pytest.mark.parametrize(
    ("kind", "said", "shown"),
    [("Interest", "match_profiles_without_interest_group", "match_profiles_without_interestgroup"),
     ("Interest", "match_profiles_with_interestgroup", "match_profiles_with_interest_group"),
     ("DoubleField", "match_unique_subprofiles", "match_unique_profiles"),
     ("DoubleField", "match_toberepeated_subprofiles", "match_toberepeated_profiles")],
)  # fmt: skip
def test_some_modes_have_two_spellings(twin: TwinClient, rule: str, kind: str, said: str, shown: str) -> None:
    made(twin.post(f"{rule}/conditions", json={"type": kind, "match-mode": said}))
    assert condition(twin, rule)["match-mode"] == shown


@pytest.mark.parametrize("encoding", ["json", "form"])
@pytest.mark.parametrize(
    ("said", "shown"), [("not_equals", "not equals"), ("not-contains", "not contains"), ("is email", "is_email"),
                        ("is_numeric", "is-numeric"), ("is-email", "is_email")]
)  # fmt: skip
def test_comparisons_have_several_spellings(twin: TwinClient, rule: str, encoding: str, said: str, shown: str) -> None:
    made(twin.post(f"{rule}/conditions", **{encoding: {"type": "Field", "field": "Title", "comparison": said}}))
    assert condition(twin, rule)["comparison"] == shown
    for wrong in ("Not equals", "isemail", "is  email", "equals_"):
        answer = twin.put(f"{rule}/conditions/Field", **{encoding: {"comparison": wrong}})
        assert f'"{wrong}" is not allowed' in refused(answer)


def test_a_selection_is_referred_to_by_name_or_id(twin: TwinClient, database: Database) -> None:
    one, rule = view(database, "Größte"), view(database, "Asking").rule({"type": "ReferView"})
    inner = one.nested("Inner")
    for said, shown in (
        ("Größte", one.id),
        (inner.id, inner.id),
        (int(one.id), one.id),
        ("Inner", inner.id),
        ("", False),
    ):
        assert twin.put(f"{rule}/conditions/ReferView", json={"refer-view": said}).status == 200
        assert condition(twin, rule)["refer-view"] == shown
    twin.put(f"{rule}/conditions/ReferView", json={"refer-view": "Inner"})
    twin.delete(inner.path)
    assert condition(twin, rule)["refer-view"] is False
    for wrong in ("größte", "999999", inner.id, view(Database(twin), "Else").id, "Else", True):
        assert "refer-view:" in refused(twin.put(f"{rule}/conditions/ReferView", json={"refer-view": wrong}))


def test_all_digits_are_the_id_of_a_selection(twin: TwinClient, database: Database) -> None:
    rule = (one := view(database, "Asking")).rule({"type": "ReferView"})
    named, meant = view(database, str(int(one.id) + 2)), view(database, "Meant")
    assert named.read()["name"] == meant.id
    twin.put(f"{rule}/conditions/ReferView", json={"refer-view": meant.id})
    assert condition(twin, rule)["refer-view"] == meant.id


def test_a_miniselection_is_counted_in_by_name_or_id(twin: TwinClient, database: Database) -> None:
    orders, returns = database.collection(), database.collection()
    first, second = miniview(orders, "Big"), miniview(returns, "Big")
    rule = view(database).rule({"type": "MiniView"})
    for said, shown in (("Big", first.id), (second.id, second.id), (int(first.id), first.id)):
        twin.put(f"{rule}/conditions/MiniView", json={"mini-view": said})
        assert condition(twin, rule)["mini-view"] == shown
    twin.delete(first.path)
    assert condition(twin, rule)["mini-view"] is False
    for wrong in ("big", "999999", first.id, miniview(Database(twin).collection()).id):
        refused(twin.put(f"{rule}/conditions/MiniView", json={"mini-view": wrong}))


def test_a_miniselection_refers_to_others_of_its_collection(twin: TwinClient, database: Database) -> None:
    orders = database.collection()
    one, asking, far = miniview(orders, "One"), miniview(orders, "Asking"), miniview(database.collection(), "Far")
    rule = asking.rule({"type": "ReferView", "refer-view": "One"})
    assert condition(twin, rule)["refer-view"] == one.id
    for wrong in (far.id, view(database, "View").id + "0", "View"):
        refused(twin.put(f"{rule}/conditions/ReferView", json={"refer-view": wrong}))


def test_selections_do_not_refer_to_each_other_in_a_circle(twin: TwinClient, database: Database) -> None:
    one, two, three = (view(database, name) for name in ("One", "Two", "Three"))
    inner = one.nested("Inner")
    refer = {"type": "ReferView"}
    rules = [selection.rule(refer, disabled=True) for selection in (one, two, three)]
    assert twin.put(f"{rules[0]}/conditions/ReferView", json={"refer-view": two.id}).status == 200
    assert twin.put(f"{rules[1]}/conditions/ReferView", json={"refer-view": three.id}).status == 200
    for target in (one, two, three, inner):
        refused(twin.put(f"{rules[2]}/conditions/ReferView", json={"refer-view": target.id}))
        refused(twin.post(f"{rules[2]}/conditions", json={**refer, "refer-view": target.id}))
        refused(
            twin.post(f"{three.path}/rules", json={"name": "x", "conditions": [{**refer, "refer-view": target.id}]})
        )
    refused(twin.put(f"{rules[0]}/conditions/ReferView", json={"refer-view": inner.id}))
    assert condition(twin, rules[2])["refer-view"] is False
    assert condition(twin, rules[0])["refer-view"] == two.id
    twin.put(f"{rules[1]}/conditions/ReferView", json={"refer-view": ""})
    assert twin.put(f"{rules[2]}/conditions/ReferView", json={"refer-view": one.id}).status == 200
