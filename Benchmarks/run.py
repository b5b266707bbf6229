#!/usr/bin/env python3
"""Measures what swarmctl costs, side by side with floors and peers, as ratios with their spread.

    python3 Benchmarks/run.py                  every quick row, 30 pairs each
    python3 Benchmarks/run.py version list     some rows
    python3 Benchmarks/run.py --large          also the rows that take minutes
    python3 Benchmarks/run.py --list           the names of the rows

Each pair is one measurement of each side, one right after the other, the order changing from pair to
pair; its ratio is A / B. Printed are the least, the median and the greatest ratio of the pairs. On a
busy machine the median still holds: what disturbs one side of a pair tends to disturb the other.

Needs the release build (scripts/build-static), swiftc for the floor of the
first two rows, and Python 3.9 or later. Everything is made in a temporary folder that goes away.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
FLOORS = os.path.join(HERE, "floors")
# What agents of the standard library alone commonly begin with.
USUAL_IMPORTS = "import json\nimport logging\nimport re\nimport uuid\nfrom datetime import datetime\n"
USER = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
ROWS = {}


class Skipped(Exception):
    """A row that cannot be measured here, and why."""


def row(name, title, goal, large=False):
    def register(function):
        ROWS[name] = (function, title, goal, large)
        return function

    return register


class Bench:
    """The programs under measurement and a folder to work in."""

    def __init__(self, options, folder):
        self.folder = folder
        self.pairs = options.pairs
        self.program = os.path.abspath(options.program)
        self.python = options.python
        self.environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": folder, "LANG": "C.UTF-8",
            "SWARMCTL_PYTHON": self.python,
        }
        self.null = os.open(os.devnull, os.O_RDWR)
        self.sheet = {}

    # Running

    def spawn(self, words, environment=None, stdin=None, stdout=None):
        null = self.null
        actions = [
            (os.POSIX_SPAWN_DUP2, null if stdin is None else stdin, 0),
            (os.POSIX_SPAWN_DUP2, null if stdout is None else stdout, 1),
            (os.POSIX_SPAWN_DUP2, null, 2),
        ]
        return os.posix_spawn(
            words[0], words, {**self.environment, **(environment or {})}, file_actions=actions)

    def time(self, words, environment=None):
        """Seconds from before the start of a program to its end, which must be a success."""
        start = time.perf_counter()
        _, status = os.waitpid(self.spawn(words, environment), 0)
        seconds = time.perf_counter() - start
        if status:
            sys.exit(f"status {status}: {' '.join(words)}")
        return seconds

    def pair(self, first, second, pairs=None):
        """Measures two functions that return seconds, in turns, after one warm-up of each."""
        first(), second()
        measured = []
        for index in range(pairs or self.pairs):
            if index % 2:
                b = second()
                measured.append((first(), b))
            else:
                a = first()
                measured.append((a, second()))
        return Ratios(measured)

    def output(self, *words, root=None, stdin=None):
        environment = dict(self.environment)
        if root:
            environment["SWARMCTL_ROOT"] = root
        done = subprocess.run(
            [self.program, *words], env=environment, input=stdin, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{' '.join(words)}: status {done.returncode}\n{done.stderr}")
        return done.stdout

    def has(self, command):
        """Whether this build carries out a command."""
        done = subprocess.run(
            [self.program, command, "--json"], env={**self.environment, "SWARMCTL_ROOT": self.path()},
            stdin=subprocess.DEVNULL, capture_output=True, text=True)
        return "not built yet" not in done.stdout

    # Roots

    def path(self, name=None):
        return os.path.join(self.folder, name or uuid.uuid4().hex)

    def memory(self, entries=20):
        """A memory file's content: entries as SaveMemory writes them."""
        ids = [str(uuid.UUID(int=index + 1)) for index in range(entries)]
        return json.dumps({
            id: {
                "id": id, "type": "fact", "content": f"Fact number {index}, of no interest",
                "importance": 3, "tags": ["bench"], "date": "2026-01-01", "time": "12:00:00",
            } for index, id in enumerate(ids)
        }, indent=2)

    def starter(self, root, extra=0):
        """A root with the starter swarm, and `extra` further agents in it; the swarm's GUID."""
        if "starter" not in self.sheet:
            first = self.path("starter-root")
            self.output("quickstart", "-q", root=first)
            document = json.loads(self.output("export", "starter", root=first))
            self.sheet["starter"] = document
        document = json.loads(json.dumps(self.sheet["starter"]))
        document.pop("swarm_guid")
        for entry in document["agents"]:
            entry.pop("sha256", None)
        source = next(
            e["source"] for e in document["agents"] if e["filename"] == "recall_memory_agent.py")
        for index in range(extra):
            document["agents"].append({
                "filename": f"extra_{index}_agent.py",
                "source": source.replace("RecallMemory", f"Extra{index}x").replace(
                    "import json\n", USUAL_IMPORTS, 1),
            })
        document["agent_count"] = len(document["agents"])
        guid = self.output("deploy", "-", "-q", root=root, stdin=json.dumps(document)).strip()
        self.remember(root, guid, USER)
        return guid

    def remember(self, root, guid, user, text=None):
        folder = os.path.join(root, "swarms", guid, "memory", user)
        os.makedirs(folder, mode=0o700, exist_ok=True)
        with open(os.path.join(folder, "memory.json"), "w") as file:
            file.write(self.memory() if text is None else text)

    def copies(self, root, guid, count, users):
        """`count` more swarms like one, with `users` memories each, written as any program may."""
        swarms = os.path.join(root, "swarms")
        with open(os.path.join(swarms, guid, "manifest.json")) as file:
            manifest = json.load(file)
        agents = os.path.join(swarms, guid, "agents")
        sources = {name: open(os.path.join(agents, name)).read() for name in os.listdir(agents)}
        text = self.memory(1)
        for index in range(count):
            other = str(uuid.UUID(int=(index + 1) << 64 | 0x8000 << 48))
            folder = os.path.join(swarms, other)
            os.makedirs(os.path.join(folder, "agents"), mode=0o700)
            manifest.update(swarm_guid=other, name=f"swarm-{index}")
            with open(os.path.join(folder, "manifest.json"), "w") as file:
                json.dump(manifest, file)
            for name, source in sources.items():
                with open(os.path.join(folder, "agents", name), "w") as file:
                    file.write(source)
            for user in range(users):
                self.remember(root, other, str(uuid.UUID(int=user + 1)), text)

    def deploy(self, root, **agents):
        folder = self.path("bundle-" + uuid.uuid4().hex)
        os.makedirs(folder)
        for name, source in agents.items():
            with open(os.path.join(folder, name + "_agent.py"), "w") as file:
                file.write(source)
        return self.output("deploy", folder, "-q", root=root).strip()


