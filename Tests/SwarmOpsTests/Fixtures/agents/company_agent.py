"""Form: derives from a base agent of the same swarm, imported as agents.<file>."""

from agents.company_base_agent import CompanyBaseAgent


class CompanyAgent(CompanyBaseAgent):
    def __init__(self):
        super().__init__("Company", {"name": "Company", "description": "Derived."})

    def answer(self):
        return "derived"
