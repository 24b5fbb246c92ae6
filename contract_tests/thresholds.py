"""How much of a promise a run must have seen: `--fail-under 90`, or `--fail-under statuses=80` for one measure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from apitwin.data.names import nearest

#: What is measured, and what a share of it counts.
MEASURES = {
    "statuses": "of the documented statuses of each operation were seen",
    "parameters": "of the parameters were sent",
}


class ThresholdError(ValueError):
    """A threshold that cannot be read."""


@dataclass(frozen=True)
class Threshold:
    """The least share of a measure, 0 to 1."""

    measure: str
    share: float


def thresholds_of(texts: Iterable[str]) -> tuple[Threshold, ...]:
    """Thresholds such as ``90`` (percent, of every measure) and ``parameters=95``; raises ``ThresholdError``."""
    found: dict[str, Threshold] = {}
    for text in texts:
        measure, named, figure = text.rpartition("=")
        if named and measure not in MEASURES:
            raise ThresholdError(f"{text!r}: unknown measure {measure!r}{nearest(measure, MEASURES)}")
        for one in [measure] if named else MEASURES:
            found[one] = Threshold(one, _share(text, figure))
    return tuple(found.values())


def _share(text: str, figure: str) -> float:
    try:
        percent = float(figure.removesuffix("%"))
    except ValueError:
        percent = -1
    if not 0 <= percent <= 100:
        raise ThresholdError(f"{text!r}: {figure!r} is no percentage from 0 to 100, such as 90 or parameters=95")
    return percent / 100


def fallen_short(thresholds: Iterable[Threshold], shares: Mapping[str, float]) -> list[str]:
    """One line for each threshold that is not reached. A share is not rounded up to one."""
    return [
        f"{100 * shares[one.measure]:.2f} % {MEASURES[one.measure]}; demanded: {100 * one.share:g} %"
        for one in thresholds
        if shares[one.measure] < one.share
    ]
