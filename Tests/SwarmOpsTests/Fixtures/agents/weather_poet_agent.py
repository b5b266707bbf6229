"""Form: a BasicAgent subclass whose name does not end in Agent."""

from agents.basic_agent import BasicAgent


class WeatherPoet(BasicAgent):
    def __init__(self):
        super().__init__("WeatherPoet", {"name": "WeatherPoet", "description": "Poems."})

    def perform(self, city="nowhere", **kwargs):
        return "rain over " + city
