"""Broken twins: correct servers with one fault each, by which the power of the judge is measured."""
