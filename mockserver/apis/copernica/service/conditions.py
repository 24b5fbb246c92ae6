"""Conditions of rules: how they are made and changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from mockserver.apis.copernica.models.selections import (
    CONDITION_CLASSES,
    CONDITION_RULE,
    CONDITIONS,
    CONDITIONS_BY_NUMBER,
    REGEXP,
    Condition,
    FieldCondition,
    Rule,
)
from mockserver.apis.copernica.service import demands, selections
from mockserver.apis.copernica.service.numbers import is_id, next_id
from mockserver.kernel.errors import BadInput, NotFound
from mockserver.kernel.names import folded
from mockserver.kernel.patterns import PatternError, searcher
from mockserver.kernel.store.query import Eq
from mockserver.kernel.work import Work

_TYPES = {folded(name): name for name in CONDITION_CLASSES}


@dataclass(frozen=True, slots=True)
class Wish:
    """A condition as it is asked for: its type, and what is said of it, by attribute of the type."""

    type: str
    given: Mapping[str, Any] = field(default_factory=dict)


def type_named(text: str) -> str:
    """The type with a name, whatever its case; raises ``BadInput`` (CONDITION-TYPE-CASE)."""
    found = _TYPES.get(folded(text))
    if found is None:
        raise BadInput(f"type: {text[:80]!r} is no type of condition; allowed: {', '.join(CONDITION_CLASSES)}")
    return found


def listed(work: Work, rule: Rule) -> list[Condition]:
    """Conditions of a rule by id."""
    return work.store.select(CONDITIONS, Eq(CONDITION_RULE, rule.id), order=CONDITIONS_BY_NUMBER)


def meant(work: Work, rule: Rule, text: str) -> Condition:
    """The condition of a rule with an id, or the first of a type (CONDITION-ADDRESS); raises ``NotFound``."""
    wanted = text if is_id(text) else type_named(text)
    for one in listed(work, rule):
        if wanted in (one.id, one.type):
            return one
    raise NotFound(f"rule {rule.id} has no condition {wanted[:80]!r}", rule="UNKNOWN-ID")


def create(work: Work, rule: Rule, wish: Wish) -> Condition:
    """A new condition; raises ``BadInput``, ``NotFound`` for what it names, ``RuleBroken`` for a cycle."""
    key, number = next_id(work, "condition")
    bare = CONDITION_CLASSES[wish.type](id=key, number=number, rule=rule.id)  # type: ignore[call-arg]
    made = _settled(work, rule, bare, wish.given)
    work.store.insert(CONDITIONS, made)
    return made


def change(work: Work, rule: Rule, condition: Condition, wish: Wish) -> Condition:
    """Change attributes; another type makes it a new condition under its id. Raises as `create`."""
    if wish.type != condition.type:
        made = CONDITION_CLASSES[wish.type]
        condition = made(id=condition.id, number=condition.number, rule=rule.id)  # type: ignore[call-arg]
    changed = _settled(work, rule, condition, wish.given)
    work.store.replace(CONDITIONS, changed)
    return changed


def clear(work: Work, rule: Rule) -> None:
    """Remove all conditions of a rule."""
    for one in listed(work, rule):
        work.store.delete(CONDITIONS, one.id)


def _settled(work: Work, rule: Rule, condition: Condition, given: Mapping[str, Any]) -> Condition:
    """A condition with what is said of it, as far as that can be."""
    selection = selections.owning(work, rule.owner)
    if selection is None:
        raise NotFound(f"{rule.owner} is gone", rule="UNKNOWN-ID")
    known = demands.settled(work, selection, type(condition), given)
    if "value" in known:
        # other-field wins where both are given, and goes where only value is (CONDITION-FIELD-KIND)
        known = {"other_field": "", **known}
    changed = replace(condition, **known)
    if isinstance(changed, FieldCondition) and changed.comparison == REGEXP:
        _check_pattern(changed.value)
    if changed.refers and changed.refers != condition.refers:
        other = selections.owning(work, changed.refers)
        if other is not None:
            selections.check_independent(work, other, of=selection)
    return changed


def _check_pattern(expression: str) -> None:
    try:
        searcher(expression)
    except PatternError as error:
        raise BadInput(f"value: {error}") from None
