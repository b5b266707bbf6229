"""Tests of the app through the vendor's worker library and a real swarmctl.

    SWARMCTL=… SWARMCTL_ROOT=<an empty folder> python -m unittest discover -s tests

They need the packages `azure-functions` and `azure-functions-runtime`.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
import unittest
import uuid

APP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, APP)
sys.path.insert(0, os.path.join(APP, "tests"))

from worker import Worker  # noqa: E402

PROGRAM, ROOT = os.environ["SWARMCTL"], os.environ["SWARMCTL_ROOT"]
KEEP = '''
import json, os, time

class KeepAgent:
    def __init__(self):
        self.name = "Keep"
        self.metadata = {"name": "Keep", "description": "Keeps a text.", "parameters": {
            "type": "object", "properties": {"key": {"type": "string"}, "text": {"type": "string"},
                                             "seconds": {"type": "number"}},
            "required": ["key"]}}

    def perform(self, key, text=None, seconds=0, **kwargs):
        path = os.environ["BRAINSTEM_MEMORY_PATH"]
        memory = json.load(open(path)) if os.path.exists(path) else {}
        time.sleep(seconds)
        if text is not None:
            memory[key] = text
            json.dump(memory, open(path, "w"))
        return json.dumps(memory, sort_keys=True)
'''
BUNDLE = {"schema": "rapp-swarm/1.0", "name": "kept",
          "agents": [{"filename": "keep_agent.py", "source": KEEP}]}
worker = Worker(APP)
import function_app  # noqa: E402  (the module that the worker has loaded)


def ask(method, path, body=b""):
    return asyncio.run(worker.request(method, path, body))


async def together(requests):
    return await asyncio.gather(*(worker.request(*request) for request in requests))


class AppTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        status, _, answer = ask("POST", "/api/swarm/deploy", BUNDLE)
        assert status == 200, answer
        cls.guid = answer["swarm_guid"]
        cls.agent = f"/api/swarm/{cls.guid}/agent"

    def save(self, user, key, text, **more):
        return {"name": "Keep", "args": {"key": key, "text": text, **more}, "user_guid": user}

    def test_a_call_saves_for_its_user_alone(self):
        first, second = str(uuid.uuid4()), str(uuid.uuid4())
        self.assertEqual(ask("POST", self.agent, self.save(first, "a", "tea"))[0], 200)
        status, _, answer = ask("POST", self.agent, self.save(second, "b", "bees"))
        self.assertEqual((status, answer["status"], json.loads(answer["output"])), (200, "ok", {"b": "bees"}))

    def test_laptop_and_app_share_memory(self):
        user = str(uuid.uuid4())
        ask("POST", self.agent, self.save(user, "app", "1"))
        done = subprocess.run(
            [PROGRAM, "run", self.guid, "Keep", "key=laptop", "text=2", "--user", user, "--root", ROOT],
            stdout=subprocess.PIPE, check=True)
        self.assertEqual(json.loads(done.stdout), {"app": "1", "laptop": "2"})
        answer = ask("POST", self.agent, {"name": "Keep", "args": {"key": "x"}, "user_guid": user})[2]
        self.assertEqual(json.loads(answer["output"]), {"app": "1", "laptop": "2"})

    def test_concurrent_users_never_meet(self):
        users = [str(uuid.uuid4()) for _ in range(6)]
        requests = [("POST", self.agent, self.save(user, f"k{n}", user))
                    for n in range(20) for user in users]
        answers = asyncio.run(together(requests))
        self.assertEqual({status for status, _, _ in answers}, {200})
        for (_, _, request), (_, _, answer) in zip(requests, answers):
            self.assertEqual(set(json.loads(answer["output"]).values()), {request["user_guid"]})
        for user in users:
            with open(os.path.join(ROOT, "swarms", self.guid, "memory", user, "memory.json")) as file:
                self.assertEqual(len(json.load(file)), 20)

    def test_without_a_user_it_is_shared(self):
        for body in ({"name": "Keep", "args": {"key": "s", "text": "all"}},
                     {"name": "Keep", "args": {"key": "s"}, "user_guid": None}):
            status, _, answer = ask("POST", self.agent, body)
            self.assertEqual((status, json.loads(answer["output"])), (200, {"s": "all"}))

    def test_mistakes_have_statuses_and_change_nothing(self):
        user = str(uuid.uuid4())
        for body, status, code in (
            (b"{", 400, "usage"),
            (b"[]", 400, "usage"),
            ({"name": "Keep", "args": {"key": "a"}, "userGuid": user}, 400, "usage"),
            ({"name": "Keep", "args": {"key": "a", "text": "b"}, "user_guid": "nobody"}, 400, "bad_user"),
            ({"name": "Keep", "args": {"key": 7}}, 400, "bad_argument"),
            ({"name": "Keep", "args": {}}, 400, "bad_argument"),
            ({"name": "Kept", "args": {"key": "a"}}, 404, "no_such_agent"),
        ):
            got, _, answer = ask("POST", self.agent, body)
            self.assertEqual((got, answer.get("code")), (status, code), answer)
        for path in (f"/api/swarm/{uuid.uuid4()}/agent", "/api/swarm/kept/agent"):
            got, _, answer = ask("POST", path, self.save(user, "a", "b"))
            self.assertEqual((got, answer["code"]), (404, "no_such_swarm"))
        self.assertEqual(ask("POST", "/api/swarm/deploy", b"{")[0], 400)
        self.assertFalse(os.path.exists(os.path.join(ROOT, "swarms", self.guid, "memory", user)))

    def test_routes_and_methods(self):
        self.assertEqual(ask("GET", "/api/swarm/healthz")[0], 200)
        status, _, answer = ask("GET", f"/api/swarm/{self.guid}/healthz")
        self.assertEqual((status, answer["name"]), (200, "kept"))
        self.assertEqual(ask("GET", f"/api/swarm/{uuid.uuid4()}/healthz")[0], 404)
        self.assertEqual(ask("GET", self.agent)[0], 405)
        self.assertEqual(ask("POST", "/api/elsewhere")[0], 404)

    def test_an_engine_killed_in_mid_call_is_replaced(self):
        user = str(uuid.uuid4())
        ask("POST", self.agent, self.save(user, "before", "kept"))
        process = function_app.engine._process

        async def cut():
            call = asyncio.create_task(
                worker.request("POST", self.agent, self.save(user, "lost", "?", seconds=20)))
            await asyncio.sleep(0.5)
            process.send_signal(signal.SIGKILL)
            return await call

        start = time.monotonic()
        status, headers, answer = asyncio.run(cut())
        self.assertEqual((status, answer["code"]), (503, "engine_ended"))
        self.assertIn("Retry-After", dict(headers))
        self.assertLess(time.monotonic() - start, 15)
        status, _, answer = ask("POST", self.agent, self.save(user, "after", "kept"))
        self.assertEqual((status, json.loads(answer["output"])), (200, {"after": "kept", "before": "kept"}))

    def test_a_sealed_swarm_answers_and_does_not_change(self):
        guid = ask("POST", "/api/swarm/deploy", {**BUNDLE, "name": "sealed"})[2]["swarm_guid"]
        path = f"/api/swarm/{guid}/agent"
        ask("POST", path, {"name": "Keep", "args": {"key": "a", "text": "b"}})
        status, _, answer = ask("POST", f"/api/swarm/{guid}/snapshots", {"label": "before the seal"})
        self.assertEqual(status, 200, answer)
        # What looks like an option is a label all the same.
        self.assertEqual(ask("POST", f"/api/swarm/{guid}/snapshots", {"label": "--yes"})[0], 200)
        self.assertEqual(len(ask("GET", f"/api/swarm/{guid}/snapshots")[2]["snapshots"]), 2)
        self.assertEqual(ask("POST", f"/api/swarm/{guid}/seal")[0], 200)
        self.assertEqual(ask("POST", path, {"name": "Keep", "args": {"key": "a"}})[0], 200)
        status, _, answer = ask("POST", path, {"name": "Keep", "args": {"key": "c", "text": "d"}})
        self.assertEqual(status, 423, answer)


if __name__ == "__main__":
    unittest.main()
