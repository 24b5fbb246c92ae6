"""Shared by the tests of the judge: the promise it judges by, a served twin, and one that is broken."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from apitwin.data import specs_dir
from contract_tests.promise import Promise, load
from tests.face.command import Twin, serving
from tests.judge.broken import breaking


@pytest.fixture(scope="session")
def kopicloud_promise() -> Promise:
    """The promise of the KopiCloud AD API, as the judge reads it."""
    return load(specs_dir() / "kopicloud-ad")


@pytest.fixture(scope="session")
def served() -> Iterator[Twin]:
    """The twin of the KopiCloud AD API with the baseline seed, in a process of its own."""
    with serving("kopicloud-ad") as twin:
        yield twin


@pytest.fixture(scope="session")
def broken(served: Twin) -> Iterator[str]:
    """The address of the same twin behind a server that spells one key of its groups differently."""
    with breaking(served.url, b'"ouPath":', b'"oupath":', under="/api/ADGroups") as address:
        yield address
