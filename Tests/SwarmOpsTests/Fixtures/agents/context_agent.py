"""Form: says something to every conversation."""

from agents.basic_agent import BasicAgent


class ContextAgent(BasicAgent):
    def __init__(self):
        self.name = "Context"
        self.metadata = {
            "name": self.name,
            "description": "says something to every conversation.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def system_context(self):
        return "Speak softly."

    def perform(self, **kwargs):
        return "softly"
