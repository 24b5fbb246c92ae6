"""Machines: random sequences of changes to things of a family, each answer compared with a model, failures shrunk.

Each play of a machine works in an area of its own, which it removes, so that plays do not depend on each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from contract_tests.machines.families import families_of
from contract_tests.sharding import WHOLE, Shard

if TYPE_CHECKING:
    from contract_tests.stage import Stage

#: Divergences of one family that are looked for one after the other, each without those before it.
ROUNDS = 4
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
            for turn in range(ROUNDS):
                if finished():
                    return compared
                tell(number, len(families), family.name)
                if not hunt.run(seed=seed, turn=turn, examples=examples, steps=steps):
                    break
    tell(len(families), len(families), "")
    return compared
