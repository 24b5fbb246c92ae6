"""A hunt: Hypothesis plays sequences of a family until one diverges, and makes that one as short as it can."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, get_state_machine_test, initialize, rule

from contract_tests.fuzz.generator import pure
from contract_tests.machines.families import Family
from contract_tests.machines.play import Divergence, Play, Step
from contract_tests.stage import Stage

#: Plays that are spent on making a failing one shorter.
SHRINKS = 80
#: Numbers that choose: more than there are choices, and few enough to shrink fast.
NUMBER = st.integers(0, 11)
#: Numbers that choose among things, the last changed first: mostly that one, since faults need several changes of one.
FOCUS = st.sampled_from((0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 5, 6))
#: Steps of a play, how often each is taken, and the numbers it is taken with.
STEPS: Mapping[str, tuple[int, st.SearchStrategy[tuple[int, ...]]]] = {
    "create": (2, st.tuples(NUMBER, NUMBER, NUMBER, st.integers(0, 1))),
    "link": (3, st.tuples(NUMBER, FOCUS, FOCUS)),
    "rename": (2, st.tuples(FOCUS, NUMBER, NUMBER)),
    "move": (2, st.tuples(FOCUS, NUMBER, NUMBER)),
    "update": (2, st.tuples(FOCUS, NUMBER, st.integers(0, 40), NUMBER)),
    "act": (1, st.tuples(FOCUS, NUMBER)),
    "delete": (2, st.tuples(FOCUS, NUMBER)),
    "remake": (3, st.tuples(FOCUS)),
    "back": (4, st.tuples(FOCUS)),
    "delete_again": (1, st.tuples(FOCUS)),
    "look": (1, st.tuples(NUMBER)),
}


class Hunt:
    """Plays of one family. A divergence that was found once ends a play, and is not found again."""

    def __init__(self, stage: Stage, family: Family, *, finished: Callable[[], bool], compared: Counter[str]) -> None:
        self._stage, self._family, self._finished, self._compared = stage, family, finished, compared
        self._known: set[tuple[str, str, str]] = set()
        self._best: tuple[Divergence, list[Step]] | None = None
        self._left = SHRINKS
        self._halted: Exception | None = None

    def run(self, seed: str, *, plays: int, steps: int) -> bool:
        """Play until something new diverges, and note it; whether something did.

        Raises what stopped a play: ``OutOfBudget``, ``Unreachable``.
        """
        self._best, self._left = None, SHRINKS
        machine = type("Machine", (_Machine,), {"hunt": self})
        settings = hypothesis.settings(
            database=None,
            deadline=None,
            max_examples=plays,
            stateful_step_count=steps,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
            verbosity=Verbosity.quiet,
            report_multiple_bugs=False,
            print_blob=False,
        )
        with pure():
            test = hypothesis.seed(seed)(get_state_machine_test(machine, settings=settings))
            try:
                test()
            except Exception:
                # what a play raised is kept here; a target that answers differently each time upsets Hypothesis
                if self._best is None and self._halted is None:
                    raise
        self._shorten()
        noted = self._noted()
        if self._halted is not None:
            raise self._halted
        return noted

    def _shorten(self) -> None:
        """Leave out what is not needed of the shortest sequence: each step once, the last first."""
        for index in range(len(self._best[1]) - 1 if self._best else -1, -1, -1):
            if self._best is None or self._halted is not None or self._finished():
                return
            divergence, steps = self._best
            fewer = [*steps[:index], *steps[index + 1 :]]
            heard: list[Divergence] = []
            try:
                if index < len(steps):
                    play_again(self._stage, self._family, fewer, heard.append)
            except Exception as error:
                self._halted = error
            if any(one.key == divergence.key for one in heard):
                self._best = (heard[0], fewer)

    def _noted(self) -> bool:
        if self._best is None:
            return False
        divergence, steps = self._best
        self._known.add(divergence.key)
        session = self._stage.session
        session.again = partial(replay, family=self._family, steps=steps)
        session.note(divergence.rule, divergence.exchange.operation.id, [divergence.complaint], divergence.exchange)
        session.again = None
        return True

    # --- told by plays

    def begin(self) -> tuple[Play, list[Step]]:
        """A new play, and the list of its steps."""
        steps: list[Step] = []
        play = Play(self._stage, self._family, diverged=partial(self._diverged, steps), compared=self._compared)
        self._stage.session.again = partial(replay, family=self._family, steps=steps)
        if self._best is not None:
            self._left -= 1
        play.over = self._halted is not None or self._left < 0 or self._finished()
        return play, steps

    def tried(self, act: Callable[[], None], play: Play) -> None:
        """Do something in a play. What stops the run stops Hypothesis too, which would make it shorter."""
        if self._halted is not None:
            return
        try:
            act()
        except Divergence:
            raise
        except Exception as error:
            self._halted, play.over = error, True

    def _diverged(self, steps: list[Step], divergence: Divergence) -> None:
        if divergence.key in self._known:
            return
        if self._best is None or len(divergence.complaint.steps) <= len(self._best[0].complaint.steps):
            self._best = (divergence, list(steps))
        raise divergence


class _Machine(RuleBasedStateMachine):
    """Chooses steps of a play; the play does the rest."""

    hunt: Hunt

    def __init__(self) -> None:
        super().__init__()
        self._play, self._steps = self.hunt.begin()
        self._failed = False
        self._do(self._play.begin)

    def _do(self, act: Callable[[], None]) -> None:
        try:
            self.hunt.tried(act, self._play)
        except Divergence:
            self._failed = True
            raise

    def _step(self, name: str, *numbers: int) -> None:
        self._steps.append((name, numbers))
        self._do(partial(self._play.step, name, *numbers))

    def teardown(self) -> None:
        try:
            if not self._failed:
                self._do(self._play.end)
        finally:
            self.hunt.tried(self._play.clear, self._play)

    @initialize(kinds=st.lists(NUMBER, max_size=8))
    def prepare(self, kinds: list[int]) -> None:
        """Make some things to begin with."""
        for number, kind in enumerate(kinds):
            self._step("create", kind, number, number, 0)

    @rule(data=st.data())
    def step(self, data: st.DataObject) -> None:
        """Take one of the steps there is something for.

        One rule instead of one for each step: Hypothesis leaves some rules of a machine out of most plays, and what is
        sought here needs them all.
        """
        able = [name for name, (weight, _) in STEPS.items() for _ in range(weight) if self._play.can(name)]
        name = data.draw(st.sampled_from(able))
        self._step(name, *data.draw(STEPS[name][1]))


def replay(stage: Stage, *, family: Family, steps: list[Step]) -> None:
    """Play known steps again; a divergence is noted in the session's findings."""

    def noted(divergence: Divergence) -> None:
        stage.session.note(
            divergence.rule, divergence.exchange.operation.id, [divergence.complaint], divergence.exchange
        )

    play_again(stage, family, steps, noted)


def play_again(stage: Stage, family: Family, steps: list[Step], told: Callable[[Divergence], None]) -> None:
    """Play known steps, and look at everything in the end; the first divergence is told and ends the play."""
    play = Play(stage, family, diverged=told, compared=Counter())
    try:
        play.begin()
        for name, numbers in steps:
            play.step(name, *numbers)
        play.end()
    finally:
        play.clear()
