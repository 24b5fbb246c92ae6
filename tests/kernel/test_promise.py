"""Promises: files joined into one document, kept by their content, every break told with its place."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from mockserver.kernel import promise as module
from mockserver.kernel.compiled import Compiled
from mockserver.kernel.operation import Evidence, Parameter, PromiseError
from mockserver.kernel.promise import Promise, load
from mockserver.kernel.routing import Router
from tests.support import mini

OPENAPI = """
openapi: 3.0.3
info: {title: toy, version: '1'}
paths:
  /things:
    $ref: paths/things.yaml#/~1things
"""
THINGS = """
/things:
  get:
    operationId: listThings
    responses:
      "200": {description: all, content: {application/json: {schema: {$ref: '../schemas.yaml#/Thing'}}}}
"""
SCHEMAS = """
Thing: {type: object, properties: {made: {type: string, example: 2026-01-31}}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The promise of a toy API in four files."""
    folder = tmp_path / "toy"
    for name, content in (
        ("openapi.yaml", OPENAPI),
        ("paths/things.yaml", THINGS),
        ("schemas.yaml", SCHEMAS),
        ("conventions.yaml", "media_type: application/json"),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, "utf-8")
    return folder


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """Where bundles are kept."""
    return tmp_path / "cache"


@pytest.fixture
def bundled(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Every bundling that really happened."""
    done: list[Path] = []
    bundle = module.bundle

    def counted(entry: Path) -> dict[str, Any]:
        done.append(entry)
        return bundle(entry)

    monkeypatch.setattr(module, "bundle", counted)
    return done


def schema(promise: Promise) -> Any:
    """The schema of the toy's only answer."""
    return promise.operations["listThings"].responses[200]["content"]["application/json"]["schema"]


def test_files_become_one_document_without_references(folder: Path, cache: Path) -> None:
    promise = load(folder, cache=cache)
    assert (promise.name, promise.conventions) == ("toy", {"media_type": "application/json"})
    assert schema(promise)["properties"]["made"] == {"type": "string", "example": "2026-01-31"}
    assert b"$ref" not in orjson.dumps(promise.document)


def test_a_bundle_is_made_once_and_is_the_same_when_kept(folder: Path, cache: Path, bundled: list[Path]) -> None:
    made, kept = load(folder, cache=cache), load(folder, cache=cache)
    assert made == kept
    assert len(bundled) == 1


@pytest.mark.parametrize("file", ["openapi.yaml", "paths/things.yaml", "schemas.yaml", "conventions.yaml"])
def test_a_changed_file_is_never_served_from_an_old_bundle(
    folder: Path, cache: Path, bundled: list[Path], file: str
) -> None:
    load(folder, cache=cache)
    (folder / file).write_text((folder / file).read_text("utf-8") + "\n# changed\n", "utf-8")
    load(folder, cache=cache)
    assert len(bundled) == 2


@pytest.mark.parametrize("damage", [b"", b"{", b"null", b"[]", b"{}", b'{"document": {}}', b"\xff"])
def test_a_damaged_bundle_is_made_anew(folder: Path, cache: Path, damage: bytes) -> None:
    made = load(folder, cache=cache)
    (kept,) = cache.iterdir()
    kept.write_bytes(damage)
    assert load(folder, cache=cache) == made
    assert kept.read_bytes() != damage


def test_a_cache_that_cannot_be_written_is_no_reason_to_fail(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert load(folder, cache=tmp_path / "file" / "cache").name == "toy"


def test_a_user_without_a_home_has_a_cache_all_the_same(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    assert load(folder).name == "toy"


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("openapi.yaml", None, "no openapi.yaml"),
        ("openapi.yaml", "", "openapi.yaml: holds nothing, not a mapping"),
        ("openapi.yaml", "paths: [", "openapi.yaml: "),
        ("paths/things.yaml", None, "things.yaml"),
        ("paths/things.yaml", "- x", "things.yaml: holds list, not a mapping"),
        ("paths/things.yaml", "/others: {}", "things"),
        ("schemas.yaml", "Thnig: {}", "Thing"),
        ("conventions.yaml", None, "conventions.yaml: "),
    ],
)
def test_what_is_missing_or_broken_is_named(
    folder: Path, cache: Path, file: str, content: str | None, told: str
) -> None:
    if content is None:
        os.remove(folder / file)
    else:
        (folder / file).write_text(content, "utf-8")
    with pytest.raises(PromiseError, match=told):
        load(folder, cache=cache)


def test_an_operation_id_stands_once() -> None:
    paths = {**mini.DOCUMENT["paths"], "/Again": mini.DOCUMENT["paths"]["/Open"]}
    twice = Promise("mini", {**mini.DOCUMENT, "paths": paths}, mini.CONVENTIONS)
    with pytest.raises(PromiseError, match="operationId open: GET /Open and GET /Again"):
        twice.operations  # noqa: B018 - reading is what raises


def test_two_operations_that_no_request_tells_apart_are_refused() -> None:
    one = Promise("mini", mini.DOCUMENT, mini.CONVENTIONS).operations["getThing"]
    other = replace(one, id="getOther", path="/THINGS/{Other}")
    with pytest.raises(PromiseError, match="getOther and getThing are both GET"):
        Router([one, other], fold=True)
    assert Router([one, other], fold=False).match("GET", "/THINGS/x") is not None


def parameter(**given: Any) -> Parameter:
    """A parameter of no importance."""
    fields = {"name": "X", "place": "query", "required": False, "schema": {"type": "string"}, "allow_empty": False}
    return Parameter(**{**fields, "field": None, "secret": False, "max_length": None, **given})


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"place": "header"}, "getThing X: parameters in 'header' are not understood"),
        ({"place": "cookie"}, "parameters in 'cookie' are not understood"),
        ({"schema": {"type": "object"}}, "parameter X: type 'object' is not understood"),
        ({"schema": {"type": "array", "items": {"type": "array"}}}, "parameter X: type 'array' is not understood"),
    ],
)
def test_a_parameter_the_twin_would_not_serve_is_refused_at_start(given: dict[str, Any], told: str) -> None:
    one = Promise("mini", mini.DOCUMENT, mini.CONVENTIONS).operations["getThing"]
    with pytest.raises(PromiseError, match=told):
        Compiled(replace(one, parameters=(parameter(**given),)), media_type="application/json", fold=True)


def test_what_has_no_evidence_is_assumed() -> None:
    assert Evidence.of({}) == Evidence("assumed", "none")
    assert Evidence.of({"x-evidence": {"level": "client", "source": "x"}}) == Evidence("client", "x")
