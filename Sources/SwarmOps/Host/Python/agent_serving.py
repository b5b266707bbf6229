"""Batch: a warm parent that forks one child for each namespace.

The parent has imported what the agents import and never executes an agent. It takes `fork` messages on
the host's request descriptor; what a child does is in agent_child.
"""

import _signal
import os


def end_with_swarmctl(lifeline, move_up):
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


def _collect(ended):
    """Collects children that swarmctl has done with; until then nobody else is given their numbers."""
    for process in list(ended):
        try:
            if os.waitpid(process, os.WNOHANG)[0] != 0:
                ended.discard(process)
        except OSError:
            ended.discard(process)


def serve(channel, request, modules, loading, host, lifeline):
    """Forks a child at each message until the descriptor ends."""
    import gc

    children = host.host_module("agent_child")
    host.host_module("agent_copy")  # Here, so that no child has to load it.
    fences = host.host_module("agent_fence")
    children.adopt_orphans = fences.adopt_orphans
    sandbox = request.get("sandbox")
    if sandbox:
        # Each child restricts itself; what that takes is made ready here.
        host.host_module("agent_fenced").start(sandbox, host.host_module)
        host.host_module("agent_adjusted")
        if sandbox.get("fence"):
            children.fence = fences.Fence(sandbox["fence"])
    end_with_swarmctl(lifeline, host._move_up)
    children.remember()

    preloaded, ended = set(), set()
    while True:
        message = channel.receive()
        if message is None:
            os._exit(0)
        if "collect" in message:
            ended.add(message["collect"])
        _collect(ended)
        if "collect" in message:
            continue
        wanted = [file for file in message["files"] if file not in preloaded]
        for file in wanted:
            preloaded.add(file)
            _preload(modules, file)
        if wanted:
            children.remember()
            # Children share what is never looked at again.
            gc.collect()
            gc.freeze()
        if os.fork() == 0:
            try:
                children.Child(message, modules, loading, host, lifeline).serve()
            finally:
                os._exit(70)


def _preload(modules, file):
    """Imports in the parent what a file of the swarm imports from elsewhere, and nothing of the swarm."""
    modules.is_given_away = False
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
