"""How often chance is tried: a few times by hand, as often as is promised before anything lands."""

from __future__ import annotations

import os

#: Set by `.ci/run`.
THOROUGH = "APITWIN_TESTS_THOROUGH"


def times(few: int, promised: int) -> int:
    """One of the two numbers."""
    return promised if os.environ.get(THOROUGH) else few
