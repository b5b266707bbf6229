"""Form: metadata that is not a dict."""

from agents.basic_agent import BasicAgent


class TextMetadataAgent(BasicAgent):
    def __init__(self):
        self.name = "TextMetadata"
        self.metadata = "just text"

    def perform(self, **kwargs):
        return "just text"
