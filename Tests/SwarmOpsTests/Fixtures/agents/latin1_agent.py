"""Form: another encoding, undeclared: café."""
