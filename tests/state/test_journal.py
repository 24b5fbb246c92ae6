"""The journal in a database: what many asked at once is all there, and each found its own when it was answered."""

from __future__ import annotations

import asyncio

import httpx

from mockserver.kernel.journal import Entry
from tests.state.conftest import Start
from tests.state.twins import Process


async def asked(process: Process, worlds: list[str], count: int) -> list[bool]:
    """Ask so many things of every world at once; whether each was in the journal when its answer came."""
    transport = httpx.ASGITransport(process.twin.app)
    headers = {"Auth-Token": process.token}
    async with httpx.AsyncClient(transport=transport, base_url="http://twin", headers=headers) as client:

        async def one(world: str, number: int) -> bool:
            path = f"/api/ADUser/nobody{number}/Details"
            answer = await client.get(path, headers={"Twin-World": world})
            assert answer.status_code == 404
            return path.encode() in [entry.path for entry in process.twin.journal.entries(world)]

        return await asyncio.gather(*(one(world, number) for number in range(count) for world in worlds))


def test_what_is_asked_at_once_is_written_in_order_and_found_at_once(start: Start) -> None:
    first, second = start(), start()
    first.twin.worlds.fork("default", "ci")
    assert set(asyncio.run(asked(first, ["default", "ci"], 30))) == {True}
    for world in ("default", "ci"):
        entries = list(second.twin.journal.entries(world))
        assert [entry.number for entry in entries] == list(range(1, 31))
        assert {entry.path for entry in entries} == {b"/api/ADUser/nobody%d/Details" % number for number in range(30)}


def test_processes_that_write_at_once_share_the_numbers(start: Start) -> None:
    first, second = start(), start()

    async def both() -> None:
        await asyncio.gather(asked(first, ["default"], 20), asked(second, ["default"], 20))

    asyncio.run(both())
    numbers = [entry.number for entry in first.twin.journal.entries("default")]
    assert numbers == list(range(1, 41))


def test_a_client_that_gives_up_takes_nobody_along(start: Start) -> None:
    """Of two exchanges that are written together one is waited for no longer."""
    journal = start().twin.journal
    entry = Entry(
        api="kopicloud-ad", time=0.0, method="GET", path=b"/", query=(), operation=None, caller="", status=404,
        body=b"", lane=True,
    )  # fmt: skip

    async def both() -> None:
        impatient, patient = (journal.add("default", entry) for _ in range(2))
        assert isinstance(impatient, asyncio.Future)
        assert patient is not None
        impatient.cancel()
        await patient

    asyncio.run(both())
    assert [one.number for one in journal.entries("default")] == [1, 2]
