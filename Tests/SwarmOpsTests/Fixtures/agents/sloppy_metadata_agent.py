"""Form: metadata as it really is: invented types, `required` wrong, things that are not JSON."""

from agents.basic_agent import BasicAgent


class SloppyMetadataAgent(BasicAgent):
    def __init__(self):
        self.name = "Sloppy Metadata"
        self.metadata = {
            "name": self.name,
            "description": ["not", "text"],
            "parameters": {
                "properties": {
                    "when": {"type": "date"},
                    "mode": {"type": ["string", "null"], "enum": ["a", 1, None]},
                    "part": {"$ref": "#/definitions/part"},
                    "tags": {"type": "array", "items": {"type": "string"}, "default": {"x"}},
                },
                "required": "when",
            },
            3: (1, 2),
        }
        super().__init__(self.name, self.metadata)

    def perform(self, **kwargs):
        return "tolerated"
