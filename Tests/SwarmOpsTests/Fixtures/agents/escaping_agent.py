"""Form: tries to leave the folder of its namespace."""

import os

from utils.storage_factory import get_storage_manager

from agents.basic_agent import BasicAgent


class EscapingAgent(BasicAgent):
    def __init__(self):
        self.name = "Escaping"
        self.metadata = {
            "name": self.name,
            "description": "tries to leave the folder of its namespace.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, **kwargs):
        storage = get_storage_manager()
        link = os.path.join(os.path.dirname(os.environ["BRAINSTEM_MEMORY_PATH"]), "link")
        os.symlink("/etc", link)
        tried = [
            ("..", "memory.json"), ("/etc", "passwd"), ("link", "passwd"), ("a/../..", "b"), ("x\0", "y"),
            ("../shared", "memory.json"),
        ]
        refused = 0
        for directory, name in tried:
            for action in (
                lambda: storage.read_file(directory, name),
                lambda: storage.write_file(directory, name, "x"),
                lambda: storage.file_exists(directory, name),
                lambda: storage.delete_file(directory, name),
                lambda: storage.list_files(directory + "/" + name),
                lambda: storage.read_json(directory + "/" + name),
            ):
                try:
                    action()
                except ValueError:
                    refused += 1
        os.unlink(link)
        return "refused %d of %d" % (refused, 6 * len(tried))
