"""The Copernica twin: profiles through the lane and through connexion alone, and pages out of large databases.

``python -m bench.copernica [--seconds 2] [--rounds 3] [--sizes 10000,200000]`` prints the tables of
docs/performance.md. Journal and response validation are on, as they always are. A database has 12 fields; rounds
alternate between the two servers. Pages are measured in this process, from the request as it comes in to the bytes of
the answer, in milliseconds of the processor.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import statistics
import time
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

import uvloop

from bench.direct import ask
from bench.load import Figures, request, run
from bench.server import Server, serving
from mockserver.apis.copernica.models.structure import ACCOUNTS
from mockserver.apis.copernica.service import databases, fields, profiles
from mockserver.app import Options, Twin, build
from mockserver.kernel.work import begin

API = "copernica-v1"
CONNECTIONS = 16
PROFILES = 100
JSON, FORM = {"Content-Type": "application/json"}, {"Content-Type": "application/x-www-form-urlencoded"}

#: The fields of a database, and what number so many of it has in them.
FIELDS = {
    "Name": "text", "Town": "text", "Mail": "email", "Age": "integer", "Points": "integer", "Score": "float",
    "Born": "date", "Seen": "datetime", "Colour": "select", "Phone": "phone", "Note": "big", "Title": "text",
}  # fmt: skip
COLOURS = ("red", "green", "blue")

#: Pages of 100 that are asked for: what they are called, and their query.
PAGES: dict[str, dict[str, Any]] = {
    "by id, no filter": {},
    "whole number and text": {"fields[]": ["Age>50", "Town==Town 7"]},
    "pattern and whole number": {"fields[]": ["Name=~Name 1%", "Age<50"]},
    "two numbers, nearly all match": {"fields[]": ["Points>10", "Score>0.1"]},
    "date and choice": {"fields[]": ["Born>1950-01-01", "Colour==red"]},
    "ordered by a whole number": {"orderby": "Points"},
}


def values(number: int) -> dict[str, str]:
    """The values of one profile."""
    return {
        "Name": f"Name {number % 1000}", "Town": f"Town {number % 50}", "Mail": f"a{number}@example.com",
        "Age": str(number % 100), "Points": str(number * 7919 % 1000003), "Score": str(number * 31 % 997 / 997),
        "Born": f"19{number % 100:02}-01-{1 + number % 28:02}", "Seen": f"2024-01-{1 + number % 28:02} 10:00:00",
        "Colour": COLOURS[number % 3], "Phone": "030", "Note": "A note.", "Title": "Dr",
    }  # fmt: skip


def described() -> list[dict[str, str]]:
    """What is said of each field."""
    choices = "\n".join(COLOURS)
    return [{"name": name, "type": kind, "value": choices * (kind == "select")} for name, kind in FIELDS.items()]


class Served:
    """One server with two databases: one of some profiles, one to make profiles in."""

    def __init__(self, server: Server, label: str = "Roasters") -> None:
        self._port, self._token = server.port, server.query(label)
        first, second = (self._database(name) for name in ("Bench", "Made"))
        self._every, self._made = f"{first}/profiles", f"{second}/profiles"
        self._send([("POST", self._every, values(number)) for number in range(PROFILES)])
        self._one = f"/v1/profile/{self._ask(f'{first}/profileids')[7]}"
        self.asked = self._kinds()

    def measure(self, kind: str, seconds: float) -> Figures:
        """Requests of one kind over some connections for a while."""
        expected, stream = self.asked[kind]
        return self._run([stream] * CONNECTIONS, seconds, expected)

    def _kinds(self) -> dict[str, tuple[int, Iterator[bytes]]]:
        """By kind of request the status that is expected, and requests without end."""
        filters = "&" + urlencode({"fields[]": ["Age>50", "Town<>Town 7"]}, doseq=True)
        form = self._request("POST", self._made, FORM, urlencode(values(3)).encode())
        return {
            "GET profile": (200, itertools.repeat(self._request("GET", self._one))),
            "list of 100 profiles": (200, itertools.repeat(self._request("GET", self._every))),
            "the same, two filters": (200, itertools.repeat(self._request("GET", self._every, more=filters))),
            "PUT of three fields, JSON": (200, self._writes("PUT", f"{self._one}/fields", ("Age", "Points", "Name"))),
            "POST profile, JSON": (201, self._writes("POST", self._made)),
            "POST profile, form": (201, itertools.repeat(form)),
        }

    def _database(self, name: str) -> str:
        """The address of a new database with fields."""
        self._send([("POST", "/v1/databases", {"name": name})])
        path = f"/v1/database/{self._ask('/v1/databases')['data'][-1]['ID']}"
        self._send([("POST", f"{path}/fields", said) for said in described()])
        return path

    def _request(
        self, method: str, path: str, headers: dict[str, str] | None = None, content: bytes = b"", more: str = ""
    ) -> bytes:
        return request(method, path + self._token + more, headers or {}, content)

    def _writes(self, method: str, path: str, names: Sequence[str] = tuple(FIELDS)) -> Iterator[bytes]:
        """Requests with other values each time, made beforehand."""
        bodies = (json.dumps({name: values(number)[name] for name in names}).encode() for number in range(1000))
        return itertools.cycle([self._request(method, path, JSON, body) for body in bodies])

    def _send(self, asked: list[tuple[str, str, Any]]) -> None:
        """Creations one after the other."""
        stream = (self._request(method, path, JSON, json.dumps(body).encode()) for method, path, body in asked)
        self._run([stream], 60, 201)

    def _run(self, streams: Sequence[Iterator[bytes]], seconds: float, expected: int) -> Figures:
        figures = uvloop.run(run(self._port, streams, expected=expected, seconds=seconds))
        if figures.wrong:
            raise SystemExit(f"{figures.wrong} of {figures.answers} answers were no success; the figures mean nothing")
        return figures

    def _ask(self, path: str) -> Any:
        return asyncio.run(_fetch(self._port, path + self._token))


async def _fetch(port: int, target: str) -> Any:
    """The JSON value at an address."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request("GET", target, {"Connection": "close"}))
    content = await reader.read()
    writer.close()
    return json.loads(content.partition(b"\r\n\r\n")[2])


