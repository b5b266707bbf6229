"""One `swarmctl batch -` kept open: the engine of this app.

The threads of a Functions worker share one engine. swarmctl gives each call the memory of its own user,
whatever runs beside it, and answers a line once the change is on disk. No environment variable of this
process is ever changed for a call, so concurrent users cannot meet each other's memory.
"""

import contextlib
import itertools
import json
import os
import subprocess
import threading


class EngineEnded(Exception):
    """The engine ended before it answered; whether the call was made is not known."""


class Engine:
    """Makes calls through one `swarmctl batch -`, started when needed and again after it has ended."""

    def __init__(self, program, root, options=()):
        self._command = [program, "batch", "-", "--root", root, *options]
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._process = None
        self._waiting = {}

    def call(self, request):
        """Makes one call and returns its answer, a dict.

        Args:
            request: The fields of a batch line but `id`.

        Raises:
            EngineEnded: swarmctl ended, or could not be started.
        """
        number = next(self._numbers)
        line = json.dumps({"id": number, **request}).encode() + b"\n"
        call = _Call()
        with self._lock:
            process = self._running()
            self._waiting[number] = call
            try:
                process.stdin.write(line)
                process.stdin.flush()
            except OSError:
                del self._waiting[number]
                raise EngineEnded("swarmctl ended before it had the call") from None
        call.done.wait()
        if call.answer is None:
            raise EngineEnded("swarmctl ended during the call; it may have been made")
        call.answer.pop("id", None)
        return call.answer

    def is_running(self):
        """Whether an engine is there now; one that is not is started by the next call."""
        with self._lock:
            return self._process is not None and self._process.poll() is None

    def close(self):
        """Ends the engine after the calls that it has; a later call starts another."""
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            process.stdin.close()
            process.wait()

    def _running(self):
        """The process, started if there is none. The caller holds the lock."""
        if self._process is None or self._process.poll() is not None:
            try:
                self._process = subprocess.Popen(
                    self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            except OSError as error:
                raise EngineEnded(f"swarmctl cannot be started: {error.strerror}") from None
            # Calls of the process before this one are not this one's to answer.
            self._waiting = {}
            threading.Thread(
                target=self._read, args=(self._process, self._waiting), daemon=True).start()
        return self._process

    def _read(self, process, waiting):
        for line in process.stdout:
            answer = json.loads(line)
            with self._lock:
                call = waiting.pop(answer.get("id"), None)
            if call is not None:
                call.answer = answer
                call.done.set()
        with self._lock:
            # From here on nobody may add to them: the next call has to start another process.
            if self._process is process:
                self._process = None
            left = list(waiting.values())
            waiting.clear()
        process.stdout.close()
        with contextlib.suppress(OSError):
            process.stdin.close()
        process.wait()
        for call in left:
            call.done.set()


class _Call:
    """A call that waits for its answer."""

    def __init__(self):
        self.done = threading.Event()
        self.answer = None


def command(program, root, *words, given=None):
    """Runs one swarmctl command and returns its JSON document.

    Args:
        given: Bytes for its standard input, or None for none.
    """
    done = subprocess.run(
        [program, "--root", root, "-o", "json", "--no-input", *words], input=given or b"",
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, "NO_COLOR": "1"})
    try:
        return json.loads(done.stdout)
    except ValueError:
        return {"status": "error", "code": "internal",
                "message": f"swarmctl ended with exit {done.returncode} and without an answer"}
