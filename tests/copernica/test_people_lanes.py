"""Profiles and subprofiles through the lane and through connexion alone: equal worlds give equal answers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from mockserver.app import Options, Twin, build
from tests.copernica.conftest import FIRST, NAME
from tests.copernica.hostile import BODIES, WRITES
from tests.copernica.people import Database
from tests.support.client import Answer, Client, TwinClient

READS = (
    "/v1/profile/{profile}",
    "/v1/profile/{profile}/fields",
    "/v1/profile/{profile}/interests",
    "/v1/subprofile/{subprofile}",
    "/v1/subprofile/{subprofile}/fields",
    "/v1/database/{database}/profileids",
    "/v1/collection/{collection}/subprofileids",
)
LISTS = (
    "/v1/database/{database}/profiles",
    "/v1/collection/{collection}/subprofiles",
    "/v1/profile/{profile}/subprofiles/{collection}",
)
QUERIES = (
    "",
    "fields[]=Age>0",
    "fields[0]=Age>0&fields[1]=Name=~%25n",
    "fields=Name==Ann&total=no",
    "fields[]=Nam==x",
    "fields[]=Age",
    "start=1&limit=1",
    "limit=1000",
    "start=-1",
    "limit=x",
    "total=maybe",
    "orderby=Age&order=desc",
    "orderby=random",
    "order=Name",
    "orderby=nothing",
    "orderby=Age&order=up",
    "start=1&start=0",
    "nothing=1",
    "return=ids",
    "return=x",
    "fields[]=%ff",
    "%",
    "fields[]=" + "x" * 300,
)


class Side:
    """One twin, and in each world of it the same people."""

    def __init__(self, *, lane: bool) -> None:
        self.twin: Twin = build([NAME], Options(seed="empty", lane=lane))
        self.client = Client(self.twin.app)
        self.ids = self._people()

    def _people(self) -> dict[str, str]:
        twin = self.of("default")
        twin.freeze("2026-01-05T12:00:00Z")
        database = Database(twin, Name="text", Age="integer", Born="date")
        collection = database.collection(Name="text", Age="float")
        for name in ("tennis", "chess"):
            database.interest(name)
        profile, _ = database.profile(Name="Ann", Age=3), database.profile(Name="Bob")
        subprofile = collection.subprofile(profile, Name="Tea", Age=2.5)
        return {"database": database.id, "collection": collection.id, "profile": profile, "subprofile": subprofile}

    def of(self, world: str) -> TwinClient:
        """A client of a world."""
        return TwinClient(client=self.client, world=world, api=NAME, parameter="access_token", token=FIRST)

    def close(self) -> None:
        """End it."""
        self.client.close()
        self.twin.close()


class Sides:
    """A twin with the lane, and one without."""

    def __init__(self) -> None:
        self.fast, self.full = Side(lane=True), Side(lane=False)
        self._worlds = (f"lanes-{number}" for number in count())
        assert self.fast.ids == self.full.ids

    def compare(self, requests: list[tuple[str, str, dict[str, Any]]]) -> list[Answer]:
        """Send requests to both, in equal fresh worlds; the answers, which are the same on both sides."""
        world = next(self._worlds)
        answers = []
        for side in (self.fast, self.full):
            side.twin.worlds.fork("default", world)
            answers.append([_ask(side, world, *one) for one in requests])
            side.twin.worlds.drop(world)
        assert answers[0] == answers[1]
        return answers[0]


def _ask(side: Side, world: str, method: str, path: str, more: dict[str, Any]) -> Answer:
    bare, mark, query = path.format(**side.ids).partition("?")
    target = f"{bare}?access_token={FIRST}" + (f"&{query}" if mark and query else "")
    return side.of(world).call(method, target, token="", **more)


@pytest.fixture(scope="module")
def sides() -> Iterator[Sides]:
    """Both twins."""
    sides = Sides()
    yield sides
    for side in (sides.fast, sides.full):
        side.close()


@pytest.mark.parametrize("number", range(len(BODIES)))
def test_bodies_have_the_same_effect(sides: Sides, number: int) -> None:
    kind, content = BODIES[number]
    sent = {"raw": content, "headers": {"content-type": kind} if kind else {}}
    after: list[tuple[str, str, dict[str, Any]]] = [("GET", path, {}) for path in (*READS, *LISTS)]
    for method, path in WRITES:
        answers = sides.compare([(method, path, sent), *after])
        assert [answer.status for answer in answers[1:]] == [200] * len(after)


@pytest.mark.parametrize("query", QUERIES)
def test_queries_mean_the_same(sides: Sides, query: str) -> None:
    answers = sides.compare([("GET", f"{path}?{query}", {}) for path in (*LISTS, READS[2])])
    assert {answer.status for answer in answers} <= {200, 400}


def test_a_life_is_the_same(sides: Sides) -> None:
    requests: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", WRITES[0][1], {"json": {"Name": "Cee", "Age": "7"}}),
        ("PUT", WRITES[2][1], {"form": {"fields[Name]": "Dee", "interests[chess]": "1", "secret": "s"}}),
        ("POST", WRITES[4][1], {"json": ["tennis"]}), ("GET", READS[0], {}),
        ("PUT", WRITES[1][1], {"json": {"Age": 1}}),
        ("PUT", "/v1/database/{database}/profiles?fields[]=Age>99&create=1", {"json": {"Name": "Eve"}}),
        ("POST", WRITES[6][1], {"form": {"Name": "Coffee"}}), ("GET", LISTS[2], {}),
        ("DELETE", READS[3], {}), ("DELETE", READS[3], {}), ("GET", READS[3], {}), ("DELETE", READS[0], {}),
        ("GET", READS[0], {}), ("GET", LISTS[0], {}), ("DELETE", "/v1/profile/x", {}),
    ]  # fmt: skip
    statuses = [answer.status for answer in sides.compare(requests)]
    assert statuses == [201, 200, 200, 200, 200, 303, 201, 200, 200, 204, 400, 200, 400, 200, 400]
