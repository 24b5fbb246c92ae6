"""A read that never succeeds is a finding, also of a run that only reads: never something that was not judged."""

from __future__ import annotations

from dataclasses import replace

import pytest

from apitwin.data import specs_dir
from contract_tests.evidence import Severity
from contract_tests.findings import Finding
from contract_tests.modes import Mode
from contract_tests.planted.fault import Fault, fault
from contract_tests.planted.measure import Ground
from contract_tests.planted.wire import Again, Answer, Asked, talking
from contract_tests.promise import Promise, load
from contract_tests.run import run

APIS = ("kopicloud-ad", "copernica-v1")
PROMISES = {api: load(specs_dir() / api) for api in APIS}
#: No list shows data requests, and of one that nobody made these are refused: they may be right to.
UNTOLD = {"getDatarequestData", "getDatarequest"}
#: One address has both meanings: it is not told at the wire which of them is asked for.
SHARED = {"listLogfileNames", "getLogfileCsv"}
READS = [(api, one.id) for api in APIS for one in PROMISES[api].operations.values() if one.safe]


class _Found(Exception):
    """What was looked for."""


@pytest.fixture(scope="module")
def grounds() -> dict[str, Ground]:
    return {api: Ground(PROMISES[api]) for api in APIS}


def refusing(promise: Promise, name: str) -> Fault:
    """A server that says, to who may ask, that whatever this operation asks for is not there."""

    async def talk(asked: Asked, server: Again) -> Answer:
        answer = await server(asked)
        if not answer.good:
            return answer
        refused = await server(replace(asked, path=f"{asked.base}/zz-unknown"))
        return replace(refused, status=promise.status_of("not-found"))

    return fault(name, "never succeeds", "status-fits-situation", talking(talk, name))


@pytest.mark.parametrize(("api", "name"), [one for one in READS if one[1] not in UNTOLD | SHARED])
def test_a_read_that_never_succeeds_is_found(grounds: dict[str, Ground], api: str, name: str) -> None:
    def hear(finding: Finding) -> None:
        if finding.severity is Severity.ERROR and finding.operation == name:
            raise _Found

    ground, broken = grounds[api], refusing(PROMISES[api], name)
    with ground.broken(broken) as target, pytest.raises(_Found):
        run(ground.wish(broken, target, Mode.READ_ONLY, seed=0, found=hear))
