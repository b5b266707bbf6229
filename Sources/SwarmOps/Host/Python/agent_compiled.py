"""Compiles what fenced processes only read: the files of the swarm.

Nothing of the agents is executed, so this needs no fence; and what agents could write here, other users'
calls would execute.
"""

import os


def compile_all(channel, files, modules):
    """Compiles the files of the swarm, each told before where it is one of `files`."""
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
            modules.code.compiled(folder + "/" + file)
        except (Exception, RecursionError):
            pass  # Whoever loads it finds out.
