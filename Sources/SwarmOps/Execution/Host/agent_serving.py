"""Batch: a warm parent that forks one child for each namespace.

The parent has imported what the agents import and never executes an agent. A child belongs to one
namespace for its whole life: it executes the agents' own modules with its own environment, so nothing
of one user can reach another. A child that had a call fail ends, and another is forked: what that call
spoiled goes with it.

The parent takes `fork` messages on the host's request descriptor. A child has three FIFOs of its own:
requests, answers, and what its agents print.
"""

import _signal
import json
import os
import sys
import time

_READ_SIZE = 1 << 16
# A state of the memory is known by its time of change, which is set back so that any write shows,
# however soon it follows and however coarse the file system's clock is.
_SET_BACK = 1_000_000_000


def serve(channel, modules, loading, host):
    """Forks a child at each message until the descriptor ends."""
    import gc

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
                _Child(message, modules, loading, host).serve()
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


class _Child:
    """The process of one namespace."""

    def __init__(self, message, modules, loading, host):
        self.modules, self.loading, self.host = modules, loading, host
        os.setpgid(0, 0)
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
        self.agents = {}
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
                    header = json.loads(self.received[8:end])
                    del self.received[:end]
                    return header
            part = os.read(self.channel.reading, _READ_SIZE)
            if not part:
                return None
            self.received += part

    def _call(self, request):
        """Makes one call and answers it; says whether this process can go on."""
        number = request["n"]
        sys.argv = [request["file"]]
        start = time.monotonic()
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
        self._flush()
        state, data = self._state()
        header = {
            "type": "result", "n": number, "kind": kind, "us": _microseconds(start), "state": state,
            "output": len(body),
        }
        self.channel.send(header, body + data if data else body)
        return state in ("same", "new", "gone") and self._tidy()

    def _agent(self, request):
        key = (request["file"], request["class"], request["agent"])
        found = self.agents.get(key)
        if found is None:
            module = self.loading.load_file(request["file"])
            agent = self.loading.make_agent(module, request["class"], request["agent"])
            found = self.agents[key] = agent, module
        return found

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
            self._set_mark(os.stat(self.path).st_ino)
        except FileNotFoundError:
            self.known = self.mark = None
        self._set_folder_mark()

    def _set_mark(self, inode):
        then = time.time_ns() - _SET_BACK
        os.utime(self.path, ns=(then, then))
        self.mark = inode, len(self.known), then

    def _set_folder_mark(self):
        then = time.time_ns() - _SET_BACK
        os.utime(self.folder, ns=(then, then))
        self.folder_mark = then

    def _state(self):
        """What a call made of the memory: a word, and the new bytes."""
        data = None
        try:
            if os.stat(self.folder).st_mtime_ns != self.folder_mark:
                names = os.listdir(self.folder)
                if not names:
                    gone, self.known, self.mark = self.known is not None, None, None
                    self._set_folder_mark()
                    return "gone" if gone else "same", None
                if names != ["memory.json"]:
                    return "files", None
                self._set_folder_mark()
            elif self.known is None:
                return "same", None
            status = os.lstat(self.path)
            if (status.st_ino, status.st_size, status.st_mtime_ns) == self.mark:
                return "same", None
            if status.st_mode & 0o170000 != 0o100000:
                return "files", None
            data = _content(self.path)
            if data == self.known:
                self._set_mark(status.st_ino)
                return "same", None
            json.loads(data.decode("utf-8"))
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
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        parts = []
        while True:
            part = os.read(descriptor, 1 << 22)
            if not part:
                return parts[0] if len(parts) == 1 else b"".join(parts)
            parts.append(part)
    finally:
        os.close(descriptor)


def _microseconds(start):
    return int((time.monotonic() - start) * 1_000_000)
