"""A world of a twin for one run: a fork of what is judged, dropped when the run is over, so that nothing stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

from contract_tests import worlds
from contract_tests.ledger import Ledger
from contract_tests.plane import Plane
from contract_tests.targets import HttpTarget, Unreachable


@contextmanager
def forked(target: HttpTarget, ledger: Ledger) -> Iterator[None]:
    """Whatever is sent meanwhile goes to a fork of the world at the target's address.

    Raises ``worlds.NoWorld``, also where a world of that name is there: one of a run with this tag. ``Unreachable``.
    """
    source, name = target.world, worlds.name_of(ledger.tag)
    with closing(Plane(target)) as plane:
        worlds.make(plane, name, source=source, ledger=ledger)
    target.enter(name)
    ledger.synced = False  # the fork is written down, and all that is made in it goes with it
    try:
        yield
    finally:
        target.enter(source)
        with suppress(Unreachable):
            drop(target, ledger)
        ledger.synced = True


def drop(target: HttpTarget, ledger: Ledger) -> bool:
    """Drop the worlds of a ledger, with all that the run has made there; whether there was one.

    Raises ``worlds.NoWorld``, ``Unreachable``.
    """
    found, inside = False, worlds.name_of(ledger.tag) in ledger.worlds
    with closing(Plane(target)) as plane:
        for world in list(ledger.worlds):
            found |= worlds.drop(plane, world, ledger=ledger)
    for entry in list(ledger.standing()) if inside else ():
        ledger.tell_gone(entry)
    return found
