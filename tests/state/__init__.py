"""State in databases: that it lasts, that processes agree, and what happens when the database fails."""
