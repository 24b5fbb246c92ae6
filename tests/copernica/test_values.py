"""What becomes of the values of fields: defaults, normalisation, and fields that change themselves."""

from __future__ import annotations

from typing import Any

import pytest

from tests.copernica.people import Database
from tests.support.client import TwinClient

CHOICES = {"type": "select", "value": "red\n*green\nblue"}


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ({"type": "integer"}, "0"), ({"type": "integer", "value": "7"}, "7"), ({"type": "integer", "value": "x"}, "0"),
        ({"type": "float"}, "0"), ({"type": "float", "value": "2.50"}, "2.5"),
        ({"type": "date"}, "0000-00-00"), ({"type": "empty_date"}, ""),
        ({"type": "datetime"}, "0000-00-00 00:00:00"), ({"type": "empty_datetime"}, ""),
        ({"type": "text"}, ""), ({"type": "text", "value": "Ünknown"}, "Ünknown"),
        ({"type": "text", "value": "abcdef", "length": 3}, "abc"),
        ({"type": "email", "value": "a@example.com"}, "a@example.com"), ({"type": "phone", "value": "030"}, "030"),
        ({"type": "phone_fax"}, ""), ({"type": "phone_gsm", "value": "06"}, "06"),
        (CHOICES, "green"), ({"type": "select", "value": "red\nblue"}, "red"), ({"type": "select"}, ""),
        ({"type": "select", "value": "\nred"}, ""), ({"type": "select", "value": "red\r\nblue*\r\n"}, "blue"),
        ({"type": "big", "value": "b" * 300}, "b" * 300), ({"type": "foreign_key"}, "0"),
        ({"type": "foreign_key", "value": "9"}, "0"), ({"type": "date", "value": "2024-01-01"}, "0000-00-00"),
    ],
)  # fmt: skip
def test_a_field_that_nothing_is_given_for_has_its_default(twin: TwinClient, said: dict[str, Any], held: str) -> None:
    database = Database(twin, Value=said)
    assert database.values(database.profile()) == {"Value": held}


@pytest.mark.parametrize(
    ("said", "given", "held"),
    [
        ("integer", "12", "12"), ("integer", -3, "-3"), ("integer", "+4", "4"), ("integer", " 5 ", "5"),
        ("integer", "007", "7"), ("integer", "3.9", "3"), ("integer", -3.9, "-3"), ("integer", "1e3", "1000"),
        ("integer", "twelve", "0"), ("integer", "12 apples", "0"), ("integer", "", "0"), ("integer", "٣", "0"),
        ("integer", 1e30, str(2**63 - 1)), ("integer", "-" + "9" * 5000, str(-(2**63))), ("integer", "NaN", "0"),
        ("float", "2.50", "2.5"), ("float", 2.0, "2"), ("float", "-0.0", "0"), ("float", ".5", "0.5"),
        ("float", "x", "0"), ("float", "inf", "0"), ("float", 0.1, "0.1"),
        ("date", "2024-02-29", "2024-02-29"), ("date", "2024-02-29 10:11:12", "2024-02-29"),
        ("date", "2023-02-29", "0000-00-00"), ("date", "tomorrow", "0000-00-00"), ("date", "", "0000-00-00"),
        ("date", 20240229, "0000-00-00"), ("date", "2024-2-9", "0000-00-00"), ("date", "0000-00-00", "0000-00-00"),
        ("empty_date", "2024-02-29", "2024-02-29"), ("empty_date", "2024-13-01", ""), ("empty_date", "", ""),
        ("datetime", "2024-02-29 10:11:12", "2024-02-29 10:11:12"), ("datetime", "2024-02-29", "2024-02-29 00:00:00"),
        ("datetime", "2024-02-29 25:00:00", "0000-00-00 00:00:00"), ("datetime", "", "0000-00-00 00:00:00"),
        ("empty_datetime", "2024-02-29 10:11:12", "2024-02-29 10:11:12"), ("empty_datetime", "soon", ""),
        ("text", "Ann", "Ann"), ("text", " Ann ", " Ann "), ("text", 12, "12"), ("text", 1.5, "1.5"),
        ("text", "x" * 51, "x" * 50), ("text", "é" * 51, "é" * 50), ("text", "", ""), ("text", "👩‍🚀", "👩‍🚀"),
        ({"type": "text", "length": 2}, "abc", "ab"),
        ("email", " Nobody at all ", " Nobody at all "), ("phone", "x" * 60, "x" * 60), ("phone_gsm", "+31 6", "+31 6"),
        (CHOICES, "blue", "blue"), (CHOICES, "Blue", ""), (CHOICES, "*green", ""), (CHOICES, "", ""),
        (CHOICES, "pink", ""), ({"type": "select", "value": "1\n2"}, 2, "2"),
        ("big", "b" * 70000, "b" * 70000), ("foreign_key", "17", "17"), ("foreign_key", "x", "0"),
    ],
)  # fmt: skip
def test_what_is_given_becomes_a_value_of_the_type(twin: TwinClient, said: Any, given: Any, held: str) -> None:
    database = Database(twin, Value=said)
    key = database.profile(Value=given)
    assert database.values(key) == {"Value": held}
    other = database.profile()
    assert twin.put(f"/v1/profile/{other}/fields", json={"Value": given}).status == 200
    assert twin.get(f"/v1/profile/{other}/fields").body == {"Value": held}


