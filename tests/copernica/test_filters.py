"""The language of `fields[]`: operators, names, values by type of field, patterns."""

from __future__ import annotations

from typing import Any

import pytest

from tests.copernica.conftest import FIRST, NAME
from tests.copernica.people import Database, refused
from tests.support.client import TwinClient

FIELDS: dict[str, Any] = {
    "Name": "text", "Age": "integer", "Score": "float", "Born": "date", "Left": "empty_date", "Seen": "datetime",
    "Last": "empty_datetime", "Mail": "email", "Colour": {"type": "select", "value": "red\nblue"},
    "Friend": "foreign_key", "First Name": "text",
}  # fmt: skip

PEOPLE: dict[str, dict[str, Any]] = {
    "ann": {
        "Name": "Ann", "Age": 9, "Score": 2.5, "Born": "1990-01-01", "Left": "2020-05-05", "Mail": "ann@example.com",
        "Seen": "2024-01-01 12:00:00", "Last": "2024-01-01", "Colour": "red", "Friend": 1, "First Name": "A",
    },
    "bob": {
        "Name": "bob", "Age": 10, "Score": 10, "Born": "2000-02-29", "Mail": "bob_1@example.com",
        "Seen": "2024-01-02", "Last": "2024-01-01 00:00:01", "Colour": "blue", "Friend": 20, "First Name": "B",
    },
    "cee": {
        "Name": "Ann Cee == 100%", "Age": -1, "Score": -0.5, "Mail": "Cee@Example.com", "Colour": "", "Friend": 3,
        "First Name": "C\\x",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def people(client: Any, copernica: Any) -> Any:
    """A database of three people, made once: nothing here changes it."""
    copernica.worlds.fork("default", "filters")
    twin = TwinClient(client=client, world="filters", api=NAME, parameter="access_token", token=FIRST)
    twin.freeze("2026-01-05T12:00:00Z")
    database = Database(twin, **FIELDS)
    yield database, {database.profile(**values): name for name, values in PEOPLE.items()}
    copernica.worlds.drop("filters")


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        # texts, exact case
        (["Name==Ann"], "ann"), (["Name==ann"], ""), (["Name!=Ann"], "bob cee"), (["Name<>Ann"], "bob cee"),
        (["Name<B"], "ann cee"), (["Name>B"], "bob"), (["Name<=Ann"], "ann"), (["Name>=Ann"], "ann bob cee"),
        (["Name=="], ""), (["Colour=="], "cee"), (["Colour!="], "ann bob"), (["Colour==red"], "ann"),
        (["Mail==bob_1@example.com"], "bob"), (["First Name==B"], "bob"),
        # the earliest operator, and all behind it
        (["Name==Ann Cee == 100%"], "cee"), (["Name==Ann Cee "], ""), (["Mail<>a<b>c"], "ann bob cee"),
        # patterns
        (["Name=~Ann%"], "ann cee"), (["Name=~%n"], "ann"), (["Name=~%e%"], "cee"), (["Name=~_nn"], "ann"),
        (["Name=~___"], "ann bob"), (["Name=~Ann"], "ann"), (["Name=~%"], "ann bob cee"), (["Name=~"], ""),
        (["Name!~Ann%"], "bob"), (["Name!~%"], ""), (["Name=~a%"], ""), (["Mail=~%_1@%"], "bob"),
        (["Mail=~%@example.%"], "ann bob"), (["Colour=~"], "cee"), (["Colour!~"], "ann bob"), (["Name=~A%C%0_"], "cee"),
        (["First Name=~C\\_"], "cee"), (["First Name=~%C%\\"], ""), (["First Name=~C\\x"], "cee"),
        (["Name=~\\%"], ""), (["Name=~.*"], ""), (["Name=~[A]nn"], ""), (["Age=~1%"], "bob"), (["Age=~-%"], "cee"),
        (["Born=~%-02-%"], "bob"), (["Born=~1990%"], "ann"),
        # numbers
        (["Age==9"], "ann"), (["Age==9.0"], "ann"), (["Age== 9"], "ann"), (["Age!=9"], "bob cee"),
        (["Age<>9"], "bob cee"),
        (["Age<10"], "ann cee"), (["Age<=10"], "ann bob cee"), (["Age>9"], "bob"), (["Age>=9"], "ann bob"),
        (["Age>8.5"], "ann bob"), (["Age<0"], "cee"), (["Age>1e1"], ""), (["Age>=1e1"], "bob"),
        (["Age<9223372036854775808"], "ann bob cee"), (["Age>-1e400"], "ann bob cee"), (["Age==1e400"], ""),
        (["Score<1e400"], "ann bob cee"), (["Score>" + "9" * 40], ""), (["Age!=9.5"], "ann bob cee"),
        (["Score==2.50"], "ann"), (["Score>2.5"], "bob"), (["Score<=2.5"], "ann cee"), (["Score<0"], "cee"),
        (["Friend>3"], "bob"), (["Friend==03"], "cee"),
        (["Age==x"], ""), (["Age!=x"], "ann bob cee"), (["Age<x"], ""), (["Age>x"], ""), (["Age=="], ""),
        # dates
        (["Born==1990-01-01"], "ann"), (["Born==1990-01-01 00:00:00"], "ann"), (["Born==1990-01-01 00:00:01"], ""),
        (["Born!=1990-01-01"], "bob cee"), (["Born>1990-01-01"], "bob"), (["Born>=1990-01-01"], "ann bob"),
        (["Born<1990-01-01 12:00:00"], "ann cee"), (["Born>1989-12-31 23:59:59"], "ann bob"),
        (["Born==0000-00-00"], "cee"), (["Born>0000-00-00"], "ann bob"), (["Born<x"], ""), (["Born!=x"], "ann bob cee"),
        (["Left=="], "bob cee"), (["Left!="], "ann"), (["Left<2030-01-01"], "ann"), (["Left>=2020-05-05"], "ann"),
        (["Left<=2020-05-04"], ""),
        # moments
        (["Seen>2024-01-01"], "ann bob"), (["Seen==2024-01-02"], "bob"), (["Seen<2024-01-02"], "ann cee"),
        (["Seen==2024-01-01 12:00:00"], "ann"), (["Seen==0000-00-00"], "cee"), (["Seen==0000-00-00 00:00:00"], "cee"),
        (["Last<=2024-01-01"], "ann"), (["Last>2024-01-01"], "bob"), (["Last=="], "cee"),
        # what is no field
        (["modified==2026-01-05 12:00:00"], "ann bob cee"), (["modified>2026-01-05"], "ann bob cee"),
        (["modified<2026-01-05"], ""), (["modified=~2026-01-%"], "ann bob cee"), (["id>0"], "ann bob cee"),
        (["id==0"], ""),
        (["id!=x"], "ann bob cee"), (["code=~________________________________"], "ann bob cee"), (["code=="], ""),
        # several
        (["Age>0", "Age<10"], "ann"), (["Name=~Ann%", "Age>0"], "ann"), (["Age>0", "Age<0"], ""),
        (["Age>0", "Age>0"], "ann bob"),
    ],
)  # fmt: skip
def test_filters(people: Any, filters: list[str], names: str) -> None:
    database, known = people
    assert [known[key] for key in database.found(*filters)] == names.split()


