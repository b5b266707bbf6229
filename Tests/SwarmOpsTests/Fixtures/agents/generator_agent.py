"""Form: a generator of text."""

from agents.basic_agent import BasicAgent


class GeneratorAgent(BasicAgent):
    def __init__(self):
        self.name = "Generator"
        self.metadata = {
            "name": self.name,
            "description": "a generator of text.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, **kwargs):
        for word in ("one ", "two ", "three"):
            yield word
