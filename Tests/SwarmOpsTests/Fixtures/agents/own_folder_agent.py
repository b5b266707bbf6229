"""Form: opens a file relative to its own folder."""

import os

from agents.basic_agent import BasicAgent


class OwnFolderAgent(BasicAgent):
    def __init__(self):
        self.name = "OwnFolder"
        self.metadata = {
            "name": self.name,
            "description": "opens a file relative to its own folder.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, **kwargs):
        with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "own_folder.txt")) as file:
            return file.read()
