"""A twin whose state lasts is judged like any other: by all three engines, and nothing is left behind."""

from __future__ import annotations

from apitwin.data import specs_dir
from contract_tests.credentials import from_environment
from contract_tests.modes import Mode
from contract_tests.promise import load
from contract_tests.run import Wish, run
from contract_tests.targets import AsgiTarget
from tests.state.conftest import Start


def test_nothing_is_found_and_nothing_is_left(start: Start) -> None:
    process = start()
    target = AsgiTarget(process.twin.app)
    verdict = run(
        Wish(
            promise=load(specs_dir() / "kopicloud-ad"),
            target=target,
            credentials=from_environment({"APITWIN_TOKEN": process.token}),
            mode=Mode.FULL,
            alone=True,
            seed=6,
            examples=1,
            plays=3,
        )
    )
    target.close()
    assert [(one.rule, one.operation, one.complaint.message) for one in verdict.findings] == []
    assert (verdict.leftovers, verdict.touched, verdict.breakdowns) == ([], [], [])
    assert {name for name, count in verdict.engines.items() if count} >= {"walk", "machine", "fuzz"}
