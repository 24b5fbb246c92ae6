"""The credentials a run has: the valid one, those made wrong on purpose, and those only the environment can give."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contract_tests.promise import Promise

#: Environment variables with credentials beside the valid one, by the name the rules use.
FROM_ENVIRONMENT = {"expired": "APITWIN_EXPIRED_TOKEN", "disabled": "APITWIN_DISABLED_TOKEN"}
ROLE_PREFIX = "APITWIN_TOKEN_"
ARGUMENT_PREFIX = "APITWIN_"
#: Dots in a signed token.
SIGNED = 2


@dataclass(frozen=True)
class Wanted:
    """An argument that only the environment can give, and the variable it is in."""

    name: str
    variable: str


@dataclass(frozen=True)
class Credentials:
    """Credential values by name. Raw values never leave this object except into a request.

    ``arguments`` are those of the exchange of a code, as far as they were given.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    arguments: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __repr__(self) -> str:
        return f"Credentials({', '.join(sorted(self.values))})"

    def get(self, name: str) -> str | None:
        return self.values.get(name)

    def missing(self, conventions: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
        """Roles whose credentials were not given, where others' were: the rule, the role, its variable."""
        for role in conventions.get("roles", ()) if any(self.roles()) else ():
            if f"role:{role}" not in self.values:
                yield "role-keeps-to-its-area", role, f"{ROLE_PREFIX}{role.upper()}"

    @staticmethod
    def wanted(promise: Promise) -> list[Wanted]:
        """The arguments of the operation that exchanges a code for a credential; none where there is no such thing."""
        name = promise.conventions.get("authorization", {}).get("exchange")
        parameters = promise.operation(name).parameters if name else ()
        return [Wanted(one.name, f"{ARGUMENT_PREFIX}{one.name.upper()}") for one in parameters if one.required]

    def roles(self) -> Iterator[str]:
        return (name for name in self.values if name.startswith("role:"))


def wrong_forms(valid: str) -> dict[str, str]:
    """Values that must not be accepted, made from a valid one: unknown, cut, changed, of another scheme."""
    scheme, space, rest = valid.partition(" ")
    if not space:
        scheme, rest = "", valid
    head = f"{scheme} " if scheme else ""
    forms = {
        "unknown": f"{head}{'A' * max(8, len(rest) // 2)}",
        "changed": head + _changed(rest),
        "empty": "",
        "other-scheme": f"Digest {rest}",
    }
    if rest.swapcase() != rest:
        forms["other-case"] = head + rest.swapcase()
    if scheme:
        forms |= {"no-scheme": rest, "scheme-only": scheme}
    if rest.count(".") == SIGNED:
        forms |= {name: head + text for name, text in _resigned(rest).items()}
    return forms


def _resigned(token: str) -> dict[str, str]:
    """A signed token (RFC 7515) without its signature, with other claims, with more or less at its end."""
    header, claims, signature = token.split(".")
    unsigned = urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    return {
        "unsigned": f"{unsigned}.{claims}.",
        "without-signature": f"{header}.{claims}.",
        "other-claims": f"{header}.{_changed(claims)}.{signature}",
        "longer": f"{token}x",
        "shorter": token[:-4],
    }


def _changed(text: str) -> str:
    """The same with one letter in the middle of its last part exchanged: for a signed token, a broken signature."""
    at = len(text) - max(2, len(text.rpartition(".")[2]) // 2)
    letter = "A" if text[at] != "A" else "B"
    return text[:at] + letter + text[at + 1 :]


def from_environment(
    environment: Mapping[str, str], *, listed: Iterable[str] = (), wanted: Iterable[Wanted] = ()
) -> Credentials:
    """What the environment gives: APITWIN_TOKEN, APITWIN_EXPIRED_TOKEN, APITWIN_TOKEN_<ROLE>.

    ``listed`` are wrong values the API's conventions name, beside those made from the valid one; ``wanted`` the
    arguments that come from it too.
    """
    values = {}
    if environment.get("APITWIN_TOKEN"):
        values["valid"] = environment["APITWIN_TOKEN"]
        values |= {f"wrong:{name}": value for name, value in wrong_forms(values["valid"]).items()}
        values |= {
            f"wrong:listed-{number}": value for number, value in enumerate(listed, 1) if value != values["valid"]
        }
    for name, variable in FROM_ENVIRONMENT.items():
        if environment.get(variable):
            values[name] = environment[variable]
    for variable, value in environment.items():
        if variable.startswith(ROLE_PREFIX) and value:
            values[f"role:{variable[len(ROLE_PREFIX) :].lower()}"] = value
    given = {one.name: environment[one.variable] for one in wanted if environment.get(one.variable)}
    return Credentials(values, given)
