#!/usr/bin/env python3
"""Measures what swarmctl promises about memory: no lost update, no torn file, no repair by hand.

    python3 Benchmarks/reliability.py [--quick] [--only PART] [--swarmctl PATH]

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
            "run", self.swarm, "Relay", "--args", words, "--user", str(uuid.uuid4()),
            # In the sandbox an agent reaches neither the program nor the root.
            "--sandbox", "off")
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

    def session_command(self, user):
        """A client that saves what it reads through an MCP session."""
        return [
            sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), "mcp_client.py"),
            *self.command("mcp", self.swarm, "--user", user, "--lock-timeout", "10m")]

    def session_saves(self, user, ids):
        """Which entries an MCP session said that it saved."""
        done = subprocess.run(
            self.session_command(user), env=self.environment, input="\n".join(ids),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        return saved_in_session(done.stdout)

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
        ("8 MCP sessions", 96 if quick else 1000, 8, "mcp"),
        ("9 MCP sessions, batches and runs, mixed", 99 if quick else 900, 9, "mcp, batch and run"),
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
            doors = {
                "mcp": harness.session_saves, "batch": harness.batch_saves,
                "run": lambda user, part: {entry for entry in part if harness.save(user, entry)}}
            used = [door for name, door in doors.items() if name in kind]
            return used[number % len(used)](user, part)

        start = time.monotonic()
        with ThreadPoolExecutor(workers) as pool:
            if "batch" in kind or "mcp" in kind:
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
            survivors += survivors_of(hosts)
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


def interrupted(harness, words, text, seconds, victims):
    """What a program that reads `text` printed whose processes are killed on its way.

    `victims` says, of the program's process, which to kill and which to watch. Also whether it ran, and how
    many of those that were watched live on.
    """
    with tempfile.TemporaryFile("w+") as source, tempfile.TemporaryFile("w+") as answers:
        source.write(text)
        source.seek(0)
        process = subprocess.Popen(
            words, env=harness.environment, stdin=source, stdout=answers, stderr=subprocess.DEVNULL)
        time.sleep(seconds)
        killed, watched = victims(process.pid)
        ran = process.poll() is None and bool(watched)
        for victim in killed:
            end(victim)
        process.wait()
        answers.seek(0)
        return answers.read(), ran, survivors_of(watched)


def survivors_of(processes):
    """How many of some processes live on after five seconds."""
    deadline = time.monotonic() + 5
    while any(map(lives, processes)) and time.monotonic() < deadline:
        time.sleep(0.001)
    return sum(map(lives, processes))


def interruptions(harness, who, targets, seed, total, survivor, attempt):
    """Rows of kills, each kind on memories of its own.

    `attempt` makes one with a target, a random generator and what is acknowledged by user, to which it adds.
    """
    if not os.path.exists("/proc/self/task"):
        return print("skipped: needs /proc to find an agent's process")
    row("killed", "kills", "while it ran", "acknowledged", "torn", "acknowledged but lost",
        "next run needed help", survivor)
    row(*["---"] * 8)
    generator = random.Random(seed)
    for target in targets:
        acknowledged = {str(uuid.uuid4()): set() for _ in range(4)}
        running = torn = lost = helped = survivors = count = 0
        for _ in range(max(total // len(targets), 1)):
            ran, left = attempt(target, generator, acknowledged)
            running += ran
            survivors += left
            count += 1
            for user, saved in acknowledged.items():
                found = entries(harness.memory_file(user))
                torn += found is None
                lost += len(saved - set(found or {}))
            user, entry = next(iter(acknowledged)), str(uuid.uuid4())
            if harness.save(user, entry):
                acknowledged[user].add(entry)
            else:
                helped += 1
        row(target, count, running, sum(map(len, acknowledged.values())), torn, lost, helped,
            survivors)
        harness.expect(torn == 0, "%s, %s: the memory is never torn" % (who, target))
        harness.expect(lost == 0, "%s, %s: every acknowledged entry is kept" % (who, target))
        harness.expect(helped == 0, "%s, %s: the next run needs no help" % (who, target))
        harness.expect(survivors == 0, "%s, %s: no process lives on" % (who, target))


def agents_to_kill(target, agents, generator):
    if target == "one Python process" and agents:
        return [generator.choice(agents)]
    return agents if target in ("every Python process", "all") else []


def batch_kills(harness):
    print("\n### Batches killed at random moments\n")

    def attempt(target, generator, acknowledged):
        users = list(acknowledged)
        owner = {str(uuid.uuid4()): users[number % 4] for number in range(300)}
        lines = "".join(
            json.dumps({"id": entry, "swarm_guid": harness.swarm, "name": "Save",
                        "args": {"id": entry}, "user_guid": user}) + "\n"
            for entry, user in owner.items())

        def victims(batch):
            agents = descendants(batch)
            own = [batch] if target in ("swarmctl alone", "all") else []
            return own + agents_to_kill(target, agents, generator), agents

        said, ran, left = interrupted(
            harness, harness.command("batch", "-"), lines, generator.uniform(0, 0.4), victims)
        for entry in answered(said):
            acknowledged[owner[entry]].add(entry)
        return ran, left

    interruptions(
        harness, "batch", ("swarmctl alone", "one Python process", "every Python process", "all"),
        20260420, 12 if harness.quick else 200, "Python that lived on", attempt)


def session_kills(harness):
    print("\n### MCP sessions killed at random moments\n")

    def attempt(target, generator, acknowledged):
        user = next(iter(acknowledged))

        def victims(client):
            servers = children(client)
            agents = [agent for server in servers for agent in descendants(server)]
            own = [client] if target in ("the client", "all") else []
            own += servers if target in ("swarmctl", "all") else []
            return own + agents_to_kill(target, agents, generator), servers + agents

        said, ran, left = interrupted(
            harness, harness.session_command(user), "\n".join(str(uuid.uuid4()) for _ in range(50)),
            generator.uniform(0, 0.5), victims)
        acknowledged[user] |= saved_in_session(said)
        return ran, left

    interruptions(
        harness, "session",
        ("the client", "swarmctl", "one Python process", "every Python process", "all"),
        20261121, 15 if harness.quick else 200, "processes that lived on", attempt)


def saved_in_session(said):
    """The ids that whole lines of a session's client call saved; the first line is a number."""
    return set(said[:said.rfind("\n") + 1].split()[1:])


