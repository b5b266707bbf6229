"""Form: the newest form, agents.basic_agent and **kwargs."""

from agents.basic_agent import BasicAgent


class ModernAgent(BasicAgent):
    def __init__(self):
        self.name = "Modern"
        self.metadata = {
            "name": self.name,
            "description": "the newest form, agents.basic_agent and **kwargs.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, **kwargs):
        return "hello " + str(kwargs.get("who", "nobody"))