class Ratios:
    """Pairs of measurements."""

    def __init__(self, pairs):
        self.pairs = pairs

    def sentence(self, unit="ms", scale=1000):
        ratios = sorted(a / b for a, b in self.pairs)
        return {
            "a": statistics.median(a for a, _ in self.pairs) * scale,
            "b": statistics.median(b for _, b in self.pairs) * scale,
            "unit": unit, "min": ratios[0], "median": statistics.median(ratios), "max": ratios[-1],
            "pairs": len(ratios),
        }


# Rows


def one_line(bench):
    program = bench.path("one_line")
    if not os.path.exists(program):
        if not shutil.which("swiftc"):
            raise Skipped("swiftc is needed for the floor")
        source = os.path.join(FLOORS, "one_line.swift")
        subprocess.run(
            ["swiftc", "-O", "-static-stdlib", "-o", program, source], check=True,
            cwd=bench.folder)
    return [program]


@row("version", "`--version` / static one-line Swift program", 0.8)
def version(bench):
    floor = one_line(bench)
    return bench.pair(
        lambda: bench.time([bench.program, "--version"]), lambda: bench.time(floor))


@row("list", "`list` of 100 swarms, one user each / static one-line Swift program", 1.5)
def list_hundred(bench):
    floor = one_line(bench)
    root = bench.path()
    guid = bench.starter(root)
    bench.copies(root, guid, 99, users=1)
    words, environment = [bench.program, "list"], {"SWARMCTL_ROOT": root}
    return bench.pair(lambda: bench.time(words, environment), lambda: bench.time(floor))


