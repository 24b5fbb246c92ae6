"""`apitwin plan`: what a check would send."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from apitwin.failure import Failed
from apitwin.table import show
from contract_tests.budget import rate_of
from contract_tests.invocation import promise_of, target_of
from contract_tests.lasting import staying
from contract_tests.limits import FUZZ_TIME, mode_of, seed_of
from contract_tests.modes import Mode
from contract_tests.plan import Plan, PlanError, rehearsed
from contract_tests.resources import resources_of
from contract_tests.run import CouldNotRun
from contract_tests.sharding import WHOLE


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What was asked for; ``environment`` has the credentials that would be tried."""

    api: str
    target: str
    mode: str
    environment: Mapping[str, str]
    seed: int | None = None
    rate: str | None = None
    fuzz_time: float | None = None
    output: Path | None = None
    as_json: bool = False


def plan(wish: Wish) -> None:
    """Rehearse, show the numbers, and keep them in a file; raises ``Failed``."""
    try:
        rate = None if wish.rate is None else rate_of(wish.rate)
        made = _made(wish)
        if wish.output is not None:
            made.write(wish.output)
    except (CouldNotRun, PlanError) as error:
        raise Failed(str(error)) from error
    except ValueError as error:
        raise Failed(f"--rate {error}") from error
    if wish.as_json:
        print(json.dumps({**vars(made), "total": made.total, "by_method": made.by_method()}, indent=2, sort_keys=True))
    else:
        _show(made, rate, wish.output)


def _made(wish: Wish) -> Plan:
    promise = promise_of(wish.api)
    wanted = Plan(
        api=wish.api,
        target=target_of(wish.target, None, promise).address,
        mode=mode_of(wish.mode) or Mode.ADDITIVE,
        seed=seed_of(wish.seed, WHOLE, wish.environment),
        fuzz_time=FUZZ_TIME if wish.fuzz_time is None else wish.fuzz_time,
    )
    return rehearsed(promise, wanted, environment=wish.environment)


def _show(made: Plan, rate: float | None, output: Path | None) -> None:
    print(f"{made.api} at {made.target}: mode {made.mode}, seed {made.seed}; nothing was sent\n")
    rows = [(*name.split(" ", 1), str(most)) for name, most in made.requests.items()]
    show(("method", "operation", "requests at most"), rows)
    stays = {one.title for one in staying(resources_of(promise_of(made.api)))}
    removed = {title: number for title, number in made.objects.items() if title not in stays}
    _count("objects made and removed again, about:", removed or {"none": 0})
    if left := {title: number for title, number in made.objects.items() if title in stays}:
        _count("objects made and left, since nothing deletes them, about:", left)
    methods = ", ".join(f"{method} {most}" for method, most in made.by_method().items())
    print(f"\nrequests at most: {made.total} ({methods}); clearing up comes on top")
    if rate is not None:
        print(f"longest time at {rate:g}/s: {made.seconds(rate):.0f} s")
    if output is not None:
        print(f"plan: {output}")


def _count(what: str, numbers: Mapping[str, int]) -> None:
    print(f"\n{what}")
    for title, number in numbers.items():
        print(f"  {number:5} {title}")
