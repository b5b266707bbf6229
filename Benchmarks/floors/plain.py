"""The peer of `swarmctl run`: a script that serves a swarm the plain way.

    python3 plain.py <swarm folder> <agent name> <memory file> [<arguments as JSON>]

It starts Python with everything that comes with it, loads every agent of the swarm to find one by its
name, and calls that one. There is no check, no lock and no copy.
"""

import argparse
import importlib.util
import json
import os
import sys
import types
from pathlib import Path


class BasicAgent:
    def __init__(self, name=None, metadata=None):
        self.name, self.metadata = name, metadata


def load(folder):
    found = {}
    for path in sorted(Path(folder, "agents").glob("*_agent.py")):
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for value in vars(module).values():
            if isinstance(value, type) and value.__name__.endswith("Agent") and value is not BasicAgent:
                agent = value()
                found[agent.name] = agent
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("swarm")
    parser.add_argument("agent")
    parser.add_argument("memory")
    parser.add_argument("arguments", nargs="?", default="{}")
    options = parser.parse_args()
    package, basic = types.ModuleType("agents"), types.ModuleType("agents.basic_agent")
    basic.BasicAgent = BasicAgent
    sys.modules["agents"], sys.modules["agents.basic_agent"] = package, basic
    os.environ["BRAINSTEM_MEMORY_PATH"] = options.memory
    manifest = json.loads(Path(options.swarm, "manifest.json").read_text(encoding="utf-8"))
    agents = load(options.swarm)
    if options.agent not in agents:
        sys.exit(f"{manifest['name']} has no agent {options.agent}")
    print(agents[options.agent].perform(**json.loads(options.arguments)))


main()
