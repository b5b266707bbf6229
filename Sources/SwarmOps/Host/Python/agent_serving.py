"""Batch: a warm parent that forks one child for each namespace.

The parent has imported what the agents import and never executes an agent. It takes `fork` messages on
the host's request descriptor; what a child does is in agent_child.
"""

import _signal
import os

# How often this process looks whether a child has ended that was killed, in seconds.
_COLLECTING = 0.002


def end_with_swarmctl(lifeline, move_up):
    """Lets the kernel end this process's group when swarmctl dies, even while an agent is busy.

    Returns a descriptor for _set_kept, or None where the kernel does no such thing.
    """
    if lifeline is None:
        return None
    try:
        import fcntl

        # Whom to tell belongs to an opened file, and the inherited one is everybody's.
        own = os.open("/proc/self/fd/%d" % lifeline, os.O_RDONLY | os.O_NONBLOCK)
        fcntl.fcntl(own, fcntl.F_SETOWN, -os.getpgid(0))
        fcntl.fcntl(own, fcntl.F_SETSIG, int(_signal.SIGKILL))
        fcntl.fcntl(own, fcntl.F_SETFL, os.O_NONBLOCK | fcntl.FASYNC)
    except (AttributeError, ImportError, OSError):
        return None  # Not Linux.
    try:
        if not os.read(own, 1):
            os._exit(0)  # It died before it could be watched.
    except OSError:
        pass
    return move_up(own)


def _set_kept(watch, is_kept):
    """Says whether this process lives on when swarmctl dies, to end what it is the parent of."""
    if watch is not None:
        import fcntl

        flags = os.O_NONBLOCK if is_kept else os.O_NONBLOCK | fcntl.FASYNC
        fcntl.fcntl(watch, fcntl.F_SETFL, flags)


class _Offspring:
    """The processes below this one: the children that it forked, and what these leave behind.

    A child that is killed can no longer end what its agents have started. It comes to this process
    then, whichever session it is in (Linux).
    """

    def __init__(self, adopts):
        self.adopts = adopts
        self.known = set()  # Those that live on: children, and what modules started when imported.
        self.ended = set()  # Children that swarmctl has done with.

    def _children(self):
        if not self.adopts:
            return set()
        try:
            with open("/proc/self/task/%d/children" % os.getpid()) as file:
                return set(map(int, file.read().split()))
        except OSError:
            return set()

    def learn(self):
        """Takes what is there for what modules have started."""
        self.known |= self._children()

    def collect(self):
        """Collects children that swarmctl has done with, and ends what they left behind.

        Until then nobody else is given their numbers. Says whether one has yet to end.
        """
        gone = set()
        for process in self.ended:
            try:
                if os.waitpid(process, os.WNOHANG)[0] != 0:
                    gone.add(process)
            except OSError:
                gone.add(process)
        if gone:
            self.ended -= gone
            self.known -= gone
            self._end_strangers()
        return bool(self.ended)

    def end(self):
        """Ends all there is below this process."""
        self.known.clear()
        self._end_strangers()

    def _end_strangers(self):
        # Ending one may bring its own children here.
        for _ in range(100):
            strangers = self._children() - self.known
            if not strangers:
                return
            for process in strangers:
                try:
                    os.kill(process, _signal.SIGKILL)
                    os.waitpid(process, 0)
                except OSError:
                    self.known.add(process)  # Another user's by now, who may let it live.


def serve(channel, request, modules, loading, host, lifeline):
    """Forks a child at each message until the descriptor ends."""
    import gc

    children = host.host_module("agent_child")
    for name in "agent_copy", "agent_open_files":
        host.host_module(name)  # Here, so that no child has to load it.
    fences = host.host_module("agent_fence")
    children.adopt_orphans = fences.adopt_orphans
    children.descendants = host.host_module("agent_descendants")
    originals = children.originals = host.host_module("agent_originals")
    sandbox = request.get("sandbox")
    if sandbox:
        # Each child restricts itself; what that takes is made ready here.
        host.host_module("agent_fenced").start(sandbox, host.host_module)
        host.host_module("agent_adjusted")
        if sandbox.get("fence"):
            children.fence = fences.Fence(sandbox["fence"])
    watch = end_with_swarmctl(lifeline, host.host_module("agent_channel").move_up)
    offspring = _Offspring(fences.adopt_orphans())
    originals.remember()

    preloaded = set()
    _set_kept(watch, True)
    while True:
        while offspring.collect() and not channel.is_readable(_COLLECTING):
            pass
        message = channel.receive()
        if message is None:
            offspring.end()
            os._exit(0)
        if "collect" in message:
            offspring.ended.add(message["collect"])
            continue
        wanted = [file for file in message["files"] if file not in preloaded]
        if wanted:
            # Modules may take as long as they like, and the end of the requests would not be seen.
            _set_kept(watch, False)
            for file in wanted:
                preloaded.add(file)
                _preload(modules, file)
            _set_kept(watch, True)
            offspring.learn()
            originals.remember()
            # Children share what is never looked at again.
            gc.collect()
            gc.freeze()
        child = os.fork()
        if child == 0:
            try:
                children.Child(message, modules, loading, host, lifeline).serve()
            finally:
                os._exit(70)
        offspring.known.add(child)


def _preload(modules, file):
    """Imports in the parent what a file of the swarm imports from elsewhere, and nothing of the swarm."""
    modules.code.is_given_away = False
    try:
        code = modules.code.keep_compiled(modules.agents_dir + "/" + file)
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
