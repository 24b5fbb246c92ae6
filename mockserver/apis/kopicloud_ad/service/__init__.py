"""The rules of the directory and its DNS, one module per resource. None of them has heard of HTTP."""