class Worker(threading.Thread):
    """Does things to a swarm in a row; each may be killed on its way."""

    # What may be in the way of one that is not killed: something is gone by now, everything is locked,
    # somebody else was quicker, the swarm is sealed.
    IN_THE_WAY = {66, 75, 76, 77}

    def __init__(self, storm, seed):
        super().__init__(daemon=True)
        self.storm, self.harness = storm, storm.harness
        self.generator = random.Random(seed)
        self.user = str(uuid.uuid4())
        self.done = self.killed = 0

    def run(self):
        try:
            while time.monotonic() < self.storm.deadline:
                self.step()
        except Exception as error:
            self.harness.expect(False, "%s: %r" % (type(self).__name__, error))

    def call(self, *words, text=None, spared=False):
        """The exit status of a command and what it printed; None for one that was killed."""
        process = subprocess.Popen(
            self.harness.command(*words), env=self.harness.environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        patience = None
        if not spared and self.generator.random() < 0.3:
            patience = self.generator.uniform(0, self.storm.usual)
        try:
            output, errors = process.communicate(text or "", timeout=patience)
        except subprocess.TimeoutExpired:
            process.kill()
            output, errors = process.communicate()
        if process.returncode == -signal.SIGKILL:
            self.killed += 1
            return None, output
        self.done += 1
        self.harness.expect(
            process.returncode == 0 or process.returncode in self.IN_THE_WAY,
            "storm, %s: exit %d: %s" % (" ".join(words[:2]), process.returncode, errors or output))
        return process.returncode, output

    def save(self, user, entry, **options):
        return self.call(
            "run", self.harness.swarm, "Save", "id=" + entry, "--user", user, "--lock-timeout", "1m",
            **options)[0]

    def check(self, is_right, what):
        """Counts a memory that is neither as it was before a command nor as it is after."""
        if not is_right:
            self.storm.wrong += 1
            print("wrong: %s: %s" % (type(self).__name__, what), flush=True)

    def look(self, user=None):
        found = entries(self.harness.memory_file(user or self.user))
        self.harness.expect(found is not None, type(self).__name__ + ": no memory is torn")
        return set(found or {})


class Saver(Worker):
    """Saves, alone, in batches and in sessions; whatever others do, what was acknowledged stays."""

    saved = None

    def step(self):
        self.saved = self.saved or set()
        door = self.generator.choice(("run", "run", "batch", "session"))
        ids = [str(uuid.uuid4()) for _ in range(20)]
        if door == "run":
            if self.save(self.user, ids[0]) == 0:
                self.saved.add(ids[0])
        elif door == "batch":
            self.saved |= answered(self.feed(self.harness.command("batch", "-"), "".join(
                json.dumps({"id": entry, "swarm_guid": self.harness.swarm, "name": "Save",
                            "args": {"id": entry}, "user_guid": self.user}) + "\n"
                for entry in ids)))
        else:
            said = self.feed(self.harness.session_command(self.user), "\n".join(ids))
            self.saved |= saved_in_session(said)
        missing = self.saved - self.look()
        self.storm.lost += len(missing)
        self.saved -= missing

    def feed(self, words, text):
        """What a program prints that may be killed; one ends with 1 where a call was refused."""
        process = subprocess.Popen(
            words, env=self.harness.environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            killed = self.generator.random() < 0.3
            output = process.communicate(text, self.storm.usual if killed else None)[0]
        except subprocess.TimeoutExpired:
            process.kill()
            output = process.communicate()[0]
        self.done += process.returncode >= 0
        self.killed += process.returncode < 0
        return output


class Undoer(Worker):
    """Saves and takes back: the memory is always as it was before, or as it is after."""

    states = None

    def step(self):
        before = self.look()
        states = self.states = self.states or []
        if states and self.generator.random() < 0.4:
            verb, expected = "undo", states.pop()
            status = self.call("memory", "undo", self.harness.swarm, "--user", self.user)[0]
        else:
            entry = str(uuid.uuid4())
            verb, expected = "save", before | {entry}
            status = self.save(self.user, entry)
        # An undo is a change as well, which the next one takes back.
        states[:] = [before]
        now = self.look()
        if status == 0:
            right = now == expected
        elif status is None:
            right = now in (before, expected)
        else:
            right = now == before
        if status != 0:
            # Nobody knows any more what the last version is.
            states.clear()
        self.check(right, "%s: %d entries before, %d expected, %d after, exit %s" % (
            verb, len(before), len(expected), len(now), status))


class Restorer(Worker):
    """Takes snapshots and puts its own memory back from them."""

    def step(self):
        before = self.look()
        status, output = self.call(
            "snapshot", "create", self.harness.swarm, "storm-%s" % self.user[:8], "-q")
        if status != 0:
            return
        name = output.strip().rsplit("@", 1)[-1]
        held = entries("%s/swarms/%s/snapshots/%s/memory/%s/memory.json" % (
            self.harness.root, self.harness.swarm, name, self.user))
        self.check(set(held or {}) == before, "snapshot: not the memory of its moment")
        self.save(self.user, str(uuid.uuid4()))
        after = self.look()
        snapshot = "%s@%s" % (self.harness.swarm, name)
        status = self.call("snapshot", "restore", snapshot, "--user", self.user, "--yes")[0]
        now = self.look()
        self.check(
            now == before if status == 0 else now in (before, after) if status is None
            else now == after, "restore: %d entries before, %d after, %d now, exit %s" % (
                len(before), len(after), len(now), status))
        self.call("snapshot", "remove", snapshot, "--yes")


class Forgetter(Worker):
    """Makes users, and forgets them: then their bytes are nowhere."""

    def step(self):
        user = str(uuid.uuid4())
        for _ in range(2):
            self.save(user, str(uuid.uuid4()))
        status = self.call("memory", "forget", "--user", user, "--yes", spared=True)[0]
        if status != 0:
            return
        found = subprocess.run(
            ["find", self.harness.root, "-name", "*%s*" % user], stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True).stdout
        if found:
            print(found, flush=True)
        self.storm.left += bool(found)


class Sealer(Worker):
    """Seals the swarm, sees that nothing changes, and opens it again."""

    def step(self):
        time.sleep(self.generator.uniform(0.5, 2))
        if self.call("seal", self.harness.swarm)[0] == 0:
            before = self.look()
            status = self.save(self.user, str(uuid.uuid4()), spared=True)
            self.check(status == 77 and self.look() == before, "sealed: exit %s" % status)
        while self.call("unseal", self.harness.swarm, "--yes", spared=True)[0] != 0:
            pass


class Deployer(Worker):
    """Deploys, rolls back, renames, and copies the swarm."""

    def step(self):
        swarm = self.harness.swarm
        verb = self.generator.choice(("deploy", "rollback", "rename", "copy"))
        if verb == "deploy":
            with open(self.harness.folder + "/reliability/slow_agent.py", "a") as file:
                file.write("# again\n")
            self.call("deploy", self.harness.folder + "/reliability", "--guid", swarm, "--yes")
        elif verb == "rollback":
            self.call("rollback", swarm, "--yes")
        elif verb == "rename":
            self.call("rename", swarm, "name-%d" % self.generator.randrange(1000))
        else:
            name = "copy-" + str(uuid.uuid4())
            status = self.call("copy", swarm, name, "--memory")[0]
            if status == 0:
                self.call("remove", name, "--yes", spared=True)


class Storm:
    """Workers of every kind on one swarm for some time."""

    def __init__(self, harness, seconds, usual):
        self.harness, self.usual = harness, usual
        self.lost = self.wrong = self.left = 0
        self.deadline = time.monotonic() + seconds
        kinds = (Saver, Saver, Undoer, Undoer, Restorer, Forgetter, Sealer, Deployer)
        self.workers = [kind(self, number) for number, kind in enumerate(kinds)]


def verbs(harness):
    print("\n### Everything at once, three of ten commands killed\n")
    row("worker", "commands", "killed", "unlocked reads", "torn reads")
    row(*["---"] * 5)
    times = []
    for _ in range(3):
        start = time.monotonic()
        harness.save(str(uuid.uuid4()), "x")
        times.append(time.monotonic() - start)
    storm = Storm(harness, 25 if harness.quick else 180, statistics.median(times) * 3)
    readers = {worker: Reader(harness.memory_file(worker.user)) for worker in storm.workers}
    for worker in storm.workers:
        worker.start()
    for worker in storm.workers:
        worker.join()
        reader = readers[worker].stop()
        row(type(worker).__name__, worker.done, worker.killed, reader.reads, reader.torn)
        harness.expect(reader.torn == 0, "storm: no reader sees half a file")
    print("\nacknowledged but lost: %d; memories in a wrong state: %d; users that were left after "
          "they were forgotten: %d" % (storm.lost, storm.wrong, storm.left), flush=True)
    harness.expect(storm.lost == 0, "storm: every acknowledged entry is kept")
    harness.expect(storm.wrong == 0, "storm: every memory is as it was before or after a command")
    harness.expect(storm.left == 0, "storm: forgotten users are nowhere")
    harness.call("unseal", harness.swarm, "--yes")
    harness.expect(
        harness.save(str(uuid.uuid4()), "x"), "storm: the next run needs no help")
    listed = json.loads(harness.call("list", "--json").stdout)["swarms"]
    damaged = [swarm for swarm in listed if swarm.get("damaged") or not swarm.get("name")]
    harness.expect(not damaged, "storm: no swarm is damaged: %s" % damaged)
    doctor = json.loads(harness.call("doctor", "--json").stdout)
    errors = [found for found in doctor.get("findings", []) if found.get("severity") == "error"]
    harness.expect(not errors, "storm: the doctor finds nothing wrong: %s" % errors)


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
    parser.add_argument("--quick", action="store_true", help="about a minute")
    parser.add_argument("--swarmctl", default=find_swarmctl(), help="the program to measure")
    parser.add_argument("--only", help="one part alone, such as verbs", metavar="PART")
    options = parser.parse_args()
    parts = (lost_updates, kills, batch_kills, session_kills, verbs, slow)
    if options.only:
        parts = [part for part in parts if part.__name__ == options.only]
    if not options.swarmctl:
        sys.exit("no swarmctl: build it, or name it with --swarmctl PATH")
    harness = Harness(os.path.abspath(options.swarmctl), options.quick)
    try:
        for part in parts:
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
