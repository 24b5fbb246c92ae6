"""Promises as data: files joined into one document, kept by their content, every break told with its place."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import orjson
import pytest

import contract_tests.promise
from apitwin.data import bundle as module
from apitwin.data.bundle import Bundle, BundleError, load
from mockserver.kernel import promise
from mockserver.kernel.operation import PromiseError

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
CONVENTIONS = """
media_type: application/json
casing: {routes: insensitive, query_names: exact}
credential: {in: header, name: X-Token}
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
        ("conventions.yaml", CONVENTIONS),
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
    join = module.join

    def counted(entry: Path) -> dict[str, Any]:
        if entry.name == "openapi.yaml":
            done.append(entry)
        return join(entry)

    monkeypatch.setattr(module, "join", counted)
    return done


def schema(bundle: Bundle) -> Any:
    """The schema of the toy's only answer."""
    good = bundle.document["paths"]["/things"]["get"]["responses"]["200"]
    return good["content"]["application/json"]["schema"]


def test_files_become_one_document_without_references(folder: Path, cache: Path) -> None:
    bundle = load(folder, cache=cache)
    assert bundle.conventions["media_type"] == "application/json"
    assert schema(bundle)["properties"]["made"] == {"type": "string", "example": "2026-01-31"}
    assert b"$ref" not in orjson.dumps(bundle.document)


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
    assert schema(load(folder, cache=tmp_path / "file" / "cache"))


def test_a_user_without_a_home_has_no_cache(monkeypatch: pytest.MonkeyPatch, folder: Path, bundled: list[Path]) -> None:
    """A folder for all in its place could be filled by others."""

    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    assert load(folder) == load(folder)
    assert len(bundled) == 2
    assert module.cache_folder() is None


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
        (
            "schemas.yaml",
            "Thing: {}\nThing: {}",
            "line 2, column 1: key 'Thing' stands here a second time",
        ),
        ("paths/things.yaml", THINGS.replace("../schemas.yaml", "../../other.yaml"), "other.yaml"),
        ("paths/things.yaml", THINGS.replace("../schemas", "http://127.0.0.1:1/schemas"), "outside of"),
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
    with pytest.raises(BundleError, match=told):
        load(folder, cache=cache)


def test_what_lies_outside_of_the_folder_is_no_part_of_it(folder: Path, cache: Path) -> None:
    (folder.parent / "other.yaml").write_text(SCHEMAS)
    (folder / "paths/things.yaml").write_text(THINGS.replace("../schemas.yaml", "../../other.yaml"))
    with pytest.raises(BundleError, match=r"other\.yaml is referred to, and lies outside of"):
        load(folder, cache=cache)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("sitautions: {}", "unknown key 'sitautions' (did you mean 'situations'?)"),
        ("envelope: {paylod: result}", "envelope: unknown key 'paylod' (did you mean 'payload'?)"),
        ("query: {repeated: frist}", "query.repeated: 'frist' is not allowed (did you mean 'first'?)"),
        ("situations: {hiden: {code: 404}}", "situations: unknown key 'hiden' (did you mean 'hidden'?)"),
        ("situations: {hidden: {cod: 404}}", "situations.hidden: unknown key 'cod' (did you mean 'code'?)"),
        ("lists: {evidence: {levl: client}}", "lists.evidence: unknown key 'levl' (did you mean 'level'?)"),
        ("environment: {root: {operation: x, kye: y}}", "environment.root: unknown key 'kye' (did you mean 'key'?)"),
        ("served: {pages: swagger}", "served.pages: "),
        ("casing: {}", "line 5, column 1: key 'casing' stands here a second time"),
    ],
)
def test_conventions_that_say_what_nobody_understands_are_refused(
    folder: Path, cache: Path, more: str, told: str
) -> None:
    (folder / "conventions.yaml").write_text(f"{CONVENTIONS.lstrip()}\n{more}\n")
    with pytest.raises(BundleError, match=f"conventions.yaml: {re.escape(told)}"):
        load(folder, cache=cache)
    assert not cache.exists()


@pytest.mark.parametrize("key", ["media_type", "casing", "credential"])
def test_conventions_that_lack_what_every_api_needs_are_refused(folder: Path, cache: Path, key: str) -> None:
    lines = [line for line in CONVENTIONS.splitlines() if not line.startswith(key)]
    (folder / "conventions.yaml").write_text("\n".join(lines))
    with pytest.raises(BundleError, match=f"conventions.yaml: .*{key}"):
        load(folder, cache=cache)


def test_twin_and_judge_read_the_same(folder: Path, cache: Path) -> None:
    bundle, twin, judge = (read(folder, cache=cache) for read in (load, promise.load, contract_tests.promise.load))
    for one in (twin, judge):
        assert (one.document, one.conventions) == (bundle.document, bundle.conventions)


def test_twin_and_judge_tell_what_is_wrong_in_their_own_way(folder: Path, cache: Path) -> None:
    (folder / "conventions.yaml").write_text(f"{CONVENTIONS}\nsitautions: {{}}\n")
    for read, error in (
        (promise.load, PromiseError),
        (contract_tests.promise.load, contract_tests.promise.PromiseError),
    ):
        with pytest.raises(error, match="unknown key 'sitautions'"):
            read(folder, cache=cache)
