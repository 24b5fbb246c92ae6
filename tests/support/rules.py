"""The page of the judge's rules, made from their registry: ``python -m tests.support.rules > docs/rules.md``."""

from __future__ import annotations

import sys

from contract_tests.handbook import page
from contract_tests.rules.registry import discover

if __name__ == "__main__":
    sys.stdout.write(page(discover()))
