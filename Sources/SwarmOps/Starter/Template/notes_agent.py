"""Notes: keeps what it is told, and says it again.

An agent is one class with a name, metadata and perform. Whose memory it works on is not its
business: the file that BRAINSTEM_MEMORY_PATH names is the memory of whoever calls.
"""

import json
import os
from datetime import datetime, timezone

from agents.basic_agent import BasicAgent


class NotesAgent(BasicAgent):
    def __init__(self):
        self.name = "Notes"
        self.metadata = {
            "name": self.name,
            "description": "Keeps a note, or lists the notes that were kept.",
            "parameters": {
                "type": "object",
                "properties": {
                    "note": {
                        "type": "string",
                        "description": "The note to keep; without it, the notes are listed.",
                    },
                },
                "required": [],
            },
        }
        super().__init__(self.name, self.metadata)

    def perform(self, note=None, **kwargs):
        notes = read_notes()
        if not note:
            if not notes:
                return "There are no notes yet."
            return "\n".join(entry["message"] for entry in notes.values())
        now = datetime.now(timezone.utc)
        notes[f"note-{len(notes) + 1:04}"] = {
            "message": note,
            "theme": "note",
            "date": now.strftime("%Y-%m-%d"),
            "time": now.strftime("%H:%M:%S"),
        }
        with open(os.environ["BRAINSTEM_MEMORY_PATH"], "w", encoding="utf-8") as file:
            json.dump(notes, file, indent=2)
        return f"Kept: {note}"

    def system_context(self):
        """What a model should know before the user says anything."""
        count = len(read_notes())
        return f"This user has {count} notes." if count else None


def read_notes():
    try:
        with open(os.environ["BRAINSTEM_MEMORY_PATH"], encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return {}
