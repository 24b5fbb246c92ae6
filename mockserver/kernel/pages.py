"""Pages that an API shows to people, outside of its promise: each a function in one transaction on one world."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape

from mockserver.kernel.answers import unwritable
from mockserver.kernel.api import Page
from mockserver.kernel.bodies import FORM
from mockserver.kernel.decoding import decode, query_pairs
from mockserver.kernel.engine import READING, Engine, Outcome, encoded
from mockserver.kernel.errors import RuleBroken
from mockserver.kernel.http import Reply, Visit
from mockserver.kernel.operation import PromiseError
from mockserver.kernel.store.attempts import attempt
from mockserver.kernel.store.protocol import FrozenWorld, Transaction
from mockserver.kernel.work import begin

#: Nothing from elsewhere, no scripts, in no frame, and no address told to others: it may hold what is secret.
GUARDS = (
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    ),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
)


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def visit_of(
    *,
    method: str,
    path: str,
    query: bytes,
    headers: Mapping[bytes, bytes],
    content: bytes,
    base: Callable[[], str],
) -> Visit:
    """The visit a request is; raises ``MalformedRequest``. A body that is no form is ignored."""
    form = headers.get(b"content-type", b"").partition(b";")[0].strip().lower() == FORM.encode()
    fields = dict(query_pairs(content, "request body")) if form else {}
    return Visit(method, decode(path.encode("latin-1"), "path"), dict(query_pairs(query)), fields, base)


class Pages:
    """The pages of one API by the path below which each lies."""

    def __init__(self, engine: Engine, table: Mapping[str, Page]) -> None:
        self._engine = engine
        self._table = sorted(table.items(), key=lambda entry: -len(entry[0]))

    def at(self, path: str) -> Page | None:
        """The page a raw path leads to."""
        return next((page for at, page in self._table if path == at or path.startswith(f"{at.rstrip('/')}/")), None)

    def show(self, page: Page, visit: Visit, world: str) -> Outcome:
        """The page as it is now; what it changes is kept unless it raises."""

        def course(store: Transaction) -> Outcome:
            work = begin(store, self._engine.settings)
            reply = page(work, visit)
            if unwritable(reply):
                raise PromiseError(f"the page {visit.path} answers {unwritable(reply)}")
            return Outcome(reply, encoded(reply), time=work.clock.timestamp())

        try:
            return attempt(self._engine.store, world, course, writing=visit.method not in READING)
        except FrozenWorld as error:
            raise RuleBroken(str(error)) from error


def html(template: str, /, **values: str) -> Html:
    """A template with its ``{names}`` filled in; values that are not HTML already are escaped."""
    return Html(
        template.format(**{name: value if isinstance(value, Html) else escape(value) for name, value in values.items()})
    )


def joined(parts: list[Html]) -> Html:
    """Pieces of HTML one after the other."""
    return Html("".join(parts))


def shown(content: Html, *, status: int = 200) -> Reply:
    """The answer that shows a page."""
    return Reply(status, content.encode(), GUARDS, media_type="text/html; charset=utf-8")


def moved(url: str, *, status: int = 303) -> Reply:
    """The answer that sends a visitor elsewhere."""
    return Reply(status, None, (("Location", url), *GUARDS[1:]))
