"""The fuzz: requests that nobody would write by hand, at things that exist, each answer held to the rules.

What it needs of a stage: ``session``, ``promise``; ``happy``, ``values``, ``action_of`` for arguments that work;
``make``, ``create``, ``rename``, ``remove``, ``learn`` for its own things, which the stage clears up with all others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING

from contract_tests.fuzz.aim import Aim
from contract_tests.fuzz.cases import Case, Unsendable
from contract_tests.fuzz.crossing import Crossing
from contract_tests.fuzz.generator import Generator
from contract_tests.guard import Refused
from contract_tests.promise import Promise
from contract_tests.session import Session
from contract_tests.stage import Blocked

if TYPE_CHECKING:
    from contract_tests.stage import Stage

#: Cases of one operation in a row, before it is another operation's turn: a run cut short has had all of them.
IN_A_ROW = 4


def fuzz(
    stage: Stage,
    *,
    seed: int,
    examples: int,
    finished: Callable[[], bool],
    tell: Callable[[int, int, str], None],
) -> None:
    """Generate cases for every operation and send them, until all are sent or ``finished``.

    The same seed sends the same requests to a target that answers the same. A request the guard refuses is counted
    there. Raises ``OutOfBudget`` and ``Unreachable``.
    """
    cases = in_turns(made(stage.promise, seed=seed, examples=examples, finished=finished))
    aim = Aim(stage, seed)
    with _engine(stage.session):
        for done, case in enumerate(cases):
            if finished():
                return
            tell(done, len(cases), case.operation.id)
            try:
                aim.shoot(case)
            except (Unsendable, Refused, Blocked):
                continue
        tell(len(cases), len(cases), "")


def made(promise: Promise, *, seed: int, examples: int, finished: Callable[[], bool]) -> list[list[Case]]:
    """The cases of each operation; none of those that are still to do when it is ``finished``."""
    generator = Generator(promise, seed=seed)
    operations = promise.operations.values()
    own = [[] if finished() else generator.cases(one, examples) for one in operations]
    crossing = Crossing((case for cases in own for case in cases), seed=seed)
    return [[*cases, *crossing.cases(one, examples // 2)] for one, cases in zip(operations, own, strict=True)]


def in_turns(cases: list[list[Case]]) -> list[Case]:
    """All cases, a few of each operation at a time."""
    sources = [iter(one) for one in cases]
    longest = max(map(len, cases), default=0)
    return [case for _ in range(0, longest, IN_A_ROW) for one in sources for case in islice(one, IN_A_ROW)]


@contextmanager
def _engine(session: Session) -> Iterator[None]:
    """Whatever is sent meanwhile is sent by the fuzz, also to make and remove its things."""
    before, session.engine = session.engine, "fuzz"
    try:
        yield
    finally:
        session.engine = before
