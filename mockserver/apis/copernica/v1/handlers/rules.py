"""Rules, of selections and miniselections alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mockserver.apis.copernica.models.selections import Miniview, Rule, View
from mockserver.apis.copernica.service import rules
from mockserver.apis.copernica.v1.conventions import account_of
from mockserver.apis.copernica.v1.handlers import demands
from mockserver.apis.copernica.v1.handlers.views import view_of
from mockserver.kernel.api import Handler
from mockserver.kernel.http import Batch, Call, Done
from mockserver.kernel.work import Work

SelectionOf = Callable[[Work, Call], View] | Callable[[Work, Call], Miniview]
RuleOf = Callable[[Work, Call], Rule]


def rule_of(work: Work, call: Call) -> Rule:
    """The rule of a selection an address names; raises ``NotFound``."""
    return rules.numbered(work, account_of(work, call), call.arguments["ruleId"], View)


class _Rules:
    """The operations on rules: of the selection ``selection_of`` finds, and of the rule ``rule_of`` finds."""

    def __init__(self, selection_of: SelectionOf, rule_of: RuleOf) -> None:
        self._selection: Callable[[Work, Call], View | Miniview] = selection_of
        self._rule = rule_of

    def list_all(self, work: Work, call: Call) -> Done:
        selection = self._selection(work, call)
        shown = [demands.rule(work, one) for one in rules.listed(work, selection, call.page)]
        return Done(Batch(shown, lambda: rules.count(work, selection)))

    def create(self, work: Work, call: Call) -> Done:
        selection = self._selection(work, call)
        given, wishes = demands.rule_of(call.body)
        return Done(id=rules.create(work, selection, given, wishes or ()).id)

    def get_within(self, work: Work, call: Call) -> Done:
        rule = rules.within(work, self._selection(work, call), call.arguments["ruleId"])
        return Done(demands.rule(work, rule))

    def get(self, work: Work, call: Call) -> Done:
        return Done(demands.rule(work, self._rule(work, call)))

    def update(self, work: Work, call: Call) -> Done:
        rule = self._rule(work, call)
        given, wishes = demands.rule_of(call.body or {})
        return Done(id=rules.change(work, rule, given, wishes).id)

    def delete(self, work: Work, call: Call) -> Done:
        rule = self._rule(work, call)
        rules.delete(work, rule)
        return Done(id=rule.id)


def operations(selection: str, rule: str, *, selection_of: SelectionOf, rule_of: RuleOf) -> Mapping[str, Handler]:
    """The operations by id: on rules of a ``selection`` (View, Miniview), and on one ``rule`` (Rule, Minirule)."""
    ruling = _Rules(selection_of, rule_of)
    return {
        f"list{selection}Rules": ruling.list_all,
        f"create{selection}Rule": ruling.create,
        f"get{selection}Rule": ruling.get_within,
        f"get{rule}": ruling.get,
        f"update{rule}": ruling.update,
        f"delete{rule}": ruling.delete,
    }


HANDLERS: Mapping[str, Handler] = operations("View", "Rule", selection_of=view_of, rule_of=rule_of)
