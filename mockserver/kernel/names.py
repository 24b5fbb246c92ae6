"""Names: how they are folded where case means nothing, and the nearest valid one for a mistyped one in a message."""

from __future__ import annotations

from apitwin.data.names import meant, nearest

__all__ = ["folded", "meant", "nearest"]


def folded(name: str) -> str:
    """A name of a promise as it compares without case: ASCII letters only, so that the Kelvin sign is no ``k``."""
    return name.lower() if name.isascii() else name
