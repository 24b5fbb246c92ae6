"""One request as the pipeline reads it, before any of its values are trusted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mockserver.kernel.bodies import Body
from mockserver.kernel.compiled import Compiled


@dataclass(slots=True)
class Asked:
    """A routed request. ``method`` is the one asked, which the operation may only mirror.

    ``path`` and ``query`` hold text under the wire names of the promise, whatever case the client used; an empty or
    repeated value is already settled by the conventions; parameters that travel in headers are among the ``query``.
    ``pairs`` is the query as it came, but for the credential. ``content`` becomes ``body`` when it is read. ``base``
    tells the URL below which this client finds the paths of the promise.
    """

    world: str
    method: str
    compiled: Compiled
    path: Mapping[str, str]
    query: Mapping[str, list[str]]
    pairs: tuple[tuple[str, str], ...]
    credential: str | None
    headers: Mapping[bytes, bytes]
    content: bytes
    base: Callable[[], str]
    body: Body | None = None

    def read_body(self) -> None:
        """Read the content as the operation wants it; raises ``MalformedRequest`` or ``BadInput``."""
        reader = self.compiled.body
        if reader is not None:
            self.body = reader.read(self.content, self.headers.get(b"content-type"))
