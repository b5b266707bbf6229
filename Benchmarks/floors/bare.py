"""The floor of `swarmctl run`: the least that a Python process must do to call one agent.

    python3 -I -S bare.py <agents folder> <module> <class> <memory file> [<arguments as JSON>]

It imports what the agent host imports, lets Python load the agent from its bytecode cache, and calls
it. There is no swarm, no check, no lock, no copy and no protocol.
"""

import json
import marshal  # noqa: F401  the host imports it
import os
import sys

folder, name, cls, memory = sys.argv[1:5]
os.environ["BRAINSTEM_MEMORY_PATH"] = memory


class BasicAgent:
    def __init__(self, name=None, metadata=None):
        self.name, self.metadata = name, metadata


agents = type(sys)("agents")
basic = type(sys)("agents.basic_agent")
basic.BasicAgent = BasicAgent
sys.modules["agents"], sys.modules["agents.basic_agent"] = agents, basic
sys.path.insert(0, folder)
agent = getattr(__import__(name), cls)()
print(agent.perform(**json.loads(sys.argv[5] if len(sys.argv) > 5 else "{}")))
