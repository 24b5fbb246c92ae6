"""`apitwin sweep`: remove what a run that was killed has left."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from apitwin.failure import Failed
from contract_tests.curl import address_of
from contract_tests.invocation import credentials_of, promise_of, target_of
from contract_tests.ledger import LedgerError, read_ledger
from contract_tests.limits import Limits
from contract_tests.masking import mask_for
from contract_tests.reports.text import line
from contract_tests.run import CouldNotRun
from contract_tests.sweep import opened
from contract_tests.sweep import sweep as swept
from contract_tests.verdict import CONFORMS, VIOLATIONS


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What was asked for. ``moved``: the system of the ledger has another address now."""

    ledger: Path
    target: str
    environment: Mapping[str, str]
    moved: bool = False
    rate: str | None = None
    ca: Path | None = None


def sweep(wish: Wish) -> int:
    """Remove it, say what came of that, and return the exit code; raises ``Failed`` when nothing could be done."""
    try:
        return _swept(wish)
    except (CouldNotRun, LedgerError) as error:
        raise Failed(str(error)) from error


def _swept(wish: Wish) -> int:
    told = read_ledger(wish.ledger)
    promise = promise_of(told.api)
    target = target_of(wish.target, wish.ca, promise)
    if told.address != target.address and not wish.moved:
        raise CouldNotRun(
            f"{wish.ledger} is of a run at {told.address or 'a place it does not name'}, not at {target.address}; "
            "when that is the same system under another address, add --moved"
        )
    credentials = credentials_of(promise, wish.environment)
    mask = mask_for(promise, credentials)
    budget = Limits(rate=wish.rate).budget()
    ledger = opened(wish.ledger, promise)
    try:
        result = swept(ledger, promise=promise, target=target, credentials=credentials, budget=budget)
    except CouldNotRun as error:
        raise CouldNotRun(line(mask(str(error)))) from None
    finally:
        ledger.close()
        target.close()
    for one in result.left:
        print(f"apitwin: would not go: {line(mask(one))}", file=sys.stderr)
    gone = result.standing - len(result.left)
    print(
        f"{address_of(target.address)}: {result.removed} removed, {gone - result.removed} gone before, "
        f"{len(result.left)} left"
    )
    return VIOLATIONS if result.left else CONFORMS
