"""Form: reads sys.argv."""

import sys

from agents.basic_agent import BasicAgent


class ArgvAgent(BasicAgent):
    def __init__(self):
        self.name = "Argv"
        self.metadata = {
            "name": self.name,
            "description": "reads sys.argv.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, **kwargs):
        return " ".join(sys.argv)
