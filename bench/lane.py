"""The lane against the same application with the lane off, and what starting costs.

``python -m bench.lane [--seconds 2] [--rounds 3]`` prints the tables of docs/performance.md. Journal and response
validation are on, as they always are. The servers share one core and the client has another: what one worker does is
measured, and not what is left to it. Rounds alternate between the two servers, so that a slow minute of the machine
hits both; of the rounds the median counts. Beside answers a second stands the processor time that the server used for
one answer, which other work on the machine changes less.
"""

from __future__ import annotations

import argparse
import itertools
import os
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvloop

from bench.load import Figures, request, run
from bench.server import Server, serving

CONNECTIONS = 16
USERS = 100
HEADINGS = (
    "request", "lane, 1/s", "connexion, 1/s", "ratio", "lane, µs", "connexion, µs", "ratio", "lane p50 / p99, ms",
)  # fmt: skip
PASSWORD = "B3nch-Passw0rd!"
ROOT = "DC%3Dkopicloud,DC%3Dlocal"
OU = f"OU%3DBench,{ROOT}"

Targets = Callable[[int], Iterator[tuple[str, str]]]


def reading(path: str) -> Targets:
    """The same read again and again."""
    return lambda connection: itertools.repeat(("GET", path))


def updating(connection: int) -> Iterator[tuple[str, str]]:
    """An update of one user after the other."""
    return (
        ("PUT", f"/api/ADUser/bench{number % USERS}?Department=D{number}") for number in itertools.count(connection)
    )


class Creation:
    """New users, each connection its own, and then the deletion of the same."""

    def __init__(self, round_: int) -> None:
        self._round = round_
        self._made: dict[int, int] = {}

    def create(self, connection: int) -> Iterator[tuple[str, str]]:
        """A new user each time."""
        for number in itertools.count():
            self._made[connection] = number  # the one before was answered
            yield "POST", f"/api/ADUser/{self._name(connection, number)}?Password={PASSWORD}&FirstName=B"

    def delete(self, connection: int) -> Iterator[tuple[str, str]]:
        """Every user whose creation was answered."""
        return (("DELETE", f"/api/ADUser/{self._name(connection, one)}") for one in range(self._made[connection]))

    def _name(self, connection: int, number: int) -> str:
        return f"b{self._round}x{connection}x{number}"


def prepare(server: Server) -> None:
    """An OU with 100 users."""
    made = [("POST", f"/api/OU?OUName=Bench&OUDestinationPath={ROOT}")]
    made += [("POST", f"/api/ADUser/bench{number}?Password={PASSWORD}&OUPath={OU}") for number in range(USERS)]
    load(server, lambda connection: iter(made), connections=1, seconds=60)


@dataclass(frozen=True, slots=True)
class Measured:
    """One kind of request in one round: what the client saw, and the processor time of the server for one answer."""

    figures: Figures
    cpu_us: float


def measure(server: Server, targets: Targets, *, seconds: float) -> Measured:
    """Send requests for a while and look at both sides."""
    before = server.cpu_seconds()
    figures = load(server, targets, seconds=seconds)
    return Measured(figures, (server.cpu_seconds() - before) / figures.answers * 1e6)


def load(server: Server, targets: Targets, *, seconds: float, connections: int = CONNECTIONS) -> Figures:
    """Send requests over some connections for a while; every one must succeed."""
    headers = server.header("twin-admin")
    streams = [(request(*one, headers) for one in targets(number)) for number in range(connections)]
    figures = uvloop.run(run(server.port, streams, seconds=seconds))
    if figures.wrong:
        raise SystemExit(f"{figures.wrong} of {figures.answers} answers were no success; the figures mean nothing")
    return figures


def round_of(server: Server, number: int, seconds: float) -> dict[str, Measured]:
    """One row per kind of request."""
    creation = Creation(number)
    return {
        "GET user details": measure(server, reading("/api/ADUser/bench7/Details"), seconds=seconds),
        "list of 100 users": measure(server, reading(f"/api/ADUser/ListUsers?OUPath={OU}"), seconds=seconds),
        "create user": measure(server, creation.create, seconds=seconds),
        "update user": measure(server, updating, seconds=seconds),
        "delete user": measure(server, creation.delete, seconds=60),
    }


def compare(rounds: int, seconds: float) -> None:
    """Print what the server does with the lane and without."""
    with serving() as fast, serving("--no-lane") as full, apart(fast, full):
        servers = {"lane": fast, "connexion": full}
        for server in servers.values():
            prepare(server)
            round_of(server, 0, seconds / 4)  # warm
        found: dict[str, list[dict[str, Measured]]] = {name: [] for name in servers}
        for number in range(1, rounds + 1):
            for name, server in servers.items():
                found[name].append(round_of(server, number, seconds))
    print(f"| {' | '.join(HEADINGS)} |\n| ---{' | ---:' * (len(HEADINGS) - 1)} |")
    for kind in found["lane"][0]:
        print(row(kind, *([one[kind] for one in rounds] for rounds in found.values())))


@contextmanager
def apart(*servers: Server) -> Iterator[None]:
    """The servers on one core and the client on another, where there are two, for the length of a block."""
    cores = os.sched_getaffinity(0)
    first, *others = sorted(cores)
    if others:
        for server in servers:
            server.pin(first)
        os.sched_setaffinity(0, others)
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


def row(kind: str, lane: list[Measured], connexion: list[Measured]) -> str:
    """A line of the table: medians of the rounds."""
    rates = [statistics.median(one.figures.per_second for one in rounds) for rounds in (lane, connexion)]
    costs = [statistics.median(one.cpu_us for one in rounds) for rounds in (lane, connexion)]
    p50, p99 = (statistics.median(getattr(one.figures, name) for one in lane) for name in ("p50_ms", "p99_ms"))
    cells = [
        kind,
        *(f"{rate:,.0f}" for rate in rates),
        f"{rates[0] / rates[1]:.1f}",
        *(f"{cost:,.0f}" for cost in costs),
        f"{costs[1] / costs[0]:.1f}",
        f"{p50:.2f} / {p99:.2f}",
    ]
    return f"| {' | '.join(cells)} |"


def starting(rounds: int) -> None:
    """Print how long it takes until a twin is ready, and what it weighs."""
    cold: list[float] = []
    warm: list[float] = []
    megabytes: list[float] = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as cache:
            for times in (cold, warm):
                with serving(environment={"XDG_CACHE_HOME": cache}) as server:
                    load(server, lambda connection: iter([("GET", "/api/OU/All")]), seconds=5, connections=1)
                    times.append(server.start_seconds)
                    megabytes.append(server.resident_megabytes())
    print(f"\nready after, s: cold {statistics.median(cold):.2f}, warm bundle cache {statistics.median(warm):.2f}")
    print(f"resident with baseline, MB: {statistics.median(megabytes):.0f}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each kind of request is sent in a round")
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    compare(chosen.rounds, chosen.seconds)
    starting(chosen.rounds)


if __name__ == "__main__":
    main()
