"""Form: the local storage manager, with files and folders."""

import io

from utils.local_file_storage import LocalFileStorageManager

from agents.basic_agent import BasicAgent


class LocalStorageAgent(BasicAgent):
    def __init__(self):
        self.name = "LocalStorage"
        self.metadata = {
            "name": self.name,
            "description": "the local storage manager, with files and folders.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, **kwargs):
        storage = LocalFileStorageManager()
        assert storage.ensure_directory_exists("reports/2026")
        assert storage.write_file("reports/2026", "a.txt", "größe") is True
        assert storage.write_file("reports", "b.bin", io.BytesIO(b"\xff\x00")) is True
        assert storage.write_file("notes.txt", "one path") is True
        assert storage.read_file("reports/2026", "a.txt") == "größe"
        assert storage.read_file("reports", "b.bin") == b"\xff\x00"
        assert storage.read_file_binary("reports/2026", "a.txt") == "größe".encode()
        assert storage.read_file("notes.txt") == "one path"
        assert storage.read_file("reports", "missing") is None
        assert storage.file_exists("reports", "b.bin") and not storage.file_exists("reports", "c")
        assert storage.get_file_properties("reports", "b.bin")["size"] == 2
        assert storage.delete_file("reports", "b.bin") and not storage.delete_file("reports", "b.bin")
        return ",".join(f.name for f in storage.list_files("reports")) + " " + str(
            storage.list_files("nowhere")
        )
