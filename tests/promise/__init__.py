"""Promises held against what every promise keeps, and, per API, against lists written down from the sources."""
