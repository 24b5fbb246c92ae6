"""Writes of profiles and subprofiles in the dialect of the older seed: ids alone, and one status for every refusal."""

from __future__ import annotations

from tests.copernica.people import Database
from tests.support.client import Answer, TwinClient

NAMES = ("x-location", "x-created", "location", "x-deleted")


def told(answer: Answer) -> tuple[int, dict[str, str]]:
    """Status, and the headers that tell what was done."""
    return answer.status, {name: answer.headers[name] for name in NAMES if name in answer.headers}


def test_the_older_dialect_of_profiles(twin: TwinClient) -> None:
    database = Database(twin, Name="text")
    database.interest("tennis")
    one = database.profile(Name="Ann")
    twin.settings(dialect="seed-002")
    profile, every = f"/profile/{one}", f"/database/{database.id}/profiles"
    for answer in (
        twin.put(profile, json={"secret": "s"}), twin.put(f"{profile}/fields", json={"Name": "Bob"}),
        twin.post(f"{profile}/interests", json=["tennis"]), twin.put(f"{profile}/interests", json=[]),
    ):  # fmt: skip
        assert told(answer) == (200, {"x-location": one})
    assert told(twin.put(every, json={"Name": "Cee"}, **{"fields[]": "Name==Bob"})) == (
        200,
        {"x-location": database.id},
    )
    made = twin.post(every, json={"Name": "Dan"})
    other = made.headers["x-location"]
    assert told(made) == (201, {"x-location": other})
    created = twin.put(every, json={"Name": "Eve"}, **{"fields[]": "Name==Eve", "create": "1"})
    assert told(created) == (201, {"x-location": str(int(other) + 1)})
    assert twin.get(f"/profile/{other}/fields").body == {"Name": "Dan"}
    assert told(twin.delete(profile)) == (200, {"x-deleted": f"profile {one}"})
    assert told(twin.delete(profile)) == (400, {})


def test_the_older_dialect_of_subprofiles(twin: TwinClient) -> None:
    database = Database(twin)
    collection, owner = database.collection(Product="text"), database.profile()
    twin.settings(dialect="seed-002")
    path = f"/profile/{owner}/subprofiles/{collection.id}"
    key = twin.post(path, json={"Product": "Tea"}).headers["x-location"]
    assert twin.get(f"/subprofile/{key}/fields").body == {"Product": "Tea"}
    assert told(twin.put(f"/subprofile/{key}/fields", json={"Product": "Rum"})) == (200, {"x-location": key})
    created = twin.put(path, json={"Product": "Gin"}, **{"fields[]": "Product==Gin", "create": "1"})
    assert told(created) == (201, {"x-location": str(int(key) + 1)})
    assert told(twin.delete(f"/subprofile/{key}")) == (200, {"x-deleted": f"subprofile {key}"})
    assert told(twin.delete(f"/subprofile/{key}")) == (400, {})
