"""The journal: what it remembers of an exchange, how much of it, and what it never shows."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.kernel.journal import KEPT_ENTRIES, Entry, Journal
from mockserver.kernel.store.memory import MemoryStore
from tests.support import mini

FIELDS: dict[str, Any] = {
    "api": "mini", "time": 1.0, "method": "GET", "path": b"/Echo", "query": (), "operation": None,
    "caller": "ann", "status": 200, "body": b"", "lane": True,
}  # fmt: skip
SECRETS = ("eyJhbGciOiJIUzI1NiJ9", "YXBpYWRtaW46VHcxbi1QYXNzdzByZCE", "s3cret")


def entry(**fields: Any) -> dict[str, Any]:
    """One exchange as the journal shows it."""
    journal = Journal()
    journal.add("w", Entry(**{**FIELDS, **fields}))
    (shown,) = (one.shown() for one in journal.entries("w"))
    return shown


@pytest.mark.parametrize(
    "fields",
    [
        {"path": b"/Things/Bearer%20eyJhbGciOiJIUzI1NiJ9.e30.c2ln"},
        {"path": b"/Things/basic%20YXBpYWRtaW46VHcxbi1QYXNzdzByZCE%3D"},
        {"path": b"/Things/Basic+YXBpYWRtaW46VHcxbi1QYXNzdzByZCE="},
        {"query": (("note", "Basic YXBpYWRtaW46VHcxbi1QYXNzdzByZCE="),)},
        {"query": (("Auth-Token", "s3cret"),)},
        {"query": (("newPASSWORD", "s3cret"), ("client_secret", "s3cret"))},
        {"body": b'{"result":"Bearer eyJhbGciOiJIUzI1NiJ9.e30.c2ln"}'},
        {"body": b'{"output":"Auth-Token: \'Bearer  eyJhbGciOiJIUzI1NiJ9.e30.c2ln\' is expired"}'},
        {"body": b'{"result":"Bearer eyJhbGciOiJIUzI1NiJ9.e3'},
    ],
)
def test_no_credential_is_shown_wherever_it_stands(fields: dict[str, Any]) -> None:
    shown = str(entry(**fields))
    assert "***" in shown
    assert [secret for secret in SECRETS if secret in shown] == []


def test_a_parameter_the_promise_calls_secret_is_masked_in_any_case() -> None:
    echo = mini.DOCUMENT["paths"]["/Echo"]["get"]
    assert any(one.get("x-secret") for one in echo["parameters"])
    operation = mini.engine(MemoryStore()).promise.operations["echo"]
    shown = entry(operation=operation, query=(("PassWord", "s3cret"), ("Word", "x")))
    assert shown["query"] == {"PassWord": "***", "Word": "x"}


@pytest.mark.parametrize("text", ["Basic training", "the bearer of news", "basic needs", "Basic %zz%"])
def test_prose_is_no_credential(text: str) -> None:
    assert entry(query=(("Description", text),))["query"] == {"Description": text}


def test_bytes_that_are_no_text_are_shown_all_the_same() -> None:
    shown = entry(path=b"/\xff", body=b"\xff\xfe")
    assert (shown["path"], shown["body"]) == ("/ÿ", "\ufffd\ufffd")


def test_only_the_last_exchanges_are_kept_and_numbers_go_on() -> None:
    journal = Journal()
    for _ in range(KEPT_ENTRIES + 3):
        journal.add("w", Entry(**FIELDS))
    numbers = [one.number for one in journal.entries("w")]
    assert (len(numbers), numbers[0], numbers[-1]) == (KEPT_ENTRIES, 4, KEPT_ENTRIES + 3)
    journal.forget("w")
    assert list(journal.entries("w")) == []
    journal.add("w", Entry(**FIELDS))
    assert [one.number for one in journal.entries("w")] == [1]
