"""The sequences of section 15: every resource of the Terraform provider, request by request as its client sends them.

The client sends every text of a resource, unset ones empty, and every boolean, unset ones false. It decodes JSON only
when the content type says so, and needs ``output`` and ``result`` in every answer, that to a deletion included.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests.kopicloud.calls import GROUPS, ROOT, SALES, SERVERS, STAFF
from tests.support.client import Answer, TwinClient

PASSWORD = "Tw1n-Passw0rd!"

#: What the client leaves alone in a path segment, beside letters, digits and ``-_.~``.
PLAIN_IN_PATHS = "$&+=:@"

#: Parameters of a user, the keys they come back under where those differ, and what is unset of either kind.
TEXTS = (
    *("FirstName", "Initials", "LastName", "DisplayName", "Description", "EmailAddress", "Department", "Office"),
    *("Company", "OUPath", "JobTitle", "Manager", "Street", "POBox", "City", "State", "ZipCode", "Country"),
    *("OfficePhone", "HomePhone", "MobilePhone", "ProfilePath", "ProfileLogonScript", "HomeFolderPath"),
    *("HomeFolderDrive", "HomeFolderDirectory", "RdsProfilePath", "RdsHomeFolderPath", "RdsHomeFolderDrive"),
)
BOOLEANS = ("RdsConnectDrive", "RdsAllowLogon", "ChangePasswordNextLogon", "PasswordNeverExpired")
RENAMED = {"OUPath": "ouPath", "Street": "streetAddress", "POBox": "streetPoBox", "ZipCode": "postalCode"}

#: A user with everything a configuration can say.
FULL: dict[str, Any] = {
    "FirstName": "Tara",
    "Initials": "TF",
    "LastName": "Form",
    "DisplayName": "Tara Form",
    "Description": "A, B & C",
    "EmailAddress": "tara@kopicloud.local",
    "Department": "Sales",
    "Office": "Oslo",
    "Company": "Kopi Coffee",
    "OUPath": SALES,
    "JobTitle": "Planner",
    "Manager": "dirk.jansen",
    "Street": "Gata 1",
    "POBox": "77",
    "City": "Oslo",
    "State": "Oslo",
    "ZipCode": "0150",
    "Country": "Norway",
    "OfficePhone": "+47 1",
    "HomePhone": "2",
    "MobilePhone": "3",
    "ProfilePath": "\\\\files01\\p",
    "ProfileLogonScript": "on.cmd",
    "HomeFolderDrive": "H:",
    "HomeFolderDirectory": "\\\\files01\\home",
    "RdsProfilePath": "\\\\files01\\r",
    "RdsHomeFolderDrive": "R:",
    "RdsHomeFolderPath": "\\\\files01\\rh",
    "RdsConnectDrive": True,
    "RdsAllowLogon": True,
    "PasswordNeverExpired": True,
}


class Provider:
    """Sends as the provider does, and fails where it would crash or report an error."""

    def __init__(self, twin: TwinClient) -> None:
        self._twin = twin

    def send(self, call: str, *segments: str, **query: Any) -> Any:
        """The result of a request; ``call`` is a method and a path with ``{}`` for each segment."""
        answer = self.raw(call, *segments, **query)
        assert answer.status == 200, answer.content
        assert "json" in answer.headers["content-type"]
        assert isinstance(answer.output, str)
        assert answer.result is not None
        return answer.result

    def raw(self, call: str, *segments: str, **query: Any) -> Answer:
        """The answer to a request, parameters in order of name as the client writes them."""
        method, path = call.split(" ")
        address = path.format(*(quote(one, safe=PLAIN_IN_PATHS) for one in segments))
        words = sorted((name, str(value).lower() if value in (True, False) else value) for name, value in query.items())
        return self._twin.call(method, address + ("?" + urlencode(words) if words else ""))


@pytest.fixture
def provider(twin: TwinClient) -> Provider:
    """The provider, configured with the token of `twin-admin`."""
    return Provider(twin)


def attributes(**configured: Any) -> dict[str, Any]:
    """All attributes of a user: those configured, and the rest as the client fills it in."""
    return {**dict.fromkeys(TEXTS, ""), **dict.fromkeys(BOOLEANS, False), **configured}


def copied_back(user: dict[str, Any]) -> dict[str, Any]:
    """What the provider takes into its state of a user, by parameter; an absent text is an empty one."""
    keys = {name: RENAMED.get(name, name[0].lower() + name[1:]) for name in (*TEXTS, *BOOLEANS)}
    return {name: "" if user[key] is None else user[key] for name, key in keys.items()}


def test_user(provider: Provider) -> None:
    made = provider.send("POST /api/ADUser/{}", "tara.form", Password=PASSWORD, ShowFields="All", **attributes(**FULL))
    assert copied_back(made) == attributes(**FULL)
    assert provider.send("GET /api/ADUserGuid", UserGuid=made["guid"], ShowFields="All") == made
    smaller = attributes(FirstName="Tara", OUPath=STAFF, RdsAllowLogon=True)
    updated = provider.send("PUT /api/ADUserGuid", UserGuid=made["guid"], ShowFields="All", **smaller)
    assert copied_back(updated) == smaller
    assert provider.send("GET /api/ADUserGuid", UserGuid=made["guid"], ShowFields="All") == updated
    assert provider.send("DELETE /api/ADUser/{}", "tara.form", ShowFields="All") == updated
    assert provider.send("GET /api/ADUser/{}/Exists", "tara.form") is False


def test_user_with_nothing_configured(provider: Provider) -> None:
    """Without show_fields other attributes than the default ones are left out; the guid is there all the same."""
    made = provider.send("POST /api/ADUser/{}", "tara.form", Password=PASSWORD, ShowFields="", **attributes())
    assert made["guid"]
    assert made["username"] == "tara.form"
    assert "jobTitle" not in made
    full = provider.send("GET /api/ADUserGuid", UserGuid=made["guid"], ShowFields="All")
    assert copied_back(full) == attributes(OUPath=f"CN=Users,{ROOT}")
    assert provider.send("PUT /api/ADUserGuid", UserGuid=made["guid"], ShowFields="", **attributes()) == made
    assert provider.send("GET /api/ADUserGuid", UserGuid=made["guid"], ShowFields="All") == full
    assert provider.send("DELETE /api/ADUser/{}", "tara.form", ShowFields="")["guid"] == made["guid"]


@pytest.mark.parametrize(
    ("act", "query"),
    [
        ("Enable", {}),
        ("Disable", {}),
        ("Unlock", {}),
        ("ResetPassword", {"newPassword": "An0ther-Passw0rd", "ChangePassword": False}),
        ("ResetPassword", {"newPassword": "An0ther-Passw0rd", "ChangePassword": True}),
    ],
)
@pytest.mark.parametrize("user", ["locked.lou", "left.leo"])
@pytest.mark.parametrize("show_fields", ["", "All"])
def test_user_enable_disable_unlock_and_password_reset(
    provider: Provider, act: str, query: dict[str, Any], user: str, show_fields: str
) -> None:
    """Created by the act; read and deleted by reading the user by the guid that creation answered with."""
    made = provider.send(f"PUT /api/ADUser/{{}}/{act}", user, ShowFields=show_fields, **query)
    for _ in ("read", "delete"):
        assert provider.send("GET /api/ADUserGuid", UserGuid=made["guid"], ShowFields=show_fields) == made


def test_user_rename(provider: Provider) -> None:
    made = provider.send("PUT /api/ADUser/{}/Rename/{}", "emma.fischer", "emma.weber", ShowFields="")
    assert made["username"] == "emma.weber"
    for _ in ("read", "delete"):
        assert provider.send("GET /api/ADUserGuid", UserGuid=made["guid"], ShowFields="") == made


@pytest.mark.parametrize("kind", ["Security", "Distribution"])
@pytest.mark.parametrize(("scope", "path"), [("", ""), ("Domain_Local", GROUPS)])
def test_groups(provider: Provider, kind: str, scope: str, path: str) -> None:
    query = {"GroupScope": scope, "GroupDescription": "Planners", "GroupEmail": "plan@kopicloud.local", "OUPath": path}
    made = provider.send(f"POST /api/ADGroups/{{}}/{kind}", "Plan & Co", **query)
    assert (made["type"], made["name"], made["ouPath"]) == (kind, "Plan & Co", path or f"CN=Users,{ROOT}")
    assert provider.send("GET /api/ADGroups/{}", "Plan & Co") == made
    renamed = provider.send("PUT /api/ADGroups/{}/Rename/{}", "Plan & Co", "Plan $ Co")
    assert renamed == {**made, "name": "Plan $ Co"}
    assert provider.send("GET /api/ADGroups/{}", "Plan $ Co") == renamed
    assert provider.send("DELETE /api/ADGroups/{}/Remove", "Plan $ Co", OUPath=path) == renamed
    assert provider.send("GET /api/ADGroups/{}/Exists", "Plan $ Co") is False


def test_group_membership(provider: Provider) -> None:
    call = "/api/ADUser/{}/Group/{}"
    made = provider.send(f"POST {call}", "ann.lee", "Remote Access")
    assert made["ouPath"] == GROUPS
    assert provider.send(f"GET {call}", "ann.lee", "Remote Access") == made
    assert provider.send(f"DELETE {call}", "ann.lee", "Remote Access") == made
    assert provider.send(f"GET {call}/Exists", "ann.lee", "Remote Access") is False


@pytest.mark.parametrize("protected", [False, True])
def test_ou(provider: Provider, protected: bool) -> None:
    """Rename, then update under the path the renaming answered with; a protected OU is deleted by force."""
    query = {"OUName": "Terra, Form", "OUDescription": "", "OUDestinationPath": STAFF, "IsProtected": protected}
    made = provider.send("POST /api/OU", **query)
    assert provider.send("GET /api/OU/Guid/Details", OUGuid=made["guid"]) == made
    renamed = provider.send("PUT /api/OU/Rename", OUPath=made["path"], OUNewName="Form = Terra")
    query = {"OUPath": renamed["path"], "OUDescription": "Renamed", "IsProtected": protected}
    updated = provider.send("PUT /api/OU", **query)
    assert updated == {**renamed, "description": "Renamed", "protected": protected, "guid": made["guid"]}
    assert provider.send("GET /api/OU/Guid/Details", OUGuid=made["guid"]) == updated
    gone = provider.send("DELETE /api/OU/Path/Remove", OUPath=updated["path"], Force=protected)
    assert gone == updated
    assert provider.send("GET /api/OU/Path/Exists", OUPath=updated["path"]) is False


@pytest.mark.parametrize("path", ["", SERVERS])
def test_computer(provider: Provider, path: str) -> None:
    made = provider.send("POST /api/Computers/{}/Register", "TERRA01", OUPath=path, ADComputerDescription="Plans")
    assert made["computerName"] == "TERRA01"
    assert provider.send("GET /api/Computers/{}", "TERRA01") == made
    renamed = provider.send("PUT /api/Computers/{}/Rename/{}", "TERRA01", "TERRA02")
    assert renamed["computerName"] == "TERRA02"
    updated = provider.send("PUT /api/Computers/{}/Update", "TERRA02", ComputerDescription="")
    assert updated == {**renamed, "description": ""}
    assert provider.send("GET /api/Computers/{}", "TERRA02") == updated
    assert provider.send("DELETE /api/Computers/{}/Remove", "TERRA02") == updated
    assert provider.send("GET /api/Computers/{}/Exists", "TERRA02") is False


#: Path of a record call, the parameter of its data, a value as configured, and the value as it comes back.
RECORDS = [
    ("/api/DnsARecord", "IP_Address", "10.20.30.77", "10.20.30.77"),
    ("/api/DnsAAAARecord", "IPv6_Address", "2001:0DB8:0000:0000:0000:0000:0000:0077", "2001:db8::77"),
    ("/api/DnsCNameRecord", "DNS_HostName_Alias", "WEB01.kopicloud.local", "WEB01.kopicloud.local"),
]


@pytest.mark.parametrize(("path", "parameter", "value", "shown"), RECORDS)
@pytest.mark.parametrize("zone", ["", "dev.kopicloud.local"])
def test_dns_records(provider: Provider, path: str, parameter: str, value: str, shown: str, zone: str) -> None:
    """Read and deleted with the values as configured, whatever form the server keeps them in."""
    query = {"DNS_HostName": "terra_form", parameter: value, "ZoneName": zone}
    made = provider.send(f"POST {path}", **query)
    assert (made["name"], made["data"], made["zone"]) == ("terra_form", shown, zone or "kopicloud.local")
    assert provider.send(f"GET {path}", **query) == made
    assert provider.send(f"DELETE {path}", **query) == made
    assert provider.send(f"GET {path}/HostName/{{}}", "terra_form") == []


@pytest.mark.parametrize("name", ["terra.example", "terra", "terra_form.example"])
def test_dns_lookup_zone(provider: Provider, name: str) -> None:
    made = provider.send("POST /api/DnsLookupZone/{}", name)
    assert made["zoneName"] == name
    assert provider.send("GET /api/DnsZones/{}", name) == made
    assert provider.send("DELETE /api/DnsLookupZone/{}", name) == made
    assert provider.send("GET /api/DnsZones/{}/Exists", name) is False


@pytest.mark.parametrize(
    ("network", "name"),
    [("10.77.0.0/24", "0.77.10.in-addr.arpa"), ("2001:db8:77::/48", "7.7.0.0.8.b.d.0.1.0.0.2.ip6.arpa")],
)
def test_dns_reverse_lookup_zone(provider: Provider, network: str, name: str) -> None:
    """The client sends the slash of a network as %2F and its colons as they are."""
    call = "/api/DnsReverseLookupZone/{}"
    made = provider.send(f"POST {call}", network)
    assert made["zoneName"] == name
    assert provider.send(f"GET {call}", network) == made
    assert provider.send(f"DELETE {call}", network) == made
    assert provider.send("GET /api/DnsZones/{}/Exists", name) is False


@pytest.mark.parametrize(
    ("call", "segments", "query"),
    [
        ("GET /api/ADUser/ListUsers", (), {"ShowFields": "", "OUPath": STAFF}),
        ("GET /api/ADUser/ListUsers/All", (), {"ShowFields": ""}),
        ("GET /api/ADUser/{}/Group/All", ("ann.lee",), {}),
        ("GET /api/ADGroups/All", (), {}),
        ("GET /api/ADGroups/Security/All", (), {}),
        ("GET /api/ADGroups/Distribution/All", (), {}),
        ("GET /api/Computers", (), {"OUPath": SERVERS}),
        ("GET /api/Computers/All", (), {}),
        ("GET /api/OU/All", (), {}),
        ("GET /api/DnsZones/All", (), {}),
        ("GET /api/DnsLookupZone/All", (), {}),
        ("GET /api/DnsReverseLookupZone/All", (), {}),
        *((f"GET {path}/All", (), {}) for path, *_ in RECORDS),
        *((f"GET {path}/{{}}", ("dev.kopicloud.local",), {}) for path, *_ in RECORDS),
        ("GET /api/DnsARecord/HostName/{}", ("build",), {}),
        ("GET /api/DnsARecord/IPAddress/{}", ("10.20.40.11",), {}),
        ("GET /api/DnsAAAARecord/IPv6Address/{}", ("2001:db8:20:40::11",), {}),
        ("GET /api/DnsCNameRecord/HostNameAlias/{}", ("build.dev.kopicloud.local",), {}),
    ],
)
def test_data_sources_that_list(
    provider: Provider, call: str, segments: tuple[str, ...], query: dict[str, Any]
) -> None:
    assert provider.send(call, *segments, **query)


@pytest.mark.parametrize(
    ("call", "segments", "query"),
    [
        ("GET /api/ADGroups/{}", ("Sales",), {}),
        ("GET /api/ADUser/{}/Group/{}", ("ann.lee", "News"), {}),
        ("GET /api/Computers/{}", ("WEB01",), {}),
        ("GET /api/OU/Path/Details", (), {"OUPath": STAFF}),
        ("GET /api/DnsZones/{}", ("dev.kopicloud.local",), {}),
        ("GET /api/DnsReverseLookupZone/{}", ("10.20.30.0/24",), {}),
        (
            "GET /api/DnsARecord",
            (),
            {"DNS_HostName": "web01", "IP_Address": "10.20.30.13", "ZoneName": "kopicloud.local"},
        ),
    ],
)
def test_data_sources_of_one_thing(
    provider: Provider, call: str, segments: tuple[str, ...], query: dict[str, Any]
) -> None:
    """No field the provider builds an identifier from is null."""
    found = provider.send(call, *segments, **query)
    assert all(found[key] for key in ("guid", "name", "type", "computerName", "zoneName", "data") if key in found)


@pytest.mark.parametrize(
    ("call", "segments", "query"),
    [
        ("GET /api/ADUserGuid", (), {"UserGuid": "7c0f2c1e-5b0a-4a3e-9a53-0d3f4f1c2b6a", "ShowFields": ""}),
        ("GET /api/ADGroups/{}", ("Gone",), {}),
        ("GET /api/ADUser/{}/Group/{}", ("ann.lee", "Sales"), {}),
        ("GET /api/OU/Guid/Details", (), {"OUGuid": "7c0f2c1e-5b0a-4a3e-9a53-0d3f4f1c2b6a"}),
        ("GET /api/Computers/{}", ("GONE",), {}),
        ("GET /api/DnsARecord", (), {"DNS_HostName": "gone", "IP_Address": "10.1.1.1", "ZoneName": ""}),
        ("GET /api/DnsZones/{}", ("gone.example",), {}),
        ("GET /api/DnsReverseLookupZone/{}", ("10.1.1.0/24",), {}),
    ],
)
def test_what_is_gone_is_an_error_with_words(
    provider: Provider, call: str, segments: tuple[str, ...], query: dict[str, Any]
) -> None:
    """The provider shows ``output`` of any other answer than 200, if that is JSON."""
    answer = provider.raw(call, *segments, **query)
    assert answer.status == 404
    assert answer.output
