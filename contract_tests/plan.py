"""What a run would send: counted in a rehearsal on a twin in this process, and kept to by the run itself."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import orjson

from contract_tests.batches import items_in
from contract_tests.clearing import unscoped
from contract_tests.credentials import Credentials, from_environment
from contract_tests.exchange import Call, Exchange
from contract_tests.guard import Refused
from contract_tests.modes import Mode
from contract_tests.promise import Promise
from contract_tests.refusal import payload_of
from contract_tests.resources import resources_of
from contract_tests.run import Wish, run
from contract_tests.session import plain_session
from contract_tests.targets import Target, rehearsal

FORM = 1
#: A run may send this much more than the rehearsal did: part of each number, and so many of each sort.
ROOM, SPARE = 0.1, 2


class PlanError(ValueError):
    """A plan that cannot be read or does not fit."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Requests by ``METHOD operation``, as many as are allowed; ``objects`` to be made by resource.

    What clears up again is not in it: no more than was made.
    """

    api: str
    target: str
    mode: Mode
    seed: int
    fuzz_time: float
    requests: Mapping[str, int] = field(default_factory=dict)
    objects: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Requests at most."""
        return sum(self.requests.values())

    def by_method(self) -> dict[str, int]:
        """Requests at most, by method."""
        found: Counter[str] = Counter()
        for name, most in self.requests.items():
            found[name.partition(" ")[0]] += most
        return dict(sorted(found.items()))

    def seconds(self, rate: float) -> float:
        """How long all of it takes at a rate, in requests per second."""
        return self.total / rate

    def keeper(self) -> Callable[[str, str], None]:
        """What raises ``guard.Refused`` for a request that is not in the plan, or not any more."""
        sent: Counter[str] = Counter()

        def keep(operation: str, method: str) -> None:
            name = f"{method} {operation}"
            most = self.requests.get(name, 0)
            if sent[name] >= most:
                raise Refused(f"{name}: the plan allows {most or 'none'}")
            sent[name] += 1

        return keep

    def write(self, file: Path) -> None:
        """Keep it in a file; raises ``PlanError``."""
        raw = {"plan": FORM, **vars(self), "mode": str(self.mode)}
        try:
            file.write_bytes(orjson.dumps(raw, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n")
        except OSError as error:
            raise PlanError(f"{file}: {error.strerror}") from error


def plan_of(file: Path) -> Plan:
    """The plan in a file; raises ``PlanError``."""
    try:
        raw: dict[str, Any] = orjson.loads(file.read_bytes())
        if raw.pop("plan") != FORM:
            raise PlanError(f"{file}: a plan of another version; make it again")
        numbers = [*raw["requests"].values(), *raw["objects"].values(), raw["seed"]]
        if not all(isinstance(one, int) and one >= 0 for one in numbers):
            raise PlanError(f"{file}: a plan has whole numbers")
        return Plan(**{**raw, "mode": Mode(raw["mode"])})
    except OSError as error:
        raise PlanError(f"{file}: {error.strerror}") from error
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise PlanError(f"{file}: no plan ({error})") from error


def rehearsed(
    promise: Promise, wanted: Plan, *, environment: Mapping[str, str], wish: Callable[..., Wish] = Wish
) -> Plan:
    """The plan with its numbers: the same run on a twin in this process. Raises ``CouldNotRun``.

    Nothing is sent to the target. The twin's first state stands for what the target has.
    """
    target, values = rehearsal(promise.name)
    count = _Count(promise)
    try:
        best = max(values, key=lambda value: _opened(promise, target, _credentials(promise, {}, value)), default="")
        run(
            wish(
                promise=promise,
                target=target,
                credentials=_credentials(promise, environment, best),
                mode=wanted.mode,
                sparing=True,
                leased=_leased(promise, target, _credentials(promise, {}, best)),
                seed=wanted.seed,
                seconds=wanted.fuzz_time,
                seen=count.note,
            )
        )
    finally:
        target.close()
    return replace(wanted, requests=dict(count.most()), objects=dict(sorted(count.objects.items())))


def _opened(promise: Promise, target: Target, credentials: Credentials) -> tuple[int, int]:
    """How many reads that need no arguments a credential opens, and how much there is to see."""
    session = plain_session(promise, target, credentials)
    simple = [
        one for one in promise.operations.values() if one.safe and not any(arg.required for arg in one.parameters)
    ]
    seen = [one for one in map(session.send, map(Call, simple)) if one.succeeded]
    return len(seen), sum(len(one.response.body) for one in seen)


def _leased(promise: Promise, target: Target, credentials: Credentials) -> dict[str, str]:
    """What the rehearsal works in, where a run is told so: the first there is."""
    name = promise.conventions.get("lease")
    if name is None:
        return {}
    resource, session = resources_of(promise)[name], plain_session(promise, target, credentials)
    for action in unscoped(resource):
        for item in items_in(promise, payload_of(promise, session.send(Call(action.operation)))) or ():
            return {name: str(item[next(iter(resource.naming))])}
    return {}


def _credentials(promise: Promise, environment: Mapping[str, str], value: str) -> Credentials:
    listed = promise.conventions.get("credential", {}).get("wrong", ())
    return from_environment({**environment, "APITWIN_TOKEN": value}, listed=listed)


class _Count:
    """Counts what a run sends, but for clearing up."""

    def __init__(self, promise: Promise) -> None:
        self._sent: Counter[str] = Counter()
        self.objects: Counter[str] = Counter()
        self._creations = {
            action.operation.id: resource.title
            for resource in resources_of(promise).values()
            for action in resource.all("create")
        }

    def note(self, exchange: Exchange) -> None:
        if exchange.engine == "clear":
            return
        self._sent[f"{exchange.request.method} {exchange.operation.id}"] += 1
        if exchange.succeeded and exchange.operation.id in self._creations:
            self.objects[self._creations[exchange.operation.id]] += 1

    def most(self) -> Iterator[tuple[str, int]]:
        """By method and operation, how many are allowed."""
        return ((name, math.ceil(sent * (1 + ROOM)) + SPARE) for name, sent in sorted(self._sent.items()))
