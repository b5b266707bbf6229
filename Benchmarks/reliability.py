#!/usr/bin/env python3
"""Measures what swarmctl promises about memory: no lost update, no torn file, no repair by hand.

    python3 Benchmarks/reliability.py [--quick] [--swarmctl PATH]

Needs nothing but Python's standard library and a built swarmctl (`scripts/build-static`). Works in a temporary folder and prints a table; the exit status is 1 where
a promise was broken. The control rows do the same without swarmctl: they show what the harness
would find. Documented in docs/reliability.md.
"""

import argparse
import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

# As agents are: reads the whole file, changes it, writes it back, knows nothing of locks.
SAVE_AGENT = '''
import json, os

class SaveAgent:
    name = "Save"
    metadata = {"name": "Save", "description": "Saves one entry.", "parameters": {
        "type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}}

    def perform(self, id, **kwargs):
        path = os.environ["BRAINSTEM_MEMORY_PATH"]
        try:
            with open(path) as file:
                memory = json.load(file)
        except FileNotFoundError:
            memory = {}
        memory[id] = {"id": id, "content": "entry " + id}
        with open(path, "w") as file:
            json.dump(memory, file, indent=2)
        return "saved " + id
'''

RELAY_AGENT = '''
import subprocess

class RelayAgent:
    name = "Relay"
    metadata = {"name": "Relay", "description": "Saves through swarmctl.", "parameters": {
        "type": "object", "properties": {
            "command": {"type": "array", "items": {"type": "string"}}}, "required": ["command"]}}

    def perform(self, command, **kwargs):
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            raise RuntimeError(done.stdout)
        return done.stdout
'''

SLOW_AGENT = '''
import time

class SlowAgent:
    name = "Slow"
    metadata = {"name": "Slow", "description": "Takes its time.", "parameters": {
        "type": "object", "properties": {"seconds": {"type": "number"}}}}

    def perform(self, seconds=5, **kwargs):
        print("started", flush=True)
        time.sleep(seconds)
        return "done"
'''

CONTROL = SAVE_AGENT + '''
import sys
os.environ["BRAINSTEM_MEMORY_PATH"] = sys.argv[1]
print(SaveAgent().perform(sys.argv[2]))
'''


