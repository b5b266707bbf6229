"""Form: calls another agent of the swarm, imported under both names."""

from modern_agent import ModernAgent
from agents.basic_agent import BasicAgent


class CallsSiblingAgent(BasicAgent):
    def __init__(self):
        self.name = "CallsSibling"
        self.metadata = {
            "name": self.name,
            "description": "calls another agent of the swarm, imported under both names.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, **kwargs):
        from agents.modern_agent import ModernAgent as Same

        assert Same is ModernAgent
        return "sibling says " + ModernAgent().perform(who="Bo")
