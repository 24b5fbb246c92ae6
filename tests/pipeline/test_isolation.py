"""Worlds never see each other, however the requests to them interleave."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from mockserver.app import Options, Twin, build
from mockserver.kernel.clock import Clock
from tests.conftest import ADMIN, credential
from tests.support.client import scope_of
from tests.support.right import KOPI, ROOT

WORLDS = ("left", "right", "third", "fourth")
Request = tuple[str, str]


def errands(world: str) -> list[Request]:
    """Requests of every sort: creations under names both shared and own, changes, refusals of both lanes, deletions."""
    own, made = f"u-{world}", f"OU%3DShared%2C{KOPI.replace('=', '%3D').replace(',', '%2C')}"
    return [
        ("POST", f"/api/OU?OUName=Shared&OUDestinationPath={KOPI}"),
        ("POST", f"/api/ADUser/shared?FirstName={world}&OUPath={made}&ShowFields=All"),
        ("POST", f"/api/ADUser/{own}?Password=Tw1n-Passw0rd!"),
        ("POST", f"/api/ADUser/{own}"),
        ("PUT", f"/api/ADUser/{own}/Rename/{own}-x"),
        ("PUT", f"/api/ADUser/shared?Description={world}&RdsAllowLogon=maybe"),
        ("PUT", f"/api/ADUser/shared?Description={world}"),
        ("POST", f"/api/ADGroups/g-{world}/Security?GroupScope=nowhere"),
        ("POST", f"/api/ADGroups/g-{world}/Security"),
        ("POST", f"/api/ADUser/shared/Group/g-{world}"),
        ("POST", f"/api/DnsARecord?DNS_HostName=host&IP_Address=10.0.0.{len(world)}"),
        ("POST", f"/api/DnsLookupZone/{world}.example"),
        ("PUT", f"/api/OU/Rename?OUPath={made}&OUNewName=Of-{world}"),
        ("PUT", f"/api/OU/Move?OUPath=OU=Of-{world},{KOPI}&OUDestinationPath={ROOT}"),
        ("DELETE", f"/api/ADUser/{own}-x"),
        ("DELETE", "/api/ADUser/nobody"),
        ("GET", "/api/ADUser/ListUsers/All?ShowFields=All"),
        ("POST", f"/api/Login?username=ann.lee&password={'wrong' if world == 'left' else 'Tw1n-Passw0rd!'}"),
    ]


class Load:
    """A twin whose clocks stand still, asked by many tasks on one event loop."""

    def __init__(self, *, lane: bool) -> None:
        self.twin: Twin = build(["kopicloud-ad"], Options(lane=lane))
        with self.twin.worlds.transaction("default") as store:
            self.twin.engines["kopicloud-ad"].settings.change(store, {"lockout-threshold": 3})
            Clock(store=store).freeze()
        self._token = credential(self.twin, ADMIN).encode()

    async def ask(self, world: str, request: Request) -> tuple[int, bytes]:
        """One request whose body and answer travel in pieces, giving way to other tasks at each."""
        lines = [(b"auth-token", self._token), (b"twin-world", world.encode()), (b"transfer-encoding", b"chunked")]
        chunks, statuses, content = [b"a", b"b", b""], [], []

        async def receive() -> dict[str, Any]:
            await asyncio.sleep(0)
            return {"type": "http.request", "body": chunks.pop(0), "more_body": bool(chunks)}

        async def send(message: Any) -> None:
            await asyncio.sleep(0)
            if message["type"] == "http.response.start":
                statuses.append(message["status"])
            else:
                content.append(message["body"])

        await self.twin.app(scope_of(*request, lines), receive, send)
        return statuses[0], b"".join(content)

    async def errand(self, world: str, requests: Sequence[Request]) -> list[tuple[int, bytes]]:
        """Requests one after the other."""
        return [await self.ask(world, request) for request in requests]

    def fork(self, names: Sequence[str]) -> None:
        """Fresh worlds, equal to the planted one."""
        for name in names:
            self.twin.worlds.fork("default", name)


@pytest.fixture(params=[True, False], ids=["lane", "connexion"])
def load(request: pytest.FixtureRequest) -> Load:
    """A twin of its own."""
    return Load(lane=request.param)


def test_each_world_is_as_if_it_were_alone(load: Load) -> None:
    """The same errands, once interleaved with those of other worlds and once alone: same answers, same state."""

    async def together() -> list[list[tuple[int, bytes]]]:
        return await asyncio.gather(*(load.errand(world, errands(world)) for world in WORLDS))

    load.fork(WORLDS)
    answers = dict(zip(WORLDS, asyncio.run(together()), strict=True))
    for world in WORLDS:
        alone = f"{world}-alone"
        load.fork([alone])
        assert asyncio.run(load.errand(alone, errands(world))) == answers[world]
        assert load.twin.worlds.dump(alone) == load.twin.worlds.dump(world)
        assert load.twin.worlds.diff("default", world)["kopicloud-ad.object"]["added"], world
    statuses = {status for found in answers.values() for status, _ in found}
    assert statuses == {200, 400, 401, 404}


def test_a_world_nobody_asked_stays_as_it_was(load: Load) -> None:
    async def together() -> None:
        await asyncio.gather(*(load.errand(world, errands(world)) for world in WORLDS))

    load.fork([*WORLDS, "idle"])
    asyncio.run(together())
    assert load.twin.worlds.diff("default", "idle") == {}
    assert load.twin.worlds.diff("left", "right") != {}


def test_many_writers_of_one_world_lose_nothing(load: Load) -> None:
    """Every creation that was answered with 200 is there, each once; of two for one name exactly one succeeded."""
    names = [f"writer-{number % 60}" for number in range(120)]

    async def together() -> list[tuple[int, bytes]]:
        return await asyncio.gather(*(load.ask("left", ("POST", f"/api/ADUser/{name}")) for name in names))

    load.fork(["left"])
    answers = asyncio.run(together())
    assert sorted(status for status, _ in answers) == [200] * 60 + [400] * 60
    objects = load.twin.worlds.dump("left")["kopicloud-ad.object"]
    made = sorted(one.name for one in objects if one.name.startswith("writer-"))
    assert made == sorted(set(names))
    assert len({one.id for one in objects}) == len(objects)


def test_a_world_dropped_under_a_request_is_told_to_the_client(load: Load) -> None:
    """The request has begun when its world goes away."""

    async def dropped() -> tuple[int, bytes]:
        asked = asyncio.create_task(load.ask("left", ("POST", "/api/ADUser/late")))
        await asyncio.sleep(0)
        load.twin.worlds.drop("left")
        return await asked

    load.fork(["left"])
    status, content = asyncio.run(dropped())
    assert (status, b"no world 'left'" in content) == (404, True)
