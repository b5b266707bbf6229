"""Tests of the agent that need nothing but Python: python3 tests/test_notes.py"""

import os
import sys
import tempfile
import types
import unittest


class BasicAgent:
    """What the agents' base class is when swarmctl runs them."""

    def __init__(self, name=None, metadata=None):
        self.name, self.metadata = name, metadata


module = types.ModuleType("agents.basic_agent")
module.BasicAgent = BasicAgent
sys.modules["agents.basic_agent"] = module
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "agents"))
sys.dont_write_bytecode = True

from notes_agent import NotesAgent  # noqa: E402


class NotesTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        os.environ["BRAINSTEM_MEMORY_PATH"] = os.path.join(self.folder.name, "memory.json")

    def tearDown(self):
        self.folder.cleanup()

    def test_a_note_is_kept(self):
        self.assertIn("no notes", NotesAgent().perform())
        NotesAgent().perform(note="likes tea")
        self.assertEqual(NotesAgent().perform(), "likes tea")

    def test_the_model_hears_of_notes(self):
        self.assertIsNone(NotesAgent().system_context())
        NotesAgent().perform(note="likes tea")
        self.assertIn("1 notes", NotesAgent().system_context())


if __name__ == "__main__":
    unittest.main()
