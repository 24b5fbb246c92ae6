"""Copernica: accounts with databases of profiles. Each version of its API is a door of its own to them."""
