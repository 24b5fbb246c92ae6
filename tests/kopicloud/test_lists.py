"""Lists below a container: OUPath and Recursive, the same on every call that has them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kopicloud.calls import ROOT, STAFF, done, named, new_computer, new_group, new_ou, new_user, refused
from tests.support.client import TwinClient

UPPER, LOWER = f"OU=Upper,{ROOT}", f"OU=Lower,OU=Upper,{ROOT}"

#: Path, key of the name, and the list of all that has the same rows when nothing narrows it.
CALLS = {
    "users": ("/api/ADUser/ListUsers", "username", "/api/ADUser/ListUsers/All"),
    "groups": ("/api/ADGroups", "name", "/api/ADGroups/All"),
    "security groups": ("/api/ADGroups/Security/All", "name", ""),
    "distribution groups": ("/api/ADGroups/Distribution/All", "name", ""),
    "computers": ("/api/Computers", "computerName", "/api/Computers/All"),
}

#: What is planted in the root, in UPPER and in LOWER, by call.
PLANTED = {
    "users": (["u.root"], ["u.upper"], ["u.lower"]),
    "groups": (["d-root", "S-root"], ["d-upper", "S-upper"], ["d-lower", "S-lower"]),
    "security groups": (["S-root"], ["S-upper"], ["S-lower"]),
    "distribution groups": (["d-root"], ["d-upper"], ["d-lower"]),
    "computers": (["C-ROOT"], ["C-UPPER"], ["C-LOWER"]),
}
EACH = pytest.mark.parametrize("call", CALLS)


@pytest.fixture
def tree(twin: TwinClient) -> TwinClient:
    """A twin with an account of every kind in the root, in UPPER and in LOWER, which is in UPPER."""
    new_ou(twin, "Lower", new_ou(twin, "Upper"))
    for word, place in (("root", ROOT), ("upper", UPPER), ("lower", LOWER)):
        new_user(twin, f"u.{word}", OUPath=place)
        new_group(twin, f"S-{word}", "Security", OUPath=place)
        new_group(twin, f"d-{word}", "Distribution", OUPath=place)
        new_computer(twin, f"C-{word.upper()}", OUPath=place)
    return twin


def listed(twin: TwinClient, call: str, **query: Any) -> list[str]:
    """The names a list holds."""
    path, key, _ = CALLS[call]
    return named(done(twin.get(path, **query)), key)


def folded(*parts: list[str]) -> list[str]:
    """Names in the order of lists."""
    return sorted((name for part in parts for name in part), key=str.casefold)


@EACH
@pytest.mark.parametrize("given", [{}, {"Recursive": True}, {"Recursive": ""}, {"recursive": "TRUE"}])
def test_a_list_is_recursive_unless_told_otherwise(tree: TwinClient, call: str, given: dict[str, Any]) -> None:
    _, upper, lower = PLANTED[call]
    assert listed(tree, call, OUPath=UPPER, **given) == folded(upper, lower)


@EACH
@pytest.mark.parametrize("word", ["false", "False", "FALSE"])
def test_without_recursion_only_direct_children(tree: TwinClient, call: str, word: str) -> None:
    _, upper, lower = PLANTED[call]
    assert listed(tree, call, OUPath=UPPER, Recursive=word) == folded(upper)
    assert listed(tree, call, OUPath=LOWER, Recursive=word) == folded(lower)


@EACH
@pytest.mark.parametrize("path", [None, "", ROOT, f"LDAP://{ROOT}"])
def test_P14_the_base_is_the_domain_root(tree: TwinClient, call: str, path: str | None) -> None:
    """Without recursion only what lies directly in the root: nothing of a fresh domain does."""
    given: dict[str, Any] = {} if path is None else {"OUPath": path}
    root, upper, lower = PLANTED[call]
    assert listed(tree, call, Recursive=False, **given) == folded(root)
    assert set(listed(tree, call, **given)) >= {*root, *upper, *lower}


@pytest.mark.parametrize("call", [call for call, (_, _, everything) in CALLS.items() if everything])
@pytest.mark.parametrize("given", [{}, {"OUPath": ROOT}, {"OUPath": "", "Recursive": ""}])
def test_P14_unnarrowed_it_is_the_list_of_all(tree: TwinClient, call: str, given: dict[str, Any]) -> None:
    path, _, everything = CALLS[call]
    assert done(tree.get(path, **given)) == done(tree.get(everything))


@EACH
@pytest.mark.parametrize("prefix", ["LDAP://", "ldap://", "LDAP://dc01/", "LDAP://dc01.kopicloud.local:389/"])
def test_P3_a_path_with_the_prefix_of_adsi(tree: TwinClient, call: str, prefix: str) -> None:
    assert listed(tree, call, OUPath=prefix + UPPER) == listed(tree, call, OUPath=UPPER)


@EACH
@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"OU=Nowhere,{ROOT}", 404),
        (f"CN=Upper,{ROOT}", 404),
        ("OU=Upper,DC=elsewhere,DC=example", 404),
        ("Upper", 400),
        ("OU=Upper,,DC=kopicloud", 400),
        ("LDAP://", 400),
        (f"CN=ann.lee,{STAFF}", 400),
    ],
)
def test_P15_a_base_that_is_none(tree: TwinClient, call: str, path: str, status: int) -> None:
    """An absent base is 404, a malformed one 400, and so is a leaf, which holds nothing."""
    for recursive in (True, False):
        refused(tree.get(CALLS[call][0], OUPath=path, Recursive=recursive), status)


@EACH
@pytest.mark.parametrize("place", ["OU=Bare", "CN=Program Data"])
def test_P15_an_empty_base_is_an_empty_list(tree: TwinClient, call: str, place: str) -> None:
    new_ou(tree, "Bare")
    assert listed(tree, call, OUPath=f"{place},{ROOT}") == []


@EACH
def test_P13_lists_are_in_order_of_name_without_case(tree: TwinClient, call: str) -> None:
    names = listed(tree, call)
    assert names == folded(names)
    assert len(names) == len(set(names))


@EACH
@pytest.mark.parametrize("word", ["maybe", "1", "yes", "truefalse"])
def test_a_word_that_is_no_boolean_is_refused(tree: TwinClient, call: str, word: str) -> None:
    refused(tree.get(CALLS[call][0], OUPath=UPPER, Recursive=word), 400, "Recursive", word)


@pytest.mark.parametrize(("call", "inside"), [("users", "Guest"), ("groups", "DnsAdmins"), ("computers", "LAPTOP-NEW")])
def test_containers_are_bases_too(twin: TwinClient, call: str, inside: str) -> None:
    place = "Computers" if call == "computers" else "Users"
    assert inside in listed(twin, call, OUPath=f"cn={place.upper()}, {ROOT}")
