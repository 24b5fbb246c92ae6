"""What the domain does: functions that take a ``Work`` and values of the models, and raise refusals."""
