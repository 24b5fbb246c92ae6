"""What the judge holds an API to. One module per family; a rule is a named function with an id."""
