"""Form: leaves work to atexit, and a file open."""

import atexit
import os

from agents.basic_agent import BasicAgent


class AtexitAgent(BasicAgent):
    def __init__(self):
        self.name = "Atexit"
        self.metadata = {
            "name": self.name,
            "description": "leaves work to atexit, and a file open.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, **kwargs):
        self.log = open(os.environ["BRAINSTEM_MEMORY_PATH"] + ".log", "w")
        self.log.write("flushed")
        atexit.register(lambda: print("said at exit"))
        return "registered"
