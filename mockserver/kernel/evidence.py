"""How we know what the twin just did: the answer to the request header ``Twin-Evidence: 1``."""

from __future__ import annotations

from mockserver.kernel.errors import ApiError
from mockserver.kernel.operation import Evidence, Operation

LEVELS = ("documented", "client", "assumed")


def evidence_header(operation: Operation | None, status: int, error: ApiError | None) -> str:
    """``level; source=…; rule=…``: the weaker of the operation's and the response's evidence, and the rule applied.

    A numbered rule (``P9``) is a decision of ours, so an answer that rests on one is never better than ``assumed``.
    """
    if operation is None:
        return "assumed; source=conventions"
    known = [operation.evidence]
    if status in operation.responses:
        known.append(Evidence.of(operation.responses[status]))
    weakest = max(known, key=lambda evidence: LEVELS.index(evidence.level))
    if error is not None and error.rule:
        return f"assumed; source=DEVIATIONS.md; rule={error.rule}"
    return f"{weakest.level}; source={weakest.source}"
