"""Users and groups in groups: decisions G1 to G6 and G9, and what Exists says (P17)."""

from __future__ import annotations

import pytest

from mockserver.app import Twin
from tests.conftest import credential
from tests.kopicloud.calls import at, done, join, named, nest, new_group, new_user, refused
from tests.support.client import TwinClient

SCOPES = ("Global", "Universal", "Domain_Local")

#: Child scope, and the parent scopes it may be put into within one domain.
NESTS_IN = {"Global": SCOPES, "Universal": ("Universal", "Domain_Local"), "Domain_Local": ("Domain_Local",)}
MATRIX = [(child, parent, parent in NESTS_IN[child]) for child in SCOPES for parent in SCOPES]

IN_GROUP = "/api/ADUser/{}/Group/{}"
GROUP_IN_GROUP = "/api/ADGroup/{}/Group/{}"


def groups_of(twin: TwinClient, user: str) -> list[str]:
    """Names of a user's groups, in the order of the answer."""
    return named(done(twin.get(at("/api/ADUser/{}/Group/All", user))))


def is_in(twin: TwinClient, child: str, parent: str) -> bool:
    """Whether a group is a direct member of another."""
    answer: bool = done(twin.get(at(GROUP_IN_GROUP + "/Exists", parent, child)))
    return answer


def ring(twin: TwinClient, *names: str) -> None:
    """Groups each of which is in the next, and the last in the first."""
    for name in names:
        new_group(twin, name)
    for child, parent in zip(names, (*names[1:], names[0]), strict=True):
        done(nest(twin, child, parent))


def test_G1_only_direct_groups_and_the_primary_group(twin: TwinClient) -> None:
    """quinn.peters is in Engineering and All Staff only by way of Administrators of Servers."""
    assert groups_of(twin, "quinn.peters") == ["Administrators of Servers", "Domain Users"]


def test_G1_groups_come_by_name_without_case(twin: TwinClient) -> None:
    for name in ("zeta", "Alpha", "beta"):
        new_group(twin, name)
        done(join(twin, "ann.lee", name))
    assert groups_of(twin, "ann.lee") == ["All Staff", "Alpha", "beta", "Domain Users", "News", "zeta"]


@pytest.mark.parametrize("user", ["new.person", "Guest"])
def test_G1_the_primary_group_is_listed_once(twin: TwinClient, user: str) -> None:
    """Guest's primary group is Domain Guests, a new user's Domain Users."""
    if user != "Guest":
        new_user(twin, user)
    primary = "Domain Guests" if user == "Guest" else "Domain Users"
    assert groups_of(twin, user).count(primary) == 1


def test_G2_adding_a_member_twice_is_refused(twin: TwinClient) -> None:
    refused(join(twin, "EMMA.fischer", "sales"), 400, "emma.fischer", "Sales")
    assert groups_of(twin, "emma.fischer").count("Sales") == 1


def test_G2_adding_the_primary_group_is_refused(twin: TwinClient) -> None:
    refused(join(twin, "emma.fischer", "Domain Users"), 400)


def test_G2_removing_or_getting_what_is_not_there_is_404(twin: TwinClient) -> None:
    path = at(IN_GROUP, "ann.lee", "Finance")
    refused(twin.delete(path), 404)
    refused(twin.get(path), 404)


def test_G2_the_same_for_groups_in_groups(twin: TwinClient) -> None:
    refused(nest(twin, "Sales", "All Staff"), 400)
    refused(twin.delete(at(GROUP_IN_GROUP, "Sales", "All Staff")), 404)
    assert is_in(twin, "Sales", "All Staff")


def test_G2_membership_in_a_nested_group_is_not_direct(twin: TwinClient) -> None:
    """quinn.peters is in Engineering through another group: adding is possible, removing is not."""
    refused(twin.delete(at(IN_GROUP, "quinn.peters", "Engineering")), 404)
    done(join(twin, "quinn.peters", "Engineering"))


@pytest.mark.parametrize("kind", ["Security", "Distribution"])
@pytest.mark.parametrize(("child", "parent", "allowed"), MATRIX)
def test_G3_scope_nesting(twin: TwinClient, kind: str, child: str, parent: str, allowed: bool) -> None:
    new_group(twin, "Child", kind, GroupScope=child)
    new_group(twin, "Parent", kind, GroupScope=parent)
    answer = nest(twin, "Child", "Parent")
    if allowed:
        assert done(answer)["name"] == "Parent"
    else:
        refused(answer, 400, child, parent)
    assert is_in(twin, "Child", "Parent") is allowed


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("kind", ["Security", "Distribution"])
def test_G3_users_fit_everywhere(twin: TwinClient, scope: str, kind: str) -> None:
    new_group(twin, "Any", kind, GroupScope=scope)
    assert done(join(twin, "ann.lee", "Any"))["scope"] == scope


