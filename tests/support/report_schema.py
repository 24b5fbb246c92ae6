"""The JSON schema of reports: ``python -m tests.support.report_schema > docs/judge/report.schema.json``."""

from __future__ import annotations

import json
import sys

from contract_tests.reports.json import schema

if __name__ == "__main__":
    json.dump(schema(), sys.stdout, indent=2)
    sys.stdout.write("\n")
