"""Form: memory by a path read at import."""

import os
from pathlib import Path

from agents.basic_agent import BasicAgent

MEMORY = Path(os.environ["BRAINSTEM_MEMORY_PATH"])


class MemoryAtImportAgent(BasicAgent):
    def __init__(self):
        self.name = "MemoryAtImport"
        self.metadata = {
            "name": self.name,
            "description": "memory by a path read at import.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, **kwargs):
        MEMORY.write_text("{}")
        return MEMORY.name
