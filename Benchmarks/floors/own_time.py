"""The seconds that SaveMemory itself takes, in a running process, with a plain file.

    python3 own_time.py <agents folder> < memory.json
"""

import importlib
import os
import sys
import tempfile
import time


class BasicAgent:
    def __init__(self, name=None, metadata=None):
        self.name, self.metadata = name, metadata


package, basic = type(sys)("agents"), type(sys)("agents.basic_agent")
basic.BasicAgent = BasicAgent
sys.modules["agents"], sys.modules["agents.basic_agent"] = package, basic
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
text = sys.stdin.read()
with tempfile.TemporaryDirectory() as folder:
    memory = os.environ["BRAINSTEM_MEMORY_PATH"] = os.path.join(folder, "memory.json")
    agent = importlib.import_module("save_memory_agent").SaveMemoryAgent()
    times = []
    for _ in range(50):
        with open(memory, "w") as file:
            file.write(text)
        start = time.perf_counter()
        agent.perform(memory_type="fact", content="a fact")
        times.append(time.perf_counter() - start)
print(sorted(times)[len(times) // 2])
