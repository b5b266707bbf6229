"""Form: runs another program."""

import subprocess

from agents.basic_agent import BasicAgent


class SubprocessAgent(BasicAgent):
    def __init__(self):
        self.name = "Subprocess"
        self.metadata = {
            "name": self.name,
            "description": "runs another program.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, **kwargs):
        return subprocess.run(["echo", "from a child"], capture_output=True, text=True).stdout
