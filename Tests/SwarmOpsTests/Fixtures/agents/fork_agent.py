"""Form: forks and lets the child return as well."""

import os

from agents.basic_agent import BasicAgent


class ForkAgent(BasicAgent):
    def __init__(self):
        self.name = "Fork"
        self.metadata = {
            "name": self.name,
            "description": "forks and lets the child return as well.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, **kwargs):
        child = os.fork()
        if child:
            os.waitpid(child, 0)
        return "parent" if child else "child"
