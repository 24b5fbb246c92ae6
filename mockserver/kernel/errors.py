"""What a service raises when it refuses. Each class is a situation; an API's conventions give it a status."""

from __future__ import annotations

from typing import ClassVar


class ApiError(Exception):
    """A refusal the client shall read.

    ``rule`` names the decision or source the refusal rests on (``"P9"``), where there is one.
    """

    situation: ClassVar[str] = "internal"

    def __init__(self, message: str, *, rule: str | None = None, headers: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(message)
        self.message, self.rule, self.headers = message, rule, headers


class NoRoute(ApiError):
    """No operation has this path."""

    situation = "no-route"


class NoWorld(NoRoute):
    """The request names a world that does not exist."""


class WrongMethod(ApiError):
    """The path exists, the method does not."""

    situation = "wrong-method"


class Hidden(ApiError):
    """The operation exists but is switched off, or newer than the version emulated."""

    situation = "hidden"


class MalformedRequest(ApiError):
    """The request cannot be read at all: broken percent-encoding, NUL, too large."""

    situation = "malformed-request"


class Unauthenticated(ApiError):
    """The credential is missing, wrong, expired or disabled."""

    situation = "unauthenticated"


class LicenceRefused(ApiError):
    """The licence of the emulated product does not allow calls."""

    situation = "licence"


class PermissionRefused(ApiError):
    """The caller is known and may not do this."""

    situation = "permission"


class BadInput(ApiError):
    """A value is missing, unreadable or not allowed."""

    situation = "bad-input"


class NotFound(ApiError):
    """A named object does not exist."""

    situation = "not-found"


class NothingToDelete(NotFound):
    """A deletion found nothing to delete, where an API tells that from other things that are missing."""

    situation = "delete-unknown"


class NotReady(ApiError):
    """What was asked for is still being made."""

    situation = "not-ready"


class Duplicate(ApiError):
    """The object exists already."""

    situation = "duplicate"


class RuleBroken(ApiError):
    """The request is well-formed, but a rule of the emulated system forbids it."""

    situation = "rule"


class Internal(ApiError):
    """A fault of the twin itself; the details are in its log."""

    situation = "internal"


class OutOfService(Internal):
    """The twin cannot reach or change its state now; the same request may succeed later."""

    situation = "unavailable"
