"""Form: get_storage_manager and utils.environment."""

from utils.environment import should_use_azure_storage
from utils.storage_factory import get_storage_manager

from agents.basic_agent import BasicAgent


class StorageFactoryAgent(BasicAgent):
    def __init__(self):
        self.name = "StorageFactory"
        self.metadata = {
            "name": self.name,
            "description": "get_storage_manager and utils.environment.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, **kwargs):
        storage = get_storage_manager()
        storage.write_json({"n": 1})
        return "%s %s %s" % (storage.read_json(), should_use_azure_storage(), get_storage_manager() is storage)