class Harness:
    def __init__(self, swarmctl, quick):
        self.swarmctl = swarmctl
        self.quick = quick
        self.folder = tempfile.mkdtemp(prefix="swarmctl-reliability-")
        self.root = self.folder + "/root"
        self.environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": self.folder, "LANG": "C.UTF-8",
            "SWARMCTL_ROOT": self.root,
            "SWARMCTL_PYTHON": os.path.realpath(sys.executable),
        }
        self.broken = []
        bundle = self.folder + "/reliability"
        os.mkdir(bundle)
        for name, source in (("save", SAVE_AGENT), ("relay", RELAY_AGENT), ("slow", SLOW_AGENT)):
            with open("%s/%s_agent.py" % (bundle, name), "w") as file:
                file.write(source)
        deployed = self.call("deploy", bundle, "--json")
        if deployed.returncode:
            sys.exit("deploy failed: %s%s" % (deployed.stdout, deployed.stderr))
        self.swarm = json.loads(deployed.stdout)["swarm_guid"]
        with open(self.folder + "/control.py", "w") as file:
            file.write(CONTROL)

    def command(self, *words):
        return [self.swarmctl, *words]

    def save_command(self, user, entry):
        return self.command(
            "run", self.swarm, "Save", "id=" + entry, "--user", user, "--lock-timeout", "10m")

    def call(self, *words):
        return subprocess.run(
            self.command(*words), env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def save(self, user, entry):
        """Whether swarmctl said that the entry is saved."""
        done = subprocess.run(
            self.save_command(user, entry), env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        return self.is_saved(done, "saved %s\n" % entry)

    def relayed_save(self, user, entry):
        """The same, asked for by an agent that runs on a memory of its own."""
        words = json.dumps({"command": self.save_command(user, entry)})
        done = self.call(
            "run", self.swarm, "Relay", "--args", words, "--user", str(uuid.uuid4()))
        return self.is_saved(done, "saved %s\n\n" % entry)

    def batch_saves(self, user, ids):
        """Which entries a batch said that it saved."""
        lines = "".join(
            json.dumps({"id": entry, "swarm_guid": self.swarm, "name": "Save",
                        "args": {"id": entry}, "user_guid": user}) + "\n" for entry in ids)
        done = subprocess.run(
            self.command("batch", "--lock-timeout", "10m"), env=self.environment, input=lines,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        return answered(done.stdout)

    @staticmethod
    def is_saved(done, answer):
        if done.returncode == 0 and done.stdout.rstrip("\n") == answer.rstrip("\n"):
            return True
        print("status %d: %s%s" % (done.returncode, done.stdout, done.stderr), flush=True)
        return False

    def control_save(self, path, entry):
        done = subprocess.run(
            [self.environment["SWARMCTL_PYTHON"], "-I", "-S", self.folder + "/control.py", path,
             entry],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        return done.returncode == 0 and "saved " + entry in done.stdout

    def memory_file(self, user):
        return "%s/swarms/%s/memory/%s/memory.json" % (self.root, self.swarm, user)

    def expect(self, holds, promise):
        if not holds:
            self.broken.append(promise)
            print("BROKEN: " + promise, flush=True)

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)


class Reader(threading.Thread):
    """Reads a memory file without any lock, all the while."""

    def __init__(self, path):
        super().__init__(daemon=True)
        self.path = path
        self.reads = self.torn = 0
        self.is_stopped = False
        self.start()

    def run(self):
        while not self.is_stopped:
            try:
                with open(self.path, "rb") as file:
                    json.loads(file.read())
            except FileNotFoundError:
                pass
            except ValueError:
                self.torn += 1
            self.reads += 1
            time.sleep(0.001)

    def stop(self):
        self.is_stopped = True
        self.join()
        return self


def entries(path):
    """What the memory file holds, or None for one that cannot be read."""
    try:
        with open(path) as file:
            return json.load(file)
    except FileNotFoundError:
        return {}
    except ValueError:
        return None


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def answered(lines):
    """The ids of the entries that whole lines of a batch's answers call saved."""
    saved = set()
    for line in lines.splitlines(True):
        if line.endswith("\n"):
            answer = json.loads(line)
            if answer["status"] == "ok":
                saved.add(answer["id"])
    return saved


def lost_updates(harness):
    quick = harness.quick
    print("\n### Lost updates\n")
    row("writers", "sent", "acknowledged", "kept", "acknowledged but missing", "corrupt",
        "unlocked reads", "torn reads", "seconds")
    row(*["---"] * 9)
    plans = [
        ("one after the other", 20 if quick else 100, 1, "swarmctl"),
        ("all at once", 16 if quick else 60, 16 if quick else 60, "swarmctl"),
        ("16 workers", 96 if quick else 1000, 16, "swarmctl"),
        ("16 workers, half from agents", 48 if quick else 500, 16, "mixed"),
        ("8 batches", 96 if quick else 1000, 8, "batch"),
        ("8 batches and runs, mixed", 96 if quick else 500, 8, "batch and run"),
        ("control: 2 workers without swarmctl", 20 if quick else 60, 2, "control"),
        ("control: 16 workers without swarmctl", 96 if quick else 1000, 16, "control"),
    ]
    for title, count, workers, kind in plans:
        user = str(uuid.uuid4())
        path = harness.memory_file(user)
        if kind == "control":
            path = harness.folder + "/control-%d.json" % workers
        reader = Reader(path)
        ids = [str(uuid.uuid4()) for _ in range(count)]

        def save(numbered):
            number, entry = numbered
            if kind == "control":
                return harness.control_save(path, entry)
            if kind == "mixed" and number % 2:
                return harness.relayed_save(user, entry)
            return harness.save(user, entry)

        def save_part(number):
            part = ids[number::workers]
            if kind == "batch and run" and number % 2:
                return {entry for entry in part if harness.save(user, entry)}
            return harness.batch_saves(user, part)

        start = time.monotonic()
        with ThreadPoolExecutor(workers) as pool:
            if kind.startswith("batch"):
                saved = set().union(*pool.map(save_part, range(workers)))
                results = [entry in saved for entry in ids]
            else:
                results = list(pool.map(save, enumerate(ids)))
        seconds = time.monotonic() - start
        reader.stop()
        found = entries(path)
        acknowledged = [entry for entry, is_saved in zip(ids, results) if is_saved]
        missing = [entry for entry in acknowledged if entry not in (found or {})]
        row(title, count, len(acknowledged), len(found or {}), len(missing),
            "yes" if found is None else "no", reader.reads, reader.torn, "%.1f" % seconds)
        if kind != "control":
            harness.expect(len(acknowledged) == count, title + ": every save is acknowledged")
            harness.expect(not missing, title + ": every acknowledged save is kept")
            harness.expect(set(found or {}) == set(ids), title + ": nothing else is in the memory")
            harness.expect(reader.torn == 0, title + ": no reader sees half a file")


def children(process):
    try:
        with open("/proc/%d/task/%d/children" % (process, process)) as file:
            return [int(child) for child in file.read().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def lives(process):
    try:
        with open("/proc/%d/stat" % process) as file:
            return file.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def end(process):
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        pass


def kills(harness):
    print("\n### Kills at random moments, on a memory of 2,000 entries\n")
    if not os.path.exists("/proc/self/task"):
        return print("skipped: needs /proc to find an agent's process")
    row("killed", "kills", "while it ran", "saved in spite of it", "torn", "acknowledged but lost",
        "next run needed help", "Python that lived on", "unlocked reads", "torn reads")
    row(*["---"] * 10)
    user = str(uuid.uuid4())
    path = harness.memory_file(user)
    kept = {str(uuid.uuid4()): {"content": "before"} for _ in range(2000)}
    os.makedirs(os.path.dirname(path), mode=0o700)
    with open(path, "w") as file:
        json.dump(kept, file, indent=2)
    acknowledged = set(kept)
    times = []
    for _ in range(5):
        start = time.monotonic()
        entry = str(uuid.uuid4())
        if harness.save(user, entry):
            acknowledged.add(entry)
        times.append(time.monotonic() - start)
    usual = statistics.median(times)
    generator = random.Random(20260419)
    total = 30 if harness.quick else 500
    for target in ("swarmctl alone", "Python alone", "both"):
        count = total // 3 + (total % 3 if target == "both" else 0)
        running = saved = torn = lost = helped = survivors = 0
        reader = Reader(path)
        for _ in range(count):
            entry = str(uuid.uuid4())
            process = subprocess.Popen(
                harness.save_command(user, entry), env=harness.environment,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            time.sleep(generator.uniform(0, usual * 1.1))
            hosts = children(process.pid)
            if process.poll() is None:
                running += 1
            if target != "Python alone":
                process.kill()
            if target != "swarmctl alone":
                for host in hosts:
                    end(host)
            output = process.communicate()[0]
            if process.returncode == 0 and output.decode() == "saved %s\n" % entry:
                acknowledged.add(entry)
            deadline = time.monotonic() + 5
            while any(lives(host) for host in hosts) and time.monotonic() < deadline:
                time.sleep(0.001)
            survivors += sum(lives(host) for host in hosts)
            found = entries(path)
            torn += found is None
            lost += len(acknowledged - set(found or {}))
            saved += entry in (found or {}) and entry not in acknowledged
            entry = str(uuid.uuid4())
            if harness.save(user, entry):
                acknowledged.add(entry)
            else:
                helped += 1
        reader.stop()
        row(target, count, running, saved, torn, lost, helped, survivors, reader.reads, reader.torn)
        harness.expect(torn == 0 and reader.torn == 0, target + ": the memory is never torn")
        harness.expect(lost == 0, target + ": every acknowledged entry is kept")
        harness.expect(helped == 0, target + ": the next run needs no help")
        harness.expect(survivors == 0, target + ": no agent outlives swarmctl")
    left = os.listdir(harness.root + "/.swarmctl/staging")
    harness.expect(not left, "nothing is left of dead runs: %s" % left)


def descendants(process):
    found = []
    for child in children(process):
        found += [child] + descendants(child)
    return found


def batch_kills(harness):
    print("\n### Batches killed at random moments\n")
    if not os.path.exists("/proc/self/task"):
        return print("skipped: needs /proc to find an agent's process")
    row("killed", "kills", "while it ran", "acknowledged", "torn", "acknowledged but lost",
        "next run needed help", "Python that lived on")
    row(*["---"] * 8)
    generator = random.Random(20260420)
    total = 12 if harness.quick else 200
    users = [str(uuid.uuid4()) for _ in range(4)]
    acknowledged = {user: set() for user in users}
    for target in ("swarmctl alone", "one Python process", "every Python process", "all"):
        running = torn = lost = helped = survivors = count = 0
        for _ in range(max(total // 4, 1)):
            owner = {str(uuid.uuid4()): users[number % 4] for number in range(200)}
            lines = "".join(
                json.dumps({"id": entry, "swarm_guid": harness.swarm, "name": "Save",
                            "args": {"id": entry}, "user_guid": user}) + "\n"
                for entry, user in owner.items())
            with tempfile.TemporaryFile("w+") as source, tempfile.TemporaryFile("w+") as answers:
                source.write(lines)
                source.seek(0)
                process = subprocess.Popen(
                    harness.command("batch", "-"), env=harness.environment, stdin=source,
                    stdout=answers, stderr=subprocess.DEVNULL)
                time.sleep(generator.uniform(0, 0.4))
                agents = descendants(process.pid)
                running += process.poll() is None
                if target in ("swarmctl alone", "all"):
                    process.kill()
                if target == "one Python process" and agents:
                    end(generator.choice(agents))
                elif target in ("every Python process", "all"):
                    for agent in agents:
                        end(agent)
                process.wait()
                answers.seek(0)
                for entry in answered(answers.read()):
                    acknowledged[owner[entry]].add(entry)
            count += 1
            deadline = time.monotonic() + 5
            while any(lives(agent) for agent in agents) and time.monotonic() < deadline:
                time.sleep(0.001)
            survivors += sum(lives(agent) for agent in agents)
            for user in users:
                found = entries(harness.memory_file(user))
                torn += found is None
                lost += len(acknowledged[user] - set(found or {}))
            entry = str(uuid.uuid4())
            if harness.save(users[0], entry):
                acknowledged[users[0]].add(entry)
            else:
                helped += 1
        row(target, count, running, sum(map(len, acknowledged.values())), torn, lost, helped,
            survivors)
        harness.expect(torn == 0, "batch, %s: the memory is never torn" % target)
        harness.expect(lost == 0, "batch, %s: every acknowledged entry is kept" % target)
        harness.expect(helped == 0, "batch, %s: the next run needs no help" % target)
        harness.expect(survivors == 0, "batch, %s: no agent outlives swarmctl" % target)


def slow(harness):
    print("\n### A slow agent and a second caller\n")
    row("caller", "exit", "seconds", "says")
    row(*["---"] * 4)
    user, other = str(uuid.uuid4()), str(uuid.uuid4())
    length = 3 if harness.quick else 5
    holder = subprocess.Popen(
        harness.command("run", harness.swarm, "Slow", "seconds=%d" % length, "--user", user),
        env=harness.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True)
    holder.stderr.readline()  # it runs now
    start = time.monotonic()
    second = harness.call(
        "run", harness.swarm, "Save", "id=x", "--user", user, "--lock-timeout", "1s")
    seconds = time.monotonic() - start
    row("the same user, `--lock-timeout 1s`", second.returncode, "%.2f" % seconds,
        second.stderr.splitlines()[0].replace(user, "…").replace(harness.swarm, "…"))
    harness.expect(second.returncode == 75, "the second caller gets 75")
    harness.expect("process %d" % holder.pid in second.stderr, "the holder is named")
    start = time.monotonic()
    third = harness.call("run", harness.swarm, "Save", "id=x", "--user", other)
    seconds = time.monotonic() - start
    row("another user", third.returncode, "%.2f" % seconds, third.stdout.strip())
    harness.expect(third.returncode == 0, "another user is served")
    harness.expect(holder.poll() is None, "another user is served while the slow agent runs")
    harness.expect(holder.wait() == 0, "the slow agent is not disturbed")
    row("the slow agent", holder.returncode, length, "")


def find_swarmctl():
    top = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for build in ("static/release", "release", "debug"):
        candidate = f"{top}/.build/{build}/swarmctl"
        if os.access(candidate, os.X_OK):
            return candidate
    return shutil.which("swarmctl")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="about half a minute")
    parser.add_argument("--swarmctl", default=find_swarmctl(), help="the program to measure")
    options = parser.parse_args()
    if not options.swarmctl:
        sys.exit("no swarmctl: build it, or name it with --swarmctl PATH")
    harness = Harness(os.path.abspath(options.swarmctl), options.quick)
    try:
        for part in (lost_updates, kills, batch_kills, slow):
            part(harness)
    finally:
        harness.close()
    if harness.broken:
        print("\n%d promises broken:" % len(harness.broken))
        for promise in harness.broken:
            print("- " + promise)
        sys.exit(1)
    print("\nEvery promise was kept.")


if __name__ == "__main__":
    main()
