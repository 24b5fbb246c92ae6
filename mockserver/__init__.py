"""The twin: servers that behave like real APIs and remember what clients did."""
