"""Form: the only class needs constructor arguments and nothing derives from it."""

from agents.basic_agent import BasicAgent


class NeedsArgumentsAgent(BasicAgent):
    def __init__(self, config):
        super().__init__("NeedsArguments", {"name": "NeedsArguments"})

    def perform(self, **kwargs):
        return "never"
