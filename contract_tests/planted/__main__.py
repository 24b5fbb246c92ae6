"""``python -m contract_tests.planted``: every broken twin, the rules that caught it, and how soon."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator

from apitwin.data import specs_dir
from contract_tests.planted.fault import Fault, catalogue
from contract_tests.planted.measure import Ground, Outcome
from contract_tests.promise import load

HEAD = ("fault", "caught by", "known as", "requests", "seconds")
SURVIVED = "(survived)"


def main(words: list[str]) -> int:
    """Print the table; 1 when a fault survives."""
    parser = argparse.ArgumentParser(prog="python -m contract_tests.planted", description=__doc__)
    parser.add_argument("names", nargs="*", help="faults or families; all when none is named")
    parser.add_argument("--api", default="kopicloud-ad")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--quick", action="store_true", help="only the rules that must see a fault, up to the first")
    given = parser.parse_args(words)
    ground = Ground(load(specs_dir() / given.api))
    faults = [one for one in catalogue(given.api) if not given.names or {one.name, one.family} & set(given.names)]
    outcomes = []
    say(row(HEAD))
    for fault in faults:
        outcomes.append(ground.judge(fault, seed=given.seed, quick=given.quick))
        say(row(cells(outcomes[-1])))
    for line in summary(outcomes):
        say(line)
    return 0 if all(one.expected for one in outcomes) else 1


def cells(outcome: Outcome) -> tuple[str, ...]:
    """One line of the table: the rules that were meant to complain, else those that did."""
    rules = sorted(outcome.expected) or [f"{SURVIVED} {one}" for one in sorted(outcome.caught)] or [SURVIVED]
    known = max((outcome.caught[one] for one in outcome.expected), default=None)
    return (
        f"{outcome.fault.family}/{outcome.fault.name}",
        " ".join(rules),
        known.word if known else "",
        str(outcome.requests),
        f"{outcome.seconds:.2f}",
    )


def row(texts: tuple[str, ...]) -> str:
    """Columns of fixed width, the rules in a wide one."""
    fault, rules, known, requests, seconds = texts
    return f"{fault:<42} {known:<11} {requests:>8} {seconds:>8}  {rules}"


def summary(outcomes: list[Outcome]) -> Iterator[str]:
    """Killed of planted, per family and in all."""
    planted: Counter[str] = Counter(_family(one.fault) for one in outcomes)
    killed: Counter[str] = Counter(_family(one.fault) for one in outcomes if one.expected)
    yield ""
    yield from (f"{family:<12} {killed[family]:>4} of {planted[family]}" for family in sorted(planted))
    yield f"{'all':<12} {killed.total():>4} of {planted.total()}"


def _family(fault: Fault) -> str:
    return fault.family


def say(line: str) -> None:
    """One line, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
