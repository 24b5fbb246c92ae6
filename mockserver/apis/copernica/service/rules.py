"""Rules of selections and miniselections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from mockserver.apis.copernica.models.selections import (
    RULE_OWNER,
    RULES,
    RULES_BY_NUMBER,
    UNIQUE_RULE_NAME,
    Rule,
)
from mockserver.apis.copernica.models.structure import Account
from mockserver.apis.copernica.service import conditions, selections
from mockserver.apis.copernica.service.conditions import Wish
from mockserver.apis.copernica.service.databases import check_name
from mockserver.apis.copernica.service.numbers import next_id
from mockserver.apis.copernica.service.selections import Selection
from mockserver.kernel.errors import Duplicate, NotFound
from mockserver.kernel.store.query import WHOLE, Eq, Page
from mockserver.kernel.work import Work


def listed(work: Work, selection: Selection, page: Page = WHOLE) -> list[Rule]:
    """Rules by id."""
    return work.store.select(RULES, Eq(RULE_OWNER, selection.owner), order=RULES_BY_NUMBER, page=page)


def count(work: Work, selection: Selection) -> int:
    """How many rules there are."""
    return work.store.count(RULES, Eq(RULE_OWNER, selection.owner))


def within(work: Work, selection: Selection, key: str) -> Rule:
    """The rule of a selection with an id; raises ``NotFound`` (UNKNOWN-ID)."""
    found = work.store.get(RULES, key)
    if found is None or found.owner != selection.owner:
        raise NotFound(f"{selection.owner} has no rule {key[:80]!r}", rule="UNKNOWN-ID")
    return found


def numbered(work: Work, account: Account, key: str, kind: type[Selection]) -> Rule:
    """The rule with an id that lies in a selection of a kind; raises ``NotFound``, also for what is another account's
    (UNKNOWN-ID)."""
    found = work.store.get(RULES, key)
    if found is not None:
        selection = selections.owning(work, found.owner)
        if isinstance(selection, kind) and selections.database(work, selection).account == account.id:
            return found
    raise NotFound(f"there is no rule {key[:80]!r} of a {kind.__name__.lower()}", rule="UNKNOWN-ID")


def create(work: Work, selection: Selection, given: Mapping[str, Any], wishes: Sequence[Wish] = ()) -> Rule:
    """A new rule of attributes and conditions; raises ``BadInput``, ``Duplicate``, ``NotFound``, ``RuleBroken``."""
    key, number = next_id(work, "rule")
    made = _checked(work, Rule(key, number, selection.owner, **given))
    work.store.insert(RULES, made)
    for wish in wishes:
        conditions.create(work, made, wish)
    return made


def change(work: Work, rule: Rule, given: Mapping[str, Any], wishes: Sequence[Wish] | None = None) -> Rule:
    """Change attributes; ``wishes`` take the place of all conditions. Raises as `create`."""
    changed = _checked(work, replace(rule, **given))
    work.store.replace(RULES, changed)
    if wishes is not None:
        conditions.clear(work, rule)
        for wish in wishes:
            conditions.create(work, rule, wish)
    return changed


def delete(work: Work, rule: Rule) -> None:
    """Remove it with its conditions."""
    conditions.clear(work, rule)
    work.store.delete(RULES, rule.id)


def clear(work: Work, selection: Selection) -> None:
    """Remove all rules of a selection."""
    for rule in listed(work, selection):
        delete(work, rule)


def _checked(work: Work, rule: Rule) -> Rule:
    """A rule that may have this name (VIEW-NAMES)."""
    check_name(rule.name)
    other = work.store.find(UNIQUE_RULE_NAME, rule.owner, rule.name)
    if other is not None and other.id != rule.id:
        raise Duplicate(f"name: rule {other.id} of {rule.owner} is {rule.name[:80]!r}", rule="VIEW-NAMES")
    return rule
