"""Mechanisms every emulated API is built from. Knows no API by name."""
