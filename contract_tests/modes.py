"""How far a run may go on its target."""

from __future__ import annotations

from enum import StrEnum


class Mode(StrEnum):
    """``READ_ONLY`` sends nothing but reads. ``ADDITIVE`` makes, changes and removes things of its own.

    ``FULL`` also sends writes that name nothing: a target that takes those for all it has is harmed.
    """

    READ_ONLY = "read-only"
    ADDITIVE = "additive"
    FULL = "full"

    @property
    def writes(self) -> bool:
        """Whether anything is made at all."""
        return self is not Mode.READ_ONLY
