"""Cases as data: what a generated request holds, place by place, and how it goes over the wire."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from contract_tests.exchange import MISSING, SEGMENT_SAFE, Request, encode_pairs, value_of
from contract_tests.promise import Operation

Pairs = tuple[tuple[str, str], ...]

#: Bytes of a request target; longer ones are refused in front of many an API (IIS takes 2048 of query), not by it.
LONGEST_TARGET = 2000
#: Bytes of a request body, for the same reason.
LONGEST_BODY = 64 * 1024
#: Different letters that make a text unlike any other.
TELLING = 5
FORM = "application/x-www-form-urlencoded"
_HEADER_VALUE = re.compile(r"(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?")


class Unsendable(Exception):
    """A case that no HTTP client can send, or that some server in front of the API would answer; says why."""


@dataclass(frozen=True)
class Case:
    """A generated request of an operation, before it is aimed at things that exist.

    Texts stand decoded. ``focus`` is the parameter the case is about; a ``whole`` one is about what stands together, a
    random one about nothing yet. ``body`` is a JSON value, ``content`` a body that is neither JSON nor a form.
    """

    operation: Operation = field(repr=False)
    positive: bool = True
    focus: str | None = None
    whole: bool = False
    path: Mapping[str, str] = field(default_factory=dict)
    query: Pairs = ()
    headers: Pairs = ()
    form: Pairs = ()
    body: Any = MISSING
    content: bytes = b""
    media_type: str | None = None

    @classmethod
    def of(cls, operation: Operation, values: Mapping[str, str]) -> Case:
        """The case that sends just these arguments."""
        case = cls(operation)
        for name, text in values.items():
            case = case.told(name, text)
        return case

    def told(self, name: str, text: str) -> Case:
        """The same case with an argument of the run, which is a text wherever it goes."""
        parameter = self.operation.parameter(name)
        return self.given(name, value_of(parameter, text) if self.place_of(name) in ("body", "content") else text)

    def place_of(self, name: str) -> str:
        """Where an argument stands; a name the operation does not have is a query parameter."""
        parameter = self.operation.parameter(name)
        return parameter.place if parameter else "query"

    def texts(self, name: str) -> list[Any]:
        """What the case gives a parameter: nothing, one value, or several; JSON values of a body as they are."""
        place = self.place_of(name)
        if place == "path":
            return [self.path[name]] if name in self.path else []
        if place == "content":
            return [] if self.body is MISSING else [self.body]
        if place == "body":
            return [self.body[name]] if isinstance(self.body, dict) and name in self.body else []
        return [value for key, value in self._pairs(place) if key == name]

    def names(self) -> list[str]:
        """The parameters of the operation that the case gives a value."""
        return [one.name for one in self.operation.parameters if self.texts(one.name)]

    def given(self, name: str, *texts: Any) -> Case:
        """The same case with other values for one parameter; without values it is left out."""
        place = self.place_of(name)
        if place == "path":
            return replace(self, path={**self.path, name: str(texts[0])}) if texts else self
        if place == "content":
            whole = texts[0] if texts else MISSING
            return replace(self, body=whole, media_type=None if whole is MISSING else "application/json")
        if place == "body":
            return self._given_in_body(name, texts)
        kept = [pair for pair in self._pairs(place) if pair[0] != name]
        pairs = (*kept, *((name, str(one)) for one in texts))
        if place == "form":
            return replace(self, form=pairs, media_type=self.media_type or FORM)
        return replace(self, headers=pairs) if place == "header" else replace(self, query=pairs)

    def _given_in_body(self, name: str, texts: tuple[Any, ...]) -> Case:
        if self.content or not (self.body is MISSING or isinstance(self.body, dict)):
            return self
        known = {} if self.body is MISSING else self.body
        body = {key: value for key, value in known.items() if key != name}
        if texts:
            body[name] = texts[0]
        return replace(self, body=body, media_type=self.media_type or "application/json")

    def _pairs(self, place: str) -> Pairs:
        return {"header": self.headers, "form": self.form}.get(place, self.query)


def request_of(case: Case) -> Request:
    """The request of a case, without credential and base path; raises ``Unsendable``."""
    try:
        target = _path(case) + (f"?{encode_pairs(list(case.query))}" if case.query else "")
        body = _body(case)
    except UnicodeEncodeError as error:
        raise Unsendable("a lone surrogate has no percent-encoding") from error
    if len(target) > LONGEST_TARGET or len(body) > LONGEST_BODY:
        raise Unsendable(f"{len(target)} bytes of target and {len(body)} of body are too many")
    return Request(case.operation.method, target, tuple(_headers(case)), body)


def _path(case: Case) -> str:
    path = case.operation.path
    for parameter in case.operation.parameters:
        if parameter.place != "path":
            continue
        text = case.path.get(parameter.name, "")
        # clients and servers resolve these before any API sees them, and reach another operation
        if not text or any(part in (".", "..") for part in re.split(r"[/\\]", text)):
            raise Unsendable(f"path value {text!r} would change the route")
        path = path.replace("{" + parameter.name + "}", quote(text, safe=SEGMENT_SAFE))
    return path


def _body(case: Case) -> bytes:
    if case.form:
        return encode_pairs(list(case.form)).encode()
    if case.body is not MISSING:
        return json.dumps(case.body, default=str).encode()
    return case.content


def _headers(case: Case) -> Iterator[tuple[str, str]]:
    for name, value in case.headers:
        if not _HEADER_VALUE.fullmatch(value):
            raise Unsendable(f"header {name} cannot hold {value!r}")
        yield name, value
    if case.media_type is not None:
        yield "Content-Type", case.media_type


def arguments_of(case: Case) -> dict[str, str | list[str]]:
    """Arguments as an exchange names them, for coverage and rules.

    A secret is named only where it would be known again in an answer: a row of zeros stands in many a GUID, and what
    another argument holds too may be repeated for that one.
    """
    given: dict[str, str | list[str]] = {}
    for name in case.names():
        texts = [one if isinstance(one, str) else json.dumps(one, default=str) for one in case.texts(name)]
        given[name] = texts[0] if len(texts) == 1 else texts
    secrets = {name for name in given if (known := case.operation.parameter(name)) and known.secret}
    others = [str(value) for name, value in given.items() if name not in secrets]
    kept = {name for name in secrets if _is_telling(str(given[name]), others)}
    return {name: value for name, value in given.items() if name not in secrets - kept}


def _is_telling(secret: str, others: Iterable[str]) -> bool:
    return len(set(secret)) >= TELLING and not any(secret in one for one in others)
