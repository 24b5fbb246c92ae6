"""What a verb raises when it cannot do its work, and how the user is told: one line on stderr, exit code 2."""

from __future__ import annotations

import sys
from typing import NoReturn


class Failed(Exception):
    """The command cannot go on; the message is one line that says what to do instead."""


def leave(failure: Failed) -> NoReturn:
    """End the process with the failure's line."""
    print(f"apitwin: {failure}", file=sys.stderr, flush=True)
    raise SystemExit(2)
