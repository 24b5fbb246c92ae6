"""The large seed of the Copernica twin: how long it takes to plant, and what it weighs.

``python -m bench.copernica_seed [--rounds 3] [ADDRESS]`` prints the table of docs/performance.md, each round from a
process of its own. Without the address of a state the world is in memory.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import time

from mockserver.app import Options, build

API = "copernica-v1"
RESIDENT = "/proc/self/statm"


def planted(state: str | None) -> tuple[float, float, float]:
    """Seconds of a processor, megabytes that stay, and megabytes at most, for a world in this process."""
    build([API], Options(seed="empty")).close()
    before, start = _resident(), time.process_time()
    twin = build([API], Options(seed="large", state=state))
    seconds = time.process_time() - start
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = seconds, _resident() - before, most
    twin.close()
    return found


def _resident() -> float:
    with open(RESIDENT, encoding="ascii") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("state", nargs="?")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--once", action="store_true", help="one round in this process, as plain numbers")
    given = parser.parse_args()
    if given.once:
        print(*planted(given.state))
        return
    command = [sys.executable, "-m", "bench.copernica_seed", "--once", *([given.state] if given.state else [])]
    rounds = [subprocess.run(command, check=True, capture_output=True, text=True) for _ in range(given.rounds)]
    figures = zip(*(map(float, one.stdout.split()) for one in rounds), strict=True)
    seconds, stays, most = (statistics.median(column) for column in figures)
    print(f"planted in {seconds:.1f} s of a processor; {stays:.0f} MB more than before, {most:.0f} MB at most")


if __name__ == "__main__":
    main()
