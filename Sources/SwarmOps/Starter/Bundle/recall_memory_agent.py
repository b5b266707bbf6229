"""RecallMemory: finds what was saved in the user's memory.

It reads the file that SaveMemory writes and takes what it finds as it comes: entries of other
programs, entries without a date, no file at all.
"""

import json
import os

from agents.basic_agent import BasicAgent


class RecallMemoryAgent(BasicAgent):
    def __init__(self):
        self.name = "RecallMemory"
        self.metadata = {
            "name": self.name,
            "description": "Recalls saved memories, all of them or those that match keywords.",
            "parameters": {
                "type": "object",
                "properties": {
                    "keywords": {
                        "type": ["string", "array"],
                        "items": {"type": "string"},
                        "description": "Words to look for; without any, the newest memories.",
                    },
                    "max_results": {
                        "type": "integer",
                        "minimum": 1,
                        "default": 10,
                        "description": "How many memories to return at most.",
                    },
                },
                "required": [],
            },
        }
        super().__init__(self.name, self.metadata)

    def perform(self, keywords=None, max_results=10, **kwargs):
        if isinstance(keywords, str):
            keywords = keywords.replace(",", " ").split()
        words = [str(word).casefold() for word in keywords or []]

        entries = read_entries()
        if not entries:
            return "Nothing is remembered yet."
        if words:
            found = [(hits(entry, words), entry) for entry in entries]
            found = [pair for pair in found if pair[0]]
            # The sort keeps the order of equals, which is newest first.
            found.sort(key=lambda pair: pair[0], reverse=True)
            entries = [entry for _, entry in found]
        if not entries:
            return f"No memory matches {', '.join(words)}."
        shown = entries[: max(int(max_results), 1)]
        heading = f"{len(entries)} memories" if len(entries) > 1 else "1 memory"
        if len(shown) < len(entries):
            heading += f", the first {len(shown)}"
        return "\n".join([heading + ":"] + [line(entry) for entry in shown])

    def system_context(self):
        """What a model should know before the user says anything."""
        entries = read_entries()
        entries.sort(key=importance, reverse=True)
        if not entries:
            return None
        return "\n".join(["What is remembered of this user:"] + [line(e) for e in entries[:10]])


def read_entries():
    """The entries that say something, newest first."""
    try:
        with open(os.environ["BRAINSTEM_MEMORY_PATH"], encoding="utf-8") as file:
            memory = json.loads(file.read() or "{}")
    except FileNotFoundError:
        return []
    if isinstance(memory, dict):
        memory = list(memory.values())
    if not isinstance(memory, list):
        return []
    entries = [entry for entry in memory if isinstance(entry, dict) and content(entry)]
    entries.sort(key=lambda entry: f"{entry.get('date')} {entry.get('time')}")
    # Saved in the same second, the later one is the newer.
    return entries[::-1]


def content(entry):
    # Older agents call it `message`.
    return str(entry.get("content") or entry.get("message") or "")


def importance(entry):
    value = entry.get("importance")
    return value if isinstance(value, (int, float)) else 3


def tags(entry):
    value = entry.get("tags")
    return [str(tag) for tag in value] if isinstance(value, list) else []


def hits(entry, words):
    text = " ".join([content(entry), str(entry.get("type", ""))] + tags(entry)).casefold()
    return sum(word in text for word in words)


def line(entry):
    text = f"- [{entry.get('type') or 'memory'}] {content(entry)}"
    about = [str(entry["date"])] if entry.get("date") else []
    about += ["#" + tag for tag in tags(entry)]
    return text + (f" ({', '.join(about)})" if about else "")
