"""The Copernica REST API, version 1: databases of profiles, selections on them, and mailings."""

from mockserver.apis.copernica.admin import ADMIN, accounts, credentials, notes
from mockserver.apis.copernica.consent.pages import PAGES
from mockserver.apis.copernica.models import KINDS
from mockserver.apis.copernica.seeds.large import large
from mockserver.apis.copernica.seeds.plant import plant
from mockserver.apis.copernica.seeds.schema import SEED_SCHEMA
from mockserver.apis.copernica.v1.conventions import CopernicaConventions
from mockserver.apis.copernica.v1.handlers import HANDLERS
from mockserver.apis.copernica.v1.settings import SETTINGS
from mockserver.kernel.api import Api

API = Api(
    name="copernica-v1",
    title="Copernica REST API, version 1",
    kinds=KINDS,
    settings=SETTINGS,
    handlers=HANDLERS,
    conventions=CopernicaConventions,
    plant=plant,
    seed_schema=SEED_SCHEMA,
    generators={"large": large},
    admin=ADMIN,
    pages=PAGES,
    credentials=credentials,
    accounts=accounts,
    notes=notes,
)
