"""The HTTP words the kernel and the APIs share: what was asked, by whom, and what is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mockserver.kernel.operation import Operation
from mockserver.kernel.store.query import WHOLE, Page


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, as the API's authentication sees it: a name for messages and journal, and the roles held.

    ``until``, in seconds since 1970: from then on it must be asked again who it is, even if nothing else has changed.
    """

    name: str = "anonymous"
    roles: frozenset[str] = frozenset()
    until: float = 0.0


ANONYMOUS = Caller()


class Call(NamedTuple):
    """One decoded request: arguments under their exact wire names, absent ones left out unless they have a default.

    ``given`` are the names the client sent itself: an argument that is not among them is a default. ``body`` is the
    decoded request body, ``None`` without one, and ``body_type`` the media type it came in. ``method`` is the one
    asked: where methods mirror each other it need not be that of the operation. ``page`` is the part of a list that is
    asked for, as the conventions of the API read it.
    """

    operation: Operation
    arguments: Mapping[str, Any]
    given: frozenset[str] = frozenset()
    caller: Caller = ANONYMOUS
    body: Any = None
    body_type: str | None = None
    method: str = ""
    base: Callable[[], str] = str
    page: Page = WHOLE

    def url(self, path: str) -> str:
        """The absolute URL of a path of the promise, as this client reaches it: below the first base path."""
        return self.base() + path


@dataclass(frozen=True, slots=True)
class Visit:
    """A request for a page outside of the promise: decoded path, query and form fields, the last of a repeated name."""

    method: str
    path: str
    query: Mapping[str, str]
    form: Mapping[str, str]
    base: Callable[[], str] = str

    def url(self, path: str) -> str:
        """The absolute URL of a path of the API's server, as this visitor reaches it."""
        return self.base() + path


class Reply(NamedTuple):
    """One answer: status, body and headers beside the content type.

    The body is a JSON value, bytes as they are, or ``None`` for no body at all. ``media_type`` is that of the API
    unless it is named.
    """

    status: int
    body: Any
    headers: tuple[tuple[str, str], ...] = ()
    media_type: str | None = None


class Written(NamedTuple):
    """An answer as it goes over the wire: status, all header lines of the application, content."""

    status: int
    lines: list[tuple[bytes, bytes]]
    content: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """The part of a list that was asked for; ``total`` counts the whole list, where anybody wants to know."""

    items: Sequence[Any]
    total: Callable[[], int]


@dataclass(frozen=True, slots=True)
class Done:
    """What an operation did, for the conventions of its API to phrase.

    ``body`` is what was read: a JSON value or a ``Batch``. ``id`` is that of the thing made, changed or deleted.
    ``outcome`` and ``path`` of the thing are those the operation promises (``x-outcome``, ``x-location``) unless they
    are named. ``ids`` fill places of that path in which the client may have put names.
    """

    body: Any = None
    id: str = ""
    outcome: str = ""
    path: str = ""
    ids: Mapping[str, str] = field(default_factory=dict)
