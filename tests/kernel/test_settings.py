"""Settings are declared once and checked by name and type; a world keeps its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mockserver.kernel.settings import Setting, SettingError, Settings
from mockserver.kernel.store.memory import MemoryStore
from mockserver.kernel.store.protocol import Transaction

DEFAULTS = {"licence": "valid", "minutes": 60, "strict": False, "note": None}
SETTINGS = Settings(
    "toy",
    (
        Setting("licence", str, "valid", "state of the licence", ("valid", "expired", "missing")),
        Setting("minutes", int, 60, "life of a token"),
        Setting("strict", bool, False, "whether to be strict"),
        Setting("note", str, None, "free text"),
    ),
)


@pytest.fixture
def store() -> MemoryStore:
    """One empty world, ``w``."""
    store = MemoryStore()
    store.create("w")
    return store


@pytest.fixture
def transaction(store: MemoryStore) -> Iterator[Transaction]:
    """An open transaction on it."""
    with store.transaction("w") as transaction:
        yield transaction


def test_a_world_begins_with_the_defaults(transaction: Transaction) -> None:
    assert SETTINGS.values(transaction) == DEFAULTS


def test_changes_add_up_and_the_rest_stays(transaction: Transaction) -> None:
    SETTINGS.change(transaction, {"licence": "expired"})
    assert SETTINGS.change(transaction, {"minutes": 5, "note": "x"}) == {
        **DEFAULTS,
        "licence": "expired",
        "minutes": 5,
        "note": "x",
    }
    assert SETTINGS.change(transaction, {"note": None})["note"] is None
    assert SETTINGS.values(transaction)["licence"] == "expired"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("minutes", "5", 5),
        ("minutes", "-5", -5),
        ("strict", "TRUE", True),
        ("strict", "false", False),
        ("note", "5", "5"),
    ],
)
def test_text_from_a_command_line_is_read_by_type(transaction: Transaction, name: str, text: str, value: Any) -> None:
    found = SETTINGS.change(transaction, {name: text})[name]
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"licnce": "valid"}, "unknown setting 'licnce' (did you mean 'licence'?)"),
        ({"licence": "expird"}, "licence: 'expird' is not allowed (did you mean 'expired'?)"),
        ({"licence": None}, "licence: null is no text"),
        ({"minutes": "soon"}, "minutes: 'soon' is no whole number"),
        ({"minutes": True}, "minutes: true is no whole number"),
        ({"minutes": 1.5}, "minutes: 1.5 is no whole number"),
        ({"strict": "yes"}, "strict: 'yes' is neither true nor false"),
        ({"strict": 1}, "strict: 1 is no true or false"),
        ({"note": ["x"]}, "note: ['x'] is no text"),
        ({"note": "caf\udce9"}, "note: 'caf\\udce9' holds bytes that are not UTF-8"),
        ({"note": "a\0"}, "note: 'a\\x00' holds a NUL character, which no store keeps"),
        ({"minutes": str(2**63)}, "minutes: 9223372036854775808 needs more than 64 bits"),
    ],
)
def test_a_wrong_setting_is_refused_and_none_is_changed(
    transaction: Transaction, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(SettingError) as caught:
        SETTINGS.change(transaction, {"strict": True, **changes})
    assert str(caught.value) == message
    assert SETTINGS.values(transaction) == DEFAULTS


def test_each_world_has_its_own_settings(store: MemoryStore) -> None:
    store.fork("w", "fork")
    with store.transaction("fork") as transaction:
        SETTINGS.change(transaction, {"strict": True})
    with store.transaction("w") as transaction:
        assert SETTINGS.values(transaction) == DEFAULTS
    with store.transaction("fork") as transaction:
        assert SETTINGS.values(transaction) == {**DEFAULTS, "strict": True}


def test_the_values_are_the_same_object_until_something_changes(transaction: Transaction) -> None:
    """What is derived from settings may be remembered by their identity."""
    SETTINGS.change(transaction, {"strict": True})
    before = SETTINGS.values(transaction)
    assert SETTINGS.values(transaction) is before
    SETTINGS.change(transaction, {"strict": False})
    assert SETTINGS.values(transaction) is not before
    assert before["strict"] is True
