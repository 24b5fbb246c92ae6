"""Selections and miniselections with rules, made through the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.copernica.people import Collection, Database, made
from tests.support.client import Answer, TwinClient

Demand = Mapping[str, Any]


class Selection:
    """A selection or miniselection; ``kind`` is view or miniview, ``rule_kind`` rule or minirule."""

    kind, rule_kind, members = "", "", ""

    def __init__(self, twin: TwinClient, key: str) -> None:
        self.twin, self.id, self.path = twin, key, f"/v1/{self.kind}/{key}"

    def rule(self, *demands: Demand, name: str = "", **more: Any) -> str:
        """The address of a new rule with conditions."""
        name = name or f"rule {self.twin.get(f'{self.path}/rules').body['total']}"
        key = made(self.twin.post(f"{self.path}/rules", json={"name": name, "conditions": demands, **more}))
        return f"/v1/{self.rule_kind}/{key}"

    def read(self) -> dict[str, Any]:
        """The selection as it is read."""
        answer = self.twin.get(self.path)
        assert answer.status == 200, answer.body
        shown: dict[str, Any] = answer.body
        return shown

    def ids(self) -> list[str]:
        """Ids of those in it, which are the same in both lists of them."""
        ids: list[str] = self.twin.get(f"{self.path}/{self.members}ids").body
        assert [one["ID"] for one in self.twin.get(f"{self.path}/{self.members}s").body["data"]] == ids[:100]
        return ids


class View(Selection):
    """A selection."""

    kind, rule_kind, members = "view", "rule", "profile"

    def nested(self, name: str, **more: Any) -> View:
        """A new selection nested in it."""
        return View(self.twin, made(self.twin.post(f"{self.path}/views", json={"name": name, **more})))


class Miniview(Selection):
    """A miniselection."""

    kind, rule_kind, members = "miniview", "minirule", "subprofile"


def view(database: Database, name: str = "Some", **more: Any) -> View:
    """A new selection on a database."""
    return View(database.twin, made(database.twin.post(f"{database.path}/views", json={"name": name, **more})))


def miniview(collection: Collection, name: str = "Some", **more: Any) -> Miniview:
    """A new miniselection on a collection."""
    answer = collection.twin.post(f"{collection.path}/miniviews", json={"name": name, **more})
    return Miniview(collection.twin, made(answer))


def condition(twin: TwinClient, rule: str) -> dict[str, Any]:
    """The only condition of a rule, which is the same in its list and in the rule."""
    listed = twin.get(f"{rule}/conditions").body
    assert twin.get(rule).body["conditions"] == listed
    (shown,) = listed["data"]
    found: dict[str, Any] = shown
    return found


def send(twin: TwinClient, method: str, path: str, encoding: str, body: Mapping[str, Any]) -> Answer:
    """One request with a body in an encoding; a form writes truth values as words."""
    if encoding == "json":
        return twin.call(method, path, json=body)
    words = {key: str(value).lower() if isinstance(value, bool) else value for key, value in body.items()}
    return twin.call(method, path, form=words)
