"""Attempts: requests that a target should refuse, and may carry out all the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from contract_tests.exchange import Exchange
from contract_tests.promise import Operation

if TYPE_CHECKING:
    from contract_tests.stage import Stage


def attempt(stage: Stage, operation: Operation, values: Mapping[str, Any], situation: str, **more: Any) -> Exchange:
    """Send an operation with some arguments; what a creation may make is written down before it is sent."""
    found = stage.action_of(operation)
    if found is None or found[1].verb != "create":
        return stage.call(operation, values, situation, **more)
    resource, action = found
    return stage.create(resource, action, dict(values), None, situation, **more)[1]
