"""Rules of one's own: strict to read, and judging like the built-in ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contract_tests.evidence import Evidence
from contract_tests.own import own_rules
from contract_tests.own.path import PathError, path_of
from contract_tests.rules.registry import Rule, RuleError, discover
from tests.face.command import Twin, run
from tests.judge.checking import SHORT, check, credentials
from tests.judge.verdicts import exchange, promise

HEAD = "version: 1\nrules:\n"
RULE = HEAD + "- id: names-fit\n  title: Names fit\n  then:\n"
PYTHON = '''\
from _shared import LIMIT
from contract_tests.findings import Complaint
from contract_tests.rules.registry import exchange_rule


@exchange_rule("short-answers", title="Answers are short", source="our handbook")
def short_answers(exchange, promise):
    """The gateway cuts longer ones."""
    if len(exchange.response.body) > LIMIT:
        yield Complaint(f"{len(exchange.response.body)} bytes")
'''


def rules(folder: Path, text: str) -> dict[str, Rule]:
    """The rules of a rules.yaml."""
    (folder / "rules.yaml").write_text(text, encoding="utf-8")
    return own_rules(folder, operations=promise().operations)


def judged(rule: Rule, operation: str = "getGroup", **answer: Any) -> list[tuple[str, str, str]]:
    """What a rule has against an answer: place, what was received, what was promised."""
    found = rule.judge(exchange(operation, **answer), promise()) or ()
    return [(one.cause, one.received, one.promised) for one in found]


def body(value: Any) -> str:
    """An answer with this payload."""
    return json.dumps({"output": "ok", "result": value})


@pytest.mark.parametrize(
    ("condition", "value", "breaches"),
    [
        ("{type: string}", "x", []),
        ("{type: string}", 1, [("1", "of type string")]),
        ("{type: string}", None, [("null", "of type string")]),
        ("{type: number}", 1, []),
        ("{type: integer}", 1.5, [("1.5", "of type integer")]),
        ("{type: integer}", True, [("True", "of type integer")]),
        ("{equals: 1}", 1, []),
        ("{equals: 1}", True, [("True", "1")]),
        ("{equals: null}", None, []),
        ("{one-of: [a, b]}", "b", []),
        ("{one-of: [a, b]}", "c", [("c", "one of a, b")]),
        ("{matches: '[a-z]+'}", "ab", []),
        ("{matches: '[a-z]+'}", "ab1", [("ab1", "text of the form [a-z]+")]),
        ("{matches: '[0-9]+'}", 12, [("12", "text of the form [0-9]+")]),
        ("{at-least: 2, at-most: 3}", 2, []),
        ("{at-least: 2, at-most: 3}", 4, [("4", "a number of at most 3")]),
        ("{at-least: 2}", "3", [("3", "a number of at least 2")]),
        ("{max-length: 2}", "abc", [("abc", "a length of at most 2")]),
        ("{min-length: 1}", [], [("[]", "a length of at least 1")]),
        ("{present: false}", "x", [("x", "nothing")]),
    ],
)
def test_demands_on_values(condition: str, value: Any, breaches: list[tuple[str, str]], tmp_path: Path) -> None:
    rule = rules(tmp_path, f"{RULE}    json:\n      $.result.name: {condition}\n")["names-fit"]
    assert judged(rule, body=body({"name": value})) == [("/result/name", *one) for one in breaches]


@pytest.mark.parametrize(
    ("condition", "missing"),
    [("{type: string}", True), ("{present: false}", False), ("{type: string, optional: true}", False)],
)
def test_what_is_not_there(condition: str, missing: bool, tmp_path: Path) -> None:
    rule = rules(tmp_path, f"{RULE}    json:\n      $.result.name: {condition}\n")["names-fit"]
    breach = [("$.result.name", "nothing", "something")] if missing else []
    assert judged(rule, body=body({})) == breach
    assert judged(rule, body="no JSON") == breach


def test_every_item_of_a_list_is_one_finding(tmp_path: Path) -> None:
    rule = rules(tmp_path, f"{RULE}    json:\n      $.result[*].name: {{max-length: 1}}\n")["names-fit"]
    found = judged(rule, body=body([{"name": "a"}, {"name": "bb"}, {"name": "cc"}]))
    assert {cause for cause, _, _ in found} == {"/result/*/name"}
    assert len(found) == 2


@pytest.mark.parametrize(
    ("status", "answered", "fits"),
    [
        ("200", 200, True),
        ("2xx", 204, True),
        ("[400, 5xx]", 503, True),
        ("[400, 5xx]", 404, False),
        ("200", 201, False),
    ],
)
def test_demands_on_the_status(status: str, answered: int, fits: bool, tmp_path: Path) -> None:
    rule = rules(tmp_path, f"{RULE}    status: {status}\n")["names-fit"]
    assert (judged(rule, status=answered) == []) == fits


def test_demands_on_headers(tmp_path: Path) -> None:
    rule = rules(tmp_path, f"{RULE}    headers:\n      X-Id: {{matches: '[0-9]+'}}\n")["names-fit"]
    assert judged(rule, headers=[("x-id", "12")]) == []
    assert judged(rule, headers=[("x-id", "a")]) == [("X-Id", "a", "text of the form [0-9]+")]
    assert judged(rule, headers=[]) == [("X-Id", "nothing", "something")]


def test_only_what_is_asked_for_is_judged(tmp_path: Path) -> None:
    text = f"{RULE}    status: 404\n  operations: [getGroup, 'list*Groups*']\n  when: {{status: 2xx}}\n"
    rule = rules(tmp_path, text)["names-fit"]
    assert judged(rule) != []
    assert judged(rule, "listGroupsInOu") != []
    assert judged(rule, "getUser") == []
    assert judged(rule, status=400) == []


def test_what_a_rule_says_of_itself(tmp_path: Path) -> None:
    (plain,) = rules(tmp_path, f"{RULE}    status: 200\n").values()
    assert (plain.evidence, plain.source, plain.explanation, plain.scope) == (
        Evidence.DOCUMENTED, "rules.yaml", "Names fit", "exchange"
    )  # fmt: skip
    (told,) = rules(tmp_path, f"{RULE}    status: 200\n  evidence: client\n  why: since\n  source: us\n").values()
    assert (told.evidence, told.source, told.explanation) == (Evidence.CLIENT, "us", "since")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("version: 2\nrules: []", ":1:10: version 2 is unknown; known: 1"),
        (HEAD + "- {id: a, title: b}", ":3:3: 'then' is missing"),
        (HEAD + "- {id: A b, title: b, then: {status: 200}}", ":3:8: 'A b' is no id such as names-are-short"),
        (RULE + "    state: 200", ":6:12: unknown key 'state' (did you mean 'status'?)"),
        (RULE + "    status: 2x", ":6:13: '2x' is no status such as 200 or 2xx"),
        (RULE + "    json: {name: {type: string}}", ":6:18: 'name' does not begin with $"),
        (RULE + "    json: {$.a..b: {type: string}}", ": '$.a..b': '..b' is no step"),
        (RULE + "    json: {$.a: {type: text}}", ": 'text' is not allowed"),
        (RULE + "    json: {$.a: {equal: 1}}", "unknown key 'equal' (did you mean 'equals'?)"),
        (RULE + "    json: {$.a: {}}", "nothing is demanded of $.a; known: present, "),
        (RULE + "    json: {$.a: {matches: '['}}", "'[' is no regular expression: "),
        (RULE + "    json: {$.a: {at-least: many}}", "'many' where a number is expected"),
        (RULE + "    json: {$.a: {present: false, equals: 1}}", "is not to be present: nothing else can be demanded"),
        (RULE + "    headers: {X: {at-least: 1}}", "unknown key 'at-least'"),
        (
            RULE + "    status: 200\n  operations: getGruop",
            ":7:15: no operation is called 'getGruop' (did you mean 'getGroup'?)",
        ),
        (RULE + "    status: 200\n  evidence: sure", "evidence 'sure'; allowed: documented, client, assumed"),
        (RULE + "    status: 200\n- {id: names-fit, title: b, then: {status: 1xx}}", "'names-fit' is defined twice"),
        (HEAD + "- {id: key-casing, title: b, then: {status: 200}}", "is defined twice (it is a built-in one)"),
        (HEAD + "- {id: a, title: b, then: {}}", ": no condition; known: status, headers, json"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(RuleError) as error:
        rules(tmp_path, text)
    assert told in str(error.value)
    assert str(error.value).startswith(str(tmp_path / "rules.yaml"))


def test_rules_in_python_import_their_neighbours(tmp_path: Path) -> None:
    (tmp_path / "_shared.py").write_text("LIMIT = 10\n")
    (tmp_path / "size.py").write_text(PYTHON)
    (rule,) = own_rules(tmp_path).values()
    assert (rule.id, rule.family, rule.explanation) == ("short-answers", "size", "The gateway cuts longer ones.")
    assert judged(rule, body="x" * 11) == [("", "", "")]
    assert judged(rule, body="x") == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x = 1", "size.py: no rule is in it"),
        ("import nowhere_to_be_found", "size.py: ModuleNotFoundError: No module named"),
        ("def (", "size.py: SyntaxError: "),
        (PYTHON.replace("_shared", "math").replace("LIMIT", "pi").replace("short-answers", "types"), "built-in"),
    ],
)  # fmt: skip
def test_python_that_does_not_fit_is_told(text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "size.py").write_text(text)
    with pytest.raises(RuleError) as error:
        own_rules(tmp_path)
    assert told in str(error.value)


def test_a_folder_without_rules_is_told(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"neither rules\.yaml nor a Python file is in it"):
        own_rules(tmp_path)
    with pytest.raises(RuleError, match="no such folder"):
        own_rules(tmp_path / "gone")


def test_paths_find_what_they_name() -> None:
    value = {"a": [{"b c": 1}, {"b c": 2}], "d": None}
    assert path_of("$").find(value) == [("", value)]
    assert path_of("$.a[*]['b c']").find(value) == [("/a/0/b c", 1), ("/a/1/b c", 2)]
    assert path_of('$.a[1]["b c"]').find(value) == [("/a/1/b c", 2)]
    assert path_of("$.d").find(value) == [("/d", None)]
    assert path_of("$.d.e").find(value) == path_of("$.a.b").find(value) == path_of("$[0]").find(value) == []


@pytest.mark.parametrize("text", ["a", "", "$a", "$.", "$[", "$[-1]", "$['']", "$.a b", "$..a"])
def test_what_is_no_path_is_told(text: str) -> None:
    with pytest.raises(PathError):
        path_of(text)


def test_own_rules_are_judged_and_reported(served: Twin, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/rules.yaml").write_text(
        f"{RULE}    headers: {{X-Id: {{present: true}}}}\n  operations: getGroup\n"
    )
    arguments = ("kopicloud-ad", "--target", served.url, *SHORT, "--rules-dir", str(tmp_path / "mine"))
    ended = check(*arguments, folder=tmp_path / "reports", environment=credentials(served))
    assert ended.code == 1
    assert ended.verdict == {("names-fit", "getGroup", "X-Id", "error")}


def test_rules_are_listed() -> None:
    told = run("rules")
    assert (told.returncode, told.stderr) == (0, "")
    assert {line.split()[0] for line in told.stdout.splitlines()[1:]} == set(discover())
    assert [one["id"] for one in json.loads(run("rules", "--json").stdout)] == list(discover())


def test_a_rule_is_explained(tmp_path: Path) -> None:
    told = run("rules", "key-casing").stdout
    for part in (discover()["key-casing"].title, "known as  documented: error", "source    ", "catches   "):
        assert part in told
    (tmp_path / "rules.yaml").write_text(f"{RULE}    status: 200\n  why: since ever\n")
    assert "since ever" in run("rules", "names-fit", "--rules-dir", str(tmp_path)).stdout
    assert json.loads(run("rules", "names-fit", "--rules-dir", str(tmp_path), "--json").stdout)["catches"] == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("key-cassing",), "apitwin: unknown rule 'key-cassing' (did you mean 'key-casing'?)\n"),
        (("--rules-dir", "gone"), "apitwin: gone: no such folder\n"),
    ],
)
def test_wrong_use_of_rules_is_one_line(arguments: tuple[str, ...], told: str) -> None:
    ended = run("rules", *arguments)
    assert (ended.returncode, ended.stdout, ended.stderr) == (2, "", told)
