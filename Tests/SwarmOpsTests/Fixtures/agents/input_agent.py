"""Form: asks the terminal."""

from agents.basic_agent import BasicAgent


class InputAgent(BasicAgent):
    def __init__(self):
        self.name = "Input"
        self.metadata = {
            "name": self.name,
            "description": "asks the terminal.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, **kwargs):
        return input("name? ")
