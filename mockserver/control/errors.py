"""What the control plane says when it does not do what was asked."""

from __future__ import annotations


class Refused(Exception):
    """A control request that cannot be carried out: the message for the operator, and the status."""

    def __init__(self, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.status = status
