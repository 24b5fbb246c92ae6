"""Faults of the KopiCloud AD API."""
