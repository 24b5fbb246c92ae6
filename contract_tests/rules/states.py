"""States: what a target does that is set up in another way, in copies of it. Real systems are not judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import Any

from contract_tests.elsewhere import Place, Usual, elsewhere_of
from contract_tests.evidence import Evidence
from contract_tests.exchange import Exchange
from contract_tests.findings import Complaint
from contract_tests.promise import Operation, Promise
from contract_tests.rules.registry import scenario_rule
from contract_tests.rules.stories import told
from contract_tests.stage import Blocked, Stage
from contract_tests.states import State, usual_of
from contract_tests.story import Story

SOURCE = "states.yaml"
#: Seconds after which things are read again, and one more minute.
HOUR = 3660


@scenario_rule("state-refuses", title="A state refuses what it is said to refuse", source=SOURCE, each="state")
def state_refuses(stage: Stage, state: State) -> None:
    """In a state such as an expired licence or a section that is off, each operation it is about is refused in the
    situation it names, with arguments and a credential that are good otherwise. What `check_order` has before that
    still comes first, and what it has later does not: of several states that refuse an operation alike, in one."""
    with elsewhere_of(stage).usual(stage) as (usual, place):
        place.put(state.settings)
        for operation, values in _refused(usual, state):
            _refuse(place, state, operation, values)
            if state.covered or state.repeated:
                continue
            if operation.secured and not state.open:
                first = _earlier(stage, state.situation, "unauthenticated")
                _refuse(place, state, operation, values, first, credential=None)
            for name in _mandatory(operation):
                first = _earlier(stage, state.situation, "bad-input")
                _refuse(place, state, operation, {one: values[one] for one in values if one != name}, first)


@scenario_rule("state-spares", title="A state spares everything else", source=SOURCE, each="state")
def state_spares(stage: Stage, state: State) -> Iterator[Complaint]:
    """What a state does not refuse goes on: reads show what they showed before, and who logs in gets in. Where a state
    opens the target, that is so without a credential."""
    with elsewhere_of(stage).usual(stage) as (usual, place):
        place.put(state.settings)
        yield from _as_before(usual, place, state)
        for operation, values in usual.values.items():
            if state.spares(operation) and _is_session(stage, operation):
                place.stage.call(operation, values, **_said(state, state.refused))


@scenario_rule("state-leaves-nothing", title="What a state refuses is not done", source=SOURCE, each="state")
def state_leaves_nothing(stage: Stage, state: State) -> Iterator[Complaint]:
    """After writes that a state refuses, and back in the usual state, reads show what they showed before. A state
    of which another one refuses all and more, in the same situation, is not judged."""
    with elsewhere_of(stage).usual(stage) as (usual, place):
        writes = [pair for pair in _refused(usual, state) if not pair[0].safe]
        if not writes or state.covered:
            return
        place.put(state.settings)
        refused = [_refuse(place, state, *pair) for pair in writes]
        if not all(refused):
            raise Blocked("a write was not refused, which another rule says")
        place.put(usual_of(stage.promise))
        yield from _as_before(usual, place)


@scenario_rule(
    "state-story", title="What the promise tells of other times comes true", source="stories.yaml", each="state-story"
)
def state_story(stage: Stage, subject: Story) -> Iterator[Complaint]:
    """Stories in which time passes or settings change, or that are about what is there before anybody makes something,
    such as the groups of the system: each step ends as it is told, shows what is said, keeps what is
    said to stay, and moves moments by the time that has passed."""
    with elsewhere_of(stage).copy(stage) as place, place.stage.session.guard.standing_aside(True):
        yield from told(place.stage, subject, place)


@scenario_rule(
    "time-changes-nothing",
    title="What nobody changes stays as it is, however late it is read",
    source="GET reads: the method table of the API",
    each="run",
)
def time_changes_nothing(stage: Stage, _: Promise) -> Iterator[Complaint]:
    """In a copy, reads show an hour later what they showed before. What comes to rest first, such as an order that is
    carried out, shows after one more hour what it shows then."""
    with elsewhere_of(stage).usual(stage) as (usual, place):
        before = {one: _lasting(stage, one, shown) for one, shown in usual.shown.items()}
        for last in (False, True):
            place.wait(HOUR)
            later = {one: _read_later(place, one, usual.values[one]) for one in before}
            now = {one: _shown(place, exchange) for one, exchange in later.items() if exchange.succeeded}
            moved = {one: shown for one, shown in now.items() if shown != before[one]}
            if last:
                yield from (_later(later[one], shown, before[one]) for one, shown in moved.items())
            before = moved


def _read_later(place: Place, operation: Operation, values: Mapping[str, str]) -> Exchange:
    return place.stage.call(operation, values, why="later", credential="valid" if operation.secured else None)


def _shown(place: Place, exchange: Exchange) -> Any:
    return _lasting(place.stage, exchange.operation, place.stage.payload(exchange))


def _lasting(stage: Stage, operation: Operation, payload: Any) -> Any:
    """A payload without the keys that change by themselves."""
    kinds = (pair for one, _ in stage.actions_of(operation) for pair in one.compare.items())
    return _without(payload, frozenset(key for key, kind in kinds if kind == "ignore"))


def _without(payload: Any, free: Set[str]) -> Any:
    if not free:
        return payload
    if isinstance(payload, dict):
        return {key: _without(value, free) for key, value in payload.items() if key not in free}
    return [_without(one, free) for one in payload] if isinstance(payload, list) else payload


def _later(exchange: Exchange, now: Any, before: Any) -> Complaint:
    message = "shows something else later, though nobody did anything"
    return Complaint(message, repr(now)[:200], repr(before)[:200], "later", exchange=exchange)


def _refused(usual: Usual, state: State) -> Iterator[tuple[Operation, Mapping[str, str]]]:
    """Operations that a state refuses, with good arguments; raises ``Blocked`` where there are none to ask with."""
    found = [(one, values) for one, values in usual.values.items() if not state.spares(one)]
    if state.refuses and not found:
        raise Blocked("it refuses nothing that the run knows good arguments for")
    yield from found


def _refuse(
    place: Place, state: State, operation: Operation, values: Mapping[str, str], first: str = "", **more: Any
) -> bool:
    """Whether an operation is refused; ``first`` is another situation, which a decision of ours puts before."""
    known = Evidence.ASSUMED if first else state.evidence
    said = {**_said(state, known), "refused": state.refused, "credential": "valid" if operation.secured else None}
    return not place.stage.bare(operation, values, first or state.situation, **{**said, **more}).succeeded


def _said(state: State, evidence: Evidence) -> dict[str, Any]:
    return {"why": state.title, "evidence": evidence}


def _earlier(stage: Stage, *situations: str) -> str:
    """Which of some situations wins when all apply."""
    order = list(stage.conventions["check_order"])
    return min(situations, key=order.index)


def _mandatory(operation: Operation) -> list[str]:
    """The first argument without which a request is malformed: of the query, as one of the path leads elsewhere."""
    return [one.name for one in operation.parameters if one.required and one.place == "query"][:1]


def _is_session(stage: Stage, operation: Operation) -> bool:
    return any(one["operation"] == operation.id for one in stage.conventions.get("sessions", ()))


def _as_before(usual: Usual, place: Place, state: State | None = None) -> Iterator[Complaint]:
    """Reads show what they have shown: all of them, or those that a state spares."""
    for operation, before in usual.shown.items():
        if state is None or state.spares(operation):
            yield from _compared(place, operation, usual.values[operation], before, state)


def _compared(
    place: Place, operation: Operation, values: Mapping[str, str], before: Any, state: State | None
) -> Iterator[Complaint]:
    opened = state.open if state else False
    evidence = state.refused if state else Evidence.DOCUMENTED
    said = _said(state, evidence) if state else {"why": "back in the usual state"}
    credential = "valid" if operation.secured and not opened else None
    exchange = place.stage.call(operation, values, credential=credential, **said)
    now = place.stage.payload(exchange)
    if not exchange.succeeded or now == before:
        return  # a refusal is another rule's
    message = f"shows something else: {state.title if state else 'something was done'}"
    yield Complaint(message, repr(now)[:200], repr(before)[:200], "changed", evidence, exchange)
