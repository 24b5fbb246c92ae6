"""Regular expressions that clients send: matched in time linear in the text, whatever they say."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import jsonschema_rs

#: Bytes that a compiled expression and its automaton may take.
SIZE_LIMIT, AUTOMATON_LIMIT = 1_000_000, 2_000_000


class PatternError(ValueError):
    """An expression that cannot be read, looks around, refers back, or is too large."""


@lru_cache(maxsize=256)
def searcher(expression: str) -> Callable[[str], bool]:
    """Whether an expression is found anywhere in a text; raises ``PatternError``.

    Python's own expressions try out what can take forever, so the engine of the schema validator does it.
    """
    options = jsonschema_rs.RegexOptions(size_limit=SIZE_LIMIT, dfa_size_limit=AUTOMATON_LIMIT)
    try:
        found: Callable[[str], bool] = jsonschema_rs.Draft4Validator(
            {"pattern": expression}, pattern_options=options
        ).is_valid
    except (jsonschema_rs.ValidationError, ValueError):
        raise PatternError(
            f"{expression[:80]!r} is no regular expression here: too large, looking around or back, or unreadable"
        ) from None
    return found