def recall(bench, root, swarm, *options):
    words = [bench.program, "run", swarm, "RecallMemory", "--user", USER, *options]
    return lambda: bench.time(words, {"SWARMCTL_ROOT": root})


@row("run-bare", "`run` RecallMemory, cold, no fence / bare `python3 -I -S` that calls the same agent", 1.15)
def run_bare(bench):
    root = bench.path()
    guid = bench.starter(root)
    swarm = os.path.join(root, "swarms", guid)
    # A copy, so that Python's bytecode cache does not end up in the swarm.
    agents = bench.path()
    shutil.copytree(os.path.join(swarm, "agents"), agents)
    floor = [
        bench.python, "-I", "-S", os.path.join(FLOORS, "bare.py"), agents, "recall_memory_agent",
        "RecallMemoryAgent", os.path.join(swarm, "memory", USER, "memory.json"),
    ]
    return bench.pair(
        recall(bench, root, guid, "--sandbox", "off"), lambda: bench.time(floor))


@row("fence", "the same with the fence of `standard` / with `--sandbox off`", 1.06)
def fence(bench):
    root = bench.path()
    guid = bench.starter(root)
    return bench.pair(
        recall(bench, root, guid), recall(bench, root, guid, "--sandbox", "off"))


@row("fence-beside", "the same while another program filters its system calls / with `--sandbox off`", 1.06)
def fence_beside(bench):
    with subprocess.Popen(
        [bench.python, os.path.join(FLOORS, "filtered.py")], stdout=subprocess.PIPE
    ) as other:
        try:
            if other.stdout.readline() != b"ready\n":
                raise Skipped("system calls cannot be filtered here")
            return fence(bench)
        finally:
            other.kill()


def against_plain(bench, extra):
    root = bench.path()
    guid = bench.starter(root, extra=extra)
    swarm = os.path.join(root, "swarms", guid)
    copy = bench.path()
    shutil.copytree(swarm, copy)
    peer = [
        bench.python, os.path.join(FLOORS, "plain.py"), copy, "RecallMemory",
        os.path.join(swarm, "memory", USER, "memory.json"),
    ]
    return bench.pair(recall(bench, root, guid), lambda: bench.time(peer))


@row("run-plain", "the same / plain `python3` script that loads the whole swarm of 40 agents", 0.45)
def run_plain(bench):
    return against_plain(bench, extra=38)


@row("run-plain-2", "the same / the same script, the starter swarm of 2 agents", 0.5)
def run_plain_two(bench):
    return against_plain(bench, extra=0)


def full_root(bench):
    if "full" not in bench.sheet:
        root = bench.path()
        guid = bench.starter(root)
        bench.copies(root, guid, 999, users=50)
        for user in range(49):
            bench.remember(root, guid, str(uuid.UUID(int=user + 1)), bench.memory(1))
        small = bench.path()
        bench.sheet["full"] = (root, guid, small, bench.starter(small))
    return bench.sheet["full"]


@row("scale-guid", "`run` by GUID, root of 1,000 swarms × 50 users / root of 1 × 1", 1.05)
def scale_guid(bench):
    root, guid, small, small_guid = full_root(bench)
    return bench.pair(recall(bench, root, guid), recall(bench, small, small_guid))


@row("scale-name", "`run` by name, root of 1,000 swarms × 50 users / root of 1 × 1", 1.05)
def scale_name(bench):
    root, _, small, _ = full_root(bench)
    return bench.pair(recall(bench, root, "starter"), recall(bench, small, "starter"))


AGENT = """
import os
class {name}Agent:
    def __init__(self):
        self.name = "{name}"
        self.metadata = {{"name": self.name, "parameters": {{"type": "object", "properties": {{}}}}}}
    def perform(self, **kwargs):
        {body}
        return "done"
"""
REWRITE = """with open(os.environ["BRAINSTEM_MEMORY_PATH"], "r+b") as file:
            file.seek(10)
            byte = file.read(1)
            file.seek(10)
            file.write(b"b" if byte == b"a" else b"a")"""


