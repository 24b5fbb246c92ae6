"""A world of a twin for one run: a fork of what is judged, dropped when the run is over, so that nothing stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from urllib.parse import quote

from contract_tests.ledger import Ledger
from contract_tests.plane import WORLDS, Plane, PlaneRefuses
from contract_tests.targets import HttpTarget, Unreachable


class NoWorld(Exception):
    """The twin does not give the run a world, or does not take it back; one line."""


def name_of(tag: str) -> str:
    """What the world of a run is called."""
    return f"apitwin-{tag}"


@contextmanager
def forked(target: HttpTarget, ledger: Ledger) -> Iterator[None]:
    """Whatever is sent meanwhile goes to a fork of the world at the target's address.

    It is written down before it is made, so that it can be swept. Raises ``NoWorld``, ``Unreachable``.
    """
    source, name = target.world, name_of(ledger.tag)
    ledger.enter(name)
    try:
        with closing(Plane(target)) as plane:
            plane.ask("POST", WORLDS, {"name": name, "from": source})
    except PlaneRefuses as error:
        ledger.leave(name)
        raise NoWorld(f"{target.address} gives the run no world of its own: {error}") from error
    target.enter(name)
    try:
        yield
    finally:
        target.enter(source)
        with suppress(Unreachable):
            drop(target, ledger)


def drop(target: HttpTarget, ledger: Ledger) -> bool:
    """Drop the worlds of a ledger, with all that the run has made there; whether there was one.

    Raises ``NoWorld``, ``Unreachable``.
    """
    found, inside = False, name_of(ledger.tag) in ledger.worlds
    with closing(Plane(target)) as plane:
        for world in list(ledger.worlds):
            found |= _dropped(plane, world, target.address)
            ledger.leave(world)
    for entry in list(ledger.standing()) if inside else ():
        ledger.tell_gone(entry)
    return found


def _dropped(plane: Plane, world: str, address: str) -> bool:
    """Drop a world; whether it was there."""
    try:
        plane.ask("DELETE", f"{WORLDS}/{quote(world, safe='')}")
    except PlaneRefuses as error:
        if error.status != 404:
            raise NoWorld(f"{address} keeps the world {world}: {error}") from error
        return False
    return True
