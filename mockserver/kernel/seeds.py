"""Seeds: documents a world is planted from. Read safely, checked against the API's schema, then handed to the API."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml

from mockserver.kernel.api import Api
from mockserver.kernel.clock import SEED, Clock, SeedState
from mockserver.kernel.names import nearest
from mockserver.kernel.settings import SettingError
from mockserver.kernel.work import Work, begin

SIZE_LIMIT = 16 * 1024 * 1024

#: Keys every seed may have beside the API's own.
COMMON: Mapping[str, Any] = {
    "title": {"type": "string"},
    "seed": {"type": "integer", "minimum": 0},
    "clock": {"type": "string"},
    "settings": {"type": "object"},
}


class SeedError(ValueError):
    """A seed that cannot be planted: the file, the place inside it, and what is wrong there."""

    def __init__(self, path: str, message: str, *, file: str = "") -> None:
        self.path, self.message, self.file = path, message, file
        super().__init__(": ".join(part for part in (file, path, message) if part))


def load(api: Api, name: str, *, directory: Path) -> Mapping[str, Any]:
    """A checked seed document: ``<directory>/<api>/seeds/<name>.yaml``, or one a generator makes (``large:42``)."""
    generator, colon, number = name.partition(":")
    if generator in api.generators:
        if colon and not number.isdigit():
            raise SeedError("", f"seed {name!r}: {number!r} is no number to generate from")
        return api.generators[generator](int(number or 1))
    folder = directory / api.name / "seeds"
    path = folder / f"{name}.yaml"
    known = [*api.generators, *(file.stem for file in folder.glob("*.yaml"))]
    if name not in known:
        raise SeedError("", f"{api.name} has no seed {name!r}{nearest(name, known)}")
    document = read(path)
    check(api, document, file=str(path))
    return document


def read(path: Path) -> Mapping[str, Any]:
    """A YAML mapping without anchors and aliases, at most 16 MiB of UTF-8."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SeedError("", f"cannot be read: {error.strerror}", file=str(path)) from error
    if len(content) > SIZE_LIMIT:
        raise SeedError("", f"{len(content)} bytes are too many; at most {SIZE_LIMIT}", file=str(path))
    try:
        document = _parsed(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise SeedError("", f"byte {error.start} is not UTF-8", file=str(path)) from error
    except yaml.YAMLError as error:
        raise SeedError("", " ".join(str(error).split()), file=str(path)) from error
    if not isinstance(document, dict):
        raise SeedError("", f"holds {type(document).__name__}, not a mapping", file=str(path))
    return document


def check(api: Api, document: Mapping[str, Any], *, file: str = "") -> None:
    """Raise ``SeedError`` for the first thing in a document that the API's schema does not allow."""
    schema = {**api.seed_schema, "properties": {**COMMON, **api.seed_schema.get("properties", {})}}
    for error in jsonschema_rs.Draft7Validator(schema).iter_errors(document):
        raise SeedError(_place(error.instance_path), _message(error, schema), file=file)


def plant(api: Api, work: Work, document: Mapping[str, Any]) -> None:
    """Fill an empty world: seed number, clock and settings first, then the API's own things."""
    if "seed" in document:
        work.store.insert(SEED, SeedState(number=document["seed"]))
    if "clock" in document:
        Clock(store=work.store).freeze(_moment(document["clock"]))
    try:
        api.declared_settings.change(work.store, document.get("settings", {}))
    except SettingError as error:
        raise SeedError("settings", str(error)) from error
    api.plant(begin(work.store, api.declared_settings), document)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise SeedError("clock", f"{text!r} is no ISO 8601 moment like 2026-01-31T12:00:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _parsed(text: str) -> Any:
    """The YAML value, refused when it has aliases: a page of them can grow into gigabytes."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for event in yaml.parse(text, Loader=loader):
        if isinstance(event, yaml.AliasEvent):
            line = event.start_mark.line + 1
            raise yaml.YAMLError(f"line {line}: aliases are not allowed in seeds; write the value out")
    return yaml.load(text, Loader=loader)  # noqa: S506 - both loaders are safe ones


def _place(path: list[str | int]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.lstrip(".")


def _message(error: Any, schema: Mapping[str, Any]) -> str:
    unexpected = getattr(error.kind, "unexpected", None)
    if unexpected:
        known = _properties(schema, error.schema_path)
        return f"unknown key {unexpected[0]!r}{nearest(unexpected[0], known)}"
    return str(error.message)


def _properties(schema: Mapping[str, Any], path: list[str | int]) -> list[str]:
    node: Any = schema
    for part in path[:-1]:
        node = node[part]
    return list(node.get("properties", ()))
