"""Conditions of rules, of selections and miniselections alike."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.apis.copernica.service import conditions
from mockserver.apis.copernica.v1.handlers import demands
from mockserver.apis.copernica.v1.handlers.minirules import minirule_of
from mockserver.apis.copernica.v1.handlers.rules import RuleOf, rule_of
from mockserver.kernel.api import Handler
from mockserver.kernel.http import Batch, Call, Done
from mockserver.kernel.work import Work


class _Conditions:
    """The operations on conditions of the rule ``rule_of`` finds."""

    def __init__(self, rule_of: RuleOf) -> None:
        self._rule = rule_of

    def list_all(self, work: Work, call: Call) -> Done:
        shown = [demands.condition(work, one) for one in conditions.listed(work, self._rule(work, call))]
        return Done(Batch(shown, lambda: len(shown)))

    def create(self, work: Work, call: Call) -> Done:
        return Done(id=conditions.create(work, self._rule(work, call), demands.wish(call.body)).id)

    def update(self, work: Work, call: Call) -> Done:
        rule = self._rule(work, call)
        condition = conditions.meant(work, rule, call.arguments["type"])
        wish = demands.wish(call.body or {}, condition.type)
        return Done(id=conditions.change(work, rule, condition, wish).id)


def operations(rule: str, rule_of: RuleOf) -> Mapping[str, Handler]:
    """The operations by id; ``rule`` is Rule or Minirule."""
    ruled = _Conditions(rule_of)
    return {
        f"list{rule}Conditions": ruled.list_all,
        f"create{rule}Condition": ruled.create,
        f"update{rule}Condition": ruled.update,
    }


HANDLERS: Mapping[str, Handler] = {**operations("Rule", rule_of), **operations("Minirule", minirule_of)}
