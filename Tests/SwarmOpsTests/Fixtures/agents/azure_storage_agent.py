"""Form: the storage manager of community agents, with its memory."""

from utils.azure_file_storage import AzureFileStorageManager

from agents.basic_agent import BasicAgent


class AzureStorageAgent(BasicAgent):
    def __init__(self):
        self.name = "AzureStorage"
        self.metadata = {
            "name": self.name,
            "description": "the storage manager of community agents, with its memory.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        self.storage_manager = AzureFileStorageManager()
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, user_guid=None, **kwargs):
        self.storage_manager.set_memory_context(user_guid)
        data = self.storage_manager.read_json() or {}
        data["count"] = data.get("count", 0) + 1
        self.storage_manager.write_json(data)
        other = self.storage_manager.set_memory_context("99999999-9999-9999-9999-999999999999")
        return "count %d, other user: %s" % (self.storage_manager.read_json()["count"], other)
