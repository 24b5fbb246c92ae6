"""Shared by the tests of the command: a served twin, and copies of the project that tests may change."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.face.command import ROOT, Twin, serving
from tests.support.mini import CONVENTIONS, DOCUMENT


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Bundles of changed promises are not left in the user's cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def served() -> Iterator[Twin]:
    """The twin of the KopiCloud AD API with the baseline seed; tests that change it use worlds of their own."""
    with serving("kopicloud-ad") as twin:
        yield twin


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what the command consists of. Run in it, the command finds the copy's code, promises and seeds."""
    for name in ("apitwin", "mockserver", "specs", "fixtures"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def two_apis(project: Path) -> Path:
    """The same with the miniature API of the pipeline tests as a second one, added by adding folders."""
    package, promise, seeds = project / "mockserver/apis/mini", project / "specs/mini", project / "fixtures/mini/seeds"
    for folder in (package, promise, seeds):
        folder.mkdir(parents=True)
    shutil.copy(ROOT / "tests/support/mini.py", package / "__init__.py")
    (promise / "openapi.yaml").write_text(json.dumps(DOCUMENT))
    (promise / "conventions.yaml").write_text(json.dumps(CONVENTIONS))
    (seeds / "baseline.yaml").write_text("title: nothing\n")
    return project
