"""What goes over the wire: a request, its answer, and what the request was meant to provoke."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import quote

import orjson

from contract_tests.evidence import Evidence
from contract_tests.promise import Operation, Parameter, Reply
from contract_tests.schema import Schema, objects_in

#: Characters a query value may hold unencoded; a plus sign would be read as a space, and some servers part pairs at
#: semicolons.
QUERY_SAFE = "-._~:@!$'()*,/?"
#: The same for a path segment; a slash is data and gets encoded.
SEGMENT_SAFE = "-._~:@!$'()*,;="

MISSING: Any = object()


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. ``target`` is the raw path and query as sent, percent-encoding included.

    ``once``: it is not sent again when its answer is lost, since doing it twice is something else than doing it once.
    """

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    once: bool = field(default=False, compare=False)

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


@dataclass(frozen=True)
class Response:
    """One answer; header names in lower case, repeated headers kept.

    ``repeated``: the request was sent twice, since the connection was lost, and may have been carried out twice.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    seconds: float = 0.0
    repeated: bool = False

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name.lower()), None)

    @cached_property
    def json(self) -> Any:
        """The decoded body; ``MISSING`` where it is not JSON."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return MISSING

    @cached_property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a request was made to provoke: a situation of the promise, e.g. ``success`` or ``not_found``.

    Several that are all right stand with ``|`` between them. ``evidence`` says how well it is known that this request
    ends in this situation, ``refused`` how well that it is refused at all (as well, where it is not said).
    """

    situation: str
    why: str = ""
    evidence: Evidence = Evidence.DOCUMENTED
    refused: Evidence | None = None


@dataclass(frozen=True)
class Call:
    """An operation with its arguments, before it becomes a request.

    ``values`` maps wire names to text (a list sends a query name several times). ``renamed`` sends a parameter under
    another spelling. ``credential`` names one of the session's credentials; ``None`` sends none. ``raw`` is the exact
    request to send instead of one made from the values, but for credential and base path. ``headers`` and the query
    pairs ``extra`` are sent beside the arguments. ``method`` is another one than the operation has; ``mirrored`` says
    that it does the same. A ``form`` sends the body as a form, with the keys ``beside`` those of the arguments.
    ``base`` is another base path than the first.
    """

    operation: Operation
    values: Mapping[str, str | list[str]] = field(default_factory=dict)
    credential: str | None = "valid"
    expect: Expectation | None = None
    renamed: Mapping[str, str] = field(default_factory=dict)
    method: str | None = None
    mirrored: bool = False
    form: bool = False
    base: str | None = None
    beside: Mapping[str, Any] = field(default_factory=dict)
    extra: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    path_case: str | None = None
    raw: Request | None = None


@dataclass(frozen=True)
class Exchange:
    """A request of an operation and the answer it got; ``number`` counts within the run."""

    call: Call
    request: Request
    response: Response
    number: int = 0
    engine: str = "walk"

    @property
    def operation(self) -> Operation:
        return self.call.operation

    @property
    def situation(self) -> str | None:
        return self.call.expect.situation if self.call.expect else None

    @property
    def succeeded(self) -> bool:
        if self.call.method is not None and not self.call.mirrored:
            return 200 <= self.response.status < 300
        return self.operation.succeeded(self.response.status)

    @property
    def reply(self) -> Reply | None:
        """What the operation promises for the status that came; ``None`` for an undocumented one."""
        if self.call.method is not None and not self.call.mirrored:
            return None
        return self.operation.replies.get(self.response.status)

    @cached_property
    def objects(self) -> tuple[tuple[str, Mapping[str, Any], Schema], ...]:
        """Every object of the answer whose keys are promised: its pointer, the object, its schema."""
        reply, body = self.reply, self.response.json
        if reply is None or reply.schema is None or body is MISSING:
            return ()
        return tuple(objects_in(body, reply.schema))


def build_request(call: Call, headers: tuple[tuple[str, str], ...] = (), base: str = "") -> Request:
    """The request of a call, without its credential. A path parameter without a value is an error of the judge."""
    base = base if call.base is None else call.base
    if call.raw is not None:
        return replace(call.raw, target=base + call.raw.target, headers=(*headers, *call.raw.headers))
    operation = call.operation
    path = _path(call)
    pairs: list[tuple[str, str]] = []
    form: list[tuple[str, str]] = []
    lines = [*headers, *call.headers]
    body: Any = MISSING
    for name, value in call.values.items():
        parameter = operation.parameter(name)
        wire = call.renamed.get(name, name)
        many = value if isinstance(value, list) else [value]
        place = parameter.place if parameter else "query"
        if place == "query":
            pairs.extend((wire, one) for one in many)
        elif place == "header":
            lines.extend((wire, one) for one in many)
        elif place == "form":
            form.extend((wire, one) for one in many)
        elif place == "content":
            body = value_of(parameter, many[0])
        elif place == "body":
            body = {**({} if body is MISSING else body), wire: value_of(parameter, many[0])}
    pairs.extend(call.extra)
    if call.beside:
        body = {**({} if body is MISSING else body), **call.beside}
    content = b""
    if call.form and body is not MISSING:
        form, body = list(bracketed(body)), MISSING
    if form or call.form:
        content = encode_pairs(form).encode()
        lines.append(("Content-Type", "application/x-www-form-urlencoded"))
    elif body is not MISSING:
        content = orjson.dumps(body)
        lines.append(("Content-Type", "application/json"))
    target = f"{base}{path}" + (f"?{encode_pairs(pairs)}" if pairs else "")
    return Request(call.method or operation.method, target, tuple(lines), content)


def _path(call: Call) -> str:
    template = call.path_case or call.operation.path
    for parameter in call.operation.parameters:
        if parameter.place == "path":
            value = call.values[parameter.name]
            text = value[0] if isinstance(value, list) else value
            template = _fill(template, parameter.name, quote(text, safe=SEGMENT_SAFE))
    return template


def value_of(parameter: Parameter | None, text: str) -> Any:
    """What a text stands for in a JSON body: itself for a text, and for what cannot be read."""
    if parameter is None or parameter.is_text:
        return text
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def bracketed(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """A JSON value as pairs of a form, nested by brackets as PHP reads them."""
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for key, one in inner:
            yield from bracketed(one, f"{name}[{key}]" if name else str(key))
    elif isinstance(value, bool):
        yield name, "1" if value else "0"
    else:
        yield name, "" if value is None else str(value)


def _fill(template: str, name: str, value: str) -> str:
    return template.replace("{" + name + "}", value)


def encode_pairs(pairs: list[tuple[str, str]]) -> str:
    """Pairs as a query string or form body."""
    return "&".join(f"{quote(name, safe=QUERY_SAFE)}={quote(value, safe=QUERY_SAFE)}" for name, value in pairs)
