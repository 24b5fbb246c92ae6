"""The lines at which promises stand in their files."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from apitwin.data import specs_dir
from contract_tests.places import Place, Places
from contract_tests.promise import Promise, load
from tests.support.mini import CONVENTIONS

SMALL = """\
openapi: 3.0.3
info: {title: small, version: '1'}
paths:
  /notes/{Name}:
    $ref: 'paths/notes.yaml#/~1notes~1{Name}'
  /here:
    put:
      operationId: putHere
      requestBody:
        content:
          application/json:
            schema:
              properties:
                Label: {type: string}
      responses: {'200': {description: yes}}
"""
NOTES = """\
/notes/{Name}:
  get:
    operationId: getNote
    parameters:
    - $ref: '../parameters.yaml#/Name'
    - {name: Color, in: query, schema: {type: string}}
    responses: {'200': {description: yes}}
"""


@pytest.fixture
def small(tmp_path: Path) -> Places:
    """A promise in three files."""
    folder = tmp_path / "small"
    (folder / "paths").mkdir(parents=True)
    (folder / "openapi.yaml").write_text(SMALL)
    (folder / "paths/notes.yaml").write_text(NOTES)
    (folder / "parameters.yaml").write_text(
        "# names\nName:\n  name: Name\n  in: path\n  required: true\n  schema: {type: string}\n"
    )
    (folder / "conventions.yaml").write_text(yaml.safe_dump(CONVENTIONS))
    return Places(load(folder, cache=tmp_path / "cache"))


@pytest.mark.parametrize(
    ("operation", "parameter", "file", "line"),
    [
        ("getNote", "", "paths/notes.yaml", 2),
        ("getNote", "Color", "paths/notes.yaml", 6),
        ("getNote", "Name", "parameters.yaml", 3),
        ("getNote", "Other", "paths/notes.yaml", 2),
        ("putHere", "", "openapi.yaml", 7),
        ("putHere", "Label", "openapi.yaml", 14),
        ("nothing", "", "openapi.yaml", 1),
        ("nothing", "Name", "openapi.yaml", 1),
    ],
)
def test_places(operation: str, parameter: str, file: str, line: int, small: Places) -> None:
    assert small.of(operation, parameter) == Place(file=f"specs/small/{file}", line=line)


def test_every_operation_and_parameter_of_an_api_has_a_line_that_names_it() -> None:
    promise: Promise = load(specs_dir() / "kopicloud-ad")
    places = Places(promise)
    for operation in promise.operations.values():
        place = places.of(operation.id)
        lines = (specs_dir().parent / place.file).read_text("utf-8").splitlines()
        assert lines[place.line - 1].strip() == f"{operation.method.lower()}:"
        assert lines[place.line].strip() == f"operationId: {operation.id}"
        for parameter in operation.parameters:
            place = places.of(operation.id, parameter.name)
            text = (specs_dir().parent / place.file).read_text("utf-8").splitlines()[place.line - 1]
            assert text.endswith(f"name: {parameter.name}")


def test_a_promise_without_files_has_no_lines() -> None:
    assert Places(Promise("notes", {"paths": {}}, {})).of("getNote") == Place(file="specs/notes/openapi.yaml", line=1)
