"""A world of a twin for one run: a fork of what is judged, dropped when the run is over, so that nothing stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from urllib.parse import quote

import orjson

from contract_tests.exchange import Request, Response
from contract_tests.ledger import Ledger
from contract_tests.targets import HttpTarget, Unreachable

#: Where the worlds of a twin are; no promise has such a path.
WORLDS = "/__twin__/worlds"


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
    answer = _asked(target, "POST", WORLDS, {"name": name, "from": source})
    if answer.status != 200:
        ledger.leave(name)
        raise NoWorld(f"{target.address} gives the run no world of its own: {_reason(answer)}")
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
    for world in list(ledger.worlds):
        answer = _asked(target, "DELETE", f"{WORLDS}/{quote(world, safe='')}")
        if answer.status not in (200, 404):
            raise NoWorld(f"{target.address} keeps the world {world}: {_reason(answer)}")
        found |= answer.status == 200
        ledger.leave(world)
    for entry in list(ledger.standing()) if inside else ():
        ledger.tell_gone(entry)
    return found


def _asked(target: HttpTarget, method: str, path: str, body: Mapping[str, str] | None = None) -> Response:
    plane = target.at_root()
    try:
        return plane.send(Request(method, path, body=b"" if body is None else orjson.dumps(body)))
    finally:
        plane.close()


def _reason(answer: Response) -> str:
    body = answer.json
    told = body.get("error") if isinstance(body, dict) else None
    return str(told or f"it answers {answer.status}")
