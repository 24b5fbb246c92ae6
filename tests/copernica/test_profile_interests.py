"""Interests of profiles: what POST adds and PUT replaces, names, ids, and how they are read."""

from __future__ import annotations

from typing import Any

import pytest

from tests.copernica.people import Database, refused
from tests.support.client import TwinClient

TRUE, FALSE = (True, 1, "1", "true"), (False, 0, "0", "false")


class Fans:
    """A database with interests, two of one name, and a profile that has tennis."""

    def __init__(self, twin: TwinClient) -> None:
        self.twin, self.database = twin, Database(twin, Name="text")
        self.ids = {
            "tennis": self.database.interest("tennis", "sports"), "chess": self.database.interest("chess"),
            "färg": self.database.interest("färg", "Åsikter"),
        }  # fmt: skip
        self.second = self.database.interest("tennis", "gifts")
        self.key = self.database.profile()
        self.path = f"/v1/profile/{self.key}/interests"
        assert twin.post(self.path, json=["tennis"]).status == 200

    def on(self, form: str | None = None) -> Any:
        """What is read of the profile."""
        answer = self.twin.get(self.path, **{"return": form} if form else {})
        assert answer.status == 200, answer.body
        return answer.body


@pytest.fixture
def fans(twin: TwinClient) -> Fans:
    """Such a database."""
    return Fans(twin)


def test_they_are_read_as_names_ids_or_objects(fans: Fans) -> None:
    assert fans.twin.post(fans.path, json=["färg"]).status == 200
    assert fans.on() == ["tennis", "färg"]
    assert fans.on("ids") == [fans.ids["tennis"], fans.ids["färg"]]
    assert fans.on("objects") == [
        {"ID": fans.ids["tennis"], "name": "tennis", "group": "sports"},
        {"ID": fans.ids["färg"], "name": "färg", "group": "Åsikter"},
    ]
    assert fans.database.read(fans.key)["interests"] == ["tennis", "färg"]
    assert fans.twin.get(f"{fans.database.path}/profiles").body["data"][0]["interests"] == ["tennis", "färg"]


@pytest.mark.parametrize("form", ["names", "IDS", "x"])
def test_there_is_no_other_form(fans: Fans, form: str) -> None:
    assert "ids" in refused(fans.twin.get(fans.path, **{"return": form}))


@pytest.mark.parametrize(
    ("method", "body", "on"),
    [
        ("POST", ["chess"], ["tennis", "chess"]), ("PUT", ["chess"], ["chess"]),
        ("POST", [], ["tennis"]), ("PUT", [], []), ("POST", {}, ["tennis"]), ("PUT", {}, []),
        ("POST", {"chess": 1}, ["tennis", "chess"]), ("PUT", {"chess": 1}, ["chess"]),
        ("POST", {"tennis": 0}, []), ("PUT", {"tennis": 0}, []),
        ("POST", {"chess": 0}, ["tennis"]), ("PUT", {"chess": 0}, []),
        ("POST", {"tennis": 0, "färg": 1}, ["färg"]), ("PUT", {"tennis": 1, "färg": 1}, ["tennis", "färg"]),
        ("POST", ["tennis", "tennis"], ["tennis"]), ("PUT", ["färg", "chess"], ["chess", "färg"]),
    ],
)  # fmt: skip
def test_post_adds_and_put_replaces(fans: Fans, method: str, body: Any, on: list[str]) -> None:
    answer = fans.twin.call(method, fans.path, json=body)
    assert (answer.status, answer.content) == (200, b"")
    assert answer.headers["x-location"].endswith(f"/v1/profile/{fans.key}")
    assert fans.on() == on


@pytest.mark.parametrize(
    ("method", "form", "on"),
    [
        ("POST", {"chess": "1"}, ["tennis", "chess"]), ("PUT", {"chess": "1"}, ["chess"]),
        ("POST", {"0": "chess", "1": "färg"}, ["tennis", "chess", "färg"]), ("PUT", {"[]": ["chess"]}, ["chess"]),
        ("POST", {"tennis": "0"}, []), ("PUT", {"tennis": "true", "chess": "false"}, ["tennis"]),
    ],
)  # fmt: skip
def test_a_form_has_lists_and_maps_too(fans: Fans, method: str, form: dict[str, Any], on: list[str]) -> None:
    assert fans.twin.call(method, fans.path, form=form).status == 200
    assert fans.on() == on


