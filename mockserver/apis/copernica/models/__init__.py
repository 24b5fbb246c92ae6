"""What an account of Copernica holds: rows as values, and their kinds. Each module lists the kinds of its rows."""

from mockserver.apis.copernica.models import mailings, people, selections, structure

KINDS = (*structure.KINDS, *people.KINDS, *selections.KINDS, *mailings.KINDS)
