"""The host process: reads one request, runs RAPP agents, answers in frames.

swarmctl starts it as `python3 -I -S -X utf8 -c <script> <folder of this file>`, where the script
executes this file's bytecode and calls main, with the request on descriptor 3, the answer on descriptor 4
and its lifeline on 5. Standard input is /dev/null; standard output and error are one pipe that carries
what the agent prints, never protocol.

Start-up is the cost that matters: every name imported here or in agent_modules and agent_loading is
paid by every run. Whatever only some runs need lies in a module of its own, fetched by host_module.
"""

import json
import marshal
import os
import sys

HOST_DIR = os.path.dirname(__file__)

# The bytecode of the host's modules by name, where whoever executed this file had it.
bytecode = globals().get("bytecode")

_DEFAULT_OUTPUT_LIMIT = 64 * 1024 * 1024

# How a process that multiprocessing starts afresh learns whose it is: nothing else reaches it.
_STATE = "SWARMCTL_HOST_STATE"

_duplicate, _close = os.dup, os.close

_host_modules = {}
_is_fenced = False


def host_module(name):
    """A module of the host, which never is where an agent's own import could find it."""
    module = _host_modules.get(name)
    if module is None:
        module = type(sys)(name)
        module.__file__ = "%s/%s.py" % (HOST_DIR, name)
        if bytecode and name in bytecode:
            code = marshal.loads(bytecode[name])
        else:
            with open(module.__file__, "rb", 0) as file:
                code = compile(file.read(), "<swarmctl>/%s.py" % name, "exec", dont_inherit=True)
        # There while it is executed: classes look their module up.
        shadowed = sys.modules.get(name)
        sys.modules[name] = module
        try:
            exec(code, module.__dict__)
        finally:
            del sys.modules[name]
            if shadowed is not None:
                sys.modules[name] = shadowed
        _host_modules[name] = module
    return module


def _keep_lifeline(descriptor):
    # The kernel ends this process group when the other end closes, as long as this end is open:
    # out of reach of an agent's habits too, and not for the programs that it starts.
    try:
        os.fstat(descriptor)
        return host_module("agent_channel").move_up(descriptor)
    except OSError:
        return None


def prepare(request, modules):
    """Makes this process the one of the request's swarm and namespace."""
    global _is_fenced
    _is_fenced = bool(request.get("sandbox"))
    environment = request.get("environment")
    if environment:
        for key, value in environment.items():
            if value is None:
                os.environ.pop(key, None)
            else:
                os.environ[key] = value
    modules.install(
        request["agents_dir"], request.get("display_dir"), request.get("code_cache"), host_module
    )
    bind_namespace(modules, request.get("memory_path"), request.get("user_guid"))


def bind_namespace(modules, memory_path, user_guid):
    """Makes this process, and those that multiprocessing starts from it, the namespace's."""
    os.environ[_STATE] = json.dumps([
        memory_path, user_guid, modules.agents_dir, modules.display_dir, modules.code_cache,
        _is_fenced,
    ])
    modules.bind(memory_path, user_guid)


def resume():
    """Does in a process that multiprocessing started afresh what prepare did in its parent."""
    state = json.loads(os.environ[_STATE])
    modules = host_module("agent_modules")
    modules.bind(*state[:2])
    modules.install(*state[2:5], host_module)
    if state[5]:
        host_module("agent_fenced").adjust(host_module)


def run(channel, request, loading):
    """One call: loads one file, calls one agent, sends one frame."""
    file = request["file"]
    sys.argv = [file]
    frames = _Frames(channel, request.get("output_limit") or _DEFAULT_OUTPUT_LIMIT)
    try:
        module = loading.load_file(file)
        agent = loading.make_agent(module, request.get("class"), request.get("agent"))
    except loading.LoadFailure as failure:
        details = loading.failures().load_failed(failure)
        details.update(noted(failure.cause))
        return frames.error(details)
    arguments = request.get("args") or {}
    try:
        output = agent.perform(**arguments)
        # The type and not isinstance: a subclass of str may have its own idea of everything.
        if type(output) is str:
            kind, body = "text", output
        else:
            kind, body = host_module("agent_results").encoded(output, frames.limit)
            output = None
    except BaseException as error:
        details = loading.failures().perform_failed(error, agent)
        details.update(noted(error))
        return frames.error(details)
    agent = None
    frames.result(kind, body)


