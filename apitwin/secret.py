"""The secret of the control plane, as it is given on the command line or in the environment."""

from __future__ import annotations

from apitwin.failure import Failed


def control_token(given: str | None) -> str | None:
    """The token, if one is given; raises ``Failed`` for one that cannot travel in a header."""
    if given is not None and not (given.isascii() and given.isprintable() and given.strip() == given != ""):
        raise Failed("--control-token: it must be printable ASCII without blanks at its ends, and not empty")
    return given
