"""Form: closes every descriptor it can guess."""

import os

from agents.basic_agent import BasicAgent


class ClosesDescriptorsAgent(BasicAgent):
    def __init__(self):
        self.name = "ClosesDescriptors"
        self.metadata = {
            "name": self.name,
            "description": "closes every descriptor it can guess.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, **kwargs):
        os.closerange(3, 64)
        return "still here"
