"""Compiles what fenced processes only read: the host's own files and those of the swarm.

Nothing of the agents is executed, so this needs no fence; and what agents could write here, other users'
calls would execute.
"""

import os
import sys


def compile_all(channel, files, modules, host_module, host_folder):
    """Compiles the host's modules, and the files of the swarm, each told before where it is one of `files`."""
    try:
        known = os.listdir(host_folder + "/__pycache__")
    except OSError:
        known = []
    for name in sorted(os.listdir(host_folder)):
        stem = name[:-3]
        if name.endswith(".py") and stem != "agent_spawned":
            if "%s.%s.pyc" % (stem, sys.implementation.cache_tag) not in known:
                host_module(stem)
    wanted = list(files)
    folder = modules.agents_dir
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        for name in names:
            path = (place + "/" + name)[len(folder) + 1:]
            if name.endswith(".py") and ("/" in path or not name.endswith("_agent.py")):
                wanted.append(path)
    wanted_set = set(files)
    for file in wanted[:5000]:
        if file in wanted_set:
            # Should it end this process, it is known which one it was.
            channel.send({"type": "loading", "file": file})
        try:
            modules.compiled(folder + "/" + file)
        except (Exception, RecursionError):
            pass  # Whoever loads it finds out.
