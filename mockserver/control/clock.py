"""Moving a world's clock on an operator's word."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from mockserver.control.errors import Refused
from mockserver.kernel.clock import Clock
from mockserver.kernel.names import nearest
from mockserver.kernel.store.protocol import Transaction

WORDS = ("freeze", "thaw", "advance")


def move(store: Transaction, body: Mapping[str, Any]) -> None:
    """``{"freeze": true | "<ISO 8601>"}``, ``{"thaw": true}``, ``{"advance": seconds}``.

    Several are done in the order thaw, freeze, advance. Raises ``Refused``, and ``ClockError`` for a moment that no
    clock shows.
    """
    for word in body:
        if word not in WORDS:
            raise Refused(f"unknown name {word!r}{nearest(word, WORDS)}")
    if not body:
        raise Refused("say what to do: freeze, thaw or advance")
    if body.get("thaw", True) is not True:
        raise Refused(f"thaw: {body['thaw']!r} is not true")
    clock = Clock(store=store)
    if "thaw" in body:
        clock.thaw()
    if "freeze" in body:
        clock.freeze(None if body["freeze"] is True else _moment(body["freeze"]))
    if "advance" in body:
        clock.advance(_step(body["advance"]))


def _moment(text: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise Refused(f"freeze: {text!r} is neither true nor an ISO 8601 moment like 2026-01-31T12:00:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _step(seconds: Any) -> timedelta:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise Refused(f"advance: {seconds!r} is no number of seconds")
    try:
        return timedelta(seconds=seconds)
    except OverflowError:
        raise Refused(f"advance: {seconds!r} seconds are too many") from None
