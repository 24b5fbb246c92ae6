"""The reports of all parts of a run made one: the verdict of the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from contract_tests.baseline import Known
from contract_tests.coverage import Coverage
from contract_tests.evidence import Severity
from contract_tests.promise import Promise
from contract_tests.reports.view import Report, Reported, rows_of, tallies_of
from contract_tests.sharding import WHOLE, Shard, shard_of
from contract_tests.thresholds import Threshold, fallen_short
from contract_tests.verdict import CONFORMS, COVERED, GATES, IN_DATE, REACHED, SOUND, VIOLATIONS, Gate, missing

#: What all parts of one run have in common.
SHARED = ("api", "address", "mode", "seed", "strict")


class MergeError(ValueError):
    """Reports that are not the parts of one run."""


def merged(
    reports: Sequence[Report],
    *,
    promise: Promise,
    thresholds: Iterable[Threshold] = (),
    known: Known | None = None,
) -> Report:
    """The report of the whole run; raises ``MergeError`` when a part is missing, twice there or of another run.

    A baseline is held against what all parts found; without one, what the parts say is waived stays so.
    """
    _check_parts(reports)
    coverage = _coverage(reports)
    broken = _broken(reports)
    broken[REACHED] = missing(promise, coverage, reports[0].mode)
    broken[COVERED] = fallen_short(thresholds, coverage.shares(promise))
    findings = _findings(reports)
    unmatched = [one for one in reports[0].unmatched if all(one in report.unmatched for report in reports)]
    if known is not None:
        ended = not any(report.stopped for report in reports) and not broken[SOUND]
        whole = replace(known, update=known.update and ended)
        failing = [one.key for one in findings if one.severity == Severity.ERROR]
        held = whole.hold([one.key for one in findings], failing=failing)
        findings = [replace(one, waived=held.waived.get(one.key, "")) for one in findings]
        broken[IN_DATE], unmatched = held.waivers.expired, held.waivers.unmatched
    fails = any(one.fails for one in findings) or any(broken.values())
    rows = rows_of(promise, coverage, findings)
    return replace(
        _summed(reports),
        shard=str(WHOLE),
        exit_code=VIOLATIONS if fails else CONFORMS,
        coverage=coverage.share(promise),
        parameters=coverage.parameter_share(promise),
        tallies=tuple(tallies_of(rows, findings)),
        rows=rows,
        findings=tuple(findings),
        gates=tuple(Gate(name, tuple(broken[name])) for name in GATES),
        unmatched=tuple(unmatched),
    )


def _check_parts(reports: Sequence[Report]) -> None:
    if not reports:
        raise MergeError("there is no report to merge")
    for name in SHARED:
        values = list(dict.fromkeys(getattr(report, name) for report in reports))
        if len(values) > 1:
            raise MergeError(
                f"not parts of one run: {name} is {values[0]!r} in one report and {values[1]!r} in another"
            )
    shards = [shard_of(report.shard) for report in reports]
    count = shards[0].count
    for shard, times in Counter(shards).items():
        if times > 1:
            raise MergeError(f"shard {shard} is there {times} times")
        if shard.count != count:
            raise MergeError(f"shards {shards[0]} and {shard} are not of one division")
    absent = [str(one) for one in (Shard(number, count) for number in range(1, count + 1)) if one not in shards]
    if absent:
        raise MergeError(f"no report of shard {', '.join(absent)}")


def _summed(reports: Sequence[Report]) -> Report:
    """What can be added up. Parts run beside each other: the longest tells how long the whole took."""
    return replace(
        reports[0],
        run=" ".join(one.run for one in reports),
        finished=max(one.finished for one in reports),
        seconds=max(one.seconds for one in reports),
        requests=sum(one.requests for one in reports),
        refused=sum(one.refused for one in reports),
        engines=dict(_total(one.engines for one in reports)),
        rules=max(one.rules for one in reports),
        judged=dict(sorted(_total(one.judged for one in reports).items())),
        stopped="; ".join(one.stopped for one in reports if one.stopped),
        skipped=tuple(dict.fromkeys(skipped for one in reports for skipped in one.skipped)),
    )


def _total(counts: Iterable[dict[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return total


def _coverage(reports: Iterable[Report]) -> Coverage:
    coverage = Coverage()
    for row in (row for report in reports for row in report.rows):
        coverage.statuses[row.operation].update({cell.status: cell.seen for cell in row.cells if cell.seen})
        for one in row.parameters:
            coverage.parameters[row.operation, one.parameter].update(one.forms)
    return coverage


def _broken(reports: Iterable[Report]) -> dict[str, list[str]]:
    """What breaks each demand in any part, once."""
    broken: dict[str, dict[str, None]] = {name: {} for name in GATES}
    for gate in (gate for report in reports for gate in report.gates):
        broken.setdefault(gate.name, {}).update(dict.fromkeys(gate.broken))
    return {name: list(lines) for name, lines in broken.items()}


def _findings(reports: Iterable[Report]) -> list[Reported]:
    """Each finding once, as the first part that saw it shows it, gravest first."""
    found: dict[tuple[str, str, str], Reported] = {}
    for one in (one for report in reports for one in report.findings):
        known = found.get(one.key)
        found[one.key] = one if known is None else replace(known, count=known.count + one.count)
    rank = {str(severity): number for number, severity in enumerate(Severity)}
    return sorted(found.values(), key=lambda one: (rank[one.severity], one.rule, one.operation))
