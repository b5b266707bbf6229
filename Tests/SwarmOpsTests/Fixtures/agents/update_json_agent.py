"""Threads that change one memory, and one that reads it at every moment."""

import json
import os
import threading

from agents.basic_agent import BasicAgent
from utils.azure_file_storage import AzureFileStorageManager
from utils.dynamics_storage import DynamicsStorageManager


class UpdateJsonAgent(BasicAgent):
    name = "UpdateJson"
    metadata = {"name": "UpdateJson", "description": "Counts in threads.", "parameters": {}}

    def perform(self, **kwargs):
        storage = DynamicsStorageManager()
        storage.write_json({"count": 0, "filling": "x" * 200000})
        torn = []
        done = threading.Event()

        def count():
            for _ in range(25):
                storage.update_json(lambda data: data.update(count=data["count"] + 1))

        def read():
            path = os.environ["BRAINSTEM_MEMORY_PATH"]
            while not done.is_set():
                try:
                    with open(path) as file:
                        json.load(file)
                except ValueError:
                    torn.append(1)

        reader = threading.Thread(target=read)
        writers = [threading.Thread(target=count) for _ in range(4)]
        for thread in [reader] + writers:
            thread.start()
        for thread in writers:
            thread.join()
        done.set()
        reader.join()
        last = storage.update_json(lambda data: {"count": data["count"]})
        return "%s torn %d %s" % (last, len(torn), DynamicsStorageManager is AzureFileStorageManager)