@pytest.mark.parametrize("kind", ["text", "big", "email", "phone"])
@pytest.mark.parametrize(("given", "held"), [(True, "1"), (False, ""), (None, "")])
def test_truth_and_nothing_are_texts(twin: TwinClient, kind: str, given: Any, held: str) -> None:
    database = Database(twin, Value={"type": kind, "value": "default"})
    assert database.values(database.profile(Value=given)) == {"Value": held}


@pytest.mark.parametrize(("given", "held"), [(True, "1"), (False, "0"), (None, "0")])
def test_truth_and_nothing_are_numbers(twin: TwinClient, given: Any, held: str) -> None:
    database = Database(twin, Value={"type": "integer", "value": "9"})
    assert database.values(database.profile(Value=given)) == {"Value": held}


def test_values_of_forms_are_read_alike(twin: TwinClient) -> None:
    database = Database(twin, Number="integer", Born="date", Colour=CHOICES, Note="text")
    form = {"Number": "12", "Born": "2024-02-30", "Colour": "blue", "Note": "a+b & c=d"}
    answer = twin.post(f"{database.path}/profiles", form=form)
    assert database.values(answer.headers["x-created"]) == {**form, "Born": "0000-00-00"}


def test_fields_are_shown_in_the_order_they_were_made(twin: TwinClient) -> None:
    database = Database(twin, Zulu="text", Alpha="text", Mike="text")
    assert list(database.values(database.profile(Mike="1", Alpha="2"))) == ["Zulu", "Alpha", "Mike"]


def test_a_new_field_has_its_default_in_profiles_that_are_there(twin: TwinClient) -> None:
    database = Database(twin, Name="text")
    key = database.profile(Name="Ann")
    database.field("Country", {"value": "NL"})
    database.field("Visits", "integer")
    assert database.values(key) == {"Name": "Ann", "Country": "NL", "Visits": "0"}


def test_another_default_is_for_new_profiles_only(twin: TwinClient) -> None:
    database = Database(twin, Name="text")
    first = database.profile()
    country = database.field("Country", {"value": "NL"})
    second = database.profile()
    assert twin.put(f"{database.path}/field/{country}", json={"value": "BE"}).status == 200
    third = database.profile()
    assert [database.values(key)["Country"] for key in (first, second, third)] == ["NL", "NL", "BE"]


def test_a_field_of_another_type_has_its_values_read_anew(twin: TwinClient) -> None:
    database = Database(twin, Value="text")
    twin.freeze("2026-01-05T10:00:00Z")
    keys = [database.profile(Value=value) for value in ("12", "2024-02-29", "x")]
    twin.advance(60)
    for kind, held in (("integer", ["12", "0", "0"]), ("date", ["0000-00-00"] * 3), ("text", ["0000-00-00"] * 3)):
        assert twin.put(f"{database.path}/field/{database.fields['Value']}", json={"type": kind}).status == 200
        assert [database.values(key)["Value"] for key in keys] == held
    assert {database.read(key)["modified"] for key in keys} == {"2026-01-05 10:00:00"}


def test_a_field_of_the_same_type_keeps_its_values_whatever_its_length_and_choices(twin: TwinClient) -> None:
    database = Database(twin, Note="text", Colour=CHOICES)
    key = database.profile(Note="abcdef", Colour="blue")
    for name, said in (("Note", {"length": 2}), ("Colour", {"value": "pink\nblack"})):
        assert twin.put(f"{database.path}/field/{database.fields[name]}", json=said).status == 200
    assert database.values(key) == {"Note": "abcdef", "Colour": "blue"}
    assert database.values(database.profile(Note="abcdef", Colour="blue")) == {"Note": "ab", "Colour": ""}


def test_a_field_of_a_collection_too(twin: TwinClient) -> None:
    database = Database(twin)
    collection = database.collection(Value="text")
    key = collection.subprofile(database.profile(), Value="2024-02-29")
    assert twin.put(f"{collection.path}/field/{collection.fields['Value']}", json={"type": "datetime"}).status == 200
    assert collection.read(key)["fields"] == {"Value": "2024-02-29 00:00:00"}


def test_a_renamed_field_keeps_its_values_and_a_deleted_one_takes_them_along(twin: TwinClient) -> None:
    database = Database(twin, Name="text", Town="text")
    key = database.profile(Name="Ann", Town="Delft")
    assert twin.put(f"{database.path}/field/{database.fields['Name']}", json={"name": "Nom"}).status == 200
    assert database.values(key) == {"Nom": "Ann", "Town": "Delft"}
    assert twin.delete(f"{database.path}/field/{database.fields['Town']}").status == 200
    database.field("Town", "text")
    assert database.values(key) == {"Nom": "Ann", "Town": ""}
