"""Prepares a process that multiprocessing starts afresh, so that it can import what agents import.

multiprocessing runs the parent's main file in such a process before it unpickles the work. The host
gives this file as its own; the parent's swarm comes by the environment.
"""

import marshal
import os
import sys


def _host():
    host = type(sys)("agent_host")
    host.__file__ = os.path.dirname(__file__) + "/agent_host.py"
    try:
        # swarmctl has checked it; the first bytes are the checksum and Python's magic number.
        with open(os.path.dirname(__file__) + "/bytecode", "rb") as file:
            host.bytecode = marshal.loads(file.read()[20:])
        code = marshal.loads(host.bytecode["agent_host"])
    except OSError:
        with open(host.__file__, "rb") as file:
            code = compile(file.read(), "<swarmctl>/agent_host.py", "exec", dont_inherit=True)
    exec(code, host.__dict__)
    return host


if __name__ == "__mp_main__":
    _host().resume()
