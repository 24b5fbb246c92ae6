"""What lasting state costs over HTTP: ``python -m bench.states [--seconds 2] [--rounds 3] ADDRESS...``.

One worker on each state, memory first, then each address, which must be that of an empty database; through the lane,
journal and response validation on. Rounds alternate between the servers; of the rounds the median counts.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Sequence
from contextlib import ExitStack

from bench.lane import Creation, load, prepare, reading
from bench.server import Server, serving

READ, CREATE = "GET user details", "create user"


def round_of(server: Server, number: int, seconds: float) -> dict[str, float]:
    """Requests a second of each kind."""
    return {
        READ: load(server, reading("/api/ADUser/bench7/Details"), seconds=seconds).per_second,
        CREATE: load(server, Creation(number).create, seconds=seconds).per_second,
    }


def compare(addresses: Sequence[str], rounds: int, seconds: float) -> None:
    """Print requests a second on each state, and their share of those in memory."""
    with ExitStack() as stack:
        servers = {"memory": stack.enter_context(serving())}
        for address in addresses:
            servers[address.partition(":")[0]] = stack.enter_context(serving("--state", address))
        for server in servers.values():
            prepare(server)
            round_of(server, 0, seconds / 4)  # warm
        found: dict[str, list[dict[str, float]]] = {name: [] for name in servers}
        for number in range(1, rounds + 1):
            for name, server in servers.items():
                found[name].append(round_of(server, number, seconds))
    print("| request, 1/s | " + " | ".join(servers) + " |\n| --- |" + " ---: |" * len(servers))
    for kind in (READ, CREATE):
        rates = {name: statistics.median(one[kind] for one in rows) for name, rows in found.items()}
        shares = (f"{rate:,.0f} ({rate / rates['memory']:.0%})" for rate in rates.values())
        print(f"| {kind} | " + " | ".join(shares) + " |")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("addresses", nargs="+", metavar="ADDRESS")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each kind of request is sent in a round")
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    compare(chosen.addresses, chosen.rounds, chosen.seconds)


if __name__ == "__main__":
    main()
