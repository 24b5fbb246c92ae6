"""Promises as their files have them, bundled once per session."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from apitwin import data
from mockserver.kernel.promise import Promise, load
from tests.promise.reading import schemas_in


@pytest.fixture(scope="session", params=data.api_names())
def api(request: pytest.FixtureRequest) -> str:
    """Every API in turn."""
    return str(request.param)


@pytest.fixture(scope="session")
def folder(api: str) -> Path:
    """The folder of its promise."""
    return data.specs_dir() / api


@pytest.fixture(scope="session")
def promise(folder: Path) -> Promise:
    """The whole promise."""
    return load(folder)


@pytest.fixture(scope="session")
def schemas(folder: Path) -> dict[str, Any]:
    """Every named schema of every file, references replaced."""
    return schemas_in(folder)
