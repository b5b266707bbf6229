"""Form: closes and replaces standard output."""

import io
import sys

from agents.basic_agent import BasicAgent


class ClosesStdoutAgent(BasicAgent):
    def __init__(self):
        self.name = "ClosesStdout"
        self.metadata = {
            "name": self.name,
            "description": "closes and replaces standard output.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, **kwargs):
        sys.stdout.close()
        sys.stdout = io.StringIO()
        print("lost")
        return "result kept"
