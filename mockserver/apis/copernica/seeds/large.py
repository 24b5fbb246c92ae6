"""A large account, made from a number: the same number, the same account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PROFILES = 200_000

#: Name, type, other attributes, and how the column is filled.
_FIELDS: tuple[tuple[str, str, Mapping[str, Any], Any], ...] = (
    ("Name", "text", {"displayed": True}, "{First} {Last}"),
    ("First", "text", {}, ["Ada", "Bram", "Chloé", "Dina", "Elif", "Femke", "Göran", "Hana", "Íris", "Jun", "Kaya",
                           "Lars", "Mei", "Noor", "Omar", "Priya", "Quinn", "Rosa", "Sören", "Tomáš"]),
    ("Last", "text", {"ordered": True, "index": True}, ["Aydın", "Bakker", "Costa", "Díaz", "Eriksen", "Fischer",
                                                       "García", "Haddad", "Itō", "Jansen", "Kowalski", "López",
                                                       "Moretti", "Novák", "Okafor", "Peters", "Rossi", "Şahin"]),
    ("Email", "email", {"index": True}, "reader{number}@large.example"),
    ("Age", "integer", {"index": True}, {"from": 16, "to": 90}),
    ("City", "text", {"index": True}, ["Amsterdam", "Bogotá", "Hamburg", "Lisboa", "Nairobi", "Oslo", "Québec"]),
    ("Country", "select", {"value": "nl\nco\nde\npt\nke\nno\nca"}, ["nl", "co", "de", "pt", "ke", "no", "ca"]),
    ("Language", "select", {"value": "nl\nen\n*other"}, ["nl", "en", "en", "other"]),
    ("Newsletter", "select", {"value": "yes\nno"}, ["yes", "yes", "yes", "no", ""]),
    ("Since", "date", {}, {"from": "2015-01-01", "to": "2025-12-31"}),
    ("Visited", "empty_datetime", {}, {"from": "2025-01-01 00:00:00", "to": "2025-12-31 23:59:59"}),
    ("Spent", "float", {}, ["0", "0", "9.95", "25", "49.5", "120", "999.99"]),
)  # fmt: skip


def large(number: int) -> Mapping[str, Any]:
    """A seed document of one database of 200 000 profiles with 12 fields, and selections on them."""
    recipes = {name: recipe for name, _, _, recipe in _FIELDS}
    # a name is made of its parts, which come first
    ordered = {name: recipes[name] for name in ("First", "Last", *recipes)}
    database = {
        "name": "Readers",
        "created": "2015-01-01 00:00:00",
        "fields": [{"name": name, "type": kind, **given} for name, kind, given, _ in _FIELDS],
        "interests": {"Drinks": ["coffee", "tea"], "": ["news"]},
        "generate": {
            "profiles": PROFILES,
            "created": {"from": "2015-01-01 00:00:00", "to": "2025-12-31 23:59:59"},
            "fields": ordered,
        },
        "views": [
            {"name": "Adults", "rules": [_rule("Age", "more", "17")]},
            {"name": "Big spenders", "rules": [_rule("Spent", "more", "100"), _rule("Age", "less", "30")]},
        ],
    }
    return {
        "seed": number,
        "clock": "2026-01-05T09:00:00Z",
        "accounts": [{"name": "Readers", "company": "Many Readers Ltd", "databases": [database]}],
        "applications": [{"client_key": "shop", "name": "Shop", "client_secret": "shop-secret"}],
        "users": [{"login": "ann", "password": "Tw1n-Passw0rd!", "accounts": ["Readers"]}],
        "tokens": [{"token": "0123456789abcdef0123456789abcdef", "application": "shop", "account": "Readers"}],
    }


def _rule(field: str, comparison: str, value: str) -> dict[str, Any]:
    condition = {
        "type": "Field", "field": field, "comparison": comparison, "value": value, "numeric-comparison": True
    }  # fmt: skip
    return {"name": field, "conditions": [condition]}
