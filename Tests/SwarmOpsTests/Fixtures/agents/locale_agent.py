"""Form: changes the locale."""

import locale

from agents.basic_agent import BasicAgent


class LocaleAgent(BasicAgent):
    def __init__(self):
        self.name = "Locale"
        self.metadata = {
            "name": self.name,
            "description": "changes the locale.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, **kwargs):
        locale.setlocale(locale.LC_ALL, "C")
        return "größer"
