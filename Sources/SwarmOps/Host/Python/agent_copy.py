"""Batch: the copy of the memory that a namespace's agents work on, between their calls."""

import os
import sys
import time

# Taken before any agent runs, as in agent_child.
_now_ns = time.time_ns
_open, _read, _close = os.open, os.read, os.close
_list, _status, _set_times, _modules = os.listdir, os.lstat, os.utime, sys.modules

_READ_SIZE, _LARGE_READ_SIZE = 1 << 16, 1 << 22

# A state of the memory is known by its time of change, which is set back so that any write shows,
# however soon it follows and however coarse the file system's clock is.
_SET_BACK = 1_000_000_000
# In a fence times cannot be set. Then a state is known by its time of change once that is older than
# any clock's tick, and until then by its content.
_TICK = 20_000_000


class MemoryCopy:
    """A memory file, and what is known of it."""

    def __init__(self, path):
        self.path = path
        self.folder = os.path.dirname(path)
        self.known = self.mark = self.folder_mark = None
        self.sets_times = None

    def take_in(self):
        """Takes in the memory that the other side has put in place."""
        try:
            self.known = _content(self.path)
            self._set_mark(_status(self.path))
        except FileNotFoundError:
            self.known = self.mark = None
        self._set_folder_mark()

    def _set_mark(self, status):
        then = self._set_back(self.path, status)
        self.mark = None if then is None else (status.st_ino, len(self.known), then)

    def _set_folder_mark(self):
        self.folder_mark = self._set_back(self.folder, None)

    def _set_back(self, path, status):
        """A time of change that no later change can have, or None while there is none."""
        now = _now_ns()
        if self.sets_times is not False:
            then = now - _SET_BACK
            _set_times(path, ns=(then, then))
            if self.sets_times is None:
                self.sets_times = _status(path).st_mtime_ns == then
            if self.sets_times:
                return then
        then = (status or _status(path)).st_mtime_ns
        return then if then < now - _TICK else None

    def is_current(self):
        """Whether the copy is what the last call left: nobody else has touched it, or cleared it away."""
        try:
            if self.known is None:
                return _status(self.folder).st_mtime_ns == self.folder_mark or not _list(self.folder)
            status = _status(self.path)
            if (status.st_ino, status.st_size, status.st_mtime_ns) == self.mark:
                return True
            return status.st_mode & 0o170000 == 0o100000 and _content(self.path) == self.known
        except OSError:
            return False

    def state(self):
        """What a call made of the memory: a word, and the new bytes, which the other side checks."""
        try:
            if _status(self.folder).st_mtime_ns != self.folder_mark:
                names = _list(self.folder)
                if not names:
                    gone, self.known, self.mark = self.known is not None, None, None
                    self._set_folder_mark()
                    return "gone" if gone else "same", None
                if names != ["memory.json"]:
                    return "files", None
                self._set_folder_mark()
            elif self.known is None:
                return "same", None
            status = _status(self.path)
            is_marked = (status.st_ino, status.st_size, status.st_mtime_ns) == self.mark
            # What is written to a file's mapped pages shows in its times once, not each time.
            if is_marked and "mmap" not in _modules:
                return "same", None
            if status.st_mode & 0o170000 != 0o100000:
                return "files", None
            data = _content(self.path)
            is_new = data != self.known
            self.known = data
            self._set_mark(status)
            return ("new", data) if is_new else ("same", None)
        except OSError:
            # Permissions taken away, the folder removed: the other side knows what to do.
            return "files", None


def _content(path):
    descriptor = _open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        part = _read(descriptor, _READ_SIZE)
        if len(part) < _READ_SIZE:
            return part  # A file gives less than is asked for at its end alone.
        parts = []
        while part:
            parts.append(part)
            part = _read(descriptor, _LARGE_READ_SIZE)
        return b"".join(parts)
    finally:
        _close(descriptor)
