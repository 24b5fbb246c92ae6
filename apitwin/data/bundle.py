"""The promise of one API as data: its OpenAPI files joined into one document, and its conventions.

The bundle is kept as JSON in the user's cache directory under a name made of the contents of all files, so that a
changed promise is never served from an old bundle.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import orjson

from apitwin.data import strict_yaml
from apitwin.data.faults import fault_in

#: What conventions.yaml may say.
SCHEMA = Path(__file__).with_name("conventions.schema.yaml")


class BundleError(ValueError):
    """Files of a promise that are missing, unreadable or say what conventions cannot; names the file and the place."""


@dataclass(frozen=True)
class Bundle:
    """``document`` holds no references; ``conventions`` is conventions.yaml as it stands.

    ``stories`` is stories.yaml, ``states`` states.yaml; empty where there is none.
    """

    document: Mapping[str, Any]
    conventions: Mapping[str, Any]
    stories: Mapping[str, Any]
    states: Mapping[str, Any]


def load(folder: Path, *, cache: Path | None = None) -> Bundle:
    """The bundle of a folder such as specs/kopicloud-ad; raises ``BundleError``."""
    if not (folder / "openapi.yaml").is_file():
        raise BundleError(f"{folder}: no openapi.yaml")
    where = cache or cache_folder()
    if where is None:
        return _made(folder)
    kept = where / f"{folder.name}-{_fingerprint(folder)}.json"
    try:
        return Bundle(**orjson.loads(kept.read_bytes()))
    except (OSError, ValueError, TypeError):  # not kept yet, or damaged
        made = _made(folder)
    _keep(kept, orjson.dumps(made))
    return made


def join(entry: Path) -> dict[str, Any]:
    """One document with every reference to a place in the files around ``entry`` replaced by what is there."""
    from prance.util.iterators import reference_iterator
    from prance.util.resolver import RESOLVE_FILES, RESOLVE_INTERNAL, RefResolver
    from prance.util.url import ResolutionError, absurl, urlresource

    # prance reads YAML slowly, names neither file nor line of what it cannot read, and breaks on an empty file
    files = {path.resolve(): read(path) for path in sorted(entry.parent.rglob("*.yaml"))}
    known = {(urlresource(absurl(path.as_uri())), True): content for path, content in files.items()}
    found = dict(known)
    resolver = RefResolver(
        files[entry.resolve()],
        absurl(entry.resolve().as_uri()),
        reference_cache=found,
        resolve_types=RESOLVE_FILES | RESOLVE_INTERNAL,
    )
    try:
        resolver.resolve_references()
    except ResolutionError as error:
        raise BundleError(f"{entry}: {error}") from error
    outside = sorted({key[0] for key in found.keys() - known.keys()})
    outside += [reference for _, reference, _ in reference_iterator(resolver.specs)]
    if outside:
        raise BundleError(f"{entry}: {outside[0]} is referred to, and lies outside of {entry.parent}")
    document: dict[str, Any] = resolver.specs
    return document


def read(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file; raises ``BundleError``."""
    try:
        content = strict_yaml.parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, strict_yaml.StrictYamlError) as error:
        raise BundleError(f"{path}: {' '.join(str(error).split())}") from error
    if not isinstance(content, dict):
        raise BundleError(f"{path}: holds {'nothing' if content is None else type(content).__name__}, not a mapping")
    return content


def cache_folder() -> Path | None:
    """The user's folder for what can be made again; none for a user without a home, whom a shared one could deceive."""
    base = os.environ.get("XDG_CACHE_HOME")
    try:
        return Path(base or Path.home() / ".cache") / "apitwin"
    except RuntimeError:
        return None


def _made(folder: Path) -> Bundle:
    return Bundle(
        document=join(folder / "openapi.yaml"),
        conventions=_conventions(folder / "conventions.yaml"),
        stories=_if_there(folder / "stories.yaml"),
        states=_if_there(folder / "states.yaml"),
    )


def _if_there(path: Path) -> dict[str, Any]:
    """A file that a promise may do without; raises ``BundleError``."""
    return read(path) if path.is_file() else {}


def _conventions(path: Path) -> dict[str, Any]:
    """Conventions in the form of ``SCHEMA``; raises ``BundleError``."""
    content = read(path)
    fault = fault_in(content, join(SCHEMA))
    if fault is not None:
        raise BundleError(f"{path}: {fault}")
    return content


def _fingerprint(folder: Path) -> str:
    digest = blake2b(SCHEMA.read_bytes(), digest_size=16)
    for path in sorted(folder.rglob("*.yaml")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _keep(path: Path, content: bytes) -> None:
    """Write whole or not at all; a cache that cannot be written is no reason to fail."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as part:
            part.write(content)
        Path(part.name).replace(path)
    except OSError:
        return
