"""Stories as data: what does not fit the promise is an error with its place; what a step says is held to the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import orjson
import pytest

from contract_tests.credentials import Credentials
from contract_tests.evidence import Evidence
from contract_tests.exchange import Request, Response
from contract_tests.promise import Promise, PromiseError
from contract_tests.run import Wish, run
from contract_tests.story import stories_of
from contract_tests.verdict import Verdict

Story = Mapping[str, Any]


def telling(promise: Promise, *stories: Story) -> Promise:
    """The promise with other stories."""
    return replace(promise, conventions={**promise.conventions, "stories": list(stories)})


def told(*steps: Story, **more: Any) -> Story:
    """A story of some steps."""
    return {"id": "tale", "title": "a tale", "steps": list(steps), **more}


def test_every_story_of_the_promise_fits_it(kopicloud_promise: Promise) -> None:
    found = stories_of(kopicloud_promise)
    assert len(found) == len(kopicloud_promise.conventions["stories"])
    assert all(story.steps for story in found.values())


@pytest.mark.parametrize(
    ("step", "complaint"),
    [
        ({"make": "uesr"}, r"stories.tale.1: unknown name 'uesr' .did you mean 'user'"),
        ({"make": "user", "with": {"Cty": "x"}}, r"stories.tale.1.with: unknown name 'Cty' .did you mean 'City'"),
        ({"make": "group", "by": "createUser"}, r"stories.tale.1: unknown name 'createUser'"),
        ({"call": "getUsr"}, r"unknown operation 'getUsr'"),
        ({"call": "getUser", "of": "ann"}, r"stories.tale.1: unknown name 'ann'"),
        ({"call": "getUser", "with": {"Username": "{bob.username}"}}, r"stories.tale.1: unknown name 'bob'"),
        ({"call": "getUser", "expect": "notfound"}, r"unknown name 'notfound' .did you mean 'not-found'"),
        ({"call": "getUser", "make": "user"}, r"stories.tale.1: a step makes something or calls an operation"),
        ({"call": "getUser", "shws": {}}, r"unknown name 'shws' .did you mean 'shows'"),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(kopicloud_promise: Promise, step: Story, complaint: str) -> None:
    with pytest.raises(PromiseError, match=complaint):
        stories_of(telling(kopicloud_promise, told(step)))


def test_two_stories_cannot_share_an_id(kopicloud_promise: Promise) -> None:
    story = told({"call": "listAllOus"})
    with pytest.raises(PromiseError, match="two stories are called 'tale'"):
        stories_of(telling(kopicloud_promise, story, story))


class Scripted:
    """A target that answers reads with one OU, or as it is told."""

    in_process = True
    address = "scripted"

    def __init__(self, answer: Callable[[Request], tuple[int, Any]]) -> None:
        self._answer = answer

    def send(self, request: Request) -> Response:
        status, result = self._answer(request)
        if request.target == "/api/OU/All":
            status, result = 200, [OU]
        body = orjson.dumps({"output": "told", "result": result})
        return Response(status, (("content-type", "application/json"),), body)

    def close(self) -> None: ...


OU = {
    "guid": "7c0f2c1e-5b0a-4a3e-9a53-0d3f4f1c2b6a",
    "name": "Servers",
    "description": None,
    "path": "OU=Servers,DC=kopicloud,DC=local",
    "protected": False,
}


def played(promise: Promise, answer: tuple[int, Any], *steps: Story, **more: Any) -> Verdict:
    """A run of one story against a target with one answer."""
    wish = Wish(
        promise=telling(promise, told(*steps, **more)),
        target=Scripted(lambda request: answer),
        credentials=Credentials({"valid": "Bearer x"}),
        rules=frozenset({"story", "status-fits-situation"}),
        examples=0,
    )
    return run(wish)


READ = {"call": "getOuByPath", "with": {"OUPath": "OU=Servers,{root}"}}
LIST = {"call": "listAllDnsZones"}
ZONES = [{"zoneName": "a.example"}, {"zoneName": "b.test"}]


@pytest.mark.parametrize(
    ("answer", "step", "messages"),
    [
        ((200, OU), {**READ, "shows": {"name": "Servers", "protected": False}}, []),
        ((200, OU), {**READ, "shows": {"name": "servers"}}, ["name is 'Servers': a tale"]),
        ((200, OU), {**READ, "shows": {"protected": 0}}, ["protected is False: a tale"]),
        ((200, OU), {**READ, "shows": {"owner": None}}, ["owner is '(missing)': a tale"]),
        ((200, OU), {**READ, "is": None}, [f"the payload is {OU!r}: a tale"]),
        ((200, None), {**READ, "is": None}, []),
        ((200, None), {**READ, "is_not": None}, ["the payload is None: a tale"]),
        ((200, ZONES), {**LIST, "each": {"zoneName": ".*[.](?:example|test)"}}, []),
        (
            (200, ZONES),
            {**LIST, "each": {"zoneName": ".*[.]example"}},
            ["an item has 'b.test' as its zoneName: a tale"],
        ),
        ((200, ZONES), {**LIST, "some": {"zoneName": "b[.].*"}}, []),
        ((200, ZONES), {**LIST, "some": {"zoneName": "c[.].*"}}, ["no item has such a zoneName: a tale"]),
        ((404, None), {**READ, "expect": "not-found"}, []),
        ((404, None), {**READ, "expect": "not-found|rule"}, []),
        ((404, None), READ, ["answered 404 where 200 is promised: a tale (tale 1)"]),
    ],
)
def test_what_a_step_says_is_held_to_the_answer(
    kopicloud_promise: Promise, answer: tuple[int, Any], step: Story, messages: list[str]
) -> None:
    verdict = played(kopicloud_promise, answer, step)
    assert [one.complaint.message for one in verdict.findings] == messages


@pytest.mark.parametrize(
    ("status", "known"), [(200, Evidence.DOCUMENTED), (400, Evidence.ASSUMED)], ids=["not refused", "wrong code"]
)
def test_that_it_is_refused_may_be_known_better_than_the_code(
    kopicloud_promise: Promise, status: int, known: Evidence
) -> None:
    step = {**READ, "expect": "not-found", "evidence": "assumed", "refused": "documented"}
    verdict = played(kopicloud_promise, (status, OU if status == 200 else None), step)
    assert [one.evidence for one in verdict.findings] == [known]


def test_a_story_that_cannot_go_on_is_not_judged(kopicloud_promise: Promise) -> None:
    verdict = played(kopicloud_promise, (404, None), READ, {**READ, "expect": "not-found"})
    assert [(one.rule, one.subject, one.why) for one in verdict.unjudged] == [("story", "tale", "step 1 answered 404")]


def test_a_step_is_taken_once_for_each_round(kopicloud_promise: Promise) -> None:
    step = {
        "call": "getOuByPath",
        "with": {"OUPath": "{word}"},
        "for": {"word": ["a", "b", "c"]},
        "expect": "bad-input",
    }
    verdict = played(kopicloud_promise, (404, None), step)
    assert len(verdict.findings) == 3