def staged(bench, name, body):
    """What 10 MB of memory add to a run, and what copying 10 MB to the disk twice costs."""
    root = bench.path()
    guid = bench.deploy(root, **{name.lower(): AGENT.format(name=name, body=body)})
    big, small = USER, str(uuid.UUID(int=7))
    # One string at the front for the agent to change, then entries as SaveMemory writes them.
    def document(entries):
        return '{"key": "aaaaaaaa", ' + bench.memory(entries)[1:]

    text = document(10 << 20 >> 8)
    entries = int((10 << 20 >> 8) * 10e6 / len(text))
    bench.remember(root, guid, big, document(entries))
    bench.remember(root, guid, small, document(1))
    original = os.path.join(root, "swarms", guid, "memory", big, "memory.json")
    target = bench.path("copy")

    def run(user):
        words = [bench.program, "run", guid, name, "--user", user]
        return bench.time(words, {"SWARMCTL_ROOT": root})

    def added():
        return max(run(big) - run(small), 1e-6)

    def twice():
        seconds = 0
        for _ in range(2):
            start = time.perf_counter()
            shutil.copyfile(original, target)
            file = os.open(target, os.O_RDONLY)
            os.fsync(file)
            os.close(file)
            seconds += time.perf_counter() - start
            os.unlink(target)
        return seconds

    return bench.pair(added, twice)


@row("staged-read", "what 10 MB of memory add to a run that changes nothing / 2 × (copy + fsync)", 0.3)
def staged_read(bench):
    return staged(bench, "Nothing", "pass")


@row("staged-write", "what 10 MB of memory add to a run that changes a byte / 2 × (copy + fsync)", 1.1)
def staged_write(bench):
    return staged(bench, "Rewrite", REWRITE)


def changing(bench, root, environment=None):
    """A run that changes a byte of a memory of 10 KB."""
    guid = bench.deploy(root, rewrite=AGENT.format(name="Rewrite", body=REWRITE))
    bench.remember(root, guid, USER, json.dumps({"text": "a" * 10_000}))
    words = [bench.program, "run", guid, "Rewrite", "--user", USER]
    return lambda: bench.time(words, {"SWARMCTL_ROOT": root, **(environment or {})})


@row("versions", "`run` that changes 10 KB, cold / the same where no version can be kept", 1.03)
def versions(bench):
    root, without = bench.path(), bench.path()
    # A file in the place of the folder: the run goes on, with a warning.
    os.makedirs(without + "/.swarmctl", mode=0o700)
    open(without + "/.swarmctl/versions", "w").close()
    return bench.pair(changing(bench, root), changing(bench, without))


@row("history", "`run` that changes 10 KB, cold / the same with SWARMCTL_HISTORY=off", 1.01)
def history(bench):
    return bench.pair(
        changing(bench, bench.path()), changing(bench, bench.path(), {"SWARMCTL_HISTORY": "off"}))


@row("snapshot", "`snapshot create` of 100 MB of memory / `cp -a` of the same", 1.2)
def snapshot(bench):
    root = bench.path()
    guid = bench.starter(root)
    text = json.dumps({"text": "x" * 1_000_000})
    for user in range(100):
        bench.remember(root, guid, str(uuid.UUID(int=user + 1)), text)
    memory = os.path.join(root, "swarms", guid, "memory")
    words = [bench.program, "snapshot", "create", guid]
    cp = shutil.which("cp")

    def create():
        shutil.rmtree(os.path.join(root, "swarms", guid, "snapshots"), ignore_errors=True)
        return bench.time(words, {"SWARMCTL_ROOT": root})

    def copy():
        target = bench.path()
        seconds = bench.time([cp, "-a", memory, target])
        shutil.rmtree(target)
        return seconds

    return bench.pair(create, copy, pairs=10)


