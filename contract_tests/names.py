"""What an unknown name was probably meant to be."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

#: Names listed where none is near.
LISTED = 12


def nearest(word: str, known: Iterable[str]) -> str:
    """``; did you mean 'x'?``, or the known names where none is near."""
    names = sorted(str(one) for one in known)
    near = difflib.get_close_matches(word, names, n=1)
    if near:
        return f"; did you mean {near[0]!r}?"
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return f"; known: {', '.join(names[:LISTED])}{more}" if names else ""