@pytest.mark.parametrize("operator", ["==", "=~"])
def test_ids_and_secrets_choose_one(people: Any, operator: str) -> None:
    database, known = people
    for key in known:
        assert database.found(f"id{operator}{key}") == [key]
        assert database.found(f"code{operator}{database.read(key)['secret']}") == [key]


@pytest.mark.parametrize(
    "query",
    [{"fields[]": ["Age>0", "Name=~Ann%"]}, {"fields[0]": "Age>0", "fields[1]": "Name=~Ann%"},
     {"fields": ["Age>0", "Name=~Ann%"]}, {"fields[7]": "Age>0", "fields[]": "Name=~Ann%"},
     {"fields": "Age>0", "fields[]": "Name=~Ann%"}],
)  # fmt: skip
def test_every_spelling_of_the_parameter_counts(people: Any, query: dict[str, Any]) -> None:
    database, known = people
    answer = database.twin.get(f"{database.path}/profiles", **query)
    assert [known[one["ID"]] for one in answer.body["data"]] == ["ann"]


@pytest.mark.parametrize("query", ["fields%5B%5D=Age%3D%3D9", "fields[]=Age==9", "fields%5b0%5d=Age==9"])
def test_brackets_and_operators_may_be_encoded(people: Any, query: str) -> None:
    database, _ = people
    answer = database.twin.get(f"{database.path}/profiles?access_token={database.twin.token}&{query}", token="")
    assert answer.body["total"] == 1


@pytest.mark.parametrize(
    "query", [{"Fields[]": "Age==9"}, {"FIELDS": "Age==9"}, {"field[]": "Age==9"}, {"fields[]": ""}]
)
def test_other_names_and_an_empty_filter_have_no_effect(people: Any, query: dict[str, str]) -> None:
    database, known = people
    assert database.twin.get(f"{database.path}/profiles", **query).body["total"] == len(known)


@pytest.mark.parametrize(
    ("text", "named"),
    [("Age", "=="), ("Age=9", "=="), ("Name~=m%", "=~"), ("Age!9", "!="), ("Age~9", "=~"), ("=", "=="),
     ("age==9", "'Age'"), ("Nam==x", "'Name'"), ("==9", ""), (" Age==9", "'Age'"), ("Age ==9", "'Age'"),
     ("ID==1", "id"), ("Modified>2020-01-01", "modified"), ("secret==x", ""), ("created>2020-01-01", ""),
     ("Name~==x", ""), ("x" * 3000 + "==1", ""), ("\u202e==x", "")],
)  # fmt: skip
def test_what_is_no_filter_is_refused(people: Any, text: str, named: str) -> None:
    database, _ = people
    message = refused(database.twin.get(f"{database.path}/profiles", **{"fields[]": ["Age>0", text]}))
    assert message.startswith("fields: ")
    assert named in message
    assert len(message) < 400
    refused(database.twin.put(f"{database.path}/profiles", json={"Name": "x"}, **{"fields[]": text}))
    assert len(database.found("Name==x")) == 0


@pytest.mark.parametrize(
    "value", ["9" * 5000, "-" + "9" * 400, "1e999", "%" * 2000, "%_" * 500, "(((", "\\", "x" * 8000]
)
@pytest.mark.parametrize("name", ["Age", "Score", "Born", "Last", "Name", "id", "code", "modified"])
def test_hostile_values_are_values_like_others(people: Any, name: str, value: str) -> None:
    database, known = people
    for operator in ("==", "<", ">=", "=~", "!~", "<>"):
        answer = database.twin.get(f"{database.path}/profiles", **{"fields[]": f"{name}{operator}{value}"})
        assert (answer.status, answer.body["count"] <= len(known)) == (200, True)


def test_a_field_hides_a_special_name(twin: TwinClient) -> None:
    database = Database(twin, id="text", code="integer", modified="text")
    key = database.profile(id="own", code=7, modified="never")
    other = database.profile(id="x")
    for text in ("id==own", "code==7", "modified==never"):
        assert database.found(text) == [key]
    assert database.found("modified!=never") == [other]
    assert database.found(f"id=={key}") == []
