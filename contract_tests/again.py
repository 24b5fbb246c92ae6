"""Each finding is judged once more in fresh state before it is reported: a label says what came of that."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress

from contract_tests.blocked import Blocked
from contract_tests.findings import Again, Finding, Findings
from contract_tests.guard import Refused
from contract_tests.session import OutOfBudget
from contract_tests.stage import Stage
from contract_tests.targets import Unreachable

STEADY, ORDER_DEPENDENT, FLAKY, NOT_REPEATED = "steady", "order-dependent", "flaky", "not repeated"

#: Names a finding among others.
Key = tuple[str, str, str]


def judge_again(stage: Stage, fresh: Callable[[], Stage], *, tell: Callable[[int, int, str], None]) -> None:
    """Label every finding of a session.

    What led to it is done once more with things made for that: ``steady`` when it is seen again. Else once more among
    the things of the run: ``order-dependent`` when it is seen there, and ``flaky`` when it is not. ``not repeated``
    when that cannot be done, or the run is out of budget. Findings of several things that came of one act are
    judged together.
    """
    session, found = stage.session, list(stage.session.findings)
    leave(found)
    acts = list(dict.fromkeys(act for one in found if (act := _act(one)) is not None))
    with session.engaged("again"), suppress(OutOfBudget, Unreachable):
        for number, act in enumerate(acts):
            tell(number, len(acts), "")
            _label([one for one in found if _act(one) == act], act, stage, fresh)
    tell(len(acts), len(acts), "")


def leave(found: Iterable[Finding]) -> None:
    """Know that findings are not judged again."""
    for finding in found:
        finding.label = NOT_REPEATED


def _label(found: Iterable[Finding], act: Again, stage: Stage, fresh: Callable[[], Stage]) -> None:
    other = fresh()
    seen = _seen(other, act)
    other.clear_up(other.things)
    left = [one for one in found if one.key not in seen]
    late = _seen(stage, act) if left else set()
    for finding in found:
        finding.label = STEADY if finding.key in seen else ORDER_DEPENDENT if finding.key in late else FLAKY


def _seen(stage: Stage, act: Again) -> set[Key]:
    """What is found when something is done; the findings of the run stay as they are."""
    session = stage.session
    kept, session.findings = session.findings, Findings(session.findings.strict)
    try:
        with suppress(Blocked):
            act(stage)
        return set(session.findings.by_key)
    finally:
        session.findings = kept


def _act(finding: Finding) -> Again | None:
    """What to do once more: what led to a finding, else, where that harms nobody, its request alone."""
    if finding.again is not None:
        return finding.again
    return _Alone(finding.exchange.number, finding) if finding.exchange.operation.safe else None


class _Alone:
    """Sends the request of a finding; equal to another one for the same exchange."""

    def __init__(self, number: int, finding: Finding) -> None:
        self._number, self._call = number, finding.exchange.call

    def __call__(self, stage: Stage) -> None:
        with suppress(Refused):
            stage.session.send(self._call)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Alone) and other._number == self._number

    def __hash__(self) -> int:
        return hash(self._number)
