"""Names and addresses of DNS: owner names, zone names, IP addresses, and the reverse zones of networks."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from mockserver.apis.kopicloud_ad.service.policy import shown
from mockserver.kernel.errors import BadInput

LONGEST_LABEL, LONGEST_NAME = 63, 253
APEX = "@"
REVERSE_SUFFIXES = ("in-addr.arpa", "ip6.arpa")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
PREFIX = re.compile(r"[0-9]{1,3}")


def check_name(label: str, text: str, *, rule: str = "N13") -> str:
    """A DNS name without its trailing dot. Underscores and single labels are fine; octets count in UTF-8.

    Raises ``BadInput`` for an empty label, a label over 63 octets, a name over 253 octets, control characters.
    """
    name = text.removesuffix(".")
    labels = name.split(".")
    longest = max(len(one.encode()) for one in labels)
    if not all(labels) or longest > LONGEST_LABEL or len(name.encode()) > LONGEST_NAME or CONTROL.search(name):
        allowed = f"labels of 1 to {LONGEST_LABEL} octets between dots, {LONGEST_NAME} octets in all"
        raise BadInput(f"{label}: {shown(text)} is no DNS name; allowed: {allowed}", rule=rule)
    return name


def key(name: str) -> str:
    """The form DNS names are compared in: without case, but accents count."""
    return name.removesuffix(".").casefold()


def is_reverse(name: str) -> bool:
    """Whether a zone of this name resolves addresses to names."""
    return any(key(name) == suffix or key(name).endswith("." + suffix) for suffix in REVERSE_SUFFIXES)


def check_owner(owner: str) -> str:
    """An owner name without its trailing dot, ``@`` for the apex of any zone (N3); raises ``BadInput``."""
    return APEX if owner in (APEX, ".") else check_name("DNS_HostName", owner, rule="N3")


def relative(owner: str, zone: str) -> str:
    """An owner name as it is kept: relative to its zone, ``@`` at the apex (N3). Raises ``BadInput``."""
    name = check_owner(owner)
    if name == APEX or key(name) == key(zone):
        return APEX
    if key(name).endswith("." + key(zone)):
        name = name.rsplit(".", zone.count(".") + 1)[0]
    check_name("DNS_HostName", f"{name}.{zone}", rule="N3")
    return name


def ipv4(label: str, text: str) -> str:
    """A dotted quad; raises ``BadInput`` for anything else, leading zeros included (N5)."""
    try:
        return str(IPv4Address(text))
    except ValueError:
        allowed = "four numbers 0 to 255 between dots, without leading zeros"
        raise BadInput(f"{label}: {shown(text)} is no IPv4 address; allowed: {allowed}", rule="N5") from None


def ipv6(label: str, text: str) -> str:
    """An IPv6 address in canonical text: lower case, shortest (N5); raises ``BadInput``."""
    try:
        address = IPv6Address("" if "%" in text else text)
    except ValueError:
        raise BadInput(f"{label}: {shown(text)} is no IPv6 address such as 2001:db8::1", rule="N5") from None
    return f"::ffff:{address.ipv4_mapped}" if address.ipv4_mapped else str(address)


def reverse_zone(network_id: str) -> str:
    """The name of the reverse zone of a network (N10): ``10.20.30.0/24`` is ``30.20.10.in-addr.arpa``.

    Prefixes between octets round up to the next one, IPv6 prefixes to the next nibble; host bits are masked.
    """
    network = _network(network_id)
    if isinstance(network, IPv4Network):
        octets = str(network.network_address).split(".")[: -(-network.prefixlen // 8)]
        return ".".join((*reversed(octets), "in-addr.arpa"))
    nibbles = network.network_address.exploded.replace(":", "")[: -(-network.prefixlen // 4)]
    return ".".join((*reversed(nibbles), "ip6.arpa"))


def _network(text: str) -> IPv4Network | IPv6Network:
    address, slash, prefix = text.partition("/")
    try:
        if not slash or "%" in address or not PREFIX.fullmatch(prefix) or int(prefix) == 0:
            raise ValueError(text)
        return ip_network(text, strict=False)
    except ValueError:
        allowed = "an address, a slash and a prefix length, such as 192.168.50.0/24"
        raise BadInput(f"NetworkID: {shown(text)} is no network; allowed: {allowed}", rule="N10") from None
