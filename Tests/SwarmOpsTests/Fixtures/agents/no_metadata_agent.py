"""Form: no metadata and no name."""

from agents.basic_agent import BasicAgent


class NoMetadataAgent(BasicAgent):
    def __init__(self):
        pass

    def perform(self, **kwargs):
        return "nothing declared"
