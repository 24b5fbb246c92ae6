"""Seeds: documents a world is planted from. Read safely, checked against the API's schema, then handed to the API."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from apitwin.data import strict_yaml
from apitwin.data.faults import fault_in
from mockserver.kernel.api import Api
from mockserver.kernel.clock import SEED, Clock, ClockError, SeedState
from mockserver.kernel.errors import ApiError
from mockserver.kernel.names import nearest
from mockserver.kernel.settings import SettingError
from mockserver.kernel.store.protocol import StoreError
from mockserver.kernel.work import Work, begin

SIZE_LIMIT = 16 * 1024 * 1024

#: Keys every seed may have beside the API's own: a word on it, the number identities are drawn from, the moment the
#: world's clock stands still at, and settings that differ from their defaults.
COMMON: Mapping[str, Any] = {
    "title": {"type": "string"},
    "seed": {"type": "integer", "minimum": 0, "maximum": 2**63 - 1},
    "clock": {"type": "string"},
    "settings": {"type": "object"},
}


class SeedError(ValueError):
    """A seed that cannot be planted: the file, the place inside it (``users[3].manager``), and what is wrong there."""

    def __init__(self, path: str, message: str, *, file: str = "") -> None:
        self.path, self.message, self.file = path, message, file
        super().__init__(": ".join(part for part in (file, path, message) if part))


class Document(dict[str, Any]):
    """A seed document that knows where it came from, so that errors found while planting can say so."""

    def __init__(self, content: Mapping[str, Any], *, file: str) -> None:
        super().__init__(content)
        self.file = file


def load(api: Api, name: str, *, directory: Path) -> Mapping[str, Any]:
    """A checked seed document: ``<directory>/<api>/seeds/<name>.yaml``, or one a generator makes (``large:42``).

    Raises ``SeedError``.
    """
    generator, colon, number = name.partition(":")
    folder = directory / api.name / "seeds"
    if generator in api.generators:
        document = Document(_generated(api.generators[generator], name, number if colon else "1"), file=f"seed {name}")
    else:
        known = [*api.generators, *(file.stem for file in folder.glob("*.yaml"))]
        if name not in known:
            raise SeedError("", f"{api.name} has no seed {name!r}{nearest(name, known)}")
        document = read(folder / f"{name}.yaml")
    check(api, document, file=document.file)
    return document


def read(path: Path) -> Document:
    """A YAML mapping of at most 16 MiB of UTF-8, in the plain form of ``strict_yaml``. Raises ``SeedError``."""
    file = str(path)
    try:
        with path.open("rb") as stream:
            content = stream.read(SIZE_LIMIT + 1)
        if len(content) > SIZE_LIMIT:
            raise SeedError("", f"larger than {SIZE_LIMIT} bytes", file=file)
        found = strict_yaml.parse(content.decode("utf-8-sig"))
    except OSError as error:
        raise SeedError("", f"cannot be read: {error.strerror}", file=file) from error
    except UnicodeDecodeError as error:
        raise SeedError("", f"byte {error.start} is not UTF-8 (0x{content[error.start]:02x})", file=file) from error
    except strict_yaml.StrictYamlError as error:
        raise SeedError("", str(error), file=file) from error
    if not isinstance(found, dict):
        what = "is empty" if found is None else f"holds a {type(found).__name__}"
        raise SeedError("", f"{what}; a seed is a mapping", file=file)
    return Document(found, file=file)


def check(api: Api, document: Mapping[str, Any], *, file: str = "") -> None:
    """Raise ``SeedError`` for the first thing in a document that the API's schema does not allow."""
    schema = {**api.seed_schema, "properties": {**api.seed_schema.get("properties", {}), **COMMON}}
    fault = fault_in(document, schema)
    if fault is not None:
        raise SeedError(fault.place, fault.message, file=file)


def plant(api: Api, work: Work, document: Mapping[str, Any], *, settings: Mapping[str, Any] | None = None) -> None:
    """Fill an empty world: seed number, clock and settings first, then the API's own things.

    ``settings`` win over those of the document. Raises ``SettingError`` for them, ``SeedError`` for all else, also for
    what the API's services or the store refuse.
    """
    with _told_with_file(document):
        _plant_common(api, work, document)
    api.declared_settings.change(work.store, settings or {})
    with _told_with_file(document):
        api.plant(begin(work.store, api.declared_settings), document)


def numbered(entries: Iterable[Any], place: str) -> Iterator[tuple[str, Any]]:
    """The entries of a list in a seed, each with its own place: ``users[3]``."""
    for number, entry in enumerate(entries):
        yield f"{place}[{number}]", entry


@contextmanager
def placed(at: str) -> Iterator[None]:
    """What a service refuses becomes an error at a place in the seed."""
    try:
        yield
    except ApiError as error:
        raise SeedError(at, error.message) from error
    except SeedError as error:
        raise SeedError(error.path or at, error.message) from error


def moment(at: str, text: str) -> datetime:
    """The moment that an ISO 8601 text with a time zone is; raises ``SeedError``."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise SeedError(at, f"{text!r} is no ISO 8601 moment like 2026-01-31T12:00:00Z") from None
    if found.tzinfo is None:
        raise SeedError(at, f"{text!r} names no time zone; end it in Z for UTC")
    return found


@contextmanager
def _told_with_file(document: Mapping[str, Any]) -> Iterator[None]:
    file = getattr(document, "file", "")
    try:
        yield
    except SeedError as error:
        raise SeedError(error.path, error.message, file=error.file or file) from error
    except SettingError as error:
        raise SeedError("settings", str(error), file=file) from error
    except (ApiError, StoreError) as error:
        raise SeedError("", str(error), file=file) from error


def _generated(make: Callable[[int], Mapping[str, Any]], name: str, number: str) -> Mapping[str, Any]:
    if not re.fullmatch("[0-9]{1,18}", number):
        raise SeedError("", f"seed {name!r}: {number!r} is no number to generate from; write one like 42")
    return make(int(number))


def _plant_common(api: Api, work: Work, document: Mapping[str, Any]) -> None:
    store = work.store
    if "seed" in document:
        put = store.replace if store.get(SEED, "seed") else store.insert
        put(SEED, SeedState(number=document["seed"]))
    if "clock" in document:
        try:
            Clock(store=store).freeze(moment("clock", document["clock"]))
        except ClockError as error:
            raise SeedError("clock", f"{document['clock']!r}: {error}") from None
    api.declared_settings.change(store, document.get("settings", {}))
