"""What names, texts and passwords may look like."""

from __future__ import annotations

import re
from hashlib import blake2b
from hmac import compare_digest

from mockserver.kernel.errors import BadInput, RuleBroken
from mockserver.kernel.work import Work

FORBIDDEN_IN_ACCOUNTS = frozenset('"/\\[]:;|=,+*?<>')
LONGEST_USER, LONGEST_NAME, LONGEST_COMPUTER = 20, 64, 15
COMPUTER = re.compile(r"[A-Za-z0-9-]+")
DRIVE = re.compile(r"[A-Za-z]:")
GUID = re.compile(r"[0-9a-f]{32}")
GUID_WITH_HYPHENS = re.compile(r"([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})")
#: What separates the parts of a display name in the password rule of Active Directory.
NAME_SEPARATORS = re.compile(r"[,.\-_ #\t]+")


def shown(text: str) -> str:
    """A value for a message, cut when it is long."""
    return repr(text) if len(text) <= 80 else repr(text[:80]) + "…"


def units(text: str) -> int:
    """Length in UTF-16 units, as Active Directory counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def check_length(label: str, text: str, limit: int | None) -> str:
    """The text, if it is not longer than allowed (U10)."""
    if limit is not None and units(text) > limit:
        raise BadInput(f"{label}: {shown(text)} has {units(text)} characters; allowed: at most {limit}", rule="U10")
    return text


def check_user_name(text: str) -> str:
    """A name a user may have (P9)."""
    return _account(text, "user name", LONGEST_USER)


def check_group_name(text: str) -> str:
    """A name a group may have (P9)."""
    return _account(text, "group name", LONGEST_NAME)


def check_computer_name(text: str) -> str:
    """A name a computer may have, without the trailing ``$`` that may be sent along (P10)."""
    name = text.removesuffix("$")
    if not COMPUTER.fullmatch(name) or name.isdigit() or len(name) > LONGEST_COMPUTER:
        allowed = f"1 to {LONGEST_COMPUTER} letters A-Z, digits and hyphens, not only digits"
        raise BadInput(f"computer name {shown(text)}; allowed: {allowed}", rule="P10")
    return name


def check_ou_name(text: str) -> str:
    """A value an OU may be named by (P8)."""
    if not text.strip() or units(text) > LONGEST_NAME:
        raise BadInput(f"OU name {shown(text)} has {units(text)} characters; allowed: 1 to {LONGEST_NAME}", rule="P8")
    return text


def check_drive(label: str, text: str) -> str:
    """A drive letter with its colon (U12)."""
    if not DRIVE.fullmatch(text):
        raise BadInput(f"{label}: {shown(text)} is no drive; allowed: a letter and a colon, such as 'X:'", rule="U12")
    return text


def guid(label: str, text: str) -> str:
    """A GUID in lower case with hyphens, from any form .NET reads but ``{0x…}``; raises ``BadInput`` (P6)."""
    plain = text.strip().lower()
    if plain[:1] + plain[-1:] in ("{}", "()"):
        plain = plain[1:-1]
    elif GUID.fullmatch(plain):
        return "-".join((plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]))
    if not GUID_WITH_HYPHENS.fullmatch(plain):
        raise BadInput(f"{label}: {shown(text)} is no GUID such as 3f2504e0-4f89-41d3-9a0c-0305e82c3301", rule="P6")
    return plain


def check_password(work: Work, password: str, *, account: str, display_name: str | None) -> None:
    """Raise ``RuleBroken`` when a password breaks the policy of the domain (U3). The message never holds it."""
    shortest = int(work.settings["password-min-length"] or 0)
    if units(password) < shortest:
        raise RuleBroken(f"password has {units(password)} characters; the policy asks for {shortest}", rule="U3")
    if not work.settings["password-complexity"]:
        return
    if _classes(password) < 3:
        wanted = "upper-case, lower-case, digits, symbols, other letters"
        raise RuleBroken(f"password is too simple; the policy asks for three of: {wanted}", rule="U3")
    lowered = password.casefold()
    parts = [account, *NAME_SEPARATORS.split(display_name or "")]
    for part in parts:
        if len(part) >= 3 and part.casefold() in lowered:
            raise RuleBroken(f"password contains {part!r}, a part of the user's name", rule="U3")


def hashed(work: Work, password: str) -> str:
    """A password as it is kept: salt and digest. A fast digest will do: nothing here guards a real account."""
    salt = work.ids.token()
    return f"{salt}:{_digest(salt, password)}"


def matches(password: str, kept: str | None) -> bool:
    """Whether a password is the one kept as salt and digest."""
    salt, _, digest = (kept or "").partition(":")
    return bool(digest) and compare_digest(_digest(salt, password), digest)


def _digest(salt: str, password: str) -> str:
    return blake2b(password.encode("utf-8", "surrogatepass"), salt=bytes.fromhex(salt), digest_size=24).hexdigest()


def _account(text: str, label: str, limit: int) -> str:
    bad = sorted(FORBIDDEN_IN_ACCOUNTS.intersection(text) | {one for one in text if one < " " or one == "\x7f"})
    if bad:
        raise BadInput(f'{label} {shown(text)} holds {" ".join(bad)!r}; not allowed: " / \\ [ ] : ; | = , + * ? < > '
                       "and control characters", rule="P9")  # fmt: skip
    if not text.strip(". ") or text.endswith("."):
        raise BadInput(f"{label} {shown(text)} ends in a dot or holds only dots and spaces", rule="P9")
    if units(text) > limit:
        raise BadInput(f"{label} {shown(text)} has {units(text)} characters; allowed: at most {limit}", rule="P9")
    return text


def _classes(password: str) -> int:
    letters = list(filter(str.isalpha, password))
    return sum(
        (
            any(map(str.isupper, letters)),
            any(map(str.islower, letters)),
            any(map(str.isdigit, password)),
            not all(map(str.isalnum, password)),
            any(not one.isupper() and not one.islower() for one in letters),
        )
    )
