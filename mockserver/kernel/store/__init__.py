"""State of the twins: one protocol, its query language and its stores."""
