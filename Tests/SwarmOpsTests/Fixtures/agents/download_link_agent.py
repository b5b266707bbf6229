"""Form: asks for a download link."""

from utils.storage_factory import get_storage_manager

from agents.basic_agent import BasicAgent


class DownloadLinkAgent(BasicAgent):
    def __init__(self):
        self.name = "DownloadLink"
        self.metadata = {
            "name": self.name,
            "description": "asks for a download link.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, **kwargs):
        return get_storage_manager().generate_download_url("reports", "a.pdf")
