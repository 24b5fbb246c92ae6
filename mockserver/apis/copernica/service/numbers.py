"""Ids and moments as Copernica writes them."""

from __future__ import annotations

from mockserver.kernel.work import Work


def next_id(work: Work, kind: str) -> tuple[str, int]:
    """A new id of a kind, as text and as number."""
    number = work.ids.number(f"copernica.{kind}")
    return str(number), number


def is_id(text: str) -> bool:
    """Whether a text can be an id: ASCII digits and nothing else."""
    return text.isascii() and text.isdigit()


def stamp(work: Work) -> str:
    """This moment, UTC (TIME-ZONE)."""
    return str(work.clock.now())[:19]
