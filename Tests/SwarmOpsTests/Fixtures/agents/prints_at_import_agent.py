"""Form: prints while it is imported."""

from agents.basic_agent import BasicAgent

print("printed at import")

class PrintsAtImportAgent(BasicAgent):
    def __init__(self):
        self.name = "PrintsAtImport"
        self.metadata = {
            "name": self.name,
            "description": "prints while it is imported.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, **kwargs):
        print("and while it runs")
        return "quiet result"
