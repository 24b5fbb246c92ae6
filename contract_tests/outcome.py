"""Successes by class, from ``outcomes`` of the conventions: their codes, their headers, and what those say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from contract_tests.evidence import Evidence, level_of
from contract_tests.exchange import SEGMENT_SAFE, Exchange
from contract_tests.promise import Operation, Promise

#: The start of an absolute address, up to the base path: of a server that stands behind others, their path too.
ROOT = r"https?://[^/?#\s]+(?:{inside}/[^/?#\s]+)*?"
#: What an id in a header looks like.
ID = r"(?P<id>[^/\s?#]+)"


@dataclass(frozen=True)
class Outcome:
    """One class of success. ``headers`` are templates by name, ``location`` is the address {url} stands for."""

    code: int
    body: bool
    headers: Mapping[str, str] = field(default_factory=dict)
    evidence: Evidence = Evidence.DOCUMENTED
    location: str = ""


def outcome_of(promise: Promise, exchange: Exchange) -> Outcome | None:
    """What is promised of an answer that succeeded; ``None`` where the promise does not say."""
    if not exchange.succeeded or (exchange.call.method is not None and not exchange.call.mirrored):
        return None
    operation, known = exchange.operation, promise.conventions.get("outcomes", {})
    name, location = operation.outcome, str(operation.raw.get("x-location", ""))
    by_put = known.get("create-by-put", {}).get("code")
    if name == "update" and by_put in operation.replies and exchange.response.status == by_put:
        maker = creation_beside(promise, operation)
        name, location = "create-by-put", str(maker.raw.get("x-location", "")) if maker else ""
    raw: Mapping[str, Any] | None = known.get(name)
    if raw is None:
        return None
    evidence = level_of(raw, Evidence.DOCUMENTED)
    return Outcome(raw["code"], raw["body"], raw["headers"], evidence, location)


def creation_beside(promise: Promise, operation: Operation) -> Operation | None:
    """The operation that makes one thing at the address where another one changes many."""
    found = (one for one in promise.operations.values() if one.path == operation.path and one.outcome == "create")
    return next(found, None)


def headers_of(promise: Promise) -> set[str]:
    """Every header that some outcome has."""
    return {name for one in promise.conventions.get("outcomes", {}).values() for name in one["headers"]}


def forms_of(promise: Promise, exchange: Exchange, outcome: Outcome) -> Iterator[tuple[str, str, re.Pattern[str]]]:
    """Each promised header: its name, what it should say in words, and the form of its value."""
    kind = str(exchange.operation.raw.get("x-deleted", ""))
    for name, template in outcome.headers.items():
        told = template.replace("{url}", f"<root>{promise.base}{outcome.location}").replace("{kind}", kind)
        form = re.escape(template).replace(r"\{kind\}", re.escape(kind)).replace(r"\{id\}", _id(exchange))
        root = ROOT.format(inside=f"(?!{re.escape(promise.base)}/)" if promise.base else "(?!)")
        url = f"{root}{re.escape(promise.base)}{_path(promise, exchange, outcome.location)}"
        yield name, told, re.compile(form.replace(r"\{url\}", url).replace(r"\ ", " "))


def _id(exchange: Exchange) -> str:
    """The form of the id of what was made or deleted: of the latter it stands in the address."""
    names = [one.name for one in exchange.operation.parameters if one.place == "path"]
    sent = exchange.call.values.get(names[-1]) if names and exchange.operation.outcome == "delete" else None
    return f"(?P<id>{re.escape(sent)})" if isinstance(sent, str) and sent.isdecimal() else ID


def _path(promise: Promise, exchange: Exchange, template: str) -> str:
    """The form of an address: the values that were sent, and an id for what was made.

    Where a name stands for an id the id is not known.
    """

    def filled(found: re.Match[str]) -> str:
        name = found[1]
        sent = exchange.call.values.get(name)
        value = sent[0] if isinstance(sent, list) and sent else sent
        if name == "id":
            return ID
        if not isinstance(value, str) or (takes_names(promise, name) and not value.isdecimal()):
            return "[^/]+"
        return re.escape(quote(value, safe=SEGMENT_SAFE))

    return "".join(
        filled(part) if (part := re.fullmatch(r"\{(\w+)\}", piece)) else re.escape(piece)
        for piece in re.split(r"(\{\w+\})", template)
    )


def takes_names(promise: Promise, parameter: str) -> bool:
    """Whether a path parameter also takes a name in place of an id."""
    return any(one["parameter"] == parameter for one in promise.conventions.get("names_as_ids", ()))


def made_id(promise: Promise, exchange: Exchange) -> str | None:
    """The id of what was made or deleted, from the header that says it; ``None`` where none does."""
    outcome = outcome_of(promise, exchange)
    if outcome is None:
        return None
    for name, _, form in forms_of(promise, exchange, outcome):
        found = form.fullmatch(exchange.response.header(name) or "")
        if found and "id" in form.groupindex:
            return found["id"]
    return None


def deleted_id(promise: Promise, exchange: Exchange) -> str | None:
    """The id of what was deleted, from the header that says it; ``None`` where none does."""
    return made_id(promise, exchange) if exchange.operation.outcome == "delete" else None
