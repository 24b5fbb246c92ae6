"""Who is in a selection or miniselection, as things are when somebody asks (EVALUATED-ON-READ)."""

from mockserver.apis.copernica.service.evaluation.members import profiles, subprofiles

__all__ = ["profiles", "subprofiles"]
