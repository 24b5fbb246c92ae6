"""The walk: every scenario rule on every subject it judges, in a fixed order, each once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

from contract_tests.budget import OutOfBudget
from contract_tests.guard import Refused
from contract_tests.modes import Mode
from contract_tests.promise import Operation
from contract_tests.rules.registry import Rule
from contract_tests.sharding import WHOLE, Shard
from contract_tests.stage import Blocked, Stage
from contract_tests.states import states_of
from contract_tests.story import Story, stories_of
from contract_tests.targets import Unreachable
from contract_tests.verdict import Unjudged

#: Subjects in the order they are judged: what a run makes, stories of it, what it is once, then each operation; then
#: stories of other states of the target, and those states.
SUBJECTS = ("resource", "story", "run", "operation", "state-story", "state")

#: Told before each step: how many are done, how many there are, what comes.
Tell = Callable[[int, int, str], None]


class Walk:
    """Judges the scenario rules of a session. ``judged`` counts per rule, ``unjudged`` says what could not be."""

    def __init__(self, stage: Stage, *, shard: Shard = WHOLE) -> None:
        self._stage, self._session, self._shard = stage, stage.session, shard
        self.judged: Counter[str] = Counter()
        self.unjudged: list[Unjudged] = []

    def run(self, tell: Tell) -> None:
        """Take every step."""
        steps = list(self._steps())
        for number, (rule, name, subject) in enumerate(steps):
            tell(number, len(steps), f"{rule.id} {name}")
            try:
                self._judge(rule, name, subject)
            except (OutOfBudget, Unreachable) as error:
                self.unjudged += [
                    Unjudged(one.id, about, f"the run had ended: {error}") for one, about, _ in steps[number:]
                ]
                raise
        tell(len(steps), len(steps), "")

    def _steps(self) -> Iterator[tuple[Rule, str, Any]]:
        promise = self._session.promise
        stories = stories_of(promise)
        subjects: dict[str, dict[str, Any]] = {
            "resource": dict(self._stage.resources),
            "story": {name: one for name, one in stories.items() if not one.elsewhere},
            "state": dict(states_of(promise)),
            "state-story": {name: one for name, one in stories.items() if one.elsewhere},
            "run": {promise.name: promise},
            "operation": dict(promise.operations),
        }
        for each in SUBJECTS:
            rules = [one for one in self._session.rules.values() if one.scope == "scenario" and one.each == each]
            steps = [(rule, name, subject) for rule in rules for name, subject in subjects[each].items()]
            mine = self._shard.own({_dealt(*step) for step in steps})
            yield from (step for step in steps if _dealt(*step) in mine)

    def _judge(self, rule: Rule, name: str, subject: Any) -> None:
        mode = self._stage.mode
        if (self._changes(rule, subject) and not mode.writes) or (rule.grave and mode is not Mode.FULL):
            self.unjudged.append(Unjudged(rule.id, name, f"not in a {mode} run"))
            return
        before = self._session.exchanges
        self._stage.spares.renew()
        self._session.again = partial(again, rule=rule, name=name, subject=subject)
        try:
            with self._session.guard.standing_aside(rule.grave):
                judge(self._stage, rule, name, subject)
        except (Blocked, Refused) as error:
            self.unjudged.append(Unjudged(rule.id, name, str(error)))
        else:
            whole = (rule.id, name) not in self._session.breakdowns
            self.judged[rule.id] += whole and self._session.exchanges > before
        self._session.again = None

    def _changes(self, rule: Rule, subject: Any) -> bool:
        """Whether a step is about changes; stories are as far as they tell of some."""
        if isinstance(subject, Story):
            return not subject.reads(self._session.promise)
        return rule.writes or (isinstance(subject, Operation) and not subject.safe)


def judge(stage: Stage, rule: Rule, name: str, subject: Any) -> None:
    """Judge a rule on one subject, whose name it is; raises ``Blocked``, ``guard.Refused``."""
    for complaint in stage.session.judged(rule, name, stage, subject):
        shown = complaint.exchange or stage.session.last
        if shown is not None:
            stage.session.note(rule, shown.operation.id, [complaint], shown)


def again(stage: Stage, *, rule: Rule, name: str, subject: Any) -> None:
    """Judge a rule once more, as far as it goes."""
    with suppress(Blocked, Refused):
        judge(stage, rule, name, subject)


def _dealt(rule: Rule, name: str, _: Any) -> str:
    """What decides on the shard of a step: all rules of a resource or an operation go together, others one by one."""
    return rule.id if rule.each == "run" else name
