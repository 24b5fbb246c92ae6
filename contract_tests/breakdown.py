"""A rule that breaks down over an answer that nobody thought of: it ends alone, and the run goes on."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from pathlib import Path

from contract_tests.rules.registry import Rule

#: What a mistake in a rule raises. Whatever ends a run or says that something cannot be judged is none of these.
MISTAKES = (ArithmeticError, AttributeError, LookupError, RuntimeError, StopIteration, TypeError, ValueError)
#: Characters of an error's text that are told.
TOLD = 200


@dataclass(frozen=True)
class Breakdown:
    """A rule that could not cope with what it met: ``line`` says which, on what and where, ``trace`` how it came."""

    line: str
    trace: str


def breakdown_of(rule: Rule, subject: str, error: Exception) -> Breakdown:
    """What is told of a rule that raised an error over a subject."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [one for one in frames if one.filename == rule.judge.__code__.co_filename]
    frame = (own or frames)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    line = f"{rule.id} broke down on {subject} at {place}: {type(error).__name__}: {str(error)[:TOLD]}"
    return Breakdown(line, "".join(traceback.format_exception(error)))
