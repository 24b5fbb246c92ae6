"""Sequences: whatever was done before, what a machine's model says is what the target shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contract_tests.compare import NOTHING, differences
from contract_tests.evidence import Evidence
from contract_tests.exchange import Exchange
from contract_tests.findings import Complaint
from contract_tests.promise import Promise
from contract_tests.rules.registry import machine_rule
from contract_tests.rules.status import success_codes
from contract_tests.showing import field_schema
from contract_tests.thing import Thing

SEED = "POST creates, PUT updates, DELETE deletes, GET reads: the method table of the API"


@dataclass(frozen=True)
class Outcome:
    """What a model says a change comes to: a situation of the promise, how that is known, and why it is so."""

    situation: str = "success"
    why: str = ""
    evidence: Evidence = Evidence.DOCUMENTED

    @property
    def succeeds(self) -> bool:
        return self.situation == "success"


@machine_rule("machine-outcome", title="A change is made or refused, whatever came before", source=SEED)
def machine_outcome(outcome: Outcome, exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """A name that is free can be given, also when something had it before; one that is taken cannot. What is there can
    be changed and deleted any number of times, what is gone cannot."""
    status = exchange.response.status
    situation = "delete-unknown" if outcome.situation == "not-found" and exchange.operation.void else outcome.situation
    allowed = success_codes(exchange.operation) if outcome.succeeds else {promise.status_of(situation)}
    if status not in allowed:
        promised = " or ".join(str(code) for code in sorted(allowed))
        evidence = min(outcome.evidence, exchange.operation.evidence, _known(outcome, promise))
        message = f"answered {status} where {promised} is promised: {outcome.why}"
        yield Complaint(message, str(status), promised, f"{outcome.situation} {outcome.why}", evidence, exchange)


def _known(outcome: Outcome, promise: Promise) -> Evidence:
    return Evidence.DOCUMENTED if outcome.succeeds else promise.situation_evidence(outcome.situation)


@machine_rule("machine-fields", title="A thing shows all that was done to it, and nothing else", source=SEED)
def machine_fields(
    thing: Thing,
    expected: Mapping[str, Any],
    shown: Mapping[str, Any],
    exchange: Exchange,
    known: Mapping[str, Evidence],
) -> Iterator[Complaint]:
    """After any sequence of updates, renames, moves and actions each key has the value that was last given to it, or
    the one it began with. What a key that is known less well than the rule shows weighs as little."""
    for key, wanted, got in differences(expected, shown, thing.resource.compare):
        evidence = known.get(key, Evidence.DOCUMENTED)
        yield Complaint(f"{key} is {got!r}, last was {wanted!r}", repr(got), repr(wanted), key, evidence, exchange)
    for key in sorted(set(expected) - set(shown)):
        if expected[key] not in NOTHING and field_schema(thing, key):
            yield Complaint(f"{key} is missing", "absent", repr(expected[key]), f"{key} missing", exchange=exchange)


@machine_rule("machine-found", title="What is there is found, what is gone is not", source=SEED)
def machine_found(
    there: bool, exchange: Exchange, payload: Any, absent: int, evidence: Evidence = Evidence.DOCUMENTED
) -> Iterator[Complaint]:
    """Each address of a thing finds it under its present name and place. Under an earlier one, and after its deletion,
    nothing is found, unless something else has that name now."""
    status = exchange.response.status
    if there:
        if not exchange.succeeded or payload is False:
            told = "false" if payload is False else str(status)
            yield Complaint("it is there and not found", told, "found", "lost", evidence, exchange)
    elif exchange.succeeded and payload is not False:
        yield Complaint("it is gone and still found", str(status), "not found", "found", evidence, exchange)
    elif not exchange.succeeded and status != absent:
        message = f"answered {status} for what is gone"
        yield Complaint(message, str(status), str(absent), f"gone {status}", evidence, exchange)


@dataclass(frozen=True)
class Listed:
    """What a list should have: things by how often they stand in it, and items that stand for nothing any more."""

    counts: tuple[tuple[Thing, int, bool], ...]
    ghosts: tuple[tuple[Any, Evidence], ...]


@machine_rule("machine-lists", title="Lists have what is there now, once", source=SEED)
def machine_lists(listed: Listed, exchange: Exchange, evidence: Evidence = Evidence.DOCUMENTED) -> Iterator[Complaint]:
    """After any sequence each list holds what was made and not deleted, under its present name and in its present
    place, each once; and nothing that has been deleted, renamed or moved away."""
    for thing, count, wanted in listed.counts:
        if count != wanted:
            name = thing.resource.title
            message = f"a {name} that is {'there' if wanted else 'elsewhere'} is listed {count} times"
            cause = "twice" if count > 1 else "lacks" if wanted else "too many"
            yield Complaint(message, str(count), str(int(wanted)), cause, evidence, exchange)
    for item, known in listed.ghosts:
        shown = str(item)[:200]
        yield Complaint("what is gone is listed", shown, "absent", "ghost", min(evidence, known), exchange)


@machine_rule("machine-ids", title="No id is given again", source="ids are given once")
def machine_ids(key: str, value: str, given: Iterable[str], exchange: Exchange) -> Iterator[Complaint]:
    """The id of a new thing is none that another one has or had, also after deletions."""
    if value in given:
        yield Complaint(f"{key} {value} was given before", value, "another id", "again", exchange=exchange)
