"""How much a run may send, and how fast; and how long it waits for a target that asks for patience."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

#: Seconds of a unit a rate is given in.
UNITS = (("s", 1.0), ("m", 60.0), ("h", 3600.0))
#: Pauses in a row for one request.
PAUSES = 5
#: Seconds of the longest pause, and of all pauses of a run together.
LONGEST, PATIENCE = 60.0, 300.0


class OutOfBudget(Exception):
    """The run has used its requests or its time."""


class BadRate(ValueError):
    """A rate that cannot be read."""


def rate_of(text: str) -> float:
    """Requests per second of ``5/s``, ``300/m``, ``5``; raises ``BadRate``."""
    number, _, unit = text.strip().partition("/")
    try:
        value = float(number) / dict(UNITS)[unit.strip().lower() or "s"]
    except (ValueError, KeyError):
        value = 0.0
    if not 0 < value < float("inf"):
        raise BadRate(f"{text!r} is no rate; give one such as 5/s or 300/m")
    return value


@dataclass
class Budget:
    """How much a run may send: requests in all, seconds in all, requests per second. ``None`` is no limit.

    Clearing up is outside of it, but for the rate: ``closing`` is how many requests may still be sent for it.
    """

    requests: int | None = None
    seconds: float | None = None
    rate: float | None = None
    patience: float = PATIENCE
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    started: float = 0.0
    sent: int = 0
    closing: int | None = None
    _next: float = 0.0

    def __post_init__(self) -> None:
        self.started = self.clock()

    def spend(self) -> None:
        """Wait for the next slot of the rate; raises ``OutOfBudget``."""
        if self.rate:
            now = self.clock()
            if now < self._next:
                self._wait(self._next - now)
            self._next = max(now, self._next) + 1 / self.rate
        self._allow(0.0)
        if self.closing is not None:
            self.closing -= 1
        self.sent += 1

    def _allow(self, ahead: float) -> None:
        """Raises ``OutOfBudget`` when no request may be sent so many seconds from now."""
        if self.closing is not None:
            if self.closing <= 0:
                raise OutOfBudget("clearing up took too many requests")
            return
        if self.requests is not None and self.sent >= self.requests:
            raise OutOfBudget(f"{self.requests} requests are sent")
        if self.seconds is not None and self.elapsed + ahead >= self.seconds:
            raise OutOfBudget(f"{self.seconds:g} s are over")

    def _wait(self, seconds: float) -> None:
        self._allow(seconds)
        self.sleep(seconds)

    def pause(self, wanted: str | None, number: int) -> bool:
        """Wait as long as a busy target wants, the ``number``-th time in a row; ``False`` when patience is at an end.

        ``wanted`` is what it said in ``Retry-After``: seconds or a date; without it the pauses double.
        """
        seconds = min(_asked(wanted, 2.0**number), LONGEST)
        if number >= PAUSES or seconds > self.patience:
            return False
        self.patience -= seconds
        self._wait(seconds)
        return True

    def close(self, limit: int) -> None:
        """Nothing but clearing up from now on, with so many requests at most."""
        self.closing = limit

    @property
    def elapsed(self) -> float:
        return self.clock() - self.started


def _asked(text: str | None, otherwise: float) -> float:
    """Seconds that ``Retry-After`` asks for; a value that cannot be read asks for nothing."""
    if text is None:
        return otherwise
    if text.strip().isdecimal():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return otherwise
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())
