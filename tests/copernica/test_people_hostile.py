"""Whatever is sent where profiles and subprofiles are concerned, the twin answers: never with a fault of its own."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.app import Twin
from tests.copernica.hostile import BODIES, WRITES
from tests.copernica.people import Database
from tests.support.client import TwinClient


class Places:
    """A database with everything, and the ids of it."""

    def __init__(self, twin: TwinClient) -> None:
        self.twin = twin
        database = Database(twin, Name="text", Age="integer", Born="date")
        collection = database.collection(Name="text", Age="float")
        database.interest("tennis")
        profile = database.profile(Name="Ann")
        subprofile = collection.subprofile(profile, Name="Tea")
        self.ids = {
            "database": database.id, "collection": collection.id, "profile": profile, "subprofile": subprofile,
        }  # fmt: skip

    def ask(self, method: str, path: str, **more: Any) -> int:
        """The status of an answer, which is never a fault, and names its refusal in the one form."""
        path, mark, query = path.format(**self.ids).partition("?")
        target = f"{path}?access_token={self.twin.token}" + (f"&{query}" if mark else "")
        answer = self.twin.call(method, target, token="", **more)
        assert answer.status < 500, (method, path, answer.body)
        if answer.status >= 400:
            assert (answer.status, set(answer.body)) == (400, {"error"})
            assert 0 < len(answer.body["error"]["message"]) < 2000
        return answer.status


@pytest.fixture
def places(twin: TwinClient) -> Places:
    """Such a database."""
    return Places(twin)


@pytest.mark.parametrize("number", range(len(BODIES)))
def test_bodies(places: Places, number: int) -> None:
    kind, content = BODIES[number]
    headers = {"content-type": kind} if kind else {}
    statuses = {places.ask(method, path, raw=content, headers=headers) for method, path in WRITES}
    assert statuses <= {200, 201, 303, 400}


@pytest.mark.parametrize(
    "query",
    [
        "fields[]=%00",
        "fields[]=%ff",
        "fields[]=Name==%ED%A0%80",
        "fields[a][b]=Name==x",
        "fields[",
        "fields[]=" + "Age>0" * 900,
        "&".join("fields[]=Age>0" for _ in range(1000)),
        "fields[" + "9" * 300 + "]=Age>0",
        "orderby=%00",
        "orderby[]=Name",
        "start[]=1",
        "start=1&start=x",
        "limit=-0",
        "limit=+1",
        "start=%2B1",
        "total[]=1",
        "total=%00",
        "order=%F0%9F%98%80",
        "fields[]=Name=~" + "%25" * 3000,
        "fields[]=Name=~" + "%25a" * 2000,
        "%00=1",
        "fields[]=%",
        "limit=1e999",
    ],
)
@pytest.mark.parametrize(
    "path", ["/v1/database/{database}/profiles", "/v1/collection/{collection}/subprofiles",
             "/v1/profile/{profile}/subprofiles/{collection}"]
)  # fmt: skip
def test_queries(places: Places, path: str, query: str) -> None:
    assert places.ask("GET", f"{path}?{query}") in (200, 400)


@pytest.mark.parametrize(
    "part", ["%00", "%ff", "%2F", "%ED%A0%80", "..", "%", "9" * 3000, "%F0%9F%98%80", "1;x", "1%0A"]
)
@pytest.mark.parametrize(
    "path", ["/v1/profile/{}", "/v1/profile/{}/fields", "/v1/subprofile/{}", "/v1/database/{}/profiles",
             "/v1/collection/{}/subprofiles", "/v1/profile/1/subprofiles/{}"]
)  # fmt: skip
def test_addresses(places: Places, path: str, part: str) -> None:
    address = path.format(part)
    assert places.ask("GET", address) == 400
    assert places.ask("PUT", address, json={}) == 400
    assert places.ask("DELETE", address) in (204, 400)


def test_right_requests_take_the_quick_way(places: Places, copernica: Twin) -> None:
    """The lane serves them; the full stack is for what is wrong."""
    requests: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", WRITES[0][1], {"json": {"Name": "x", "Age": 1, "Born": None, "nothing": True}}),
        ("POST", WRITES[0][1], {"form": {"Name": "x", "Age": "1"}}), ("POST", WRITES[0][1], {}),
        ("PUT", WRITES[1][1], {"json": {"Name": "x"}}), ("PUT", WRITES[2][1], {"json": {"fields": {"Name": "y"}}}),
        ("PUT", WRITES[2][1], {"form": {"fields[Name]": "z", "interests[tennis]": "1"}}),
        ("POST", WRITES[3][1], {"json": {"Name": "x"}}), ("POST", WRITES[4][1], {"json": ["tennis"]}),
        ("PUT", WRITES[5][1], {"form": {"0": "tennis"}}), ("PUT", WRITES[5][1], {"json": {"tennis": 0}}),
        ("POST", WRITES[6][1], {"json": {"Name": "x"}}), ("PUT", WRITES[7][1], {"form": {"Name": "x"}}),
        ("PUT", WRITES[8][1], {"json": {"Age": 2.5}}),
        ("GET", "/v1/database/{database}/profiles?fields[]=Age>0&fields[3]=Name%3D%3Dx&limit=500&order=Name", {}),
        ("GET", "/v1/database/{database}/profileids", {}), ("GET", "/v1/profile/{profile}", {}),
        ("GET", "/v1/profile/{profile}/interests?return=ids", {}), ("GET", "/v1/subprofile/{subprofile}", {}),
        ("GET", "/v1/collection/{collection}/subprofiles?total=0", {}), ("DELETE", "/v1/subprofile/{subprofile}", {}),
        ("DELETE", "/v1/profile/{profile}", {}),
    ]  # fmt: skip
    copernica.journal.forget(places.twin.world)
    for method, path, more in requests:
        assert places.ask(method, path, **more) in (200, 201, 303), (method, path, more)
    entries = list(copernica.journal.entries(places.twin.world))
    assert [(entry.method, entry.path) for entry in entries if not entry.lane] == []
    assert len(entries) == len(requests)
