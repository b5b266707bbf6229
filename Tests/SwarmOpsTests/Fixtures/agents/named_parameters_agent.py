"""Form: perform with named parameters and no **kwargs."""

from agents.basic_agent import BasicAgent


class NamedParametersAgent(BasicAgent):
    def __init__(self):
        self.name = "NamedParameters"
        self.metadata = {
            "name": self.name,
            "description": "perform with named parameters and no **kwargs.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, item, count=1):
        return "%s×%d" % (item, count)
