from skills.basic_agent import BasicAgent
from basic_agent import BasicAgent as Same


class SkillsImportAgent(BasicAgent):
    name = "SkillsImport"
    metadata = {"name": "SkillsImport", "description": "Another old path.", "parameters": {}}

    def perform(self, **kwargs):
        return "one class: %s" % (BasicAgent is Same)
