"""Form: a base agent, alone in its file, that needs constructor arguments."""

from agents.basic_agent import BasicAgent


class ConfiguredBaseAgent(BasicAgent):
    def __init__(self, label):
        self.label = label
        super().__init__(label, {"name": label, "description": "Configured."})

    def perform(self, **kwargs):
        return "configured as " + self.label
