"""What pytest loads wherever apitwin is installed: the options of the judge, only when ``--pyargs`` names the judge.

The conftest.py of a package named that way is read too late to add options; added always, they would be in the way of
others' options of the same names.
"""

from __future__ import annotations

import pytest

SUITE = "contract_tests"


def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Load the plugin before the command line is read."""
    known = early_config.known_args_namespace
    named = (argument.partition("::")[0].partition(".")[0] for argument in known.file_or_dir)
    if known.pyargs and SUITE in named:
        early_config.pluginmanager.import_plugin(f"{SUITE}.plugin")
