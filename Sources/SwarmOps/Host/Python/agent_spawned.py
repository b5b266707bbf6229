"""Prepares a process that multiprocessing starts afresh, so that it can import what agents import.

multiprocessing runs the parent's main file in such a process before it unpickles the work. The host
gives this file as its own; the parent's swarm comes by the environment.
"""

import os
import sys

if __name__ == "__mp_main__":
    _folder = os.path.dirname(__file__)
    sys.path.insert(0, _folder)
    try:
        import agent_host
    finally:
        sys.path.remove(_folder)
        sys.modules.pop("agent_host", None)
    agent_host.resume()
