"""What a mistyped name was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

#: How many known names a message lists.
SHOWN_NAMES = 40


def nearest(name: str, known: Iterable[str]) -> str:
    """`` (did you mean 'x'?)`` for the closest known name, or the known ones when nothing is close.

    Returns text to append to a message, empty when there is nothing to suggest.
    """
    names = sorted(known)
    shown = [*names[:SHOWN_NAMES], *(["…"] if len(names) > SHOWN_NAMES else [])]
    return meant(name, names) or (f" (known: {', '.join(shown)})" if names else "")


def meant(name: str, known: Iterable[str]) -> str:
    """`` (did you mean 'x'?)`` for the closest known name, to append to a message; empty when nothing is close."""
    by_fold = {candidate.casefold(): candidate for candidate in sorted(known)}
    close = get_close_matches(name.casefold(), by_fold, n=1, cutoff=0.6)
    return f" (did you mean {by_fold[close[0]]!r}?)" if close else ""
