"""The peer of `swarmctl batch`: the same calls in a bare Python loop, one process for each core.

    python3 loop.py <agents folder> <folder for memory> <processes> < calls.jsonl

Users are dealt out to the processes. Agents are loaded once in each. There is no lock, no copy and no
fsync, so a crash may tear any file; answers are written as JSON lines.
"""

import importlib
import json
import os
import sys

folder, place, count = sys.argv[1], sys.argv[2], int(sys.argv[3])


class BasicAgent:
    def __init__(self, name=None, metadata=None):
        self.name, self.metadata = name, metadata


def serve(calls):
    agents = {}
    for file in sorted(os.listdir(folder)):
        if file.endswith("_agent.py"):
            for value in vars(importlib.import_module(file[:-3])).values():
                if isinstance(value, type) and value is not BasicAgent:
                    agent = value()
                    agents[agent.name] = agent
    for call in calls:
        memory = os.path.join(place, call["user_guid"], "memory.json")
        os.makedirs(os.path.dirname(memory), exist_ok=True)
        os.environ["BRAINSTEM_MEMORY_PATH"] = memory
        output = agents[call["name"]].perform(**call["args"])
        answer = json.dumps({"id": call["id"], "status": "ok", "output": output}) + "\n"
        os.write(1, answer.encode())


package, basic = type(sys)("agents"), type(sys)("agents.basic_agent")
basic.BasicAgent = BasicAgent
sys.modules["agents"], sys.modules["agents.basic_agent"] = package, basic
sys.path.insert(0, folder)
parts = [[] for _ in range(count)]
users = {}
for line in sys.stdin:
    call = json.loads(line)
    parts[users.setdefault(call["user_guid"], len(users)) % count].append(call)
children = []
for part in parts:
    child = os.fork()
    if child == 0:
        status = 1
        try:
            serve(part)
            status = 0
        finally:
            os._exit(status)
    children.append(child)
sys.exit(max(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children))
