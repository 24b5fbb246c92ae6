"""Whatever a target answers, a run comes to an end and tells what was wrong: it never breaks."""

from __future__ import annotations

import random
from typing import Any

import orjson
import pytest

from contract_tests.evidence import Severity
from contract_tests.exchange import MISSING, Request, Response
from contract_tests.planted.measure import Ground
from contract_tests.promise import Promise
from contract_tests.run import Wish, run
from contract_tests.targets import AsgiTarget, Target
from contract_tests.verdict import Verdict

#: What nobody promised.
JUNK: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, "", "x", "\0", "ß" * 50, [], {}, [None], ["a"], [[]], [{}], {"guid": None}, {"name": 1},
)  # fmt: skip
#: Requests that are answered well, so that a run begins.
WELL = 2


@pytest.fixture(scope="module")
def ground(kopicloud_promise: Promise) -> Ground:
    """A twin, and every credential a run can be given."""
    return Ground(kopicloud_promise)


class Hostile:
    """A twin whose answers are changed on their way."""

    in_process = True
    address = "hostile"

    def __init__(self, inner: Target) -> None:
        self._inner, self._answers = inner, 0

    def send(self, request: Request) -> Response:
        self._answers += 1
        answer = self._inner.send(request)
        return answer if self._answers <= WELL else self.changed(answer)

    def changed(self, answer: Response) -> Response:
        """Another answer."""
        raise NotImplementedError

    def close(self) -> None: ...


class Always(Hostile):
    """Every answer is the same success."""

    def __init__(self, inner: Target, body: Any) -> None:
        super().__init__(inner)
        self._body = orjson.dumps(body)

    def changed(self, answer: Response) -> Response:
        return Response(200, answer.headers, self._body)


class Messy(Hostile):
    """Some values of every answer are something else, some keys are missing, some codes are others."""

    def __init__(self, inner: Target, seed: int, rate: float) -> None:
        super().__init__(inner)
        self._chance, self._rate = random.Random(seed), rate

    def changed(self, answer: Response) -> Response:
        status = self._chance.choice((200, 204, 400, 404, 500)) if self._hit() else answer.status
        body = answer.body if answer.json is MISSING else orjson.dumps(self._mess(answer.json))
        return Response(status, answer.headers, body)

    def _hit(self) -> bool:
        return self._chance.random() < self._rate

    def _mess(self, value: Any) -> Any:
        if self._hit():
            return self._chance.choice(JUNK)
        if isinstance(value, dict):
            return {key: self._mess(inner) for key, inner in value.items() if not self._hit()}
        return [self._mess(one) for one in value] if isinstance(value, list) else value


def judged(ground: Ground, make: type[Hostile], *given: Any) -> Verdict:
    """A run against the twin behind something hostile."""
    ground.twin.worlds.reset("default")
    inner = AsgiTarget(ground.twin.app)
    try:
        return run(
            Wish(
                promise=ground.promise,
                target=make(inner, *given),
                credentials=ground.credentials,
                examples=0,
                plays=0,
            )
        )
    finally:
        inner.close()


@pytest.mark.parametrize("result", [None, "x", {}, [1], [{}]], ids=repr)
def test_the_same_success_for_everything(ground: Ground, result: Any) -> None:
    verdict = judged(ground, Always, {"output": "done", "result": result})
    assert {one.rule for one in verdict.findings} >= {"status-fits-situation"}
    assert verdict.exit_code == 1
    assert verdict.breakdowns == []


@pytest.mark.parametrize("body", [None, 5, {"result": 1}], ids=repr)
def test_the_same_body_without_an_envelope(ground: Ground, body: Any) -> None:
    verdict = judged(ground, Always, body)
    assert "envelope-on-success" in {one.rule for one in verdict.findings}
    assert verdict.breakdowns == []


@pytest.mark.parametrize(("seed", "rate"), [(1, 0.003)])
def test_some_values_of_every_answer_are_others(ground: Ground, seed: int, rate: float) -> None:
    verdict = judged(ground, Messy, seed, rate)
    assert verdict.count(Severity.ERROR) > 10
    assert verdict.stopped == ""
    assert verdict.breakdowns == []
