"""From a checked seed document to accounts, their content, and those who may enter them."""

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
from mockserver.apis.copernica.seeds import structure
from mockserver.apis.copernica.seeds.mailings import plant_mail
from mockserver.apis.copernica.seeds.names import named
from mockserver.apis.copernica.service.numbers import next_id
from mockserver.kernel.seeds import numbered
from mockserver.kernel.work import Work

Entry = Mapping[str, Any]


def plant(work: Work, document: Entry) -> None:
    """Fill an empty world from a document that meets the schema; raises ``SeedError``."""
    accounts: dict[str, Account] = {}
    mail = []
    for at, entry in numbered(document["accounts"], "accounts"):
        account = _account(work, entry)
        accounts[account.name] = account
        structure.plant(work, account, entry.get("databases", ()), f"{at}.databases")
        if "mail" in entry:
            mail.append((account, f"{at}.mail", entry["mail"]))
    plant_mail(work, mail)
    _access(work, document, accounts)


def _account(work: Work, entry: Entry) -> Account:
    key, _ = next_id(work, "account")
    account = Account(key, entry["name"], entry.get("description", ""), entry.get("company", entry["name"]))
    work.store.insert(ACCOUNTS, account)
    return account


def _access(work: Work, document: Entry, accounts: Mapping[str, Account]) -> None:
    """Applications, users and tokens."""
    applications: dict[str, Application] = {}
    for entry in document.get("applications", ()):
        application = Application(entry["client_key"], entry["name"], entry["client_secret"])
        applications[application.id] = application
        work.store.insert(APPLICATIONS, application)
    for at, entry in numbered(document.get("users", ()), "users"):
        entered = [
            named(where, "account", name, accounts).id for where, name in numbered(entry["accounts"], f"{at}.accounts")
        ]
        work.store.insert(USERS, User(entry["login"], entry["password"], tuple(entered)))
    for at, entry in numbered(document.get("tokens", ()), "tokens"):
        application = named(f"{at}.application", "application", entry["application"], applications)
        account = named(f"{at}.account", "account", entry["account"], accounts)
        token = Token(entry["token"], application.id, account.id, entry.get("revoked", False))
        work.store.insert(TOKENS, token)
