"""Tests of one API."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def api() -> str:
    """The one."""
    return "copernica-v1"
