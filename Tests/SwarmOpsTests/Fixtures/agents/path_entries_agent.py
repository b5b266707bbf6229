"""Adds entries to the path for one import and takes them away again, as many do."""

import sys

from agents.basic_agent import BasicAgent


class PathEntriesAgent(BasicAgent):
    name = "PathEntries"
    metadata = {"name": "PathEntries", "description": "Tidies up.", "parameters": {}}

    def perform(self, **kwargs):
        entries = ["lib", "../shared/", "./x/../y", "/nowhere/"]
        for entry in entries:
            sys.path.insert(0, entry)
        try:
            import no_such_package_anywhere
        except ImportError:
            pass
        for entry in entries:
            sys.path.remove(entry)
        return "as before"
