"""Form: a missing package, imported in perform."""

from agents.basic_agent import BasicAgent


class LazyMissingPackageAgent(BasicAgent):
    def __init__(self):
        self.name = "LazyMissingPackage"
        self.metadata = {
            "name": self.name,
            "description": "a missing package, imported in perform.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, **kwargs):
        import no_such_package_anywhere

        return "never"
