"""The ledger: what a run makes is on disk before it is sent, and can be read back after a crash."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_tests.ledger import Ledger, LedgerError, read_ledger

TELLING = {"user": frozenset({"guid", "Username"})}


def ledger_at(path: Path) -> Ledger:
    return Ledger(path, tag="zk4rtm", api="kopicloud-ad", address="http://127.0.0.1:1", telling=TELLING)


def test_an_intention_is_on_disk_before_anything_is_sent(tmp_path: Path) -> None:
    ledger = ledger_at(tmp_path / "ledger.jsonl")
    try:
        ledger.intend("user", {"Username": "zk4rtm-u1"})
        assert b"zk4rtm-u1" in (tmp_path / "ledger.jsonl").read_bytes()
    finally:
        ledger.close()


def test_a_password_is_not_written_down(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    ledger = Ledger(path, tag="zk4rtm", api="kopicloud-ad", hidden=frozenset({"Password"}))
    one = ledger.intend("user", {"Username": "zk4rtm-u1", "Password": "Kr4ken-Blau!"})
    ledger.know(one, {"guid": "42", "Password": "Kr4ken-Gelb!"})
    ledger.close()
    assert "Kr4ken" not in path.read_text("utf-8")
    (left,) = read_ledger(path).standing()
    assert left.values == {"Username": "zk4rtm-u1", "guid": "42"}


def test_what_stands_is_read_back_youngest_first(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "ledger.jsonl"
    ledger = ledger_at(path)
    one = ledger.intend("ou", {"name": "zk4rtm-o1"})
    two = ledger.intend("user", {"Username": "zk4rtm-u1"})
    three = ledger.intend("user", {"Username": "zk4rtm-u2"})
    ledger.know(two, {"guid": "42"})
    ledger.tell_gone(three)
    ledger.close()
    left = [(entry.resource, entry.values) for entry in read_ledger(path).standing()]
    assert left == [("user", {"Username": "zk4rtm-u1", "guid": "42"}), ("ou", one.values)]


def test_a_last_line_half_written_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    ledger = ledger_at(path)
    ledger.intend("user", {"Username": "zk4rtm-u1"})
    ledger.close()
    path.write_bytes(path.read_bytes() + b'{"intend": 1, "resou')
    assert [entry.number for entry in read_ledger(path).standing()] == [0]


@pytest.mark.parametrize("content", [b"", b"nothing\n", b'{"other": 1}\n'])
def test_another_file_is_no_ledger(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ledger.jsonl"
    path.write_bytes(content)
    with pytest.raises(LedgerError, match="not a ledger"):
        read_ledger(path)


def test_a_ledger_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerError, match="file"):
        ledger_at(tmp_path / "file" / "ledger.jsonl")


def test_values_of_other_keys_are_nobodys() -> None:
    ledger = Ledger(None, tag="zk4rtm", api="kopicloud-ad", telling=TELLING)
    ledger.intend("user", {"Username": "Somebody", "City": "Oslo"})
    assert ledger.owns("somebody")
    assert not ledger.owns("Oslo")
