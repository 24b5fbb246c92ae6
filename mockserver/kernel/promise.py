"""The promise of one API as data: the bundled OpenAPI document and the conventions, loaded fast.

Reading and joining some thirty YAML files takes over a second; the bundle is therefore kept as JSON in the user's cache
directory under a name made of the contents of all files, so that a changed promise is never served from an old bundle.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any

import orjson

from mockserver.kernel.operation import Operation, PromiseError, operations_of


@dataclass(frozen=True)
class Promise:
    """What one API promises. ``document`` holds no references; ``conventions`` is conventions.yaml as it stands."""

    name: str
    document: Mapping[str, Any]
    conventions: Mapping[str, Any]

    @cached_property
    def operations(self) -> dict[str, Operation]:
        """Operations by id; raises ``PromiseError`` for an id that stands twice."""
        found: dict[str, Operation] = {}
        for one in operations_of(self.document):
            other = found.setdefault(one.id, one)
            if other is not one:
                raise PromiseError(f"operationId {one.id}: {other.method} {other.path} and {one.method} {one.path}")
        return found


def load(folder: Path, *, cache: Path | None = None) -> Promise:
    """The promise in a folder such as specs/kopicloud-ad; raises ``PromiseError`` naming what is missing or broken."""
    if not (folder / "openapi.yaml").is_file():
        raise PromiseError(f"{folder}: no openapi.yaml")
    kept = (cache or _cache_folder()) / f"{folder.name}-{_fingerprint(folder)}.json"
    try:
        parts = orjson.loads(kept.read_bytes())
        return Promise(folder.name, parts["document"], parts["conventions"])
    except (OSError, ValueError, TypeError, KeyError):  # not kept yet, or damaged
        parts = {"document": bundle(folder / "openapi.yaml"), "conventions": _read_yaml(folder / "conventions.yaml")}
    content = orjson.dumps(parts, default=str)
    _keep(kept, content)
    parts = orjson.loads(content)
    return Promise(folder.name, parts["document"], parts["conventions"])


def bundle(entry: Path) -> dict[str, Any]:
    """One document with every reference, in whatever file, replaced by what it points to."""
    from prance.util.resolver import RefResolver
    from prance.util.url import ResolutionError, absurl

    # prance names neither file nor line of what it cannot read, and breaks on an empty file
    parts = {path: _read_yaml(path) for path in sorted(entry.parent.rglob("*.yaml"))}
    resolver = RefResolver(parts[entry], absurl(entry.resolve().as_uri()))
    try:
        resolver.resolve_references()
    except ResolutionError as error:
        raise PromiseError(f"{entry}: {error}") from error
    document: dict[str, Any] = orjson.loads(orjson.dumps(resolver.specs, default=str))
    return document


def _read_yaml(path: Path) -> dict[str, Any]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - the C loader is a safe one
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise PromiseError(f"{path}: {' '.join(str(error).split())}") from error
    if not isinstance(content, dict):
        raise PromiseError(f"{path}: holds {'nothing' if content is None else type(content).__name__}, not a mapping")
    return content


def _fingerprint(folder: Path) -> str:
    digest = blake2b(digest_size=16)
    for path in sorted(folder.rglob("*.yaml")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME")
    try:
        return Path(base or Path.home() / ".cache") / "apitwin"
    except RuntimeError:  # a user without a home
        return Path(tempfile.gettempdir()) / "apitwin"


def _keep(path: Path, content: bytes) -> None:
    """Write whole or not at all; a cache that cannot be written is no reason to fail."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as part:
            part.write(content)
        Path(part.name).replace(path)
    except OSError:
        return
