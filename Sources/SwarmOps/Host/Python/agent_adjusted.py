"""multiprocessing without /dev/shm and without sockets that have names: what it shares is in TMPDIR.

/dev/shm is everybody's, so a fence cannot allow it; a semaphore there is a file like any other that
processes have mapped, and so it may as well be in the call's own temporary folder.
"""

import os
import sys


def _place():
    return os.environ.get("TMPDIR", "/tmp")


def adjust(module):
    """Changes a module of multiprocessing that was just executed."""
    _CHANGES[module.__name__](module)


def _semaphores(module):
    module.SemLock, module.sem_unlink = _semaphore_class(), _unlink_semaphore


def _shared_memory(module):
    def shm_open(path, flags, mode=0o777):
        return os.open(_path("shm", path), flags | os.O_CLOEXEC | os.O_NOFOLLOW, mode)

    def shm_unlink(path):
        os.unlink(_path("shm", path))

    module.shm_open, module.shm_unlink = shm_open, shm_unlink


def _connection(module):
    # Sockets with names are refused; those of the machine itself are guarded by a key.
    module.default_family = "AF_INET"
    if "AF_UNIX" in module.families:
        module.families.remove("AF_UNIX")


def _context(module):
    # A server that forks needs a socket with a name. From Python 3.14 on it is the default.
    default = getattr(module, "_default_context", None)
    if default is not None and default._default_context._name == "forkserver":
        default._default_context = module._concrete_contexts["fork"]


def _heap(module):
    module.Arena._dir_candidates = []


_CHANGES = {
    "_multiprocessing": _semaphores, "_posixshmem": _shared_memory,
    "multiprocessing.connection": _connection, "multiprocessing.context": _context,
    "multiprocessing.heap": _heap,
}


def adjust_imported():
    """Does it to those that were imported before the fence was known."""
    for name in _CHANGES:
        if name in sys.modules:
            adjust(sys.modules[name])


def _path(kind, name):
    return "%s/%s.%s" % (_place(), kind, name.strip("/").replace("/", "%"))


def _unlink_semaphore(name):
    os.unlink(_path("sem", name))


def _semaphore_class():
    import _thread
    import ctypes
    import errno
    import mmap
    import time

    library = ctypes.CDLL(None, use_errno=True)
    size = 64  # of a sem_t and more, in every C library

    class Deadline(ctypes.Structure):
        _fields_ = [("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long)]

    class SemLock:
        """The class of the same name in _multiprocessing, on a file of its own."""

        SEM_VALUE_MAX = 0x7FFFFFFF

        def __init__(self, kind, value, maxvalue, name, unlink):
            path = _path("sem", name)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            try:
                os.ftruncate(descriptor, size)
                self._map(descriptor)
            finally:
                os.close(descriptor)
            if library.sem_init(self._semaphore, 1, value):
                raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
            if unlink:
                os.unlink(path)
            self.kind, self.maxvalue = kind, maxvalue
            self.name = None if unlink else name
            self.handle = id(self)
            self.count, self.owner = 0, None

        @classmethod
        def _rebuild(cls, handle, kind, maxvalue, name):
            self = cls.__new__(cls)
            descriptor = os.open(_path("sem", name), os.O_RDWR | os.O_CLOEXEC)
            try:
                self._map(descriptor)
            finally:
                os.close(descriptor)
            self.kind, self.maxvalue, self.name = kind, maxvalue, name
            self.handle, self.count, self.owner = handle, 0, None
            return self

        def _map(self, descriptor):
            self._memory = mmap.mmap(descriptor, size)
            self._semaphore = ctypes.byref(ctypes.c_char.from_buffer(self._memory))

        def acquire(self, block=True, timeout=None):
            if self.kind == 0 and self._is_mine():
                self.count += 1
                return True
            if library.sem_trywait(self._semaphore):
                if not block:
                    return False
                if timeout is not None:
                    end = time.time() + max(timeout, 0)
                    deadline = Deadline(int(end), int(end % 1 * 1e9))
                while (
                    library.sem_wait(self._semaphore) if timeout is None
                    else library.sem_timedwait(self._semaphore, ctypes.byref(deadline))
                ):
                    error = ctypes.get_errno()
                    if error == errno.ETIMEDOUT:
                        return False
                    if error != errno.EINTR:
                        raise OSError(error, os.strerror(error))
            self.count += 1
            self.owner = _thread.get_ident()
            return True

        def release(self):
            if self.kind == 0:
                if not self._is_mine():
                    raise AssertionError(
                        "attempt to release recursive lock not owned by thread")
                if self.count > 1:
                    self.count -= 1
                    return
            elif self._get_value() >= self.maxvalue:
                raise ValueError("semaphore or lock released too many times")
            if library.sem_post(self._semaphore):
                raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
            self.count -= 1

        def _count(self):
            return self.count

        def _is_mine(self):
            return self.count > 0 and self.owner == _thread.get_ident()

        def _get_value(self):
            value = ctypes.c_int()
            library.sem_getvalue(self._semaphore, ctypes.byref(value))
            return max(value.value, 0)

        def _is_zero(self):
            return self._get_value() == 0

        def _after_fork(self):
            self.count = 0

        def __enter__(self):
            self.acquire()
            return self

        def __exit__(self, *_):
            self.release()

    return SemLock
