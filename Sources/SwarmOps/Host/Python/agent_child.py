"""Batch: the process of one namespace.

It belongs to that namespace for its whole life: it executes the agents' own modules with its own
environment, so nothing of one user can reach another. A child that had a call fail ends, and another is
forked: what that call spoiled goes with it.

A child has three FIFOs of its own: requests, answers, and what its agents print.
"""

import _signal
import _thread
import json
import os
import sys
import time

# Taken before any agent runs: one that puts its own in their place spoils its own calls alone.
_decode, _monotonic = json.JSONDecoder().raw_decode, time.monotonic
_read, _getpid, _exit = os.read, os.getpid, os._exit
_getcwd, _status, _is_blocking = os.getcwd, os.stat, os.get_blocking

_READ_SIZE = 1 << 16
# What every answer says.
_RESULT = '{"type": "result", "n": %d, "kind": "%s", "us": %d, "state": "%s", "output": %d}'
# A process is replaced after so many calls, so that what agents leak does not add up.
_CALLS = 1000

# What restricts a child's files, makes it the parent of what its agents leave behind, ends that, and
# knows what they find; agent_serving makes them ready.
fence = adopt_orphans = descendants = originals = None


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


class Child:
    """The process of one namespace."""

    def __init__(self, message, modules, loading, host, lifeline):
        self.modules, self.loading, self.host = modules, loading, host
        self.id = _getpid()
        os.setpgid(0, 0)
        channels = host.host_module("agent_channel")
        host.host_module("agent_serving").end_with_swarmctl(lifeline, channels.move_up)
        _reseed()
        printing = os.open(message["output"], os.O_WRONLY)
        os.dup2(printing, 1)
        os.dup2(printing, 2)
        os.close(printing)
        self.to_utf8 = channels.to_utf8
        self.channel = channels.Channel(
            os.open(message["requests"], os.O_RDONLY), os.open(message["answers"], os.O_WRONLY)
        )
        path = message["memory_path"]
        self.temporary = message.get("temporary")
        self.adopts = adopt_orphans()
        if self.temporary:
            self._enter_fence(message)
        self.copy = host.host_module("agent_copy").MemoryCopy(path)
        self.limit = message["output_limit"]
        host.bind_namespace(modules, path, message.get("user_guid"))
        self.environment = dict(os.environ._data)
        self.working_folder = os.getcwd()
        self.streams = sys.stdout, sys.stderr
        self.modules_by_file = {}
        self.imported = len(sys.modules)
        self.calls = 0
        self.threads = _thread._count()
        self.exit_callbacks = _exit_callbacks()
        self.received = bytearray()
        self.lowest_free = host.lowest_free
        self.free = self.lowest_free(self.channel.writing)

    def _enter_fence(self, message):
        """From here on this process reaches its own namespace alone, whatever it executes."""
        self.modules.code.keeps = False
        os.environ["TMPDIR"] = self.temporary
        if "tempfile" in sys.modules:
            sys.modules["tempfile"].tempdir = None
        fenced = self.fenced = self.host.host_module("agent_fenced")
        fenced.allow(
            (self.temporary + "/", message["copies"] + "/"),
            reading=("/proc/%d/" % self.id, "/proc/self/", "/proc/thread-self/"))
        self.host.host_module("agent_adjusted").adjust_imported()
        self.temporary_mark = os.stat(self.temporary).st_mtime_ns
        if fence is not None:
            fence.enter([
                (message["copies"], message["access"]), (self.temporary, message["access"]),
                ("/proc/%d" % self.id, 0b1101),
            ])

    def serve(self):
        self.channel.send({"type": "ready", "pid": os.getpid()})
        self.copy.take_in()
        while True:
            request = self._receive()
            if request is None:
                os._exit(0)
            if request.get("fresh"):
                self.copy.take_in()
            elif not self.copy.is_current():
                self.channel.send({"type": "stale", "n": request["n"]})
                os._exit(0)
            if not self._call(request):
                self._flush()
                os._exit(0)

    def _receive(self):
        """The next request; several may have come with one read."""
        while True:
            if len(self.received) >= 8:
                end = 8 + int.from_bytes(self.received[:4], "big")
                if len(self.received) >= end:
                    header = _decode(self.received[8:end].decode())[0]
                    del self.received[:end]
                    return header
            part = _read(self.channel.reading, _READ_SIZE)
            if not part:
                return None
            self.received += part

    def _call(self, request):
        """Makes one call and answers it; says whether this process can go on."""
        number = request["n"]
        if self.temporary:
            self.fenced.begin()
        declared = request.get("environment")
        if declared:
            os.environ.update(declared)
        sys.argv = [request["file"]]
        start = _monotonic()
        agent = None
        try:
            agent = self._agent(request)
            output = agent.perform(**request["args"])
            if type(output) is str:
                kind = "text"
            else:
                kind, output = self.host.host_module("agent_results").encoded(output, self.limit)
            body = self.to_utf8(output) if len(output) <= self.limit else b""
            details = None
        except self.loading.LoadFailure as failure:
            details = self.loading.failures().load_failed(failure)
            details.update(self.host.noted(failure.cause))
        except BaseException as error:
            details = self.loading.failures().perform_failed(error, agent)
            details.update(self.host.noted(error))
        if _getpid() != self.id:
            _exit(0)  # An agent forked and both sides came back: the twin makes no calls.
        if details is not None:
            return self._failed(number, details, start)
        if len(output) > self.limit or len(body) > self.limit:
            return self._failed(number, {
                "category": "output_too_large",
                "message": "the output is larger than the limit of %d bytes" % self.limit,
            }, start)
        # What an agent leaves to be done at the end belongs to its call, as in a run.
        is_last = _exit_callbacks() != self.exit_callbacks
        if is_last:
            self.host.run_exit_callbacks()
        if self.lowest_free(self.channel.writing) != self.free:
            details = self.host.host_module("agent_open_files").write_out(self.host)
            if details is not None:
                return self._failed(number, details, start)
        self._flush()
        # Before this process itself looks where agents may not.
        noted = self.fenced.report() if self.temporary else {}
        # Threads first: one of them may start a process. Both before the memory is looked at: nothing
        # may write there any more.
        is_last = is_last or _thread._count() != self.threads
        left = self._end_descendants() if descendants.exist() else None
        is_last = is_last or left is not None
        state, data = self.copy.state()
        # Nor must the next call find what an agent was given alone.
        is_last = is_last or declared or state not in ("same", "new", "gone") or not self._tidy()
        header = _RESULT % (number, kind, _microseconds(start), state, len(body))
        if is_last:
            noted["last"] = True
        if left:
            noted["left"] = left
        self.channel.send(header, body + data if data else body, noted)
        return not is_last

    def _agent(self, request):
        file = request["file"]
        module = self.modules_by_file.get(file)
        if module is None:
            module = self.modules_by_file[file] = self.loading.load_file(file)
        # A new one each time, as in a run: many read their memory when they are made.
        return self.loading.make_agent(module, request["class"], request["agent"])

    def _failed(self, number, details, start):
        header = {"type": "error", "n": number, "us": _microseconds(start)}
        header.update(details)
        self._flush()
        self._end_descendants()
        self.channel.send(header)
        return False

    def _end_descendants(self):
        return descendants.end(self.id) if self.adopts else []

    def _flush(self):
        streams = sys.stdout, sys.stderr
        for stream in streams if streams == self.streams else streams + self.streams:
            try:
                stream.flush()
            except BaseException:
                pass

    def _is_temporary_empty(self):
        mark = _status(self.temporary).st_mtime_ns
        if mark != self.temporary_mark:
            if os.listdir(self.temporary):
                return False
            self.temporary_mark = mark
        return True

    def _tidy(self):
        """Takes back what a call changed of the process; says whether that was possible."""
        try:
            if _getcwd() != self.working_folder:
                os.chdir(self.working_folder)
            if os.environ._data != self.environment:
                for name in list(os.environ):
                    if os.fsencode(name) not in self.environment:
                        del os.environ[name]
                for name, value in self.environment.items():
                    os.environ[os.fsdecode(name)] = os.fsdecode(value)
            (sys.stdout, sys.stderr) = self.streams
            if self.temporary and not self._is_temporary_empty():
                return False
            self.calls += 1
            if self.calls >= _CALLS:
                return False
            # An agent that put something of its own in their place must not spoil the next call.
            if not originals.are_in_place() or len(sys.modules) < self.imported:
                return False
            if "signal" in sys.modules:
                _signal.alarm(0)
            _is_blocking(1), _is_blocking(2)  # They are open.
            return not sys.stdout.closed
        except BaseException:
            return False


def _microseconds(start):
    return int((_monotonic() - start) * 1_000_000)
