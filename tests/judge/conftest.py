"""Shared by the tests of the judge: the promise it judges by."""

from __future__ import annotations

import pytest

from apitwin.data import specs_dir
from contract_tests.promise import Promise, load


@pytest.fixture(scope="session")
def kopicloud_promise() -> Promise:
    """The promise of the KopiCloud AD API, as the judge reads it."""
    return load(specs_dir() / "kopicloud-ad")
