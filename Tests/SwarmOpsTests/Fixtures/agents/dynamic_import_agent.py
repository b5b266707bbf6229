"""Form: imports a helper by name while it runs."""

from agents.basic_agent import BasicAgent


class DynamicImportAgent(BasicAgent):
    def __init__(self):
        self.name = "DynamicImport"
        self.metadata = {
            "name": self.name,
            "description": "imports a helper by name while it runs.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, **kwargs):
        import importlib

        return importlib.import_module("text_tools").shout("later")
