"""The event log: what each call leaves in it, in the columns the portal shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Line:
    """One line: level (``information`` or ``error``), source, description, time (``24-Nov-2026 02:05:09 PM``), user."""

    level: str
    source: str
    description: str
    time: str
    user: str


def lines(
    *, operation: str, section: str, status: int, output: str, time: float, caller: str, arguments: Mapping[str, Any]
) -> Iterator[Line]:
    """The lines of one call: one, but two for listing the records of all zones, whose output is in two parts.

    A failure names what was asked for as well, so that object and zone can be told from it.
    """
    source = "DNS" if section.lower().startswith("dns") else "AD" if section and section != "Login" else "Login"
    level = "information" if status < 400 else "error"
    if level == "error":
        asked = [f"{name} {value!r}" for name, value in arguments.items() if value and value not in output]
        parts = [f"{output} ({', '.join(asked)})" if asked else output]
    else:
        parts = output.split("; ") if operation.startswith("listAllDns") else [output]
    user = caller if source != "Login" else str(arguments.get("username", caller))
    for part in parts:
        yield Line(level, source, part, stamp(time), user)


def token_created(*, kind: str, name: str, time: float, caller: str) -> Line:
    """The line of a new token: its type and name."""
    return Line("information", "Token", f"{kind} token {name!r} created", stamp(time), caller)


def stamp(time: float) -> str:
    """``dd-MMM-yyyy hh:mm:ss AM/PM`` in UTC, with English month names whatever the locale."""
    moment = datetime.fromtimestamp(time, UTC)
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{moment:%d}-{months[moment.month - 1]}-{moment:%Y} {_clock(moment, '02')}"


def us_time(time: float) -> str:
    """``M/d/yyyy h:mm:ss AM/PM`` in UTC, as the computer list shows creation times (C1)."""
    moment = datetime.fromtimestamp(time, UTC)
    return f"{moment.month}/{moment.day}/{moment:%Y} {_clock(moment, '')}"


def iso_time(time: float) -> str:
    """ISO 8601 in UTC with milliseconds: ``2026-11-24T14:05:09.120Z``."""
    return datetime.fromtimestamp(time, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _clock(moment: datetime, width: str) -> str:
    return f"{moment.hour % 12 or 12:{width}}:{moment:%M:%S} {'AM' if moment.hour < 12 else 'PM'}"