@pytest.mark.parametrize(("child", "parent"), [("Security", "Distribution"), ("Distribution", "Security")])
@pytest.mark.parametrize("scope", SCOPES)
def test_G4_types_do_not_mix(twin: TwinClient, child: str, parent: str, scope: str) -> None:
    new_group(twin, "Child", child, GroupScope=scope)
    new_group(twin, "Parent", parent, GroupScope=scope)
    refused(nest(twin, "Child", "Parent"), 400, child, parent)
    assert is_in(twin, "Child", "Parent") is False


@pytest.mark.parametrize("scope", SCOPES)
def test_G5_a_group_cannot_be_in_itself(twin: TwinClient, scope: str) -> None:
    new_group(twin, "Selfish", GroupScope=scope)
    refused(nest(twin, "Selfish", "SELFISH"), 400)
    assert is_in(twin, "Selfish", "Selfish") is False


@pytest.mark.parametrize("names", [("Ring A", "Ring B"), ("Ring A", "Ring B", "Ring C")])
def test_G5_longer_cycles_are_allowed(twin: TwinClient, names: tuple[str, ...]) -> None:
    ring(twin, *names)
    assert is_in(twin, names[-1], names[0])
    assert is_in(twin, names[0], names[1])


def test_G5_listings_and_lookups_with_a_cycle_end(twin: TwinClient) -> None:
    ring(twin, "Ring A", "Ring B", "Ring C")
    done(join(twin, "ann.lee", "Ring A"))
    assert groups_of(twin, "ann.lee") == ["All Staff", "Domain Users", "News", "Ring A"]
    assert {"Ring A", "Ring B", "Ring C"} <= set(named(done(twin.get("/api/ADGroups/All"))))
    assert is_in(twin, "Ring A", "Ring C") is False


def test_G5_permission_is_evaluated_through_a_cycle(twin: TwinClient, kopicloud: Twin) -> None:
    """A walk that finds the role and one that does not both end."""
    ring(twin, "Ring A", "Ring B", "Ring C")
    done(join(twin, "api.dns", "Ring A"))
    twin.settings(APIADAuthenticationGroup="Ring C")
    token = credential(kopicloud, "basic-api.dns")
    done(twin.get("/api/ADGroups/All", token=token))
    twin.settings(APIADAuthenticationGroup="Sales")
    refused(twin.get("/api/ADGroups/All", token=token), 403)


def test_G5_a_cycle_can_be_taken_apart(twin: TwinClient) -> None:
    ring(twin, "Ring A", "Ring B", "Ring C")
    done(twin.delete("/api/ADGroups/Ring%20B/Remove"))
    assert is_in(twin, "Ring C", "Ring A")
    done(twin.delete(at(GROUP_IN_GROUP, "Ring A", "Ring C")))
    assert is_in(twin, "Ring C", "Ring A") is False


def test_G6_group_in_group_calls_answer_with_the_parent(twin: TwinClient) -> None:
    child, parent = new_group(twin, "Child"), new_group(twin, "Parent", GroupScope="Universal")
    assert done(nest(twin, "child", "PARENT")) == parent
    assert is_in(twin, "Child", "Parent")
    assert done(twin.delete(at(GROUP_IN_GROUP, "parent", "CHILD"))) == parent
    assert is_in(twin, "Child", "Parent") is False
    assert done(twin.get("/api/ADGroups/Child")) == child


def test_user_membership_calls_answer_with_the_group(twin: TwinClient) -> None:
    group = new_group(twin, "Roasters", GroupDescription="They roast", GroupEmail="roast@kopicloud.local")
    path = at(IN_GROUP, "Ann.Lee", "roasters")
    assert [done(answer) for answer in (twin.post(path), twin.get(path), twin.delete(path))] == [group] * 3


def test_G9_a_role_counts_through_nested_groups(twin: TwinClient, kopicloud: Twin) -> None:
    """api.dns has no AD role until its group is, two levels up, in the group of that role."""
    token = credential(kopicloud, "basic-api.dns")
    for name in ("Inner", "Middle"):
        new_group(twin, name)
    done(nest(twin, "Inner", "Middle"))
    done(join(twin, "api.dns", "Inner"))
    refused(twin.get("/api/OU/All", token=token), 403)
    done(nest(twin, "Middle", "API AD Operators"))
    done(twin.get("/api/OU/All", token=token))
    done(twin.delete(at(GROUP_IN_GROUP, "Middle", "Inner")))
    refused(twin.get("/api/OU/All", token=token), 403)


