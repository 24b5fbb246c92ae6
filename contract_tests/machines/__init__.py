"""Machines: random sequences of changes to things of a family, each answer compared with a model, failures shrunk.

Each play of a machine works in an area of its own, which it removes, so that plays do not depend on each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from contract_tests.machines.families import families_of
from contract_tests.sharding import WHOLE, Shard

if TYPE_CHECKING:
    from contract_tests.stage import Stage

#: Divergences of one family that are looked for one after the other, each without those before it.
ROUNDS = 3
#: Plays that one search of Hypothesis makes.
BATCH = 8
#: Changes in one play.
STEPS = 24


def machines(
    stage: Stage,
    *,
    seed: int,
    examples: int,
    steps: int = STEPS,
    shard: Shard = WHOLE,
    finished: Callable[[], bool],
    tell: Callable[[int, int, str], None],
) -> Counter[str]:
    """Play ``examples`` sequences of up to ``steps`` changes per family, until all are played or ``finished``.

    Returns how many comparisons each rule made. The same seed sends the same requests to a target that answers the
    same. Raises ``OutOfBudget`` and ``Unreachable``.
    """
    from contract_tests.machines.hunt import Hunt

    families = families_of(stage.promise, stage.resources)
    mine = shard.own(one.name for one in families)
    families = [one for one in families if one.name in mine]
    compared: Counter[str] = Counter()
    wanted = any(rule.scope == "machine" for rule in stage.session.rules.values())
    if not wanted or not stage.session.guard.mode.writes:
        return compared
    with stage.session.engaged("machine"):
        for number, family in enumerate(families):
            hunt = Hunt(stage, family, finished=finished, compared=compared)
            rounds = ROUNDS
            for turn, plays in enumerate(_batches(examples)):
                tell(number, len(families), family.name)
                while rounds and not finished() and hunt.run(f"{seed} {family.name} {turn}", plays=plays, steps=steps):
                    rounds -= 1
    tell(len(families), len(families), "")
    return compared


def _batches(examples: int) -> Iterator[int]:
    """So many plays at a time: after the first ten Hypothesis varies earlier ones, which leaves too few new ones."""
    for done in range(0, examples, BATCH):
        yield min(BATCH, examples - done)
