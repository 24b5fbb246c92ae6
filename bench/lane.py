"""The lane against the same application with the lane off, and what starting costs.

``python -m bench.lane [--seconds 2] [--rounds 3]`` prints the tables of docs/performance.md. Journal and response
validation are on, as they always are. Rounds alternate between the two servers, so that a slow minute of the machine
hits both; of the rounds the median counts.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import tempfile
from collections.abc import Callable, Iterator

import uvloop

from bench.load import Figures, request, run
from bench.server import Server, serving

CONNECTIONS = 16
USERS = 100
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


def load(server: Server, targets: Targets, *, seconds: float, connections: int = CONNECTIONS) -> Figures:
    """Send requests over some connections for a while; every one must succeed."""
    headers = server.header("twin-admin")
    streams = [(request(*one, headers) for one in targets(number)) for number in range(connections)]
    figures = uvloop.run(run(server.port, streams, seconds=seconds))
    if figures.wrong:
        raise SystemExit(f"{figures.wrong} of {figures.answers} answers were no success; the figures mean nothing")
    return figures


def round_of(server: Server, number: int, seconds: float) -> dict[str, Figures]:
    """One row per kind of request."""
    creation = Creation(number)
    return {
        "GET user details": load(server, reading("/api/ADUser/bench7/Details"), seconds=seconds),
        "list of 100 users": load(server, reading(f"/api/ADUser/ListUsers?OUPath={OU}"), seconds=seconds),
        "create user": load(server, creation.create, seconds=seconds),
        "update user": load(server, updating, seconds=seconds),
        "delete user": load(server, creation.delete, seconds=60),
    }


def compare(rounds: int, seconds: float) -> None:
    """Print requests a second with the lane and without."""
    with serving() as fast, serving("--no-lane") as full:
        servers = {"lane": fast, "connexion": full}
        for server in servers.values():
            prepare(server)
        found = {name: [round_of(server, 0, seconds / 4)] for name, server in servers.items()}  # warm
        for number in range(1, rounds + 1):
            for name, server in servers.items():
                found[name].append(round_of(server, number, seconds))
        print("| request | lane, 1/s | connexion, 1/s | ratio | lane p50 / p99, ms |\n| --- | --- | --- | --- | --- |")
        for kind in found["lane"][0]:
            rates = {name: statistics.median(row[kind].per_second for row in rows[1:]) for name, rows in found.items()}
            p50, p99 = (
                statistics.median(getattr(row[kind], field) for row in found["lane"][1:])
                for field in ("p50_ms", "p99_ms")
            )
            ratio = rates["lane"] / rates["connexion"]
            print(
                f"| {kind} | {rates['lane']:,.0f} | {rates['connexion']:,.0f} | {ratio:.1f} | {p50:.2f} / {p99:.2f} |"
            )


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
