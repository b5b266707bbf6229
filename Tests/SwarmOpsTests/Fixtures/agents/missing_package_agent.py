"""Form: a third-party package that is not installed."""

import no_such_package_anywhere.part

from agents.basic_agent import BasicAgent


class MissingPackageAgent(BasicAgent):
    def __init__(self):
        self.name = "MissingPackage"
        self.metadata = {
            "name": self.name,
            "description": "a third-party package that is not installed.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, **kwargs):
        return "never"
