"""The peer of `swarmctl mcp`: the official SDK's own server, which runs the agents in its own process.

    python3 mcp_server.py <agents folder> <memory file>      (needs `pip install mcp`)

There is no lock, no copy, no check and no fence; one agent that hangs holds up everything.
"""

import importlib
import os
import sys

from mcp.server.mcpserver import MCPServer

folder, memory = sys.argv[1], sys.argv[2]


class BasicAgent:
    def __init__(self, name=None, metadata=None):
        self.name, self.metadata = name, metadata


package, basic = type(sys)("agents"), type(sys)("agents.basic_agent")
basic.BasicAgent = BasicAgent
sys.modules["agents"], sys.modules["agents.basic_agent"] = package, basic
sys.path.insert(0, folder)
os.environ["BRAINSTEM_MEMORY_PATH"] = memory
server = MCPServer("peer")


def register(agent):
    def perform(keywords: str = "") -> str:
        return agent.perform(**({"keywords": keywords} if keywords else {}))

    server.tool(name=agent.name, description=agent.metadata["description"])(perform)


for file in sorted(os.listdir(folder)):
    if file.endswith("_agent.py"):
        for value in vars(importlib.import_module(file[:-3])).values():
            if isinstance(value, type) and value is not BasicAgent:
                register(value())
server.run()
