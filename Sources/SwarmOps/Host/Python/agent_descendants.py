"""Batch: the processes that the calls of a child leave running, all of them its children (Linux)."""

import _signal
import os

# Taken before any agent runs.
_wait, _ALL, _LOOKING = os.waitid, os.P_ALL, os.WEXITED | os.WNOHANG | os.WNOWAIT


def exist():
    """Whether a process that a call started lives on, or was never waited for."""
    try:
        _wait(_ALL, 0, _LOOKING)
    except ChildProcessError:
        return False
    return True


def end(process):
    """Ends all that lives on below this process, which has the number given.

    Says the command names of what still ran.
    """
    names = []
    try:
        for _ in range(100):
            found = []
            for thread in os.listdir("/proc/%d/task" % process):
                with open("/proc/%d/task/%s/children" % (process, thread)) as file:
                    found += file.read().split()
            if not found:
                break
            for child in map(int, found):
                name = _name(child)
                os.kill(child, _signal.SIGKILL)
                status = os.waitpid(child, 0)[1]
                if os.WIFSIGNALED(status) and os.WTERMSIG(status) == _signal.SIGKILL:
                    names.append(name)
    except Exception:
        pass  # No longer there, or not to be known here: swarmctl ends the group.
    return names


def _name(process):
    """A process's command name, where a fence shows it."""
    try:
        with open("/proc/%d/comm" % process) as file:
            return file.read().strip()
    except OSError:
        return "a process"
