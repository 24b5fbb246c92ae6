"""A large company, made from a number: the same number, the same company."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

USERS, GROUPS, COMPUTERS, RECORDS = 20_000, 500, 2_000, 5_000

FIRST = ("Ada", "Bram", "Chidi", "Dina", "Elif", "Femke", "Goran", "Hana", "Ivo", "Jun", "Kaya", "Lars", "Mei", "Noor",
         "Omar", "Priya", "Quinn", "Rosa", "Sven", "Tomas")  # fmt: skip
LAST = ("Aydin", "Bakker", "Costa", "Diaz", "Eriksen", "Fischer", "Garcia", "Haddad", "Ito", "Jansen", "Kowalski",
        "Lopez", "Moretti", "Novak", "Okafor", "Peters", "Rossi", "Silva", "Tan", "Visser")  # fmt: skip
DEPARTMENTS = ("Finance", "Logistics", "Production", "Purchasing", "Research", "Sales", "Service", "Support")
CITIES = ("Amsterdam", "Bogota", "Hamburg", "Lisbon", "Nairobi", "Oslo", "Seattle", "Singapore")


def large(number: int) -> Mapping[str, Any]:
    """A seed document of 20 000 users, 500 groups, 2 000 computers and 5 000 records."""
    chance = Random(number)  # noqa: S311  (a world made again from its number, no secret)
    return {
        "seed": number,
        "settings": {"ADDomainName": "kopicloud.local", "DNSZone": "kopicloud.local"},
        "token_key": f"large world {number:032d}",
        "default_password": "Tw1n-Passw0rd!",
        "ous": [{"name": city, "ous": [{"name": name} for name in DEPARTMENTS]} for city in CITIES],
        "groups": _groups(chance),
        "users": {**_users(chance), "": [{"name": "apiadmin"}, {"name": "apisvc"}]},
        "computers": _spread((f"PC-{index:05d}" for index in range(COMPUTERS)), chance),
        "members": {"Domain Admins": ["apiadmin"]},
        "zones": [{"name": "kopicloud.local", "records": [_record(index) for index in range(RECORDS)]}],
        "tokens": {"jwt": [{"name": "twin-admin", "user": "apiadmin"}], "basic": ["apiadmin"]},
    }


def _users(chance: Random) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for index in range(USERS):
        first, last = chance.choice(FIRST), chance.choice(LAST)
        city, department = chance.choice(CITIES), chance.choice(DEPARTMENTS)
        user = {
            "name": _user_name(index),
            "firstName": first,
            "lastName": last,
            "displayName": f"{first} {last}",
            "department": department,
            "city": city,
            "emailAddress": f"{first}.{last}.{index}@kopicloud.local".lower(),
        }
        if index >= 100:
            user["manager"] = _user_name(chance.randrange(100))
        found.setdefault(f"{city}/{department}", []).append(user)
    return found


def _groups(chance: Random) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for index in range(GROUPS):
        members = [_user_name(one) for one in chance.sample(range(USERS), 20)]
        members += [f"team-{index - 1:03d}"] if index % 5 == 4 else []
        found.setdefault(chance.choice(CITIES), []).append({"name": f"team-{index:03d}", "members": members})
    return found


def _spread(names: Any, chance: Random) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for name in names:
        found.setdefault(chance.choice(CITIES), []).append({"name": name})
    return found


def _record(index: int) -> str:
    if index % 10 == 9:
        return f"alias-{index:05d} CNAME host-{index - 1:05d}.kopicloud.local"
    if index % 10 == 8:
        return f"host-{index:05d} AAAA 2001:db8::{index:x}"
    return f"host-{index:05d} A 10.{index // 65536}.{index // 256 % 256}.{index % 256}"


def _user_name(index: int) -> str:
    return f"user{index:05d}"
