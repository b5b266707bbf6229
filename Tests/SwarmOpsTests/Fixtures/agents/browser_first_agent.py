"""Form: tries the browser first."""

from agents.basic_agent import BasicAgent


try:
    from js import localStorage
    from pyodide.ffi import to_js

    BROWSER = True
except ImportError:
    BROWSER = False


class BrowserFirstAgent(BasicAgent):
    def __init__(self):
        self.name = "BrowserFirst"
        self.metadata = {
            "name": self.name,
            "description": "tries the browser first.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, **kwargs):
        return "in a browser: %s, site: %s" % (BROWSER, "site" in __import__("sys").modules)
