"""`apitwin list` and `apitwin coverage` against a count of the promise made here."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.face.command import ROOT, run

API = "kopicloud-ad"


@pytest.fixture(scope="module")
def promised() -> list[dict[str, Any]]:
    """Every operation in the files of the promise, found without the code under test."""
    files = (ROOT / "specs" / API / "paths").glob("*.yaml")
    paths = [item for file in files for item in yaml.safe_load(file.read_text()).values()]
    return [node for item in paths for node in item.values() if isinstance(node, dict) and "operationId" in node]


def test_list_as_json(promised: list[dict[str, Any]]) -> None:
    rows = {row["api"]: row for row in json.loads(run("list", "--json").stdout)}
    levels = Counter(node["x-evidence"]["level"] for node in promised)
    row = rows[API]
    assert row["operations"] == len(promised) == 84
    assert row["versions"] == ["1.0", "1.1", "1.2"]
    assert row["title"] == "KopiCloud AD API"
    for level in ("documented", "client", "assumed"):
        assert row["evidence"][level] == pytest.approx(100 * levels[level] / len(promised), abs=0.05)


def test_list_as_a_table() -> None:
    told = run("list")
    headings, *rows = told.stdout.splitlines()
    assert headings.split() == ["API", "operations", "versions", "documented", "client", "assumed", "title"]
    (row,) = (line for line in rows if line.startswith(f"{API} "))
    assert "  84 " in row
    assert row.endswith("  KopiCloud AD API")


def test_coverage_names_every_operation(promised: list[dict[str, Any]]) -> None:
    told = run("coverage", API)
    *rows, last = told.stdout.splitlines()[1:]
    assert sorted(line.split()[0] for line in rows) == sorted(node["operationId"] for node in promised)
    assert last == "84 of 84 operations"
    assert told.returncode == 0


def test_coverage_of_copernica() -> None:
    told = run("coverage", "copernica-v1")
    assert (told.returncode, told.stdout.splitlines()[-1]) == (0, "105 of 105 operations")


def test_coverage_as_json(promised: list[dict[str, Any]]) -> None:
    told = json.loads(run("coverage", API, "--json").stdout)
    assert (told["api"], told["done"], told["of"]) == (API, 84, 84)
    shown = {
        row["operation"]: (row["evidence"], row["source"], row["since"], row["section"]) for row in told["operations"]
    }
    assert shown == {
        node["operationId"]: (
            node["x-evidence"]["level"],
            node["x-evidence"]["source"],
            node["x-since"],
            node["x-section"],
        )
        for node in promised
    }


def test_coverage_of_an_operation_nobody_serves(project: Path) -> None:
    _add_operation(project)
    told = run("coverage", API, folder=project)
    assert told.returncode == 1
    assert told.stdout.splitlines()[-1] == "84 of 85 operations"
    (row,) = (line for line in told.stdout.splitlines() if line.startswith("unserved "))
    assert row.split()[1] == "NO"


def test_coverage_of_a_promise_without_a_twin(project: Path) -> None:
    (project / "specs" / API).rename(project / "specs/new-api")
    told = run("coverage", "new-api", folder=project)
    assert told.returncode == 1
    assert told.stdout.splitlines()[-1] == "0 of 84 operations"


def test_coverage_of_an_unknown_api() -> None:
    told = run("coverage", "kopicloud-da")
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == "apitwin: unknown API 'kopicloud-da' (did you mean 'kopicloud-ad'?)\n"


def _add_operation(project: Path) -> None:
    entry = project / "specs" / API / "openapi.yaml"
    document = yaml.safe_load(entry.read_text())
    answers = {"200": {"description": "done"}}
    document["paths"]["/api/Unserved"] = {"get": {"operationId": "unserved", "responses": answers}}
    entry.write_text(yaml.safe_dump(document, sort_keys=False))
