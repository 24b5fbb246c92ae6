"""The control plane, called as an operator calls it."""
