"""The lane against the same application with the lane off, in this process: ``python -m bench.app``.

No server and no client: the application is called as a server would call it, sixteen requests at a time. Prints
microseconds of the processor for one answer, journal and response validation on.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, MutableMapping
from typing import Any

import uvloop

from mockserver.app import Options, Twin, build

ROUND, ROUNDS, AT_ONCE = 1_600, 3, 16
Requests = Callable[[int], tuple[str, str, bytes]]

#: In this order: what is created is deleted in the end.
KINDS: dict[str, Requests] = {
    "GET user details": lambda number: ("GET", "/api/ADUser/ann.lee/Details", b""),
    "create user": lambda number: ("POST", f"/api/ADUser/b{number}", b"Password=B3nch-Passw0rd!&FirstName=B"),
    "update user": lambda number: ("PUT", "/api/ADUser/ann.lee", b"Department=D%d" % number),
    "delete user": lambda number: ("DELETE", f"/api/ADUser/b{number}", b""),
}


async def _ask(twin: Twin, token: bytes, method: str, path: str, query: bytes) -> None:
    statuses: list[int] = []
    scope = {
        "type": "http", "http_version": "1.1", "method": method, "scheme": "http", "path": path,
        "raw_path": path.encode(), "query_string": query, "root_path": "", "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80), "headers": [(b"host", b"twin"), (b"auth-token", token)],
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await twin.app(scope, receive, send)
    if statuses != [200]:
        raise SystemExit(f"{method} {path} was answered {statuses}; the figures mean nothing")


async def measured(*, lane: bool) -> dict[str, float]:
    """Microseconds of the processor for one answer of each kind."""
    twin = build(["kopicloud-ad"], Options(lane=lane))
    token = dict(twin.credentials("kopicloud-ad"))["twin-admin"].encode()
    found: dict[str, float] = {}
    for kind, request in KINDS.items():
        started = time.process_time()
        for first in range(0, ROUND, AT_ONCE):
            many = range(first, first + AT_ONCE)
            await asyncio.gather(*(_ask(twin, token, *request(number)) for number in many))
        found[kind] = (time.process_time() - started) / ROUND * 1e6
    twin.close()
    return found


def main() -> None:
    """Print the table: of the rounds, which alternate, the fastest counts."""
    best: dict[bool, dict[str, float]] = {True: {}, False: {}}
    for _ in range(ROUNDS):
        for lane, known in best.items():
            for kind, cost in uvloop.run(measured(lane=lane)).items():
                known[kind] = min(cost, known.get(kind, cost))
    print("| request | lane, µs | connexion, µs | ratio |\n| --- | ---: | ---: | ---: |")
    for kind in KINDS:
        fast, full = best[True][kind], best[False][kind]
        print(f"| {kind} | {fast:.0f} | {full:.0f} | {full / fast:.1f} |")


if __name__ == "__main__":
    main()
