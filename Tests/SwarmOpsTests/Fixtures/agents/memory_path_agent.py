"""Form: memory by BRAINSTEM_MEMORY_PATH, read when it is called."""

import json
import os

from agents.basic_agent import BasicAgent


class MemoryPathAgent(BasicAgent):
    def __init__(self):
        self.name = "MemoryPath"
        self.metadata = {
            "name": self.name,
            "description": "memory by BRAINSTEM_MEMORY_PATH, read when it is called.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, **kwargs):
        path = os.environ["BRAINSTEM_MEMORY_PATH"]
        with open(path, "w") as file:
            json.dump({"a": {"content": "kept"}}, file)
        return path
