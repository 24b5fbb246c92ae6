"""When two values are the same: exactly, but for case, as distinguished names, as addresses."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson

Same = Callable[[Any, Any], bool]


def exact(one: Any, other: Any) -> bool:
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def fold(one: Any, other: Any) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one.casefold() == other.casefold()
    return exact(one, other)


def dn(one: Any, other: Any) -> bool:
    """Distinguished names: without case, without spaces after commas, escapes in either form."""
    if isinstance(one, str) and isinstance(other, str):
        return dn_key(one) == dn_key(other)
    return exact(one, other)


def ip(one: Any, other: Any) -> bool:
    """Addresses by value: `2001:DB8::0` is `2001:db8::`."""
    try:
        return ipaddress.ip_address(one) == ipaddress.ip_address(other)
    except ValueError:
        return fold(one, other)


def dn_key(text: str) -> str:
    """A form of a distinguished name that equal names share (RFC 4514): hexadecimal pairs are octets of UTF-8, and only
    what would end or join values, or a blank, needs its backslash."""
    text = re.sub(r"(?:\\[0-9A-Fa-f]{2})+", _unfolded, text)
    text = re.sub(r"\\(.)", lambda found: found[0] if found[1] in ",+\\ " else found[1], text)
    return re.sub(r"(\\.)|\s*,\s*", lambda found: found[1] or ",", text.strip()).casefold()


def _unfolded(pairs: re.Match[str]) -> str:
    """The characters that hexadecimal pairs stand for, each behind a backslash."""
    told = bytes.fromhex(pairs[0].replace("\\", "")).decode("utf-8", "replace")
    return "".join(f"\\{one}" for one in told)


def dn_within(inner: str, outer: str) -> bool:
    """Whether a distinguished name is another one or lies below it."""
    below, top = dn_key(inner), dn_key(outer)
    return below == top or below.endswith("," + top)


def dn_parent(text: str) -> str:
    """What a distinguished name lies in; empty for a name of one part."""
    return re.split(r"(?<!\\),", text, maxsplit=1)[-1].strip() if "," in text else ""


KINDS: Mapping[str, Same] = {"exact": exact, "fold": fold, "dn": dn, "ip": ip}
NOTHING: tuple[Any, ...] = (None, "", [])


def same(kind: str, one: Any, other: Any) -> bool:
    """Whether two values are the same under a kind of comparison; nothing, empty and null are one."""
    if one in NOTHING and other in NOTHING:
        return True
    return KINDS[kind](one, other)


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any], kinds: Mapping[str, str]
) -> Iterator[tuple[str, Any, Any]]:
    """Keys both have whose values differ, with the two values; ``ignore`` as a kind leaves a key out."""
    for key in before:
        kind = kinds.get(key, "exact")
        if kind == "ignore" or key not in after:
            continue
        if not same(kind, before[key], after[key]):
            yield key, before[key], after[key]


def from_wire(text: str, kind: str) -> Any:
    """What a sent text should come back as, by the type of the field it sets."""
    if kind == "boolean":
        return text.lower() in ("true", "1")
    if kind == "integer":
        return int(text)
    if kind == "number":
        return float(text)
    if kind in ("array", "object"):
        return orjson.loads(text)
    return text
