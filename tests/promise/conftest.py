"""The promise as its files have it, bundled once per session."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from apitwin import data
from apitwin.data.bundle import join
from mockserver.kernel.promise import Promise, load


@pytest.fixture(scope="session")
def folder() -> Path:
    """specs/kopicloud-ad."""
    return data.specs_dir() / "kopicloud-ad"


@pytest.fixture(scope="session")
def promise(folder: Path) -> Promise:
    """The whole promise."""
    return load(folder)


@pytest.fixture(scope="session")
def schemas(folder: Path) -> dict[str, Any]:
    """Every named schema of every file, references replaced."""
    return {name: schema for file in sorted((folder / "schemas").glob("*.yaml")) for name, schema in join(file).items()}
