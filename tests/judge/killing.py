"""Runs that are killed: ``python -m tests.judge.killing URL SEED NUMBER SPAN`` prints what came of each as JSON lines.

Each run is a process of its own, forked from this one so that a dozen take seconds, against a world of its own of the
twin served at the address. It is killed at one of its first SPAN requests: before that is sent, or when it is answered
and the run does not know yet. Then a sweep by its ledger removes what it left. APITWIN_TOKEN has the credential.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx

from apitwin.data import specs_dir
from contract_tests.budget import Budget
from contract_tests.credentials import Credentials, from_environment
from contract_tests.exchange import Request, Response
from contract_tests.promise import Promise, load
from contract_tests.run import Wish, run
from contract_tests.samples import tag_of
from contract_tests.sweep import opened, sweep
from contract_tests.targets import HttpTarget

API = "kopicloud-ad"


class Fatal(HttpTarget):
    """A target that kills the run at one of its requests."""

    def arm(self, number: int, *, answered: bool) -> None:
        """Kill at the request of that number, before it is sent or after it is answered."""
        self._left, self._answered = number, answered

    def send(self, request: Request) -> Response:
        self._left -= 1
        if self._left == 0 and not self._answered:
            os.kill(os.getpid(), signal.SIGKILL)
        response = super().send(request)
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return response


class Killing:
    """Kills runs against worlds of one twin."""

    def __init__(self, url: str, credentials: Credentials) -> None:
        self._url, self._credentials = url, credentials
        self._promise: Promise = load(specs_dir() / API)
        self._plane = httpx.Client(base_url=f"{url}/__twin__", trust_env=False, timeout=60)

    def once(self, seed: int, number: int, *, answered: bool) -> dict[str, Any]:
        """Kill one run, sweep, and compare the world with what it was."""
        world = f"killed-{seed}-{number}"
        self._plane.post("/worlds", json={"name": world, "from": "default"}).raise_for_status()
        before = self._state(world)
        target = Fatal(f"{self._url}/__world__/{world}")
        target.arm(number, answered=answered)
        with tempfile.TemporaryDirectory() as folder:
            ledger = Path(folder, "ledger.jsonl")
            signalled = self._killed(target, ledger, seed)
            left = tag_of(seed) in json.dumps(self._state(world)).lower()
            swept = self._sweep(target.address, ledger)
        same = self._state(world) == before
        self._plane.delete(f"/worlds/{world}").raise_for_status()
        return {"number": number, "signal": signalled, "left": left, "swept": swept, "same": same}

    def _killed(self, target: Fatal, ledger: Path, seed: int) -> int:
        child = os.fork()
        if child == 0:
            wish = Wish(promise=self._promise, target=target, credentials=self._credentials, seed=seed, examples=0)
            run(Wish(**{**vars(wish), "ledger": ledger}))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0

    def _sweep(self, address: str, file: Path) -> list[Any]:
        ledger = opened(file, self._promise)
        target = HttpTarget(address)
        try:
            result = sweep(ledger, promise=self._promise, target=target, credentials=self._credentials, budget=Budget())
        finally:
            target.close()
            ledger.close()
        return [result.standing, result.removed, result.left]

    def _state(self, world: str) -> dict[str, Any]:
        """Every row, but for tokens of accounts that are no more: what a login issued outlives the account."""
        state: dict[str, Any] = self._plane.get(f"/worlds/{world}/state").json()
        accounts = {one["id"] for one in state[f"{API}.object"]}
        tokens = [one for one in state[f"{API}.token"] if one["user"] in accounts]
        return {**state, f"{API}.token": tokens}


def main() -> None:
    """Kill as many runs as asked for, at points that follow from the seed."""
    url, (seed, number, span) = sys.argv[1], map(int, sys.argv[2:])
    chance = random.Random(seed)
    killing = Killing(url, from_environment({"APITWIN_TOKEN": os.environ["APITWIN_TOKEN"]}))
    for turn in range(number):
        # one in each part of the run, so that few see all of it
        at = int((turn + chance.random()) * span / number) + 1
        outcome = killing.once(seed + turn, at, answered=chance.random() < 0.7)
        sys.stdout.write(json.dumps(outcome) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
