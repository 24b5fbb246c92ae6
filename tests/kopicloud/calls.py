"""What tests of directory and DNS share: paths with any names in them, refusals, and things to act on."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from tests.support.client import Answer, TwinClient

ROOT = "DC=kopicloud,DC=local"
USERS = f"CN=Users,{ROOT}"
STAFF = f"OU=Staff,OU=Kopi,{ROOT}"
SALES = f"OU=Sales,{STAFF}"
GROUPS = f"OU=Groups,OU=Kopi,{ROOT}"
SERVERS = f"OU=Servers,OU=Kopi,{ROOT}"


def at(template: str, *names: str) -> str:
    """A path with names in the places of ``{}``, each encoded so that it stays one segment."""
    return template.format(*(quote(name, safe="") for name in names))


def done(answer: Answer) -> Any:
    """The result of a call that must succeed."""
    assert answer.status == 200, answer.content
    assert answer.headers["content-type"] == "application/json"
    assert set(answer.body) == {"output", "result"}
    assert answer.output
    return answer.result


def refused(answer: Answer, status: int, *words: str) -> str:
    """The reason of a call that must be refused, in which all these words must be."""
    assert answer.status == status, answer.content
    assert answer.headers["content-type"] == "application/json"
    assert set(answer.body) == {"output", "result"}
    assert answer.result is None
    assert answer.output
    for word in words:
        assert word in answer.output
    return answer.output


def named(rows: list[dict[str, Any]], key: str = "name") -> list[str]:
    """The names in a list, in its order."""
    return [row[key] for row in rows]


def new_ou(twin: TwinClient, name: str, parent: str = ROOT, **given: Any) -> str:
    """The path of a new OU."""
    path: str = done(twin.post("/api/OU", OUName=name, OUDestinationPath=parent, **given))["path"]
    return path


def new_group(twin: TwinClient, name: str, kind: str = "Security", **given: Any) -> dict[str, Any]:
    """A new group."""
    group: dict[str, Any] = done(twin.post(at("/api/ADGroups/{}/{}", name, kind), **given))
    return group


def new_computer(twin: TwinClient, name: str, **given: Any) -> dict[str, Any]:
    """A new computer."""
    computer: dict[str, Any] = done(twin.post(at("/api/Computers/{}/Register", name), **given))
    return computer


def new_user(twin: TwinClient, name: str, **given: Any) -> dict[str, Any]:
    """A new user with all its fields."""
    user: dict[str, Any] = done(twin.post(at("/api/ADUser/{}", name), ShowFields="All", **given))
    return user


def nest(twin: TwinClient, child: str, parent: str) -> Answer:
    """Put a group into another."""
    return twin.post(at("/api/ADGroup/{}/Group/{}", parent, child))


def join(twin: TwinClient, user: str, group: str) -> Answer:
    """Put a user into a group."""
    return twin.post(at("/api/ADUser/{}/Group/{}", user, group))


def user(name: str, rest: str = "") -> str:
    """The path of a user, with what follows it."""
    return at("/api/ADUser/{}", name) + rest


def details(twin: TwinClient, name: str) -> dict[str, Any]:
    """A user with all its fields."""
    found: dict[str, Any] = done(twin.get(user(name, "/Details"), ShowFields="All"))
    return found