def test_G9_the_domain_admin_role_counts_through_nested_groups(twin: TwinClient, kopicloud: Twin) -> None:
    done(nest(twin, "API Security", "Domain Admins"))
    done(twin.get("/api/DnsZones/All", token=credential(kopicloud, "basic-api.security")))


def test_G9_the_primary_group_is_in_the_token(twin: TwinClient, kopicloud: Twin) -> None:
    twin.settings(APIADAuthenticationGroup="Domain Users")
    done(twin.get("/api/OU/All", token=credential(kopicloud, "basic-api.dns")))


def test_G9_a_distribution_group_grants_nothing(twin: TwinClient, kopicloud: Twin) -> None:
    """A role is an AD security group; distribution groups are in no token."""
    new_group(twin, "Mailing", "Distribution")
    done(join(twin, "api.dns", "Mailing"))
    twin.settings(APIADAuthenticationGroup="Mailing")
    refused(twin.get("/api/OU/All", token=credential(kopicloud, "basic-api.dns")), 403)


@pytest.mark.parametrize(("group", "label"), [("Domain Admins", "twin-admin"), ("API AD Operators", "basic-api.ad")])
def test_a_role_goes_by_the_name_its_group_has_now(twin: TwinClient, kopicloud: Twin, group: str, label: str) -> None:
    token = credential(kopicloud, label)
    done(twin.get("/api/OU/All", token=token))
    done(twin.put(at("/api/ADGroups/{}/Rename/{}", group, "Something else")))
    refused(twin.get("/api/OU/All", token=token), 403)


@pytest.mark.parametrize(
    ("template", "names", "found"),
    [
        (IN_GROUP, ("emma.fischer", "Sales"), True),
        (IN_GROUP, ("EMMA.FISCHER", "SALES"), True),
        (IN_GROUP, ("emma.fischer", "Domain Users"), True),
        (IN_GROUP, ("emma.fischer", "All Staff"), False),
        (IN_GROUP, ("emma.fischer", "Finance"), False),
        (GROUP_IN_GROUP, ("All Staff", "Sales"), True),
        (GROUP_IN_GROUP, ("Files Read", "Sales"), False),
        (GROUP_IN_GROUP, ("Sales", "All Staff"), False),
    ],
)
def test_P17_membership_exists(twin: TwinClient, template: str, names: tuple[str, str], found: bool) -> None:
    assert done(twin.get(at(template + "/Exists", *names))) is found


@pytest.mark.parametrize(
    ("template", "names", "absent"),
    [
        (IN_GROUP, ("nobody.here", "Sales"), "nobody.here"),
        (IN_GROUP, ("emma.fischer", "No Group"), "No Group"),
        (IN_GROUP, ("Sales", "Sales"), "Sales"),
        (IN_GROUP, ("emma.fischer", "emma.fischer"), "emma.fischer"),
        (GROUP_IN_GROUP, ("No Group", "Sales"), "No Group"),
        (GROUP_IN_GROUP, ("Sales", "No Group"), "No Group"),
        (GROUP_IN_GROUP, ("Sales", "emma.fischer"), "emma.fischer"),
    ],
)
@pytest.mark.parametrize("call", ["GET /Exists", "POST ", "DELETE "])
def test_P17_an_absent_user_or_group_is_404(
    twin: TwinClient, template: str, names: tuple[str, str], absent: str, call: str
) -> None:
    """A name of another kind of account is as absent as any."""
    method, _, suffix = call.partition(" ")
    refused(twin.call(method, at(template + suffix, *names)), 404, repr(absent))


def test_a_user_that_is_deleted_leaves_its_groups(twin: TwinClient) -> None:
    new_user(twin, "short.stay")
    done(join(twin, "short.stay", "Sales"))
    done(twin.delete("/api/ADUser/short.stay"))
    new_user(twin, "short.stay")
    assert groups_of(twin, "short.stay") == ["Domain Users"]


def test_memberships_follow_a_rename_of_either_side(twin: TwinClient) -> None:
    done(twin.put("/api/ADGroups/Sales/Rename/Selling"))
    done(twin.put("/api/ADUser/emma.fischer/Rename/emma.weber"))
    assert groups_of(twin, "emma.weber") == ["Domain Users", "Price List", "Printers Hamburg", "Selling"]
    assert is_in(twin, "Selling", "All Staff")
