"""The peer of `swarmctl batch`: the same calls in a bare Python loop, one process for each core.

    python3 loop.py <agents folder> <folder for memory> <processes> [isolated] < calls.jsonl

Users are dealt out to the processes. Agents are loaded once in each. There is no lock, no copy and no
fsync, so a crash may tear any file; answers are written as JSON lines.

With `isolated`, some of what swarmctl promises, plainly done: each user has a forked process of its own that
executes the agents' modules, and each save is synced before it is answered. All else is still missing.
"""

import gc
import importlib
import json
import os
import sys

folder, place, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
is_isolated = "isolated" in sys.argv[4:]


class BasicAgent:
    def __init__(self, name=None, metadata=None):
        self.name, self.metadata = name, metadata


def sources():
    return sorted(file for file in os.listdir(folder) if file.endswith("_agent.py"))


def agents_of(modules):
    found = [value for module in modules for value in vars(module).values()]
    made = [value() for value in found if isinstance(value, type) and value is not BasicAgent]
    return {agent.name: agent for agent in made}


def serve(calls, agents):
    for call in calls:
        memory = os.path.join(place, call["user_guid"], "memory.json")
        os.makedirs(os.path.dirname(memory), exist_ok=True)
        os.environ["BRAINSTEM_MEMORY_PATH"] = memory
        before = is_isolated and written(memory)
        output = agents[call["name"]].perform(**call["args"])
        if is_isolated and written(memory) != before:
            file = os.open(memory, os.O_RDONLY)
            os.fsync(file)
            os.close(file)
        answer = json.dumps({"id": call["id"], "status": "ok", "output": output}) + "\n"
        os.write(1, answer.encode())


def written(memory):
    try:
        return os.stat(memory).st_mtime_ns
    except OSError:
        return None


def serve_isolated(calls):
    """One user after the other, in the order of their first calls."""
    # Imported, so that what they import themselves is here, and compiled once.
    modules = [importlib.import_module(file[:-3]) for file in sources()]
    codes = [module.__loader__.get_code(module.__name__) for module in modules]
    users = {}
    for call in calls:
        users.setdefault(call["user_guid"], []).append(call)
    gc.collect()
    gc.freeze()
    for own in users.values():
        status = status_of(fork(lambda: serve(own, agents_of(map(executed, codes)))))
        if status:
            sys.exit(status)


def executed(code):
    module = type(sys)(code.co_filename)
    exec(code, module.__dict__)
    return module


def fork(work):
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return child


def status_of(child):
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def serve_loaded(calls):
    serve(calls, agents_of(importlib.import_module(file[:-3]) for file in sources()))


package, basic = type(sys)("agents"), type(sys)("agents.basic_agent")
basic.BasicAgent = BasicAgent
sys.modules["agents"], sys.modules["agents.basic_agent"] = package, basic
sys.path.insert(0, folder)
parts = [[] for _ in range(count)]
users = {}
for line in sys.stdin:
    call = json.loads(line)
    parts[users.setdefault(call["user_guid"], len(users)) % count].append(call)
work = serve_isolated if is_isolated else serve_loaded
children = [fork(lambda: work(part)) for part in parts]
sys.exit(max(map(status_of, children)))
