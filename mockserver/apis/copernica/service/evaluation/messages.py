"""Conditions on messages received: mails, and faxes and text messages, of which there are none."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from operator import eq, gt, lt, ne

from mockserver.apis.copernica.models.selections import (
    BETWEEN,
    EQUAL,
    FEWER,
    GOT_DOCUMENT,
    GOT_SOMETHING,
    GREATER,
    NOT_GOT_DOCUMENT,
    UNEQUAL,
    EmailCondition,
    MessageCondition,
)
from mockserver.apis.copernica.service.evaluation.scope import Scope, Test, nobody
from mockserver.apis.copernica.service.mailings import Question, tally
from mockserver.apis.copernica.service.spans import span

_AMOUNT = re.compile(r"\d{1,9}", re.ASCII)
_RELATIONS = {EQUAL: eq, UNEQUAL: ne, FEWER: lt, GREATER: gt}


def test(scope: Scope, condition: MessageCondition) -> Test:
    """Whether somebody got messages of a kind within a span of time, or none (CONDITION-MAILINGS).

    Nobody meets a condition on a document that does not say which.
    """
    mode = condition.match_mode
    if mode in (GOT_DOCUMENT, NOT_GOT_DOCUMENT) and not condition.document:
        return nobody
    counted, enough = _tally(scope, condition), _enough(condition)
    if mode in (GOT_SOMETHING, GOT_DOCUMENT):
        return lambda person: person.id in counted and enough(counted[person.id])
    return lambda person: person.id not in counted


def _tally(scope: Scope, condition: MessageCondition) -> Mapping[str, int]:
    """How many messages that are meant everybody got who got one."""
    if not isinstance(condition, EmailCondition):
        return {}
    when = span(scope.work, condition)
    by_document = condition.match_mode in (GOT_DOCUMENT, NOT_GOT_DOCUMENT)
    question = Question(
        document=condition.document if by_document else "",
        template=condition.template,
        to=condition.required_destination,
        after=when.earliest,
        before=when.latest,
        result=condition.required_result,
        clicked_url=condition.clicked_url,
        error=condition.required_errors,
    )
    return tally(scope.work, scope.place, question)


def _enough(condition: MessageCondition) -> Callable[[int], bool]:
    """Whether a number of messages is the one asked for: by default any, ``2-5`` for between, both included."""
    numbers = [int(one) for one in _AMOUNT.findall(condition.amount)]
    if not condition.amount:
        return lambda count: True
    if not numbers:
        return lambda count: False
    if condition.operator == BETWEEN:
        return lambda count: numbers[0] <= count <= numbers[-1]
    return lambda count: bool(_RELATIONS[condition.operator](count, numbers[0]))
