"""The code of the swarm's files: from the cache where that is of the same file still, compiled otherwise."""

import _frozen_importlib_external as _external
import _imp
import marshal
import os
import sys

# Whether what was compiled may be kept; never where a fence would refuse it.
keeps = True
# Whether swarmctl gives what is kept to the owner of the root afterwards.
is_given_away = True

# Any number: the hash tells accidents.
_HASH_KEY = 0

# Code that the parent of this process has read, by path, with the stamp of its source file.
_read = {}

_agents_dir = None
_display_dir = None
_cache = None


def install(agents_dir, display_dir, cache):
    """Names the swarm's folder, what it is called in tracebacks, and where code is kept, if anywhere."""
    global _agents_dir, _display_dir, _cache
    _agents_dir, _display_dir, _cache = agents_dir, display_dir, cache


def keep_compiled(path):
    """The code of a source file of the swarm, kept for the processes that this one forks."""
    stamp = _stamp(os.stat(path))
    code = compiled(path)
    if _stamp(os.stat(path)) == stamp:
        _read[path] = stamp, code
    return code


def _stamp(status):
    return b"%s%d %d\n" % (_external.MAGIC_NUMBER, status.st_size, status.st_mtime_ns)


def compiled(path):
    """The code of a source file of the swarm, from the cache if it is the same file still."""
    relative = path[len(_agents_dir) + 1:]
    shown = _display_dir + "/" + relative
    cached = None
    if _cache:
        status = os.stat(path)
        stamp = _stamp(status)
        known = _read.get(path)
        if known and known[0] == stamp:
            return known[1]
        cached = "%s/%s.%s.pyc" % (
            _cache, relative.replace("/", "%"), sys.implementation.cache_tag
        )
        code = _kept(cached, stamp, shown)
        if code is not None:
            return code
    with open(path, "rb", 0) as file:
        source = file.read()
    code = compile(source, shown, "exec", dont_inherit=True)
    if cached and keeps and len(source) == status.st_size:
        data = marshal.dumps(code)
        _keep(cached, stamp + _imp.source_hash(_HASH_KEY, data) + data)
    return code


def _kept(path, stamp, shown):
    """Code from the cache, or None where it is of another file or not what was put there."""
    try:
        # Never a wait: something else than a file may lie there.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb", 0) as file:
            # A device may have no end.
            if os.fstat(descriptor).st_mode & 0o170000 != 0o100000:
                return None
            data = file.read()
        if not data.startswith(stamp):
            return None
        body = memoryview(data)[len(stamp) + 8:]
        # Damaged bytecode does not only fail, it may also crash.
        if _imp.source_hash(_HASH_KEY, body) != data[len(stamp):len(stamp) + 8]:
            return None
        code = marshal.loads(body)
        return code if code.co_filename == shown else None
    except (OSError, ValueError, EOFError, TypeError, AttributeError):
        return None


def _keep(path, data):
    temporary = "%s.%d" % (path, os.getpid())
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError:
        return
    try:
        with open(descriptor, "wb", 0) as file:
            whole = file.write(data) == len(data)
            if os.geteuid() == 0:
                # Or whoever the root belongs to could not read it. In a fence this has no effect; then
                # swarmctl does it, where it waits for that.
                folder = os.stat(os.path.dirname(path))
                os.fchown(descriptor, folder.st_uid, folder.st_gid)
                whole = whole and (is_given_away or os.fstat(descriptor).st_uid == folder.st_uid)
        if whole:
            return os.replace(temporary, path)
    except OSError:
        pass
    try:
        os.unlink(temporary)
    except OSError:
        pass
