"""The control plane under `/__twin__/`: worlds, clock, settings, journal. In no API's promise."""
