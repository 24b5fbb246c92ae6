"""Profiles and subprofiles that a seed only describes: rows by columns, the same for the same number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from mockserver.apis.copernica.models.people import CHANGES, PROFILES, SUBPROFILES, Change, Profile, Subprofile
from mockserver.apis.copernica.models.structure import Collection, Database
from mockserver.apis.copernica.seeds.names import named
from mockserver.apis.copernica.seeds.recipes import Recipes
from mockserver.apis.copernica.service import interests
from mockserver.apis.copernica.service.changes import NEW_SUBPROFILE
from mockserver.apis.copernica.service.numbers import next_id
from mockserver.kernel.seeds import SeedError
from mockserver.kernel.work import Work

Entry = Mapping[str, Any]

#: Hexadecimal digits of a secret.
DIGITS = 32


def plant(work: Work, database: Database, collections: Mapping[str, Collection], entry: Entry, at: str) -> None:
    """As many profiles and subprofiles as are asked for; raises ``SeedError``."""
    made = _profiles(work, database, entry, at)
    for name, one in entry.get("subprofiles", {}).items():
        where = f"{at}.subprofiles"
        _subprofiles(work, named(where, "collection", name, collections), one, made, f"{where}.{name}")


def _profiles(work: Work, database: Database, entry: Entry, at: str) -> list[Profile]:
    count: int = entry["profiles"]
    recipes = Recipes(work, database, count)
    rows = recipes.rows(f"{at}.fields", entry["fields"])
    moments = recipes.moments(f"{at}.created", "created", entry["created"])
    secrets = _secrets(recipes.chance("secret"), count)
    wishes = _interests(work, database, entry.get("interests", (0, 0)), recipes.chance("interests"), count)
    made, insert = [], work.store.insert
    for values, moment, secret, on in zip(rows, moments, secrets, wishes, strict=True):
        key, number = next_id(work, "profile")
        profile = Profile(key, number, database.id, secret, moment, moment, values, on)
        insert(PROFILES, profile)
        made.append(profile)
    return made


def _subprofiles(work: Work, collection: Collection, entry: Entry, profiles: Sequence[Profile], at: str) -> None:
    """Subprofiles of profiles drawn by chance; none is older than its profile."""
    count: int = entry["count"]
    if count and not profiles:
        raise SeedError(f"{at}.count", f"{count} subprofiles, and no generated profile to have them")
    recipes = Recipes(work, collection, count)
    rows = recipes.rows(f"{at}.fields", entry["fields"])
    moments = recipes.moments(f"{at}.created", "created", entry["created"])
    owners = recipes.chance("profile").choices(profiles, k=count) if count else ()
    secrets = _secrets(recipes.chance("secret"), count)
    for values, drawn, owner, secret in zip(rows, moments, owners, secrets, strict=True):
        key, number = next_id(work, "subprofile")
        moment = max(drawn, owner.created)
        work.store.insert(SUBPROFILES, Subprofile(key, number, owner.id, collection.id, secret, moment, moment, values))
        logged, change = next_id(work, "change")
        work.store.insert(
            CHANGES, Change(logged, change, owner.id, NEW_SUBPROFILE, moment, subprofile=key, database=owner.database)
        )


def _secrets(chance: Random, count: int) -> list[str]:
    digits = chance.randbytes(DIGITS // 2 * count).hex()
    return [digits[start : start + DIGITS] for start in range(0, len(digits), DIGITS)]


def _interests(
    work: Work, database: Database, extent: Sequence[int], chance: Random, count: int
) -> list[frozenset[str]]:
    """Ids of interests by row; between the fewest and the most of them."""
    ids = [one.id for one in interests.listed(work, database)]
    fewest, most = (min(number, len(ids)) for number in extent)
    if not most:
        return [frozenset()] * count
    return [frozenset(chance.sample(ids, chance.randint(min(fewest, most), most))) for _ in range(count)]
