"""The lane against the same application with the lane off: requests a second, one server process.

``python -m bench.lane [--seconds 3]`` prints a table for docs/performance.md. Journal and response validation are on, as
they always are. Rounds alternate between the two servers, so that a slow minute of the machine hits both.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from bench.load import Figures, request, run

CONNECTIONS = 16
ROUNDS = 3
READY = re.compile(r"serving on http://127\.0\.0\.1:(\d+)")
TOKEN = re.compile(r"(Bearer \S+)")
PASSWORD = "B3nch-Passw0rd!"
ROOT = "DC%3Dkopicloud,DC%3Dlocal"

Stream = Callable[[int], Iterator[bytes]]


class Server:
    """A twin in a process of its own."""

    def __init__(self, *options: str) -> None:
        command = [sys.executable, "-m", "apitwin", "serve", "kopicloud-ad", "--port", "0", *options]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        started = time.perf_counter()
        assert self._process.stdout is not None
        text = ""
        for line in self._process.stdout:
            text += line
            if READY.search(line):
                break
        self.start_seconds = time.perf_counter() - started
        self.port = int(READY.search(text).group(1))  # type: ignore[union-attr]

    def stop(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.wait(10)


def streams(kind: str, token: str, round_: int) -> list[Iterator[bytes]]:
    """One endless stream of requests per connection."""
    headers = {"Auth-Token": token}

    def one(connection: int) -> Iterator[bytes]:
        for number in itertools.count():
            name = f"b{round_}x{connection}x{number}"
            match kind:
                case "GET one":
                    yield request("GET", "/api/ADUser/apiadmin/Details", headers)
                case "list of 100":
                    yield request("GET", f"/api/ADUser/ListUsers?OUPath=OU%3DBench,{ROOT}", headers)
                case "create":
                    yield request("POST", f"/api/ADUser/{name}?Password={PASSWORD}&FirstName=B", headers)
                case "update":
                    yield request("PUT", f"/api/ADUser/{name}?Department=D{number}", headers)
                case "delete":
                    yield request("DELETE", f"/api/ADUser/{name}", headers)

    return [one(connection) for connection in range(CONNECTIONS)]


async def prepare(port: int, token: str) -> None:
    """An OU with 100 users, for the list."""
    headers = {"Auth-Token": token}
    made = [request("POST", f"/api/OU?OUName=Bench&OUDestinationPath={ROOT}", headers)]
    made += [
        request("POST", f"/api/ADUser/bench{number}?Password={PASSWORD}&OUPath=OU%3DBench,{ROOT}", headers)
        for number in range(100)
    ]
    figures = await run(port, [iter(made)], seconds=30)
    if figures.wrong:
        raise SystemExit(f"{figures.wrong} requests of the preparation were refused")


def measure(kind: str, port: int, token: str, round_: int, seconds: float) -> Figures:
    """One cell of the table."""
    return asyncio.run(run(port, streams(kind, token, round_), seconds=seconds))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--token", required=True, help="the header value of twin-admin, as serve prints it")
    chosen = parser.parse_args()
    servers = {"lane": Server(), "connexion": Server("--no-lane")}
    try:
        for server in servers.values():
            asyncio.run(prepare(server.port, chosen.token))
        print("| request | lane | connexion | ratio |\n| --- | --- | --- | --- |")
        for kind in ("GET one", "list of 100", "create", "update", "delete"):
            rates: dict[str, list[float]] = {name: [] for name in servers}
            for round_ in range(ROUNDS):
                for name, server in servers.items():
                    rates[name].append(measure(kind, server.port, chosen.token, round_, chosen.seconds).per_second)
            lane, full = (statistics.median(rates[name]) for name in ("lane", "connexion"))
            print(f"| {kind} | {lane:,.0f} | {full:,.0f} | {lane / full:.1f} |", flush=True)
    finally:
        for server in servers.values():
            server.stop()


if __name__ == "__main__":
    main()
