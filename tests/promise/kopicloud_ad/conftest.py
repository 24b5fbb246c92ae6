"""Fixtures of one API in place of those that go through all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from apitwin import data
from mockserver.kernel.promise import Promise, load
from tests.promise.reading import schemas_in


@pytest.fixture(scope="session")
def folder() -> Path:
    """The folder of its promise."""
    return data.specs_dir() / "kopicloud-ad"


@pytest.fixture(scope="session")
def promise(folder: Path) -> Promise:
    """The whole promise."""
    return load(folder)


@pytest.fixture(scope="session")
def schemas(folder: Path) -> dict[str, Any]:
    """Every named schema of every file, references replaced."""
    return schemas_in(folder)
