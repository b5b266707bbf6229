"""Form: a constructor that raises."""

from agents.basic_agent import BasicAgent


class ConstructorRaisesAgent(BasicAgent):
    def __init__(self):
        self.name = "ConstructorRaises"
        self.metadata = {
            "name": self.name,
            "description": "a constructor that raises.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        raise KeyError("ENDPOINT")
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, **kwargs):
        return "never"
