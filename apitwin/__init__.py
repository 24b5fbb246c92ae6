"""Stateful twins of real HTTP APIs, and the contract tests that keep them honest."""

__version__ = "0.1.0"
