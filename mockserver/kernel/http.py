"""The HTTP words the kernel and the APIs share: what was asked, by whom, and what is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mockserver.kernel.operation import Operation


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, as the API's authentication sees it: a name for messages and journal, and the roles held."""

    name: str = "anonymous"
    roles: frozenset[str] = frozenset()


ANONYMOUS = Caller()


@dataclass(frozen=True, slots=True)
class Call:
    """One decoded request: arguments under their exact wire names, absent ones left out unless they have a default.

    ``given`` are the names the client sent itself: an argument that is not among them is a default.
    """

    operation: Operation
    arguments: Mapping[str, Any]
    given: frozenset[str] = frozenset()
    caller: Caller = ANONYMOUS
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: status, JSON value (``None``: no body at all) and headers beside the content type."""

    status: int
    body: Any
    headers: tuple[tuple[str, str], ...] = ()