def compare(rounds: int, seconds: float) -> None:
    """Print requests a second with the lane and without; the ratio is that of two measurements one after the other."""
    print("| request | lane, 1/s | connexion, 1/s | ratio | lane p50 / p99, ms |\n| --- | --- | --- | --- | --- |")
    with serving(api=API) as first, serving("--no-lane", api=API) as second:
        fast, full = Served(first), Served(second)
        for kind in fast.asked:
            for side in (fast, full):
                side.measure(kind, seconds / 4)  # warm
            found = [(fast.measure(kind, seconds), full.measure(kind, seconds)) for _ in range(rounds)]
            lane, connexion = ([one.per_second for one in side] for side in zip(*found, strict=True))
            ratio = statistics.median(one / other for one, other in zip(lane, connexion, strict=True))
            p50, p99 = (statistics.median(getattr(one, name) for one, _ in found) for name in ("p50_ms", "p99_ms"))
            rates = f"{statistics.median(lane):,.0f} | {statistics.median(connexion):,.0f}"
            print(f"| {kind} | {rates} | {ratio:.1f} | {p50:.2f} / {p99:.2f} |")


class Pages:
    """A twin in this process, and a database of so many profiles in it."""

    def __init__(self, size: int) -> None:
        self._twin: Twin = build([API], Options(seed="empty"))
        engine = self._twin.engines[API]
        with engine.store.transaction("default") as store:
            work = begin(store, engine.settings)
            (account,) = store.select(ACCOUNTS)
            database = databases.create(work, account, name="Bench")
            for said in described():
                fields.create(work, database, **said)
            for number in range(size):
                profiles.create(work, database, values(number))
        token = dict(self._twin.credentials(API))[account.name]
        self._path, self._token = f"/v1/database/{database.id}/profiles", token
        self._runner = asyncio.Runner()

    def milliseconds(self, query: dict[str, Any], rounds: int) -> float:
        """The median time of one page, of the processor: what else the machine does costs less there."""
        taken = []
        for _ in range(rounds):
            started = time.process_time()
            self._runner.run(self._ask(query))
            taken.append(time.process_time() - started)
        return statistics.median(taken) * 1000

    def close(self) -> None:
        """Forget it all."""
        self._runner.close()
        self._twin.close()

    async def _ask(self, query: dict[str, Any]) -> None:
        text = urlencode({"access_token": self._token, **query}, doseq=True).encode()
        await ask(self._twin.app, "GET", self._path, text)


def pages(sizes: Sequence[int], rounds: int) -> None:
    """Print how long a page of 100 takes out of databases of some sizes."""
    print("\n| page of 100, ms |" + "".join(f" of {size:,} |" for size in sizes))
    print("| --- |" + " ---: |" * len(sizes))
    found: dict[str, list[float]] = {kind: [] for kind in PAGES}
    for size in sizes:
        database = Pages(size)
        for kind, query in PAGES.items():
            found[kind].append(database.milliseconds(query, rounds))
        database.close()
    for kind, times in found.items():
        print(f"| {kind} |" + "".join(f" {one:.1f} |" for one in times))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each kind of request is sent in a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sizes", default="10000,200000", help="sizes of the databases that pages are taken of")
    chosen = parser.parse_args()
    compare(chosen.rounds, chosen.seconds)
    pages([int(size) for size in chosen.sizes.split(",")], max(chosen.rounds, 5))


if __name__ == "__main__":
    main()
