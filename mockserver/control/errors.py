"""What the control plane says when it does not do what was asked."""

from __future__ import annotations

from collections.abc import Mapping


class Refused(Exception):
    """A control request that cannot be carried out: the message for the operator, status and headers."""

    def __init__(self, message: str, *, status: int = 400, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.headers = status, headers or {}
