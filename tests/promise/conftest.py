"""Promises as their files have them, bundled once per session."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from apitwin import data
from apitwin.data.bundle import join
from mockserver.kernel.promise import Promise, load


@pytest.fixture(scope="session", params=data.api_names())
def api(request: pytest.FixtureRequest) -> str:
    """Every API in turn; tests of one alone name it by a fixture of their own."""
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
    return {name: schema for file in sorted((folder / "schemas").glob("*.yaml")) for name, schema in join(file).items()}