class _Frames:
    """The last frame of a run, sent once, after all that the agent left to do is done.

    Once it is read, this process may be ended.
    """

    def __init__(self, channel, limit):
        self.channel = channel
        self.limit = limit
        self.free = lowest_free(channel.writing)

    def result(self, kind, body):
        size = len(body)
        if size <= self.limit and type(body) is str:
            body = host_module("agent_channel").to_utf8(body)
            size = len(body)
        if size > self.limit:
            return self.error({
                "category": "output_too_large",
                "message": "the output is larger than the limit of %d bytes" % self.limit,
            })
        run_exit_callbacks()
        if lowest_free(self.channel.writing) != self.free:
            details = host_module("agent_open_files").write_out(_host_modules["agent_host"])
            if details is not None:
                return self.error(details)
        flush_streams()
        header = {"type": "result", "kind": kind}
        fenced = _host_modules.get("agent_fenced")
        if fenced is not None:
            header.update(fenced.report())
        self.channel.send(header, body)

    def error(self, details):
        run_exit_callbacks()
        flush_streams()
        header = {
            "type": "error", "category": None, "exception": None, "message": "", "trace": None,
            "state": None, "missing_module": None, "line": None,
        }
        header.update(details)
        self.channel.send(header)


def noted(error):
    """What an exception has to do with the fence, as members of a frame."""
    fenced = _host_modules.get("agent_fenced")
    return fenced.causes(error) if fenced is not None else {}


def lowest_free(descriptor):
    """The lowest number that is free for a descriptor, asked with one that is open; None where all are used.

    While it is the same as before, no file that was opened since is open still.
    """
    try:
        free = _duplicate(descriptor)
    except (OSError, TypeError):
        return None
    _close(free)
    return free


def run_exit_callbacks():
    """atexit, for agents that use it, but never a wait for threads or child processes."""
    processes = sys.modules.get("multiprocessing.util")
    atexit = sys.modules.get("atexit")
    if atexit is None:
        return
    if processes is not None:
        # It would join children that may never end. Ours is to stop those that were meant to stop.
        try:
            atexit.unregister(processes._exit_function)
            for child in sys.modules["multiprocessing"].active_children():
                if child.daemon:
                    child.terminate()
        except BaseException:
            pass
    try:
        atexit._run_exitfuncs()
    except BaseException:
        pass


def flush_streams():
    for name in ("stdout", "stderr"):
        try:
            getattr(sys, name).flush()
        except BaseException:
            pass  # replaced, closed or gone: nothing that a result could depend on


def _end(status):
    flush_streams()
    # Not sys.exit: threads that never end and children that hold locks must not hold the answer.
    os._exit(status)


class _Myself:
    """This module for the host's others: it is executed, not imported."""

    def __getattr__(self, name):
        try:
            return globals()[name]
        except KeyError:
            raise AttributeError(name) from None


_host_modules["agent_host"] = _Myself()


def main():
    """Reads the request from descriptor 3, serves it, and ends the process."""
    sys.modules["__main__"].__file__ = HOST_DIR + "/agent_spawned.py"
    if sys.stdout is not None:
        sys.stdout.reconfigure(line_buffering=True, errors="backslashreplace")
    channel = host_module("agent_channel").Channel(3, 4)
    lifeline = _keep_lifeline(5)
    request = channel.receive()
    if request is None:
        os._exit(70)
    mode = request.get("mode")
    modules = host_module("agent_modules")
    loading = host_module("agent_loading")
    loading.start(modules, host_module)
    prepare(request, modules)
    sandbox = request.get("sandbox")
    if mode == "run":
        if sandbox:
            modules.code.keeps = False
            host_module("agent_fenced").start(sandbox, host_module)
        run(channel, request, loading)
    elif mode == "serve":
        host = host_module("agent_host")
        host_module("agent_serving").serve(
            channel, request, modules, loading, host, lifeline)
    elif mode == "compile":
        host_module("agent_compiled").compile_all(
            channel, request["files"], modules)
        channel.send({"type": "end"})
    else:
        if mode == "load":
            host_module("agent_compiled").compile_all(
                channel, request["files"], modules)
        if sandbox:
            modules.code.keeps = False
            if sandbox.get("fence"):
                host_module("agent_fence").Fence(sandbox["fence"]).enter()
            host_module("agent_fenced").start(sandbox, host_module)
        host_module("agent_listing").serve(channel, request, modules, loading, host_module)
    _end(0)
