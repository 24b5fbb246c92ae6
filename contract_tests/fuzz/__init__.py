"""The fuzz: requests that nobody would write by hand, at things that exist, each answer held to the rules.

What it needs of a stage: ``session``, ``promise``; ``happy``, ``values``, ``action_of`` for arguments that work;
``make``, ``create``, ``rename``, ``remove``, ``learn`` for its own things, which the stage clears up with all others.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from typing import TYPE_CHECKING

from contract_tests.fuzz.aim import Aim
from contract_tests.fuzz.cases import Case, Unsendable
from contract_tests.fuzz.crossing import Crossing
from contract_tests.fuzz.generator import Generator
from contract_tests.guard import Refused
from contract_tests.promise import Operation, Promise
from contract_tests.sharding import WHOLE, Shard
from contract_tests.stage import Blocked

if TYPE_CHECKING:
    from contract_tests.stage import Stage

#: Boundary cases of an operation for each example that is asked for.
BOUNDARIES = 4
#: Cases of one operation in a row, before it is another operation's turn: a run cut short has had all of them.
IN_A_ROW = 4


@dataclass(frozen=True)
class Batch:
    """Some cases of an operation, made when it is their turn."""

    operation: Operation
    make: Callable[[], list[Case]]


def fuzz(
    stage: Stage,
    *,
    seed: int,
    examples: int,
    shard: Shard = WHOLE,
    finished: Callable[[], bool],
    tell: Callable[[int, int, str], None],
) -> None:
    """Generate cases for every operation and send them, until all are sent or ``finished``.

    The same seed sends the same requests to a target that answers the same. A request the guard refuses is counted
    there. Raises ``OutOfBudget`` and ``Unreachable``.
    """
    plan = [] if finished() else batches(stage.promise, seed=seed, examples=examples, shard=shard)
    aim = Aim(stage, seed)
    with stage.session.engaged("fuzz"):
        for done, batch in enumerate(plan):
            if finished():
                return
            tell(done, len(plan), batch.operation.id)
            for case in batch.make():
                if finished():
                    return
                _shoot(aim, case)
        tell(len(plan), len(plan), "")


def _shoot(aim: Aim, case: Case) -> None:
    try:
        aim.shoot(case)
    except (Unsendable, Refused, Blocked):
        return


def batches(promise: Promise, *, seed: int, examples: int, shard: Shard = WHOLE) -> list[Batch]:
    """All that is to be sent: boundary cases first, then random ones, then their texts in other places.

    Random cases take the most time to make. Which operations are first to have theirs differs by seed.
    """
    generator, crossing = Generator(promise, seed=seed), Crossing(seed=seed)
    mine = shard.own(promise.operations)
    operations = [one for name, one in promise.operations.items() if name in mine]
    mixed = random.Random(seed).sample(operations, len(operations))  # noqa: S311 - variety, not secrets

    def made_up(operation: Operation) -> list[Case]:
        cases = generator.examples(operation, 2 * examples)
        crossing.keep(cases)
        return cases

    limits = [_rows(one, generator.boundaries(one, BOUNDARIES * examples)) for one in operations]
    in_turns = [batch for row in zip_longest(*limits) for batch in row if batch is not None]
    crossed = [Batch(one, partial(crossing.cases, one, turn)) for turn in range(examples // 2) for one in operations]
    return [*in_turns, *(Batch(one, partial(made_up, one)) for one in mixed), *crossed]


def _rows(operation: Operation, cases: list[Case]) -> Iterator[Batch]:
    for first in range(0, len(cases), IN_A_ROW):
        yield Batch(operation, partial(list, cases[first : first + IN_A_ROW]))
