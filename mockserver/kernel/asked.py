"""One request as the pipeline reads it, before any of its values are trusted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mockserver.kernel.compiled import Compiled


@dataclass(slots=True)
class Asked:
    """A routed request.

    ``path`` and ``query`` hold text under the wire names of the promise, whatever case the client used; an empty or
    repeated value is already settled by the conventions. ``pairs`` is the query as it came.
    """

    world: str
    compiled: Compiled
    path: Mapping[str, str]
    query: Mapping[str, list[str]]
    pairs: tuple[tuple[str, str], ...]
    credential: str | None
    headers: Mapping[bytes, bytes]
    body: bytes = b""
