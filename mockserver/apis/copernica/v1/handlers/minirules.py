"""Rules of miniselections."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.apis.copernica.models.selections import Miniview, Rule
from mockserver.apis.copernica.service import rules
from mockserver.apis.copernica.v1.conventions import account_of
from mockserver.apis.copernica.v1.handlers.miniviews import miniview_of
from mockserver.apis.copernica.v1.handlers.rules import operations
from mockserver.kernel.api import Handler
from mockserver.kernel.http import Call
from mockserver.kernel.work import Work


def minirule_of(work: Work, call: Call) -> Rule:
    """The rule of a miniselection an address names; raises ``NotFound``."""
    return rules.numbered(work, account_of(work, call), call.arguments["miniruleId"], Miniview)


HANDLERS: Mapping[str, Handler] = operations("Miniview", "Minirule", selection_of=miniview_of, rule_of=minirule_of)
