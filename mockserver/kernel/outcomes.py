"""What operations did, as answers: status, headers and body of each outcome that the conventions list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from mockserver.kernel.http import Batch, Call, Done, Reply
from mockserver.kernel.lists import Paging

_PLACE = re.compile(r"\{([^}]*)\}")


class Outcomes:
    """The ``outcomes`` of the conventions: code, whether there is a body, and headers with places to fill in.

    ``{id}`` is the id of the thing (without one, what the address ends in), ``{kind}`` its kind (``x-deleted``),
    ``{url}`` its address: ``x-location`` of the operation below the first base path, never with a credential.
    """

    def __init__(self, conventions: Mapping[str, Any]) -> None:
        self._outcomes: Mapping[str, Mapping[str, Any]] = conventions.get("outcomes", {})

    def reply(self, done: Done, call: Call, paging: Paging) -> Reply:
        """The answer to a call that was done."""
        rule = self._outcomes[done.outcome or call.operation.extensions["x-outcome"]]
        headers = _filled(rule["headers"], done, call)
        if not rule["body"]:
            return Reply(rule["code"], None, headers)
        body = paging.envelope(done.body, call) if isinstance(done.body, Batch) else done.body
        return Reply(rule["code"], body, headers)


def _filled(texts: Mapping[str, str], done: Done, call: Call) -> tuple[tuple[str, str], ...]:
    if not texts:
        return ()
    url = call.url(done.path or _location(done, call)) if "{url}" in texts.values() else ""
    words = {"{url}": url, "{id}": done.id or _last(call)}
    kind = call.operation.extensions.get("x-deleted", "")
    return tuple([(name, words.get(text) or text.format(id=words["{id}"], kind=kind)) for name, text in texts.items()])


def _last(call: Call) -> str:
    """What the address ends in, of what it names."""
    places = _places(call.operation.path)
    return str(call.arguments[places[-1]]) if places else ""


def _location(done: Done, call: Call) -> str:
    """Where the thing lies; its own place in the address has its id, however the client named it."""
    path: str = call.operation.extensions["x-location"]
    places = _places(path)
    own = "id" if "id" in places else places[-1] if done.id and path.endswith("}") else None
    for place in places:
        value = done.id if place == own else done.ids.get(place) or str(call.arguments[place])
        path = path.replace(f"{{{place}}}", quote(value, safe=""), 1)
    return path


@lru_cache(maxsize=1_000)
def _places(path: str) -> tuple[str, ...]:
    """What is to be filled in of a path, in its order."""
    return tuple(_PLACE.findall(path))
