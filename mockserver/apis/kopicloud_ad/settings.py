"""The settings of the product, by their own keys, and the twin's few knobs beside them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mockserver.apis.kopicloud_ad.service import addresses
from mockserver.apis.kopicloud_ad.service.access import DOMAIN_ADMINS, LICENCES
from mockserver.kernel.errors import BadInput
from mockserver.kernel.settings import Setting


def _moment(text: Any) -> None:
    """Nothing, or an ISO 8601 moment that names its time zone."""
    if text:
        allowed = "allowed: an ISO 8601 moment with its time zone, such as 2027-01-31T12:00:00Z"
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise ValueError(allowed) from None
        if moment.tzinfo is None:
            raise ValueError(allowed)


def _domain(text: Any) -> None:
    try:
        addresses.check_name("name", text)
    except BadInput as error:
        raise ValueError(error.message) from None


def _address(text: Any) -> None:
    try:
        addresses.ipv4("address", text)
    except BadInput as error:
        raise ValueError(error.message) from None


def _not_negative(number: Any) -> None:
    if number < 0:
        raise ValueError("allowed: 0 or more")


#: Settings that name a group of AD, and what its members may do.
ROLES = {
    "APIAuthenticationGroup": "all AD and DNS calls",
    "APIADAuthenticationGroup": "all AD calls",
    "APIDNSAuthenticationGroup": "all DNS calls",
    "APIAdminGroup": "all calls, tokens, event log and licence",
    "APISecurityGroup": "tokens, event log and licence, but no AD or DNS calls",
    "APITokenAuthenticationGroup": "tokens, but no AD or DNS calls",
    "APILogAccessGroup": "the event log, but no AD or DNS calls",
}

_SWITCHES = {
    "APIEnableAD": "every AD section",
    "APIEnableADComputer": "AD Computer",
    "APIEnableADGroup": "AD Groups",
    "APIEnableADGroupMembership": "AD Group Membership",
    "APIEnableADUser": "AD Users",
    "APIEnableADOu": "AD Organization Units (OU)",
    "APIEnableDns": "every DNS section",
    "APIEnableDnsA": "DNS A Records",
    "APIEnableDnsAAAA": "DNS AAAA Records",
    "APIEnableDnsCNAME": "DNS CNAME Records",
    "APIEnableDnsZones": "DNS Zones, forward and reverse",
}

SETTINGS = (
    Setting("DisableTokenAuthentication", bool, False, "true: calls need no Auth-Token"),
    Setting(
        "DisableLogToEventViewer", bool, True, "false: events would go to the Windows event log too; no effect here"
    ),
    Setting(
        "ADDomainName", str, "kopicloud.local", "the one AD domain served; its root DN follows from it", check=_domain
    ),
    Setting("ADServiceUser", str, "apisvc", "account the product uses against AD; it may not log in"),
    Setting("ADServicePassword", str, "", "its password; no effect here"),
    Setting("DNSZone", str, "kopicloud.local", "zone of record calls that name none"),
    Setting(
        "DNSServer1",
        str,
        "192.168.50.200",
        "primary DNS server: the address of the domain controller in the zones of a new world",
        check=_address,
    ),
    Setting("DNSServer2", str, "", "secondary DNS server; no effect here"),
    *(Setting(name, str, "", f"AD security group that grants {right}; empty: none") for name, right in ROLES.items()),
    *(Setting(name, bool, True, f"false hides {section}") for name, section in _SWITCHES.items()),
    Setting("environment", str, "Microsoft AD", "kind of AD, which names the domain-admin group", tuple(DOMAIN_ADMINS)),
    Setting("api-version", str, "1.2", "version emulated; older ones have fewer operations", ("1.0", "1.1", "1.2")),
    Setting("licence", str, "perpetual", "licence installed: the first three allow calls", LICENCES),
    Setting(
        "licence-expires", str, "", "ISO 8601 moment a trial or subscription runs out; empty: never", check=_moment
    ),
    Setting("lockout-threshold", int, 0, "failed logins that lock an account; 0: never", check=_not_negative),
    Setting("password-min-length", int, 7, "shortest password, in UTF-16 units", check=_not_negative),
    Setting("password-complexity", bool, True, "whether passwords need three classes of characters and no name parts"),
    Setting("lenient-never-expires", bool, False, "true: a password that never expires wins over one to be changed"),
)
