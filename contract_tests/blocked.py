"""Why a scenario cannot go on."""


class Blocked(Exception):
    """A scenario that cannot go on, because something it needs did not work or is not offered."""
