"""Worlds to start in: what a seed may say, and how it becomes a domain."""
