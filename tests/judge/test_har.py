"""HAR 1.2 of a run: complete, masked and bounded."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from contract_tests.exchange import Exchange, Expectation, Request
from contract_tests.reports.har import BODY, Recorder
from tests.judge import verdicts
from tests.judge.verdicts import ADDRESS, HOSTILE, JWT, exchange, forms, leaks

#: What the format demands of each part.
NEEDED = {
    "log": {"version", "creator", "entries"},
    "creator": {"name", "version"},
    "entry": {"startedDateTime", "time", "request", "response", "cache", "timings"},
    "request": {
        "method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize",
    },
    "response": {
        "status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL", "headersSize",
        "bodySize",
    },
    "content": {"size", "mimeType", "text"},
    "timings": {"send", "wait", "receive"},
}  # fmt: skip


def recorded(folder: Path, *exchanges: Exchange, address: str = ADDRESS, **more: Any) -> dict[str, Any]:
    """The recording of exchanges, read back."""
    recorder = Recorder(verdicts.mask(), address=address, now=lambda: datetime(2026, 11, 3, 12, tzinfo=UTC), **more)
    for one in exchanges:
        recorder.note(one)
    log: dict[str, Any] = json.loads(recorder.write(folder).read_text("utf-8"))["log"]
    return log


def test_every_part_has_what_the_format_demands(tmp_path: Path) -> None:
    log = recorded(tmp_path, exchange(), exchange("createUser"))
    assert log["version"] == "1.2"
    parts = {"log": [log], "creator": [log["creator"]], "entry": log["entries"]}
    parts |= {name: [one[name] for one in log["entries"]] for name in ("request", "response", "timings")}
    parts["content"] = [one["content"] for one in parts["response"]]
    assert [one["comment"].split()[2] for one in log["entries"]] == ["getGroup", "createUser"]
    for name, found in parts.items():
        for one in found:
            assert set(one) - {"comment", "postData"} == NEEDED[name]


def test_an_entry_shows_request_and_answer(tmp_path: Path) -> None:
    shown = exchange(
        "listGroupsInOu", {"OUPath": "OU=a b,DC=x", "Recursive": ""}, expect=Expectation("success", "list")
    )
    (entry,) = recorded(tmp_path, shown)["entries"]
    assert entry["request"]["url"] == f"{ADDRESS}/api/ADGroups?OUPath=OU%3Da%20b,DC%3Dx&Recursive="
    assert entry["request"]["queryString"] == [
        {"name": "OUPath", "value": "OU=a b,DC=x"},
        {"name": "Recursive", "value": ""},
    ]
    assert {"name": "Auth-Token", "value": "***"} in entry["request"]["headers"]
    assert (entry["response"]["status"], entry["response"]["statusText"]) == (200, "OK")
    assert entry["response"]["content"]["text"] == '{"output":"ok","result":null}'
    assert entry["comment"] == "1 walk listGroupsInOu success: list"
    assert entry["startedDateTime"] == "2026-11-03T12:00:00.000+00:00"


def test_what_has_no_address_of_its_own_gets_one(tmp_path: Path) -> None:
    (entry,) = recorded(tmp_path, exchange(), address="in-process")["entries"]
    assert entry["request"]["url"].startswith("http://127.0.0.1:8080/api/")


def test_a_body_that_is_sent_is_there(tmp_path: Path) -> None:
    plain = exchange("createUser")
    request = Request("POST", "/x", (("Content-Type", "application/json"),), b'{"a":1}')
    (entry,) = recorded(tmp_path, Exchange(plain.call, request, plain.response))["entries"]
    assert entry["request"]["postData"] == {"mimeType": "application/json", "text": '{"a":1}'}
    assert entry["request"]["bodySize"] == 7


@pytest.mark.parametrize("how", forms(JWT))
def test_no_credential_is_recorded(how: str, tmp_path: Path) -> None:
    form = forms(JWT)[how]
    plain = exchange("createUser", body=f"got {form}", headers=[("location", f"/x?{form}"), ("x-echo", form)])
    request = Request("POST", f"/x?a={form}", (("X", form),), form.encode())
    recorded(tmp_path, plain, Exchange(plain.call, request, plain.response))
    assert leaks((tmp_path / "run.har").read_text("utf-8"), JWT) == []


def test_a_password_that_was_sent_is_not_recorded_afterwards(tmp_path: Path) -> None:
    sent = exchange("createUser", {"Password": "Winter-2026-Rain"}, body='{"output":"took Winter-2026-Rain"}')
    recorded(tmp_path, sent, exchange(body="still Winter-2026-Rain"))
    assert "Winter-2026-Rain" not in (tmp_path / "run.har").read_text("utf-8")


def test_hostile_text_is_visible_text(tmp_path: Path) -> None:
    (entry,) = recorded(tmp_path, exchange(body=HOSTILE, headers=[(HOSTILE, HOSTILE)]))["entries"]
    told = json.dumps(entry, ensure_ascii=False)
    assert not any(char in told for char in "\x1b\x07\x00\u202e")


def test_the_size_is_bounded_and_what_is_left_out_is_counted(tmp_path: Path) -> None:
    log = recorded(tmp_path, *[exchange(body="x" * 100_000)] * 30, limit=20_000)
    assert 0 < len(log["entries"]) < 30
    assert log["comment"] == (f"{30 - len(log['entries'])} later exchanges are left out: the file would be too large")
    assert (tmp_path / "run.har").stat().st_size < 20_000 + 2 * BODY
    assert log["entries"][0]["response"]["content"]["size"] == 100_000
