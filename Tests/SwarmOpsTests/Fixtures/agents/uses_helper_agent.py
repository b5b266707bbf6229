"""Form: uses a helper module and a helper package of its swarm."""

import text_tools
from agents.basic_agent import BasicAgent


class UsesHelperAgent(BasicAgent):
    def __init__(self):
        self.name = "UsesHelper"
        self.metadata = {
            "name": self.name,
            "description": "uses a helper module and a helper package of its swarm.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, **kwargs):
        import agents.text_tools

        assert agents.text_tools is text_tools
        return text_tools.shout(str(kwargs.get("text")))
