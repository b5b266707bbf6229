"""Form: several agents in one file."""

from agents.basic_agent import BasicAgent


class FirstAgent(BasicAgent):
    def __init__(self):
        super().__init__("First", {"name": "First", "description": "One."})

    def perform(self, **kwargs):
        return "first"


class SecondAgent(BasicAgent):
    def __init__(self):
        super().__init__("Second", {"name": "Second", "description": "Two."})

    def perform(self, **kwargs):
        return "second"
