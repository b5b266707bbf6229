"""Batch: what modules hold that every call relies on, and whether an agent has put its own in its place."""

import builtins
import json
import os
import sys
import time

_watched = []


def remember():
    """Notes what agents find, once in the parent: whatever a child touches first is copied for it."""
    _watched[:] = [_Names(names) for names in (
        builtins.__dict__, json.__dict__, os.__dict__, os.path.__dict__, time.__dict__)]


def are_in_place():
    """Whether all is as it was noted."""
    for names in _watched:
        if not names.are_in_place():
            return False
    return True


class _Names:
    """The names of one module, and what they mean."""

    def __init__(self, names):
        self.names = names
        # Values alone: nobody swaps two names.
        self.values = list(names.values())
        self.version = _version(names)
        self.noted = None if self.version is None else self.version.value

    def are_in_place(self):
        # To look at every value takes longer than all else that is done between two calls.
        if self.version is not None and self.version.value == self.noted:
            return True
        return list(self.names.values()) == self.values


def _version(names):
    """Where a dictionary's version lies, which each change of the dictionary changes (PEP 509).

    None where this Python keeps none.
    """
    if sys.implementation.name != "cpython":
        return None
    try:
        import ctypes
    except ImportError:
        return None

    def version(of):
        # After the head that every object has, and the number of items.
        return ctypes.c_uint64.from_address(
            id(of) + object.__basicsize__ + ctypes.sizeof(ctypes.c_ssize_t))

    tried = {}
    seen = {version(tried).value}
    for value in 1, 2:
        tried["name"] = value
        seen.add(version(tried).value)
    return version(names) if len(seen) == 3 else None
