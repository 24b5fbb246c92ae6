"""One folder per emulated system; discovered, never listed."""
