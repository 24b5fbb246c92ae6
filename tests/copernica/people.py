"""Databases with profiles and subprofiles, made through the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.support.client import Answer, TwinClient

#: What stands in a body that is neither JSON nor a form of a client's making.
FORM = {"content-type": "application/x-www-form-urlencoded"}


def made(answer: Answer) -> str:
    """The id of what was made."""
    assert answer.status in (201, 303), answer.body
    return answer.headers["x-created"]


def refused(answer: Answer) -> str:
    """The message of a refusal."""
    assert answer.status == 400, (answer.status, answer.body)
    message: str = answer.body["error"]["message"]
    return message


class Place:
    """A database or a collection, with fields by name: their type, or all that is said of them."""

    def __init__(self, twin: TwinClient, path: str, fields: Mapping[str, str | Mapping[str, Any]]) -> None:
        self.twin, self.path, self.id = twin, path, path.rpartition("/")[2]
        self.fields = {name: self.field(name, said) for name, said in fields.items()}

    def field(self, name: str, said: str | Mapping[str, Any]) -> str:
        """The id of a new field."""
        more = {"type": said} if isinstance(said, str) else said
        return made(self.twin.post(f"{self.path}/fields", json={"name": name, **more}))


class Database(Place):
    """A new database of the first account."""

    def __init__(self, twin: TwinClient, name: str = "People", **fields: str | Mapping[str, Any]) -> None:
        super().__init__(twin, f"/v1/database/{made(twin.post('/v1/databases', json={'name': name}))}", fields)

    def profile(self, **values: Any) -> str:
        """The id of a new profile."""
        return made(self.twin.post(f"{self.path}/profiles", json=values))

    def interest(self, name: str, group: str = "") -> str:
        """The id of a new interest."""
        return made(self.twin.post(f"{self.path}/interests", json={"name": name, "group": group}))

    def collection(self, **fields: str | Mapping[str, Any]) -> Collection:
        """A new collection."""
        key = made(self.twin.post(f"{self.path}/collections", json={"name": "Orders"}))
        return Collection(self.twin, f"/v1/collection/{key}", fields)

    def read(self, key: str) -> dict[str, Any]:
        """A profile as it is read."""
        answer = self.twin.get(f"/v1/profile/{key}")
        assert answer.status == 200, answer.body
        shown: dict[str, Any] = answer.body
        return shown

    def values(self, key: str) -> dict[str, str]:
        """The values of a profile."""
        values: dict[str, str] = self.read(key)["fields"]
        return values

    def found(self, *filters: str, **query: Any) -> list[str]:
        """Ids of the profiles that meet filters."""
        answer = self.twin.get(f"{self.path}/profiles", **{"fields[]": filters} if filters else {}, **query)
        assert answer.status == 200, answer.body
        return [one["ID"] for one in answer.body["data"]]


class Collection(Place):
    """A collection."""

    def subprofile(self, profile: str, **values: Any) -> str:
        """The id of a new subprofile."""
        return made(self.twin.post(f"/v1/profile/{profile}/subprofiles/{self.id}", json=values))

    def read(self, key: str) -> dict[str, Any]:
        """A subprofile as it is read."""
        answer = self.twin.get(f"/v1/subprofile/{key}")
        assert answer.status == 200, answer.body
        shown: dict[str, Any] = answer.body
        return shown
