"""Form: raises while it is imported."""

raise RuntimeError("no configuration")
