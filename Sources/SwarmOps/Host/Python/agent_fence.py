"""Restricts this process to what a fence allows, for processes that did something else before.

A run's process is fenced before Python starts. Processes that first do what the agents may not (compile
their files, or fork one child for each namespace) are only partly fenced then, and restrict files here,
before they execute anything of the agents. The kernel's interface is landlock(7).
"""

import ctypes
import os
import struct

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = map(ctypes.c_long, (444, 445, 446))
_OF_FILES = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 14 | 1 << 15
_TOO_MANY_LAYERS = 7

_SET_CHILD_SUBREAPER = 36

_library = ctypes.CDLL(None, use_errno=True)
_syscall, _control = _library.syscall, getattr(_library, "prctl", None)
_syscall.restype = ctypes.c_long


def adopt_orphans():
    """Makes this process the parent of all that it starts and that loses its own (Linux).

    Says whether it is, so that it can end what was left running.
    """
    return _control is not None and _control(_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0


class Fence:
    """What is allowed, with the places that all processes share already open."""

    def __init__(self, description):
        self.is_strict = description["strict"]
        words = description["attributes"]
        self.attributes = struct.pack("=%dQ" % len(words), *words)[:description["size"]]
        self.known = words[0]
        self.shared = [rule for rule in map(self._opened, description["rules"]) if rule]

    def _opened(self, rule):
        path, access = rule
        try:
            file = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            return None
        access &= self.known
        if os.fstat(file).st_mode & 0o170000 != 0o040000:
            access &= _OF_FILES
        return file, struct.pack("=Qi", access, file)

    def enter(self, rules=()):
        """Restricts this process, and closes what was open for that.

        `rules` are those of this process alone.
        """
        own = [rule for rule in map(self._opened, rules) if rule]
        ruleset = self._call(_CREATE_RULESET, self.attributes, len(self.attributes), 0)
        for _, packed in self.shared:
            self._call(_ADD_RULE, ruleset, 1, packed, 0)
        for _, packed in own:
            self._call(_ADD_RULE, ruleset, 1, packed, 0)
        try:
            self._call(_RESTRICT_SELF, ruleset, 0)
        except OSError as error:
            if error.errno != _TOO_MANY_LAYERS:
                raise
            if self.is_strict:
                raise OSError(
                    error.errno, "sixteen sandboxes are in force around this process already, and the kernel adds no further one"
                ) from None
        os.close(ruleset)
        for first, end in _ranges(file for file, _ in self.shared + own):
            os.closerange(first, end)

    @staticmethod
    def _call(*arguments):
        result = _syscall(*arguments)
        if result < 0:
            error = ctypes.get_errno()
            raise OSError(error, os.strerror(error))
        return result


def _ranges(numbers):
    """Numbers as ranges: closing one takes one system call, however many are in it."""
    found = []
    for number in sorted(numbers):
        if found and found[-1][1] == number:
            found[-1] = found[-1][0], number + 1
        else:
            found.append((number, number + 1))
    return found
