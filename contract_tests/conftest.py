"""What the suite's tests share: the outcome of the one run of the session."""

from __future__ import annotations

import pytest

from contract_tests.invocation import Outcome
from contract_tests.plugin import OUTCOME

pytest_plugins = ("contract_tests.plugin",)


@pytest.fixture(scope="session")
def outcome(pytestconfig: pytest.Config) -> Outcome:
    """What came of the run."""
    return pytestconfig.stash[OUTCOME]
