"""Conditions on messages received: mails, faxes, text messages."""

from __future__ import annotations

from mockserver.apis.copernica.models.selections import MessageCondition
from mockserver.apis.copernica.service.evaluation.scope import Scope, Test, nobody


def test(_: Scope, __: MessageCondition) -> Test:
    """Nobody received anything yet."""
    return nobody
