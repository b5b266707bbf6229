"""Form: a name that is not a string."""

from agents.basic_agent import BasicAgent


class NumericNameAgent(BasicAgent):
    def __init__(self):
        self.name = 42
        self.metadata = {"name": 42}

    def perform(self, **kwargs):
        return "42"
