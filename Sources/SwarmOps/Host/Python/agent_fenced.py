"""What a fenced process notes and adjusts, so that agents live with the fence and people learn of it.

It notes files that were asked for where the fence allows none, and variables that were asked for and
not set; swarmctl, which knows why, puts that into words. Notes are names, never content.
"""

import os
import sys

_MOST = 64
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_REFUSALS = (1, 13, 18)  # EPERM, EACCES, EXDEV

_lexists, _join, _dirname = os.path.lexists, os.path.join, os.path.dirname

_readable = _writable = ()
_asked = {}
_unset = {}
_sockets = {}


def start(sandbox, host_module):
    """Begins to note, and makes modules fit when they are imported.

    `sandbox` has the paths that may be read and written, of folders with a slash at the end.
    """
    global _readable, _writable
    writable = tuple(sandbox["write"])
    is_first = not _readable
    _readable, _writable = tuple(sandbox["read"]) + writable, writable
    if is_first:
        sys.addaudithook(_note)
        os.environ.__class__ = _Environment
        adjust(host_module)


def adjust(host_module):
    """Makes modules fit when they are imported; those that already are must be seen to."""
    sys.meta_path.insert(0, _Adjusting(host_module))
    if "_multiprocessing" in sys.modules or "multiprocessing.context" in sys.modules:
        host_module("agent_adjusted").adjust_imported()


def allow(folders, reading):
    """Adds folders that this process may change, and others that it may read."""
    global _readable, _writable
    # First, where they are found first: agents ask for little else.
    _readable, _writable = folders + reading + _readable, folders + _writable


def begin():
    """Forgets what was noted: another call begins."""
    _asked.clear()
    _unset.clear()
    _sockets.clear()


# Noting


def _note(event, arguments):
    kind = _EVENTS.get(event)
    if kind is None:
        return
    try:
        kind(arguments)
    except Exception:
        pass


# What was asked for: something that is there to be read or changed, or something to be made.
_READ, _CHANGE, _OPEN, _MAKE = range(4)


def _of_open(arguments):
    path, _, flags = arguments
    if type(path) is not int:
        if type(flags) is not int or not flags & _WRITING:
            _ask(path, _READ)
        else:
            _ask(path, _OPEN if flags & os.O_CREAT else _CHANGE)


def _of_reading(arguments):
    _ask(arguments[0], _READ)


def _of_changing(arguments):
    _ask(arguments[0], _CHANGE)


def _of_making(arguments):
    _ask(arguments[0], _MAKE)


def _of_second(arguments):
    _ask(arguments[1], _MAKE)


def _of_renaming(arguments):
    _ask(arguments[0], _CHANGE)
    _ask(arguments[1], _OPEN)


def _of_database(arguments):
    path = arguments[0]
    if type(path) is str and path and path[0] != ":" and not path.startswith("file:"):
        _ask(path, _OPEN)


def _of_socket(arguments):
    if len(_sockets) < _MOST:
        _sockets[int(arguments[1])] = True


_EVENTS = {
    "open": _of_open, "os.listdir": _of_reading, "os.scandir": _of_reading,
    "os.mkdir": _of_making, "os.remove": _of_changing, "os.rmdir": _of_changing,
    "os.truncate": _of_changing, "os.rename": _of_renaming, "os.link": _of_second,
    "os.symlink": _of_second, "sqlite3.connect": _of_database, "socket.__new__": _of_socket,
}


def _ask(path, kind):
    if type(path) is not str:
        if path is None or isinstance(path, int):
            return
        path = os.fsdecode(path)
    if path.startswith(_writable if kind else _readable) and "/../" not in path:
        return
    if len(_asked) < _MOST:
        _asked[_join(os.getcwd(), path) if path[:1] != "/" else path, kind] = True


class _Environment(type(os.environ)):
    """The environment, which notes what was looked for in vain."""

    def __getitem__(self, name):
        try:
            return super().__getitem__(name)
        except KeyError:
            if type(name) is str and len(_unset) < _MOST:
                _unset[name] = True
            raise


_Environment.__name__ = _Environment.__qualname__ = "_Environ"


def report():
    """The members of a frame that say what was asked for in vain."""
    members = {}
    refused = []
    for path, kind in _asked:
        is_there = _lexists(path)
        if kind == _MAKE and is_there or not is_there and kind in (_READ, _CHANGE):
            continue  # It would have failed in any case.
        if is_there or _lexists(_dirname(path)):
            refused.append([path, kind != _READ])
    if refused:
        members["refused"] = refused
    if _unset:
        members["unset"] = list(_unset)
    return members


def causes(error):
    """What an exception, or one that led to it, says of files and variables."""
    members, seen = {}, set()
    while error is not None and id(error) not in seen and len(seen) < 50:
        seen.add(id(error))
        if isinstance(error, OSError) and error.errno in _REFUSALS:
            if error.filename is None and error.errno == 13 and _sockets:
                members["sockets"] = list(_sockets)
            for name in (error.filename, error.filename2):
                if isinstance(name, (str, bytes)):
                    path = _join(os.getcwd(), os.fsdecode(name))
                    members.setdefault("cause_paths", []).append(path)
                    if not any((path, kind) in _asked for kind in range(4)):
                        _asked[path, _READ] = True
            members["cause_errno"] = error.errno
        elif isinstance(error, OSError) and error.errno == 27:
            members["cause_errno"] = 27  # EFBIG
        elif isinstance(error, MemoryError):
            members["cause_memory"] = True
        elif isinstance(error, KeyError) and error.args and error.args[0] in _unset:
            members["cause_variable"] = error.args[0]
        error = error.__cause__ or error.__context__
    members.update(report())
    return members


# Adjusting


def _private(variable, folder):
    """Gives a module that keeps a cache in the home folder one in the call's own temporary folder."""

    def before():
        if variable not in os.environ._data and os.environ.encodekey(variable) not in os.environ._data:
            path = _join(os.environ.get("TMPDIR", "/tmp"), folder)
            try:
                os.makedirs(path, 0o700, True)
            except OSError:
                return
            os.environ[variable] = path

    return before


_BEFORE = {
    "matplotlib": _private("MPLCONFIGDIR", "matplotlib"),
    "nltk": _private("NLTK_DATA", "nltk_data"),
    "numba": _private("NUMBA_CACHE_DIR", "numba"),
}
_AFTER = frozenset((
    "_multiprocessing", "_posixshmem", "multiprocessing.connection", "multiprocessing.context",
    "multiprocessing.heap",
))


class _Adjusting:
    """Finds modules that need something done before or after they are executed."""

    def __init__(self, host_module):
        self.host_module = host_module

    def find_spec(self, name, path=None, target=None):
        before = _BEFORE.get(name)
        if before is not None:
            before()
        elif name in _AFTER:
            for finder in sys.meta_path:
                find = None if finder is self else getattr(finder, "find_spec", None)
                spec = find and find(name, path, target)
                if spec is not None:
                    spec.loader = _Loader(spec.loader, self)
                    return spec
        return None

    def adjust(self, module):
        self.host_module("agent_adjusted").adjust(module)


class _Loader:
    """A module's own loader, and what is done afterwards."""

    def __init__(self, loader, adjusting):
        self.loader, self.adjusting = loader, adjusting

    def create_module(self, spec):
        return self.loader.create_module(spec)

    def exec_module(self, module):
        module.__spec__.loader = module.__loader__ = self.loader
        self.loader.exec_module(module)
        self.adjusting.adjust(module)
