"""Form: changes the working folder."""

import os

from agents.basic_agent import BasicAgent


class ChdirAgent(BasicAgent):
    def __init__(self):
        self.name = "Chdir"
        self.metadata = {
            "name": self.name,
            "description": "changes the working folder.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, **kwargs):
        os.chdir("/")
        return os.getcwd()
