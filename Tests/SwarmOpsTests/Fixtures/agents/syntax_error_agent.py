"""Form: a syntax error."""

from agents.basic_agent import BasicAgent


class SyntaxErrorAgent(BasicAgent):
    def perform(self, **kwargs)
        return "never"
