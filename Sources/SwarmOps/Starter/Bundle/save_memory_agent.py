"""SaveMemory: keeps one fact, preference, insight or task in the user's memory.

A whole RAPP agent in one file: copy it to begin one of your own. `metadata` is the function schema
that a model (or `swarmctl agents --tools`) sees, `perform` does the work and returns text.
"""

import json
import os
import time
import uuid

from agents.basic_agent import BasicAgent

MEMORY_TYPES = ["fact", "preference", "insight", "task"]


class SaveMemoryAgent(BasicAgent):
    def __init__(self):
        self.name = "SaveMemory"
        self.metadata = {
            "name": self.name,
            "description": "Saves something worth remembering about the user or the conversation.",
            "parameters": {
                "type": "object",
                "properties": {
                    "memory_type": {
                        "type": "string",
                        "enum": MEMORY_TYPES,
                        "description": "What kind of memory it is.",
                    },
                    "content": {
                        "type": "string",
                        "description": "What to remember, as a sentence that stands on its own.",
                    },
                    "importance": {
                        "type": "integer",
                        "minimum": 1,
                        "maximum": 5,
                        "default": 3,
                        "description": "From 1, a detail, to 5, never to be forgotten.",
                    },
                    "tags": {
                        "type": "array",
                        "items": {"type": "string"},
                        "description": "Words to find it by.",
                    },
                },
                "required": ["memory_type", "content"],
            },
        }
        super().__init__(self.name, self.metadata)

    def perform(self, memory_type="fact", content="", importance=3, tags=None, **kwargs):
        if memory_type not in MEMORY_TYPES:
            raise ValueError(f"memory_type must be one of {', '.join(MEMORY_TYPES)}")
        if not content.strip():
            raise ValueError("content is empty: there is nothing to save")
        if isinstance(tags, str):
            tags = [tag.strip() for tag in tags.split(",") if tag.strip()]

        path = os.environ["BRAINSTEM_MEMORY_PATH"]
        memory = read_memory(path)
        entry_id = str(uuid.uuid4())
        memory[entry_id] = {
            "id": entry_id,
            "type": memory_type,
            "content": content,
            "importance": min(max(int(importance), 1), 5),
            "tags": tags or [],
            "date": time.strftime("%Y-%m-%d"),
            "time": time.strftime("%H:%M:%S"),
        }
        with open(path, "w", encoding="utf-8") as file:
            json.dump(memory, file, indent=2)
        return f'Saved {memory_type}: "{content}"'


def read_memory(path):
    """The entries by id; an empty dict where nothing was saved yet."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except FileNotFoundError:
        return {}
    memory = json.loads(text) if text.strip() else {}
    if not isinstance(memory, dict):
        # Someone else's data: writing an entry would mean throwing it away.
        raise ValueError("the memory file holds no JSON object of entries; it was left as it is")
    return memory