@row("users", "`users` over 1,000,000 namespaces / `find` that prints size and time", 0.35, large=True)
def users(bench):
    if not bench.has("users"):
        raise Skipped("this build has no `users` yet")
    root = bench.path()
    guid = bench.starter(root)
    memory = os.path.join(root, "swarms", guid, "memory")
    for index in range(bench.namespaces - 1):
        folder = f"{memory}/{uuid.UUID(int=index + 1)}"
        os.mkdir(folder, 0o700)
        file = os.open(folder + "/memory.json", os.O_WRONLY | os.O_CREAT, 0o600)
        os.write(file, b"{}")
        os.close(file)
    words = [bench.program, "users", guid]
    find = [shutil.which("find"), memory, "-name", "memory.json", "-printf", "%p %s %T@\n"]
    ratios = bench.pair(
        lambda: bench.time(words, {"SWARMCTL_ROOT": root}), lambda: bench.time(find), pairs=5)
    peak = peak_memory(bench, words, {"SWARMCTL_ROOT": root})
    bench.note(f"users: at most {peak / 1024:.0f} MiB of memory (goal: 80 MiB)")
    return ratios


def calls_file(bench, guid, count, saves=None, only=None):
    """Calls of 50 users: every other round saves, or the first rounds up to `saves` calls do.

    With `only` all calls are of that agent.
    """
    path = bench.path()
    with open(path, "w") as file:
        for index in range(count):
            user = str(uuid.UUID(int=index % 50 + 1))
            call = {"id": index, "swarm": guid, "user_guid": user, "name": "RecallMemory", "args": {}}
            if only != "RecallMemory" and (
                    only or index // 50 % 2 == 0 and (saves is None or index < saves)):
                call["name"] = "SaveMemory"
                call["args"] = {"memory_type": "fact", "content": f"Fact {index}"}
            file.write(json.dumps(call) + "\n")
    return path


def short_calls(bench, guid):
    return calls_file(bench, guid, 500)


def peak_memory(bench, words, environment, stdin=None):
    """The greatest resident size of the program itself, in KiB."""
    child = bench.spawn(words, environment, stdin=stdin)
    peak = 0
    while True:
        try:
            with open(f"/proc/{child}/status") as file:
                for line in file:
                    if line.startswith("VmHWM:"):
                        peak = max(peak, int(line.split()[1]))
        except OSError:
            pass
        if os.waitpid(child, os.WNOHANG)[0]:
            return peak
        time.sleep(0.005)


def wipe(root, guid):
    shutil.rmtree(os.path.join(root, "swarms", guid, "memory"), ignore_errors=True)


def batch_against_loop(bench, *options, calls=None, isolated=False):
    """A batch against the loop; with `isolated`, that of isolated users stands in for the batch."""
    if not bench.has("batch"):
        raise Skipped("this build has no `batch` yet")
    root = bench.path()
    guid = bench.starter(root)
    path = (calls or (lambda bench, guid: calls_file(bench, guid, 10_000)))(bench, guid)
    agents = bench.path()
    shutil.copytree(os.path.join(root, "swarms", guid, "agents"), agents)

    def timed(words, environment=None):
        source = os.open(path, os.O_RDONLY)
        start = time.perf_counter()
        _, status = os.waitpid(bench.spawn(words, environment, stdin=source), 0)
        seconds = time.perf_counter() - start
        os.close(source)
        if status:
            sys.exit(f"status {status}: {' '.join(words)}")
        return seconds

    def ours():
        wipe(root, guid)
        return timed([bench.program, "batch", "-", *options], {"SWARMCTL_ROOT": root})

    def loop(*words):
        place = bench.path()
        seconds = timed([
            bench.python, "-I", "-S", os.path.join(FLOORS, "loop.py"), agents, place,
            str(os.cpu_count()), *words,
        ])
        shutil.rmtree(place)
        return seconds

    first = (lambda: loop("isolated")) if isolated else ours
    return bench.pair(first, loop, pairs=max(bench.pairs // 3, 5))


@row("batch", "time of `batch`, 10,000 calls of 50 users / bare Python loop, a process a core", 1.05)
def batch(bench):
    return batch_against_loop(bench)


@row("batch-short", "time of `batch`, 500 calls of 50 users / the same loop", 1.67)
def batch_short(bench):
    return batch_against_loop(bench, calls=short_calls)


@row("isolated", "the loop with a process for each user and synced saves, 10,000 calls / the same loop", None)
def isolated(bench):
    return batch_against_loop(bench, isolated=True)


@row("isolated-500", "the same for 500 calls / the same loop", None)
def isolated_500(bench):
    return batch_against_loop(bench, calls=short_calls, isolated=True)


@row("batch-save", "time of `batch`, 20,000 SaveMemory of 50 users / the same loop", 1.11)
def batch_save(bench):
    return batch_against_loop(
        bench, calls=lambda bench, guid: calls_file(bench, guid, 20_000, only="SaveMemory"))


@row("batch-recall", "time of `batch`, 10,000 RecallMemory on empty memories / the same loop", 1.67)
def batch_recall(bench):
    return batch_against_loop(
        bench, calls=lambda bench, guid: calls_file(bench, guid, 10_000, only="RecallMemory"))


@row("batch-disk", "the same with `--copies-on-disk` / the same loop", None)
def batch_on_disk(bench):
    return batch_against_loop(bench, "--copies-on-disk")


class Stream:
    """A program that is asked one line after the other; a batch where nothing else is said."""

    def __init__(self, bench, root, words=None):
        request, self.requests = os.pipe()
        self.answers, answer = os.pipe()
        for descriptor in (self.requests, self.answers):
            os.set_inheritable(descriptor, False)
        self.child = bench.spawn(
            words or [bench.program, "batch", "-"], {"SWARMCTL_ROOT": root}, stdin=request,
            stdout=answer)
        os.close(request)
        os.close(answer)

    def ask(self, line):
        os.write(self.requests, line)
        answer = b""
        while not answer.endswith(b"\n"):
            part = os.read(self.answers, 1 << 16)
            if not part:
                sys.exit("the program ended early")
            answer += part
        return answer

    def end(self):
        os.close(self.requests)
        os.waitpid(self.child, 0)
        os.close(self.answers)


def request(guid, name, **arguments):
    return json.dumps(
        {"swarm": guid, "user_guid": USER, "name": name, "args": arguments}).encode() + b"\n"


@row("stream-first", "first answer of a `batch` that streams / a cold `run` of the same call", 1.5)
def stream_first(bench):
    root = bench.path()
    guid = bench.starter(root)
    line = request(guid, "RecallMemory")

    def first():
        start = time.perf_counter()
        stream = Stream(bench, root)
        stream.ask(line)
        seconds = time.perf_counter() - start
        stream.end()
        return seconds

    return bench.pair(first, recall(bench, root, guid))


@row("stream-warm", "answer of a warm stream, SaveMemory on disk / 2 ms and the agent's own time", 1.0)
def stream_warm(bench):
    root = bench.path()
    guid = bench.starter(root)
    stream = Stream(bench, root)
    memory = os.path.join(root, "swarms", guid, "memory", USER, "memory.json")
    own = subprocess.run(
        [bench.python, "-I", "-S", os.path.join(FLOORS, "own_time.py"),
         os.path.join(root, "swarms", guid, "agents")],
        input=bench.memory(100), capture_output=True, text=True, check=True)
    floor = 0.002 + float(own.stdout)

    def answer():
        # As many entries each time.
        bench.remember(root, guid, USER, bench.memory(100))
        stream.ask(request(guid, "SaveMemory", memory_type="fact", content="the first after a change"))
        seconds = 0
        for _ in range(5):
            start = time.perf_counter()
            stream.ask(request(guid, "SaveMemory", memory_type="fact", content="a fact"))
            seconds += time.perf_counter() - start
        assert len(json.load(open(memory))) == 106
        return seconds / 5

    try:
        return bench.pair(answer, lambda: floor)
    finally:
        stream.end()


@row("batch-memory", "memory of `batch`, 100,000 lines / 1,000 lines", 1.2, large=True)
def batch_memory(bench):
    if not bench.has("batch"):
        raise Skipped("this build has no `batch` yet")
    root = bench.path()
    guid = bench.starter(root)

    def peak(count):
        wipe(root, guid)
        # As many saves in both: what is compared is lines, not how much a user's memory holds.
        source = os.open(calls_file(bench, guid, count, saves=1000), os.O_RDONLY)
        try:
            return peak_memory(
                bench, [bench.program, "batch", "-"], {"SWARMCTL_ROOT": root}, stdin=source)
        finally:
            os.close(source)

    ratios = Ratios([(peak(100_000), peak(1_000)) for _ in range(2)])
    ratios.unit = ("MiB", 1 / 1024)
    return ratios


# MCP


class Conversation(Stream):
    """A server of the Model Context Protocol, begun as its clients begin."""

    def __init__(self, bench, root, words):
        super().__init__(bench, root, words)
        self.number = 0
        self.request("initialize", protocolVersion="2025-11-25", capabilities={},
                     clientInfo={"name": "bench", "version": "1"})
        os.write(self.requests, b'{"jsonrpc":"2.0","method":"notifications/initialized"}\n')

    def request(self, method, **params):
        self.number += 1
        line = json.dumps(
            {"jsonrpc": "2.0", "id": self.number, "method": method, "params": params})
        lines = self.ask(line.encode() + b"\n")
        while True:
            # What a server says of its own accord may come before the answer.
            for message in map(json.loads, lines.splitlines()):
                if message.get("id") == self.number:
                    if "result" not in message:
                        sys.exit(f"{method} was answered with {message}")
                    return message["result"]
            lines = self.ask(b"")

    def call(self, name, **arguments):
        result = self.request("tools/call", name=name, arguments=arguments)
        if result.get("isError"):
            sys.exit(f"{name} failed: {result}")


def official_client(bench):
    """An interpreter with the official SDK, made in the folder of the measurement."""
    if "mcp" not in bench.sheet:
        place = bench.path("mcp-packages")
        python = os.path.join(place, "bin", "python")
        for words in (
            [bench.python, "-m", "venv", place],
            [python, "-m", "pip", "install", "-q", "--retries", "1", "mcp>=2,<3"],
        ):
            if subprocess.run(words, stdout=subprocess.DEVNULL).returncode:
                raise Skipped("the package index cannot be reached")
        bench.sheet["mcp"] = python
    return bench.sheet["mcp"]


def mcp_sides(bench):
    """The words that start `swarmctl mcp` and its peer on the same agents and the same memory."""
    python = official_client(bench)
    root = bench.path()
    guid = bench.starter(root)
    folder = os.path.join(root, "swarms", guid)
    bench.output("agents", guid, root=root)
    # Of its own: importing leaves compiled files in the folder, which for a swarm is a change.
    agents = shutil.copytree(os.path.join(folder, "agents"), bench.path())
    ours = [bench.program, "mcp", guid, "--root", root, "--user", USER]
    peer = [
        python, os.path.join(FLOORS, "mcp_server.py"), agents,
        os.path.join(folder, "memory", USER, "memory.json")]
    return root, ours, peer


@row("mcp-first", "MCP: start to the answer of the first `tools/list` / the official SDK's server", 0.15)
def mcp_first(bench):
    root, *sides = mcp_sides(bench)

    def first(words):
        start = time.perf_counter()
        conversation = Conversation(bench, root, words)
        assert len(conversation.request("tools/list")["tools"]) == 2
        seconds = time.perf_counter() - start
        conversation.end()
        return seconds

    ours, peer = sides
    return bench.pair(lambda: first(ours), lambda: first(peer))


@row("mcp-warm", "MCP: warm call of RecallMemory / the official SDK's server, in its own process", 0.7)
def mcp_warm(bench):
    root, *sides = mcp_sides(bench)
    conversations = [Conversation(bench, root, words) for words in sides]

    def calls(conversation):
        start = time.perf_counter()
        for _ in range(50):
            conversation.call("RecallMemory")
        return (time.perf_counter() - start) / 50

    try:
        for conversation in conversations:
            calls(conversation)
        return bench.pair(*(lambda c=c: calls(c) for c in conversations))
    finally:
        for conversation in conversations:
            conversation.end()


def holdings(process):
    """What a process and all below it hold: KiB of memory, processes, descriptors."""
    found, memory, files = [process], 0, 0
    for one in found:
        try:
            with open(f"/proc/{one}/task/{one}/children") as file:
                found.extend(int(child) for child in file.read().split())
            with open(f"/proc/{one}/status") as file:
                memory += next(int(l.split()[1]) for l in file if l.startswith("VmRSS"))
            files += len(os.listdir(f"/proc/{one}/fd"))
        except (OSError, StopIteration):
            pass
    return memory, len(found), files


@row("mcp-endurance", "MCP: memory after 100,000 calls / after 1,000", 1.1, large=True)
def mcp_endurance(bench):
    if not os.path.exists("/proc/self/task"):
        raise Skipped("it reads /proc")
    root, ours, _ = mcp_sides(bench)
    conversation = Conversation(bench, root, ours)
    for _ in range(1_000):
        conversation.call("RecallMemory")
    early = holdings(conversation.child)
    for index in range(99_000):
        conversation.call("RecallMemory")
        if index % 1000 == 0:
            conversation.request("tools/list")
    late = holdings(conversation.child)
    conversation.end()
    bench.note(
        f"mcp-endurance: processes {early[1]} → {late[1]}, descriptors {early[2]} → {late[2]}")
    if late[1] > early[1] or late[2] > early[2] + 2:
        sys.exit("processes or descriptors have grown")
    ratios = Ratios([(late[0], early[0])])
    ratios.unit = ("MiB", 1 / 1024)
    return ratios


# Printing


def machine(bench):
    model = "unknown processor"
    try:
        with open("/proc/cpuinfo") as file:
            model = next(line.split(":", 1)[1].strip() for line in file if "model name" in line)
    except (OSError, StopIteration):
        pass
    python = subprocess.run([bench.python, "-V"], capture_output=True, text=True).stdout.strip()
    system = os.uname()
    return (
        f"{model}, {os.cpu_count()} cores, {system.sysname} {system.release}, {python} "
        f"({bench.python}), load {os.getloadavg()[0]:.1f} at the start")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", metavar="row", help="the rows to measure")
    parser.add_argument("--pairs", type=int, default=30, help="pairs for each row (default: 30)")
    parser.add_argument("--large", action="store_true", help="the rows that take minutes, too")
    parser.add_argument("--namespaces", type=int, default=1_000_000, help="for the row users")
    parser.add_argument("--list", action="store_true", help="print the names of the rows")
    parser.add_argument("--json", action="store_true", help="print JSON lines")
    parser.add_argument("--python", default=os.path.realpath(sys.executable), help="the interpreter")
    parser.add_argument(
        "--program", default=os.path.join(HERE, "..", ".build", "static", "release", "swarmctl"),
        help="the swarmctl to measure (default: the release build)")
    options = parser.parse_args()
    if options.list:
        for name, (_, title, _, large) in ROWS.items():
            print(f"{name:14}{title}{' (--large)' if large else ''}")
        return 0
    unknown = [name for name in options.rows if name not in ROWS]
    if unknown:
        parser.error(f"no row {', '.join(unknown)}; --list prints them")
    if not os.access(options.program, os.X_OK):
        sys.exit("build first: scripts/build-static")
    with tempfile.TemporaryDirectory(prefix="swarmctl-bench-") as folder:
        return measure(options, Bench(options, folder))


def measure(options, bench):
    notes = []
    bench.note = notes.append
    bench.namespaces = options.namespaces
    missed = False
    if not options.json:
        print(machine(bench))
        print()
        print("| row | A / B | A | B | least | median | greatest | goal |  |")
        print("|---|---|---|---|---|---|---|---|---|")
    for name, (function, title, goal, large) in ROWS.items():
        if options.rows and name not in options.rows or large and not (options.large or options.rows):
            continue
        try:
            ratios = function(bench)
        except Skipped as reason:
            notes.append(f"{name}: skipped, {reason}")
            continue
        result = ratios.sentence(*getattr(ratios, "unit", ()))
        met = goal is None or result["median"] <= goal
        missed = missed or not met
        if options.json:
            print(json.dumps({"row": name, "title": title, "goal": goal, "met": met, **result}))
        else:
            verdict = "" if goal is None else "met" if met else "missed"
            print(
                f"| {name} | {title} | {result['a']:.1f} {result['unit']} "
                f"| {result['b']:.1f} {result['unit']} | {result['min']:.2f} "
                f"| **{result['median']:.2f}** | {result['max']:.2f} "
                f"| {'' if goal is None else f'≤ {goal}'} | {verdict} |")
        sys.stdout.flush()
    for note in notes:
        print(note, file=sys.stderr)
    return 2 if missed else 0


sys.exit(main())
