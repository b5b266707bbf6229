"""Batch: a warm parent that forks one child for each namespace.

The parent has imported what the agents import and never executes an agent. A child belongs to one
namespace for its whole life: it executes the agents' own modules with its own environment, so nothing
of one user can reach another. A child that had a call fail ends, and another is forked: what that call
spoiled goes with it.

The parent takes `fork` messages on the host's request descriptor. A child has three FIFOs of its own:
requests, answers, and what its agents print.
"""

import _signal
import _thread
import json
import os
import sys
import time

# Taken before any agent runs: one that puts its own in their place spoils its own calls alone.
_loads, _monotonic, _now_ns = json.loads, time.monotonic, time.time_ns
_open, _read, _close = os.open, os.read, os.close
_list, _status, _set_times = os.listdir, os.lstat, os.utime

_READ_SIZE = 1 << 16
# A state of the memory is known by its time of change, which is set back so that any write shows,
# however soon it follows and however coarse the file system's clock is.
_SET_BACK = 1_000_000_000
# A process is replaced after so many calls, so that what agents leak does not add up.
_CALLS = 1000


def _end_with_swarmctl(lifeline, move_up):
    """Lets the kernel end this process's group when swarmctl dies, even while an agent is busy."""
    if lifeline is None:
        return
    try:
        import fcntl

        # Whom to tell belongs to an opened file, and the inherited one is everybody's.
        own = os.open("/proc/self/fd/%d" % lifeline, os.O_RDONLY | os.O_NONBLOCK)
        fcntl.fcntl(own, fcntl.F_SETOWN, -os.getpgid(0))
        fcntl.fcntl(own, fcntl.F_SETSIG, int(_signal.SIGKILL))
        fcntl.fcntl(own, fcntl.F_SETFL, os.O_NONBLOCK | fcntl.FASYNC)
    except (AttributeError, ImportError, OSError):
        return  # Not Linux.
    try:
        if not os.read(own, 1):
            os._exit(0)  # It died before it could be watched.
    except OSError:
        pass
    move_up(own)


def serve(channel, modules, loading, host, lifeline):
    """Forks a child at each message until the descriptor ends."""
    import gc

    _end_with_swarmctl(lifeline, host._move_up)

    # Nobody waits for the children: their answers and the end of their FIFOs say all.
    _signal.signal(_signal.SIGCHLD, _signal.SIG_IGN)
    preloaded = set()
    while True:
        message = channel.receive()
        if message is None:
            os._exit(0)
        wanted = [file for file in message["files"] if file not in preloaded]
        for file in wanted:
            preloaded.add(file)
            _preload(modules, file)
        if wanted:
            # Children share what is never looked at again.
            gc.collect()
            gc.freeze()
        if os.fork() == 0:
            try:
                _Child(message, modules, loading, host, lifeline).serve()
            finally:
                os._exit(70)


def _preload(modules, file):
    """Imports in the parent what a file of the swarm imports from elsewhere, and nothing of the swarm."""
    try:
        code = modules.compiled(modules.agents_dir + "/" + file)
    except Exception:
        return  # The child will say what is wrong with it.
    for name in _imported(code):
        if not modules.is_own(name):
            try:
                __import__(name)
            except BaseException:
                pass


def _imported(code):
    """The names of the modules that a module's own code imports, read from its bytecode."""
    import opcode

    wanted = opcode.opmap["IMPORT_NAME"]
    extended = opcode.opmap["EXTENDED_ARG"]
    names, high = [], 0
    for position in range(0, len(code.co_code), 2):
        operation, argument = code.co_code[position], code.co_code[position + 1] | high
        high = argument << 8 if operation == extended else 0
        if operation == wanted and argument < len(code.co_names):
            names.append(code.co_names[argument])
    return names


def _reseed():
    """Random numbers of one user must not be those of the next; the standard library sees to itself."""
    random = sys.modules.get("numpy.random")
    if random is not None:
        try:
            random.seed()
        except BaseException:
            pass


def _exit_callbacks():
    """How many functions wait for the process to end."""
    atexit = sys.modules.get("atexit")
    return atexit._ncallbacks() if atexit is not None else 0


