"""Form: a file that carries its own BasicAgent and imports none."""


class BasicAgent:
    def __init__(self, name, metadata):
        self.name = name
        self.metadata = metadata

    def perform(self, **kwargs):
        return "Not implemented."


class Standalone(BasicAgent):
    def __init__(self):
        super().__init__("Standalone", {"name": "Standalone", "description": "Alone."})

    def perform(self, **kwargs):
        return "standing alone"
