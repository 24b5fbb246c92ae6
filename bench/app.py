"""What one answer of the application costs the processor, with the lane and without it: ``python -m bench.app``.

No server and no client: the application is called as a server would call it, sixteen requests at a time. Prints
microseconds of the processor for one answer, journal and response validation on.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import uvloop

from bench.direct import ask
from mockserver.app import Options, build

ROUND, ROUNDS, AT_ONCE = 1_600, 3, 16
Requests = Callable[[int], tuple[str, str, bytes]]

#: In this order: what is created is deleted in the end.
KINDS: dict[str, Requests] = {
    "GET user details": lambda number: ("GET", "/api/ADUser/ann.lee/Details", b""),
    "create user": lambda number: ("POST", f"/api/ADUser/b{number}", b"Password=B3nch-Passw0rd!&FirstName=B"),
    "update user": lambda number: ("PUT", "/api/ADUser/ann.lee", b"Department=D%d" % number),
    "delete user": lambda number: ("DELETE", f"/api/ADUser/b{number}", b""),
}


async def measured(*, lane: bool) -> dict[str, float]:
    """Microseconds of the processor for one answer of each kind."""
    twin = build(["kopicloud-ad"], Options(lane=lane))
    try:
        headers = [(b"auth-token", dict(twin.credentials("kopicloud-ad"))["twin-admin"].encode())]
        found: dict[str, float] = {}
        for kind, request in KINDS.items():
            started = time.process_time()
            for first in range(0, ROUND, AT_ONCE):
                many = range(first, first + AT_ONCE)
                await asyncio.gather(*(ask(twin.app, *request(number), headers=headers) for number in many))
            found[kind] = (time.process_time() - started) / ROUND * 1e6
    finally:
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