def _has_children():
    """Whether a process that a call started lives on, or was never waited for."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


class _Child:
    """The process of one namespace."""

    def __init__(self, message, modules, loading, host, lifeline):
        self.modules, self.loading, self.host = modules, loading, host
        os.setpgid(0, 0)
        _end_with_swarmctl(lifeline, host._move_up)
        _reseed()
        _signal.signal(_signal.SIGCHLD, _signal.SIG_DFL)
        printing = os.open(message["output"], os.O_WRONLY)
        os.dup2(printing, 1)
        os.dup2(printing, 2)
        os.close(printing)
        self.channel = host.Channel(
            os.open(message["requests"], os.O_RDONLY), os.open(message["answers"], os.O_WRONLY)
        )
        self.path = message["memory_path"]
        self.folder = os.path.dirname(self.path)
        self.limit = message["output_limit"]
        host.bind_namespace(modules, self.path, message.get("user_guid"))
        self.environment = dict(os.environ)
        self.working_folder = os.getcwd()
        self.streams = sys.stdout, sys.stderr
        self.modules_by_file = {}
        self.calls = 0
        import builtins
        self.watched = [(names, dict(names)) for names in (
            builtins.__dict__, json.__dict__, os.__dict__, os.path.__dict__, time.__dict__)]
        self.threads = _thread._count()
        self.exit_callbacks = _exit_callbacks()
        self.received = bytearray()
        self.known = self.mark = None

    def serve(self):
        self.channel.send({"type": "ready", "pid": os.getpid()})
        self._remember()
        while True:
            request = self._receive()
            if request is None:
                os._exit(0)
            if request.get("fresh"):
                self._remember()
            if not self._call(request):
                self._flush()
                os._exit(0)

    def _receive(self):
        """The next request; several may have come with one read."""
        while True:
            if len(self.received) >= 8:
                end = 8 + int.from_bytes(self.received[:4], "big")
                if len(self.received) >= end:
                    header = _loads(self.received[8:end])
                    del self.received[:end]
                    return header
            part = _read(self.channel.reading, _READ_SIZE)
            if not part:
                return None
            self.received += part

    def _call(self, request):
        """Makes one call and answers it; says whether this process can go on."""
        number = request["n"]
        sys.argv = [request["file"]]
        start = _monotonic()
        agent = None
        try:
            agent, module = self._agent(request)
            output = agent.perform(**request["args"])
            if type(output) is str:
                kind = "text"
            else:
                kind, output = self.host.host_module("agent_results").encoded(output, self.limit)
            body = self.host.to_utf8(output) if len(output) <= self.limit else b""
        except self.loading.LoadFailure as failure:
            return self._failed(number, self.loading.failures().load_failed(failure), start)
        except BaseException as error:
            details = self.loading.failures().perform_failed(error, agent)
            return self._failed(number, details, start)
        if len(output) > self.limit or len(body) > self.limit:
            return self._failed(number, {
                "category": "output_too_large",
                "message": "the output is larger than the limit of %d bytes" % self.limit,
            }, start)
        self.host.flush_open_files(getattr(agent, "__dict__", None), module.__dict__)
        # What an agent leaves to be done at the end belongs to its call, as in a run.
        is_last = _exit_callbacks() != self.exit_callbacks
        if is_last:
            self.host.run_exit_callbacks()
        self._flush()
        state, data = self._state()
        if is_last or state not in ("same", "new", "gone") or not self._tidy():
            is_last = True
        header = {
            "type": "result", "n": number, "kind": kind, "us": _microseconds(start), "state": state,
            "output": len(body),
        }
        if is_last:
            header["last"] = True
        self.channel.send(header, body + data if data else body)
        return not is_last

    def _agent(self, request):
        file = request["file"]
        module = self.modules_by_file.get(file)
        if module is None:
            module = self.modules_by_file[file] = self.loading.load_file(file)
        # A new one each time, as in a run: many read their memory when they are made.
        return self.loading.make_agent(module, request["class"], request["agent"]), module

    def _failed(self, number, details, start):
        header = {"type": "error", "n": number, "us": _microseconds(start)}
        header.update(details)
        self._flush()
        self.channel.send(header)
        return False

    def _flush(self):
        for stream in (sys.stdout, sys.stderr) + self.streams:
            try:
                stream.flush()
            except BaseException:
                pass

    def _tidy(self):
        """Takes back what a call changed of the process; says whether that was possible."""
        try:
            if os.getcwd() != self.working_folder:
                os.chdir(self.working_folder)
            if os.environ._data != self.environment_data():
                for name in list(os.environ):
                    if name not in self.environment:
                        del os.environ[name]
                os.environ.update(self.environment)
            (sys.stdout, sys.stderr) = self.streams
            # What a call left running, opened or spoiled must not meet the next one.
            self.calls += 1
            if self.calls >= _CALLS or _thread._count() != self.threads or _has_children():
                return False
            # An agent that put something of its own in their place must not spoil the next call.
            for names, original in self.watched:
                if names != original:
                    return False
            if "signal" in sys.modules:
                _signal.alarm(0)
            os.fstat(1), os.fstat(2)
            return not sys.stdout.closed
        except BaseException:
            return False

    def environment_data(self):
        data = self.__dict__.get("_environment_data")
        if data is None:
            data = self._environment_data = {
                os.environ.encodekey(key): os.environ.encodevalue(value)
                for key, value in self.environment.items()
            }
        return data

    # The memory between calls

    def _remember(self):
        """Takes in the memory that the other side has put in place."""
        try:
            self.known = _content(self.path)
            self._set_mark(_status(self.path).st_ino)
        except FileNotFoundError:
            self.known = self.mark = None
        self._set_folder_mark()

    def _set_mark(self, inode):
        then = _now_ns() - _SET_BACK
        _set_times(self.path, ns=(then, then))
        self.mark = inode, len(self.known), then

    def _set_folder_mark(self):
        then = _now_ns() - _SET_BACK
        _set_times(self.folder, ns=(then, then))
        self.folder_mark = then

    def _state(self):
        """What a call made of the memory: a word, and the new bytes."""
        data = None
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
            if (status.st_ino, status.st_size, status.st_mtime_ns) == self.mark:
                return "same", None
            if status.st_mode & 0o170000 != 0o100000:
                return "files", None
            data = _content(self.path)
            if data == self.known:
                self._set_mark(status.st_ino)
                return "same", None
            _loads(data.decode("utf-8"))
            self.known = data
            self._set_mark(status.st_ino)
            return "new", data
        except (ValueError, RecursionError):
            # Looked at again, and kept, by the other side.
            return "invalid", data
        except OSError:
            # Permissions taken away, the folder removed: the other side knows what to do.
            return "files", None


def _content(path):
    descriptor = _open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        parts = []
        while True:
            part = _read(descriptor, 1 << 22)
            if not part:
                return parts[0] if len(parts) == 1 else b"".join(parts)
            parts.append(part)
    finally:
        _close(descriptor)


def _microseconds(start):
    return int((_monotonic() - start) * 1_000_000)
