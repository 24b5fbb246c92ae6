"""Promises: operations that stand once and can be told apart, parameters that are understood, evidence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mockserver.kernel.compiled import Compiled
from mockserver.kernel.operation import Evidence, Parameter, PromiseError
from mockserver.kernel.promise import Promise, load
from mockserver.kernel.routing import Router
from tests.support import mini


def test_a_promise_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(PromiseError, match=r"nowhere: no openapi\.yaml"):
        load(tmp_path / "nowhere")


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
    return Parameter(**{**fields, "secret": False, **given})


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"place": "cookie"}, "getThing X: parameters in 'cookie' are not understood"),
        ({"schema": {"type": "object"}}, "parameter X: type 'object' is not understood"),
        ({"schema": {"type": "array", "items": {"type": "array"}}}, "parameter X: type 'array' is not understood"),
    ],
)
def test_a_parameter_the_twin_would_not_serve_is_refused_at_start(given: dict[str, Any], told: str) -> None:
    one = Promise("mini", mini.DOCUMENT, mini.CONVENTIONS).operations["getThing"]
    with pytest.raises(PromiseError, match=told):
        Compiled(replace(one, parameters=(parameter(**given),)), mini.CONVENTIONS)


def test_what_has_no_evidence_is_assumed() -> None:
    assert Evidence.of({}) == Evidence("assumed", "none")
    assert Evidence.of({"x-evidence": {"level": "client", "source": "x"}}) == Evidence("client", "x")
