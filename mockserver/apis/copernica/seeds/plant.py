"""From a checked seed document to accounts and those who may enter them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.apis.copernica.models.structure import (
    ACCOUNTS,
    APPLICATIONS,
    TOKENS,
    USERS,
    Account,
    Application,
    Token,
    User,
)
from mockserver.apis.copernica.service.numbers import next_id
from mockserver.kernel.names import nearest
from mockserver.kernel.seeds import SeedError
from mockserver.kernel.work import Work


def plant(work: Work, document: Mapping[str, Any]) -> None:
    """Fill an empty world from a document that meets the schema; raises ``SeedError``."""
    ids: dict[str, str] = {}
    for entry in document["accounts"]:
        key, _ = next_id(work, "account")
        ids[entry["name"]] = key
        account = Account(key, entry["name"], entry.get("description", ""), entry.get("company", entry["name"]))
        work.store.insert(ACCOUNTS, account)
    for entry in document.get("applications", ()):
        work.store.insert(APPLICATIONS, Application(entry["client_key"], entry["name"], entry["client_secret"]))
    for number, entry in enumerate(document.get("users", ())):
        accounts = tuple(_account(ids, name, f"users[{number}]") for name in entry["accounts"])
        work.store.insert(USERS, User(entry["login"], entry["password"], accounts))
    for number, entry in enumerate(document.get("tokens", ())):
        account_id = _account(ids, entry["account"], f"tokens[{number}]")
        work.store.insert(TOKENS, Token(entry["token"], entry["application"], account_id))


def credentials(work: Work) -> list[tuple[str, str]]:
    """Every good token under the name of its account."""
    named = {one.id: one.name for one in work.store.select(ACCOUNTS)}
    tokens = [one for one in work.store.select(TOKENS) if not one.revoked]
    return sorted((named[one.account], one.id) for one in tokens)


def _account(ids: Mapping[str, str], name: str, place: str) -> str:
    if name not in ids:
        raise SeedError(place, f"no account {name!r}{nearest(name, ids)}")
    return ids[name]
