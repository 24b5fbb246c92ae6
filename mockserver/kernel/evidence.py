"""How we know what the twin just did: the answer to the request header ``Twin-Evidence: 1``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.kernel.errors import ApiError
from mockserver.kernel.operation import Evidence, Operation

LEVELS = ("documented", "client", "assumed")


def evidence_header(
    operation: Operation | None, status: int, error: ApiError | None, situations: Mapping[str, Any]
) -> str:
    """``level; source=…; rule=…``: the weaker of the operation's and the response's evidence, and the rule applied.

    A numbered rule (``P9``) is a decision of ours, so an answer that rests on one is never better than ``assumed``.
    Where no operation was reached, ``situations`` of the conventions say how the refusal is known.
    """
    if operation is None:
        given = situations.get(error.situation, {}) if error else {}
        known_here = Evidence.of({"x-evidence": given.get("evidence", {})})
        return f"{known_here.level}; source={known_here.source}"
    known = [operation.evidence]
    if status in operation.responses:
        known.append(Evidence.of(operation.responses[status]))
    weakest = max(known, key=lambda evidence: LEVELS.index(evidence.level))
    if error is not None and error.rule:
        return f"assumed; source=DEVIATIONS.md; rule={error.rule}"
    return f"{weakest.level}; source={weakest.source}"
