"""What an operation promises to answer: statuses, media types, the form of bodies, headers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.kernel.http import Reply
from mockserver.kernel.operation import Operation, PromiseError
from mockserver.kernel.schema import Schema
from mockserver.kernel.texts import Convert, Doubt, converter

NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


@dataclass(frozen=True, slots=True)
class _Header:
    name: str
    required: bool
    convert: Convert
    schema: Schema

    def fault(self, texts: list[str]) -> str | None:
        if not texts:
            return f"header {self.name} is promised and missing" if self.required else None
        try:
            value = self.convert(texts[0])
        except Doubt:
            return f"header {self.name}: {texts[0]!r} is of another type than promised"
        found = None if self.schema.is_valid(value) else self.schema.fault(value)
        return None if found is None else f"header {self.name}: {found}"


@dataclass(frozen=True, slots=True)
class _Answer:
    """One promised answer: schemas by media type (none: no body), that of the API's own media type, headers."""

    schemas: Mapping[str, Schema | None]
    usual: Schema | None
    headers: tuple[_Header, ...]


class Answers:
    """The answers of one operation; ``media_type`` is that of replies which name none.

    Raises ``PromiseError`` for a header whose type no text has.
    """

    def __init__(self, operation: Operation, media_type: str) -> None:
        self._media_type = media_type
        self._promised = {
            status: _answer(operation, response, media_type) for status, response in operation.responses.items()
        }

    def fault(self, reply: Reply) -> str | None:
        """How a reply breaks the promise; ``None`` when it keeps it."""
        promised = self._promised.get(reply.status)
        if promised is None:
            return f"status {reply.status} is not promised (promised: {sorted(self._promised)})"
        if reply.headers or promised.headers:
            fault = _header_fault(promised, reply)
            if fault is not None:
                return fault
        if reply.body is None:
            return f"no body; promised: {', '.join(promised.schemas)}" if promised.schemas else None
        if reply.media_type is None and promised.usual is not None:
            schema = promised.usual
        else:
            media_type = reply.media_type or self._media_type
            found = promised.schemas.get(media_type, promised.schemas.get(media_type.partition(";")[0]))
            if found is None:
                return _media_fault(promised, media_type)
            schema = found
        return None if isinstance(reply.body, bytes) or schema.is_valid(reply.body) else schema.fault(reply.body)


def _media_fault(promised: _Answer, media_type: str) -> str | None:
    if not promised.schemas:
        return "a body, and none is promised"
    if media_type in promised.schemas or media_type.partition(";")[0] in promised.schemas:
        return None
    return f"media type {media_type!r} is not promised (promised: {', '.join(promised.schemas)})"


def unwritable(reply: Reply) -> str | None:
    """Which header no HTTP message can have, and its value."""
    wrong = (pair for pair in reply.headers if not NAME.fullmatch(pair[0]) or not VALUE.fullmatch(pair[1]))
    return next((f"header {name!r}: {value!r} cannot be written" for name, value in wrong), None)


def _header_fault(promised: _Answer, reply: Reply) -> str | None:
    texts: dict[str, list[str]] = {}
    for name, value in reply.headers:
        texts.setdefault(name.lower(), []).append(value)
    faults = (header.fault(texts.get(header.name.lower(), [])) for header in promised.headers)
    return unwritable(reply) or next((fault for fault in faults if fault is not None), None)


def _answer(operation: Operation, response: Mapping[str, Any], media_type: str) -> _Answer:
    content = response.get("content", {})
    schemas = {name: Schema(one["schema"]) if "schema" in one else None for name, one in content.items()}
    return _Answer(
        schemas=schemas,
        usual=schemas.get(media_type),
        headers=tuple(_header(operation, name, one) for name, one in response.get("headers", {}).items()),
    )


def _header(operation: Operation, name: str, node: Mapping[str, Any]) -> _Header:
    schema = node.get("schema", {})
    kind = schema.get("type", "string")
    convert = converter(kind)
    if convert is None:
        raise PromiseError(f"{operation.id} header {name}: type {kind!r} is not understood")
    return _Header(name, node.get("required", False), convert, Schema(schema))
