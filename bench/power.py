"""Broken twins under our suite and under plain schemathesis: ``python -m bench.power [--each N] [--minutes M]``.

A sample of the planted faults, the same number of each family, is served on loopback and given to ``st run`` with all
checks; a fault is killed when a run fails in a check of an operation that no run on the clean twin failed in. The same
sample is judged by our suite in process.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from threading import Thread

import uvicorn

from apitwin.data import specs_dir
from contract_tests.planted.fault import Fault, catalogue, fault
from contract_tests.planted.measure import Ground
from contract_tests.planted.score import Fate, Score, Terms, score
from contract_tests.promise import load
from contract_tests.targets import Asgi

API = "kopicloud-ad"
#: Seeds of the runs on the clean twin; broken twins get the first.
SEEDS = (1, 2)
#: Seconds after which a run of schemathesis is not waited for any longer, and the measurement is void.
PATIENCE = 900.0
#: Seconds a server may take to start or stop.
STARTING = 20.0

#: A check that failed and the operation it failed in.
Failure = tuple[str, str]


@dataclass(frozen=True)
class Fuzzed:
    """A run of schemathesis."""

    failures: frozenset[Failure]
    requests: int
    seconds: float


def main(words: list[str]) -> int:
    """Print one line for each run as it ends, then the sums."""
    parser = argparse.ArgumentParser(prog="python -m bench.power", description=__doc__)
    parser.add_argument("--each", type=int, default=2, metavar="N", help="faults of each family")
    parser.add_argument("--minutes", type=float, default=30, metavar="M", help="no new run is begun after that")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="runs at a time")
    given = parser.parse_args(words)
    until = time.time() + given.minutes * 60
    picked = sample(catalogue(API), given.each)
    pool = ProcessPoolExecutor(given.jobs, mp_context=get_context("spawn"))
    clean = [pool.submit(fuzzed, "", seed) for seed in SEEDS]
    broken = {one: pool.submit(measured, one.name, until) for one in picked}
    known = frozenset[Failure]().union(*(one.result().failures for one in clean))
    for seed, future in zip(SEEDS, clean, strict=True):
        say(f"clean, seed {seed}", future.result(), f"{len(future.result().failures)} failures")
    print(f"clean, any seed: {len(known)} failures: {counted(known)}", flush=True)
    pairs = []
    for planted, waited in broken.items():
        if (pair := waited.result()) is not None:
            pairs.append(pair)
            told = counted(pair[0].failures - known) or "survived"
            ours = pair[1]
            say(f"{planted.family}/{planted.name}", pair[0], f"{told}; ours: {ours.fate} after {ours.requests}")
    pool.shutdown()
    sums(pairs, known)
    return 0


def sums(pairs: Sequence[tuple[Fuzzed, Score]], known: frozenset[Failure]) -> None:
    """Killed of run, and what a run took, of both."""
    runs, ours = [one for one, _ in pairs], [one for _, one in pairs]
    print(f"schemathesis: {sum(bool(one.failures - known) for one in runs)} of {len(runs)} killed, ", end="")
    print(f"{mean([one.requests for one in runs]):.0f} requests and {mean([one.seconds for one in runs]):.1f} s a run")
    print(f"ours: {sum(one.fate is Fate.KILLED for one in ours)} of {len(ours)} killed, up to the kill ", end="")
    print(f"{mean([one.requests for one in ours]):.0f} requests and {mean([one.seconds for one in ours]):.2f} s")


def sample(faults: Sequence[Fault], each: int) -> list[Fault]:
    """Faults of every family, evenly spread over it; the first of each family, then the second, and so on."""
    families = sorted({one.family for one in faults})
    of = {name: [one for one in faults if one.family == name] for name in families}
    places = [(2 * turn + 1) / (2 * each) for turn in range(each)]
    picked = [of[name][int(place * len(of[name]))] for place in places for name in families]
    return list({one.name: one for one in picked}.values())


def measured(name: str, until: float) -> tuple[Fuzzed, Score] | None:
    """A broken twin under both; ``None`` when the time is up."""
    return None if time.time() > until else (fuzzed(name, SEEDS[0]), score(name, Terms(api=API)))


def fuzzed(name: str, seed: int) -> Fuzzed:
    """Run schemathesis against a broken twin, or without a name against a good one."""
    planted = next((one for one in catalogue(API) if one.name == name), fault("none", "nothing is wrong", "types"))
    ground = Ground(load(specs_dir() / API))
    ground.twin.worlds.reset("default")
    with (
        tempfile.TemporaryDirectory() as folder,
        planted.plant(ground.twin.app, ground.promise) as app,
        listening(app) as address,
    ):
        document, report = Path(folder, "openapi.json"), Path(folder, "report.json")
        document.write_text(json.dumps(planted.demand(ground.promise).document))
        token = dict(ground.twin.credentials(API))["twin-admin"]
        command = [str(Path(sys.executable).with_name("st")), "run", str(document), "--url", address]
        command += ["--checks", "all", "--header", f"Auth-Token: {token}", "--seed", str(seed)]
        command += ["--generation-database", "none", "--report", "json", "--report-json-path", str(report)]
        started = time.perf_counter()
        subprocess.run(command, cwd=folder, capture_output=True, timeout=PATIENCE, check=False)
        return read(report, time.perf_counter() - started)


def read(report: Path, seconds: float) -> Fuzzed:
    """What a report of schemathesis says."""
    told = json.loads(report.read_text())
    if not told["complete"]:
        raise RuntimeError(f"a run of schemathesis has not ended: {told['stop_reason']}")
    failures = {(one["type"], operation) for one in told["failures"] for operation in one["operations"]}
    return Fuzzed(frozenset(failures), told["test_cases"]["generated"], seconds)


@contextmanager
def listening(app: Asgi) -> Iterator[str]:
    """The address of an application on a free port of loopback."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical"))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    ends = time.monotonic() + STARTING
    while not server.started:
        if time.monotonic() > ends:
            raise RuntimeError("the server does not start")
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(STARTING)


def counted(failures: frozenset[Failure]) -> str:
    """Failures by check."""
    kinds = sorted({kind for kind, _ in failures})
    return ", ".join(f"{kind} {sum(one == kind for one, _ in failures)}" for kind in kinds)


def say(name: str, run: Fuzzed, told: str) -> None:
    """One line, at once."""
    print(f"{name:<40} {run.requests:>6} requests {run.seconds:>6.1f} s  {told}", flush=True)


def mean(values: Sequence[float]) -> float:
    return sum(values) / max(len(values), 1)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
