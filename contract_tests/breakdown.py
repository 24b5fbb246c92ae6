"""A rule that breaks down over an answer that nobody thought of: it ends alone, and the run goes on."""

from __future__ import annotations

import traceback
from pathlib import Path

#: What a mistake in a rule raises. Whatever ends a run or says that something cannot be judged is none of these.
MISTAKES = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


def told(rule: str, subject: str, error: BaseException) -> str:
    """A line for the report: which rule, on what, and where in it."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    return (
        f"{rule} broke down on {subject} at {place}, which is our mistake: {type(error).__name__}: {str(error)[:200]}"
    )
