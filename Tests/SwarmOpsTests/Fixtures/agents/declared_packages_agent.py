# /// script
# requires-python = ">=3.9"
# dependencies = [
#   "httpx>=0.27",
#   "rich",
# ]
# ///
"""Form: packages declared in inline script metadata, in __manifest__ and in comments."""

# Requires: requests, beautifulsoup4>=4
# pip install --upgrade msal
# Requires: a good mood and Python 3.10 or later.

from agents.basic_agent import BasicAgent

__manifest__ = {
    "schema": "rapp-agent/1.0",
    "requirements": ["openai", "requests"],
    "dependencies": ["@rapp/basic_agent"],
    "requires_env": {"OPENAI_API_KEY": "the key"},
}


class DeclaredPackagesAgent(BasicAgent):
    def __init__(self):
        super().__init__("DeclaredPackages", {"name": "DeclaredPackages"})

    def perform(self, **kwargs):
        return "declared"
