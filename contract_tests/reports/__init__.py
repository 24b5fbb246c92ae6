"""Reports of a run. They are written from a `view.Report`, in which nothing is secret and nothing is hostile."""
