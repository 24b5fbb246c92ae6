"""Removing what a killed run has left, by its ledger."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from contract_tests.ambiguity import begins
from contract_tests.budget import Budget, OutOfBudget
from contract_tests.clearing import Clearing, known_of
from contract_tests.credentials import Credentials
from contract_tests.environment import NoFooting, find_environment
from contract_tests.forking import drop
from contract_tests.lasting import kept_name
from contract_tests.ledger import Entry, Ledger, LedgerError, read_ledger
from contract_tests.masking import passwords_of
from contract_tests.model import Resource, tellers
from contract_tests.promise import Promise
from contract_tests.resources import resources_of
from contract_tests.run import CLOSING, CLOSING_EACH, CouldNotRun
from contract_tests.session import plain_session
from contract_tests.stage import Stage
from contract_tests.targets import HttpTarget, Target, Unreachable
from contract_tests.worlds import NoWorld, is_of


@dataclass(frozen=True)
class Swept:
    """What came of it: ``standing`` things of the ledger, ``removed`` that were there, ``left`` that would not go."""

    standing: int
    removed: int
    left: list[str]


def opened(file: Path, promise: Promise) -> Ledger:
    """A ledger to sweep by: what is removed is written into it. Raises ``CouldNotRun``."""
    resources = resources_of(promise)
    try:
        ledger = read_ledger(file, tellers(resources))
        unknown = {one.resource for one in ledger.entries} - resources.keys()
        if unknown:
            raise LedgerError(f"{file}: the promise of {promise.name} has no {', '.join(sorted(unknown))}")
        for world in ledger.worlds:
            if not is_of(ledger.tag, world):
                raise LedgerError(f"{file}: the world {world!r} does not carry the tag of the run: it was changed")
        for entry in ledger.standing():
            _check_own(file, ledger, resources[entry.resource], entry)
        ledger.carry_on(file)
    except LedgerError as error:
        raise CouldNotRun(str(error)) from error
    ledger.hidden = passwords_of(promise)
    return ledger


def _check_own(file: Path, ledger: Ledger, resource: Resource, entry: Entry) -> None:
    """No run has made something without its tag, where names can carry it; raises ``LedgerError``."""
    if resource.untagged:
        return
    known = known_of(resource, entry)
    holders = [text for key in resource.hung if frozenset({key}) in resource.owned_by for text in known.get(key, ())]
    if holders and all(begins(ledger.tag, text) for text in holders):
        return  # in a container of the run a thing may have any name
    for name in (text for key in resource.naming for text in known.get(key, ())):
        if not begins(ledger.tag, name) and not (resource.lasting and name == kept_name(resource)):
            raise LedgerError(f"{file}: {resource.title} {name!r} does not carry the tag of the run: it was changed")


def sweep(ledger: Ledger, *, promise: Promise, target: Target, credentials: Credentials, budget: Budget) -> Swept:
    """Remove every standing thing of a ledger from a target; raises ``CouldNotRun``."""
    resources = resources_of(promise)
    standing = list(ledger.standing())
    session = plain_session(promise, target, credentials, ledger=ledger, budget=budget)
    there = _dropped(ledger, target)
    if not any(not one.gone for one in standing):
        return Swept(len(standing), len(standing) if there else 0, [])
    try:
        environment = find_environment(session)
        stage = Stage(session, resources, seed=0, environment=environment)
        budget.close(CLOSING + CLOSING_EACH * len(standing))
        clearing = Clearing(stage)
        left = clearing.clear()
        for entry in list(ledger.standing()):
            if resources[entry.resource].first("delete") is None:
                ledger.tell_gone(entry)  # nothing deletes it: it stays
    except (Unreachable, NoFooting, OutOfBudget) as error:
        raise CouldNotRun(str(error)) from error
    return Swept(len(standing), clearing.removed, left)


def _dropped(ledger: Ledger, target: Target) -> bool:
    """Drop the worlds that the run had for itself; whether there was one. Raises ``CouldNotRun``."""
    if not ledger.worlds or not isinstance(target, HttpTarget):
        return False
    try:
        return drop(target, ledger)
    except (NoWorld, Unreachable) as error:
        raise CouldNotRun(str(error)) from error
