"""How much a run must have seen."""

from __future__ import annotations

import pytest

from contract_tests.thresholds import Threshold, ThresholdError, fallen_short, thresholds_of


def test_a_bare_figure_is_for_every_measure() -> None:
    assert thresholds_of(["90"]) == (Threshold("statuses", 0.9), Threshold("parameters", 0.9))


def test_a_named_figure_is_for_its_measure_and_the_last_one_counts() -> None:
    assert thresholds_of(["50", "statuses=80%"]) == (Threshold("statuses", 0.8), Threshold("parameters", 0.5))
    assert thresholds_of([]) == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("101", "no percentage from 0 to 100"),
        ("-1", "no percentage from 0 to 100"),
        ("nan", "no percentage from 0 to 100"),
        ("x", "no percentage from 0 to 100"),
        ("statuses=", "no percentage from 0 to 100"),
        ("status=3", "unknown measure 'status' (did you mean 'statuses'?)"),
    ],
)
def test_what_is_no_threshold_is_told(text: str, told: str) -> None:
    with pytest.raises(ThresholdError, match=r"^") as error:
        thresholds_of([text])
    assert told in str(error.value)


def test_what_falls_short_is_told_and_not_rounded() -> None:
    demanded = thresholds_of(["parameters=100", "statuses=50"])
    assert fallen_short(demanded, {"statuses": 0.5, "parameters": 1.0}) == []
    assert fallen_short(demanded, {"statuses": 0.4999, "parameters": 0.9999}) == [
        "99.99 % of the parameters were sent; demanded: 100 %",
        "49.99 % of the documented statuses of each operation were seen; demanded: 50 %",
    ]
