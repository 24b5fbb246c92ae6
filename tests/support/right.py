"""A request that is right in every respect for every operation of the KopiCloud AD API, on the baseline seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from mockserver.kernel.operation import Operation

ROOT = "DC=kopicloud,DC=local"
KOPI = f"OU=Kopi,{ROOT}"
STAFF = f"OU=Staff,{KOPI}"
SERVERS = f"OU=Servers,{KOPI}"
GROUPS = f"OU=Groups,{KOPI}"
WORKSTATIONS = f"OU=Workstations,{KOPI}"
PASSWORD = "Tw1n-Passw0rd!"

#: Operations that identify a thing by GUID: where to read the GUID from.
GUIDS: Mapping[str, str] = {"UserGuid": "/api/ADUser/ann.lee/Details", "OUGuid": f"/api/OU/Path/Details?OUPath={STAFF}"}


@dataclass(frozen=True, slots=True)
class Right:
    """Path and query values by wire name; names in ``guids`` are filled from the world.

    ``first`` is an operation whose right request must have been served before.
    """

    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    guids: tuple[str, ...] = ()
    first: str | None = None

    def target(self, operation: Operation, guids: Mapping[str, str]) -> str:
        """The request target as on the wire."""
        path = operation.path
        for name, value in self.path.items():
            path = path.replace("{" + name + "}", quote(value, safe=""))
        query = {**self.query, **{name: guids[name] for name in self.guids}}
        return path + ("?" + urlencode(query) if query else "")


def _record(host: str, name: str, value: str, zone: str = "kopicloud.local") -> Right:
    return Right(query={"DNS_HostName": host, name: value, "ZoneName": zone})


_USER = {"Username": "ann.lee"}
_CHANGES = {"FirstName": "Anna", "JobTitle": "", "OUPath": SERVERS, "RdsConnectDrive": "false", "ShowFields": "All"}
_MEMBER = {"Username": "ann.lee", "GroupName": "Sales"}
_IS_MEMBER = {"Username": "emma.fischer", "GroupName": "Sales"}
_NESTED = {"ParentGroupName": "Files Read", "ChildGroupName": "All Staff"}
_IN_SERVERS = {"OUPath": SERVERS, "Recursive": "false"}
_IN_GROUPS = {"OUPath": GROUPS, "Recursive": "true"}
_SYSTEM = {"IgnoreSystemZones": "false"}
_NETWORK = {"NetworkID": "10.20.30.0/24"}

RIGHT: Mapping[str, Right] = {
    "listComputersInOu": Right(query=_IN_SERVERS),
    "listAllComputers": Right(),
    "getComputer": Right({"ADComputerName": "SQL01"}),
    "computerExists": Right({"ADComputerName": "SQL02"}),
    "registerComputer": Right({"ADComputerName": "SQL02"}, {"ADComputerDescription": "Spare", "OUPath": SERVERS}),
    "renameComputer": Right({"ADComputerName": "SQL01", "NewADComputerName": "SQL09"}),
    "updateComputerDescription": Right({"ADComputerName": "SQL01"}, {"ComputerDescription": "Database"}),
    "removeComputer": Right({"ADComputerName": "SQL01"}),
    "removeComputersByWildcard": Right(query={"WildCard": "WS-*", "OUPath": WORKSTATIONS, "Recursive": "true"}),
    "listGroupsInOu": Right(query=_IN_GROUPS),
    "listAllGroups": Right(),
    "listDistributionGroups": Right(query=_IN_GROUPS),
    "listSecurityGroups": Right(query=_IN_GROUPS),
    "getGroup": Right({"GroupName": "All Staff"}),
    "groupExists": Right({"GroupName": "All Staff"}),
    "createDistributionGroup": Right({"GroupName": "Offers"}, {"GroupScope": "Universal", "OUPath": GROUPS}),
    "createSecurityGroup": Right({"GroupName": "Vault"}, {"GroupScope": "Domain_Local", "Description": "Keys"}),
    "renameGroup": Right({"GroupName": "Price List", "NewGroupName": "Prices"}),
    "removeGroup": Right({"GroupName": "Price List"}),
    "listUserGroups": Right({"Username": "emma.fischer"}),
    "getUserGroup": Right(_IS_MEMBER),
    "userGroupExists": Right(_MEMBER),
    "addUserToGroup": Right(_MEMBER),
    "removeUserFromGroup": Right(_IS_MEMBER),
    "addGroupToGroup": Right({"ParentGroupName": "Files Write", "ChildGroupName": "Sales"}),
    "removeGroupFromGroup": Right(_NESTED),
    "groupGroupExists": Right(_NESTED),
    "listUsersInOu": Right(query={"OUPath": STAFF, "Recursive": "false", "ShowFields": "username,manager"}),
    "listAllUsers": Right(query={"ShowFields": "All"}),
    "getUser": Right(_USER, {"ShowFields": "*"}),
    "userExists": Right(_USER),
    "getUserLastLogon": Right(_USER),
    "createUser": Right({"Username": "gil.katz"}, {"Password": PASSWORD, "FirstName": "Gil", "OUPath": STAFF}),
    "updateUser": Right(_USER, _CHANGES),
    "disableUser": Right(_USER),
    "enableUser": Right({"Username": "left.leo"}),
    "renameUser": Right({"Username": "ann.lee", "NewUsername": "anna.lee"}),
    "resetUserPassword": Right(_USER, {"newPassword": "Bl4ck-Coffee!", "ChangePassword": "true"}),
    "unlockUser": Right({"Username": "locked.lou"}),
    "deleteUser": Right({"Username": "left.leo"}),
    "getUserByGuid": Right(guids=("UserGuid",)),
    "updateUserByGuid": Right(query=_CHANGES, guids=("UserGuid",)),
    "deleteUserByGuid": Right(guids=("UserGuid",)),
    "listAllOus": Right(query={"ListContainers": "true"}),
    "getOuByGuid": Right(guids=("OUGuid",)),
    "getOuByPath": Right(query={"OUPath": STAFF}),
    "ouExists": Right(query={"OUPath": STAFF}),
    "createOu": Right(query={"OUName": "Guests", "OUDestinationPath": KOPI, "IsProtected": "false"}),
    "updateOu": Right(query={"OUPath": STAFF, "OUDescription": "", "IsProtected": "true"}),
    "moveOu": Right(query={"OUPath": SERVERS, "OUDestinationPath": ROOT}),
    "renameOu": Right(query={"OUPath": STAFF, "OUNewName": "People"}),
    "removeOu": Right(query={"OUPath": f"OU=Guests,{KOPI}", "Force": "true"}, first="createOu"),
    "listAllDnsARecords": Right(),
    "listDnsARecordsInZone": Right({"ZoneName": "dev.kopicloud.local"}),
    "listDnsARecordsByHostName": Right({"DNS_HostName": "build"}),
    "listDnsARecordsByIpAddress": Right({"IP_Address": "10.20.40.11"}),
    "getDnsARecord": _record("sql01", "IP_Address", "10.20.30.12"),
    "createDnsARecord": _record("sql09", "IP_Address", "10.20.30.99"),
    "deleteDnsARecord": _record("sql01", "IP_Address", "10.20.30.12"),
    "listAllDnsAAAARecords": Right(),
    "listDnsAAAARecordsInZone": Right({"ZoneName": "dev.kopicloud.local"}),
    "listDnsAAAARecordsByHostName": Right({"DNS_HostName": "build"}),
    "listDnsAAAARecordsByIpv6Address": Right({"IPv6_Address": "2001:db8:20:40::11"}),
    "getDnsAAAARecord": _record("web01", "IPv6_Address", "2001:DB8:20:30:0::13"),
    "createDnsAAAARecord": _record("sql09", "IPv6_Address", "2001:db8::99"),
    "deleteDnsAAAARecord": _record("web01", "IPv6_Address", "2001:db8:20:30::13"),
    "listAllDnsCNameRecords": Right(),
    "listDnsCNameRecordsInZone": Right({"ZoneName": "kopicloud.local"}),
    "listDnsCNameRecordsByHostName": Right({"DNS_HostName": "ci"}),
    "listDnsCNameRecordsByAlias": Right({"DNS_HostName_Alias": "web01.kopicloud.local"}),
    "getDnsCNameRecord": _record("intranet", "DNS_HostName_Alias", "web01.kopicloud.local"),
    "createDnsCNameRecord": _record("wiki", "DNS_HostName_Alias", "web01.kopicloud.local"),
    "deleteDnsCNameRecord": _record("intranet", "DNS_HostName_Alias", "web01.kopicloud.local"),
    "listAllDnsZones": Right(query=_SYSTEM),
    "getDnsZone": Right({"ZoneName": "127.in-addr.arpa"}, _SYSTEM),
    "dnsZoneExists": Right({"ZoneName": "dev.kopicloud.local"}),
    "listDnsLookupZones": Right(query=_SYSTEM),
    "createDnsLookupZone": Right({"ZoneName": "roast.example"}),
    "deleteDnsLookupZone": Right({"ZoneName": "dev.kopicloud.local"}),
    "listDnsReverseLookupZones": Right(query=_SYSTEM),
    "getDnsReverseLookupZone": Right(_NETWORK, {"IgnoreSystemZones": "true"}),
    "createDnsReverseLookupZone": Right({"NetworkID": "10.20.50.0/24"}),
    "deleteDnsReverseLookupZone": Right(_NETWORK),
    "login": Right(query={"username": "ann.lee", "password": PASSWORD}),
}