def test_without_a_body_nothing_is_named(fans: Fans) -> None:
    assert fans.twin.post(fans.path).status == 200
    assert fans.on() == ["tennis"]
    assert fans.twin.put(fans.path).status == 200
    assert fans.on() == []


@pytest.mark.parametrize("value", TRUE)
def test_what_is_true_switches_on(fans: Fans, value: Any) -> None:
    assert fans.twin.put(fans.path, json={"chess": value}).status == 200
    assert fans.on() == ["chess"]


@pytest.mark.parametrize("value", FALSE)
def test_what_is_false_switches_off(fans: Fans, value: Any) -> None:
    assert fans.twin.post(fans.path, json={"tennis": value}).status == 200
    assert fans.on() == []


def test_a_name_of_several_groups_means_the_lowest_id_and_an_id_any(fans: Fans) -> None:
    assert fans.twin.put(fans.path, json=["tennis"]).status == 200
    assert fans.on("ids") == [fans.ids["tennis"]]
    assert fans.twin.put(fans.path, json=[int(fans.second)]).status == 200
    assert fans.on("ids") == [fans.second]
    assert fans.twin.put(fans.path, json=[fans.second]).status == 200
    assert fans.on("objects") == [{"ID": fans.second, "name": "tennis", "group": "gifts"}]
    assert fans.twin.post(fans.path, json={fans.second: 0, fans.ids["chess"]: 1}).status == 200
    assert fans.on() == ["chess"]


def test_a_name_of_digits_goes_before_an_id(fans: Fans) -> None:
    named = fans.database.interest(fans.ids["chess"])
    assert fans.twin.put(fans.path, json=[fans.ids["chess"]]).status == 200
    assert fans.on("ids") == [named]


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize(
    "body",
    [["Tennis"], ["chess", "golf"], {"golf": 1}, {"golf": 0}, {"tennis": 2}, {"tennis": "yes"}, {"tennis": None},
     {"tennis": []}, [1], [["tennis"]], ["999999"], [""], "tennis", 1, True, {"tennis": "on"}],
)  # fmt: skip
def test_unknown_interests_and_other_values_are_refused(fans: Fans, method: str, body: Any) -> None:
    assert refused(fans.twin.call(method, fans.path, json=body))
    assert fans.on() == ["tennis"]
    assert refused(fans.twin.put(f"/v1/profile/{fans.key}", json={"interests": body}))
    assert fans.on() == ["tennis"]


def test_interests_of_another_database_are_unknown(fans: Fans, other: TwinClient) -> None:
    near = Database(fans.twin, "Near").interest("golf")
    far = Database(other).interest("polo")
    for one in (near, far, "golf", "polo"):
        refused(fans.twin.post(fans.path, json=[one]))
    assert fans.on() == ["tennis"]


def test_interests_in_a_change_of_the_profile_are_set_as_put_sets_them(fans: Fans) -> None:
    for body, on in ((["chess"], ["chess"]), ({"tennis": 1}, ["tennis"]), ({"chess": 0}, []), (["färg"], ["färg"])):
        assert fans.twin.put(f"/v1/profile/{fans.key}", json={"interests": body}).status == 200
        assert fans.on() == on
    assert fans.twin.put(f"/v1/profile/{fans.key}", json={"fields": {"Name": "x"}}).status == 200
    assert fans.on() == ["färg"]


def test_interests_of_others_stay(fans: Fans) -> None:
    other = fans.database.profile()
    assert fans.twin.put(f"/v1/profile/{other}/interests", json=["chess"]).status == 200
    assert fans.twin.put(fans.path, json=[]).status == 200
    assert fans.twin.get(f"/v1/profile/{other}/interests").body == ["chess"]


@pytest.mark.parametrize(("body", "place"), [({"chess": "yes"}, "chess: "), (["tennis", None], "1: "), ("x", '"x" ')])
def test_a_refusal_names_the_part_that_is_wrong(fans: Fans, body: Any, place: str) -> None:
    for method in ("POST", "PUT"):
        assert refused(fans.twin.call(method, fans.path, json=body)).startswith(f"request body: {place}")
