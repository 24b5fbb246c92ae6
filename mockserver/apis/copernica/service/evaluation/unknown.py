"""Conditions on what the API knows nothing of: exports, surveys, contacts."""

from __future__ import annotations

from mockserver.apis.copernica.models.selections import Condition, ExportCondition
from mockserver.apis.copernica.service.evaluation.scope import Scope, Test, anybody, nobody


def exported(_: Scope, condition: ExportCondition) -> Test:
    """Nobody was ever exported (CONDITION-EXPORT)."""
    return anybody if condition.include_never_exported_profiles else nobody


def kept(_: Scope, __: Condition) -> Test:
    """Kept and shown, and met by nobody (CONDITION-KEPT)."""
    return nobody
