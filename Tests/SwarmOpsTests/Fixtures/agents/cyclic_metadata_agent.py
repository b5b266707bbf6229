"""Form: metadata that contains itself."""

from agents.basic_agent import BasicAgent


class CyclicMetadataAgent(BasicAgent):
    def __init__(self):
        metadata = {"name": "CyclicMetadata", "description": "Round and round."}
        metadata["parameters"] = {"type": "object", "properties": {}, "self": metadata}
        super().__init__("CyclicMetadata", metadata)

    def perform(self, **kwargs):
        return "round"
