"""The command as its users run it: in processes of its own."""
