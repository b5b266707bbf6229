"""What the official Python client does with `swarmctl mcp`, in both of its lines (mcp 2.x and 1.x).

    python official.py PROGRAM ROOT SWARM SCENARIO…

The swarm has the agents Save (counts under a key) and Do (executes `code`). Ends with 0 where
everything was as it must be.
"""

import asyncio
import contextlib
import datetime
import json
import os
import subprocess
import sys
import time

try:
    from mcp import Client, StdioServerParameters

    LINE = 2
except ImportError:
    from mcp import ClientSession, StdioServerParameters
    from mcp.client.stdio import stdio_client

    LINE = 1

PROGRAM, ROOT, SWARM = sys.argv[1:4]
USER = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"


def field(value, name):
    """A field by its name in Python, which is the protocol's own in the older line."""
    if hasattr(value, name):
        return getattr(value, name)
    first, *rest = name.split("_")
    return getattr(value, first + "".join(word.capitalize() for word in rest))


class Ears:
    """What the server said unasked."""

    def __init__(self):
        self.logs, self.methods = [], []

    async def log(self, params):
        self.logs.append((params.level, params.data))

    async def message(self, message):
        message = getattr(message, "root", message)
        self.methods.append(getattr(message, "method", type(message).__name__))

    async def hears(self, method):
        for _ in range(500):
            if method in self.methods:
                return
            await asyncio.sleep(0.02)
        raise AssertionError("never heard %s, but %r" % (method, self.methods))


@contextlib.asynccontextmanager
async def session(*words, user=USER, ears=None, mode="auto", target=SWARM):
    ears = ears or Ears()
    who = ["--user", user] if user else ["--shared"]
    server = StdioServerParameters(
        command=PROGRAM, args=["mcp", target, "--root", ROOT, *who, *words])
    if LINE == 2:
        async with Client(
            server, mode=mode, logging_callback=ears.log, log_level="info",
            message_handler=ears.message,
        ) as client:
            yield client
    else:
        async with stdio_client(server) as (read, write):
            async with ClientSession(
                read, write, logging_callback=ears.log, message_handler=ears.message
            ) as client:
                await client.initialize()
                yield client


async def call(client, name, timeout=None, progress=None, **arguments):
    if timeout is not None and LINE == 1:
        timeout = datetime.timedelta(seconds=timeout)
    result = await client.call_tool(
        name, arguments, read_timeout_seconds=timeout, progress_callback=progress)
    return field(result, "is_error"), result.content[0].text


async def does(client, code, **options):
    failed, text = await call(client, "Do", code=code, **options)
    assert not failed, text
    return text


async def fails(body, code=None):
    try:
        await body
    except Exception as error:
        found = getattr(getattr(error, "error", error), "code", None)
        assert code is None or found == code, (found, error)
        return error
    raise AssertionError("it did not fail")


def memory(user=USER):
    path = os.path.join(ROOT, "swarms", SWARM, "memory", user or "shared", "memory.json")
    try:
        with open(path) as file:
            return json.load(file)
    except FileNotFoundError:
        return {}


def swarmctl(*words, stdin=None):
    done = subprocess.run(
        [PROGRAM, *words, "--root", ROOT], input=stdin, capture_output=True, text=True)
    return done


# Scenarios


async def walk():
    """Everything once, in every way to begin."""
    for mode in ["auto", "legacy"] if LINE == 2 else ["auto"]:
        ears = Ears()
        async with session(ears=ears, mode=mode) as client:
            tools = (await client.list_tools()).tools
            assert [tool.name for tool in tools] == ["Do", "Save"], tools
            assert all(field(tool, "input_schema")["type"] == "object" for tool in tools)
            text = "ünï \u2028 \U0001f600 \x00"
            assert await does(client, "out = %r" % text) == text
            failed, text = await call(client, "Do", code="raise ValueError('no luck')")
            assert failed and "no luck" in text, text
            failed, text = await call(client, "Save", key="a", user_guid=USER.replace("3", "4"))
            assert memory().get("a") is None or not failed
            await fails(client.call_tool("Nobody", {}), -32602)
            assert (await call(client, "Save", key=mode)) == (False, "saved " + mode)
            assert memory()[mode] == 1
            prompts = (await client.list_prompts()).prompts
            assert [prompt.name for prompt in prompts] == ["soul"], prompts
            prompt = await client.get_prompt("soul")
            assert "Be brief." in prompt.messages[0].content.text, prompt
            resources = (await client.list_resources()).resources
            assert [str(resource.uri) for resource in resources] == ["rapp://memory"]
            contents = (await client.read_resource("rapp://memory")).contents[0]
            assert json.loads(contents.text)[mode] == 1
            assert not (await client.list_resource_templates()).resource_templates if LINE == 2 else 1
            steps = []

            async def progress(amount, total, message):
                steps.append(amount)

            await does(client, "import time; print('half way'); time.sleep(1.3)", progress=progress)
            assert steps and steps == sorted(steps), steps
            assert ("info", "half way") in ears.logs, ears.logs


async def pipelined():
    """Requests are answered while agents run, and calls of one user keep their order."""
    async with session() as client:
        await does(client, "pass")
        slow = asyncio.create_task(does(client, "import time; time.sleep(1.5); out = 'slow'"))
        await asyncio.sleep(0.1)
        start = time.monotonic()
        await client.list_tools()
        await client.read_resource("rapp://memory")
        assert time.monotonic() - start < 1.0 and not slow.done()
        assert await slow == "slow"
        code = (
            "import json, os; path = os.environ['BRAINSTEM_MEMORY_PATH']\n"
            "memory = json.load(open(path)) if os.path.exists(path) else {}\n"
            "memory.setdefault('order', []).append(%d); json.dump(memory, open(path, 'w'))")
        await asyncio.gather(*(does(client, code % number) for number in range(8)))
        assert memory()["order"] == list(range(8)), memory()


async def cancelled():
    """Giving up ends the call, which changes nothing; the next one goes on."""
    gone = os.path.join(ROOT, "..", "cancelled-%d" % LINE)
    code = (
        "import os, time; open(os.environ['BRAINSTEM_MEMORY_PATH'], 'w').write('{\"spoiled\": 1}');"
        "time.sleep(%d); open(%r, 'w')" % (30 if LINE == 2 else 3, gone))
    async with session("--timeout", "2s") as client:
        await call(client, "Save", key="kept")
        before = memory()
        start = time.monotonic()
        await fails(client.call_tool(
            "Do", {"code": code},
            read_timeout_seconds=0.5 if LINE == 2 else datetime.timedelta(seconds=0.5)))
        assert time.monotonic() - start < 1.9
        assert (await call(client, "Save", key="kept")) == (False, "saved kept")
        after = memory()
        assert after["kept"] == before["kept"] + 1 and "spoiled" not in after, after
        failed, text = await call(client, "Do", code="import time; time.sleep(30)")
        assert failed and "took longer than 2 s" in text, text
        assert memory() == after
    assert not os.path.exists(gone)


async def deployed():
    """A deploy in mid-session is told, and its tools are there."""
    ears = Ears()
    bundle = json.loads(swarmctl("export", SWARM).stdout)
    source = bundle["agents"][0]["source"].replace("DoAgent", "NewAgent").replace('"Do"', '"New"')
    bundle["agents"].append({"filename": "new_agent.py", "source": source, "name": "New"})

    async def deploy(bundle):
        done = await asyncio.to_thread(
            swarmctl, "deploy", "-", "--yes", stdin=json.dumps(bundle))
        if done.returncode:
            done = await asyncio.to_thread(swarmctl, "deploy", "-", stdin=json.dumps(bundle))
        assert done.returncode == 0, done.stderr

    async with session(ears=ears) as client:
        assert len((await client.list_tools()).tools) == 2
        if LINE == 2:
            async with client.listen(tools_list_changed=True, prompts_list_changed=True) as events:
                await deploy(bundle)
                async with asyncio.timeout(10):
                    async for _ in events:
                        break
        else:
            await deploy(bundle)
            await ears.hears("notifications/tools/list_changed")
        assert len((await client.list_tools()).tools) == 3
        assert (await call(client, "New", code="out = 'new'")) == (False, "new")
        bundle["agents"].pop()
        await deploy(bundle)
        await fails(client.call_tool("New", {"code": "pass"}), -32602)
        assert len((await client.list_tools()).tools) == 2


async def subscribed():
    """Subscribers hear of the memory, whoever changes it."""
    ears = Ears()
    async with session(ears=ears) as client:
        if LINE == 2:
            async with client.listen(resource_subscriptions=["rapp://memory"]) as events:
                await call(client, "Save", key="heard")
                async with asyncio.timeout(10):
                    async for _ in events:
                        break
        else:
            from pydantic import AnyUrl

            await client.subscribe_resource(AnyUrl("rapp://memory"))
            await call(client, "Save", key="heard")
            await ears.hears("notifications/resources/updated")
            ears.methods.clear()
            done = await asyncio.to_thread(
                swarmctl, "run", SWARM, "Save", "key=elsewhere", "--user", USER)
            assert done.returncode == 0, done.stderr
            await ears.hears("notifications/resources/updated")


async def removed():
    """A swarm that is removed in mid-session fails each call, and may come back."""
    bundle = swarmctl("export", SWARM).stdout
    async with session() as client:
        assert not (await call(client, "Save", key="x"))[0]
        assert swarmctl("memory", "wipe", SWARM, "--user", USER, "--yes").returncode == 0
        assert (await call(client, "Save", key="x")) == (False, "saved x")
        assert memory() == {"x": 1}
        assert swarmctl("remove", SWARM, "--yes").returncode == 0
        failed, text = await call(client, "Save", key="x")
        assert failed and "there is no swarm" in text, text
        await fails(client.list_tools())
        done = swarmctl("deploy", "-", stdin=bundle)
        assert done.returncode == 0, done.stderr
        await asyncio.sleep(1.2)
        assert (await call(client, "Save", key="y")) == (False, "saved y")
        assert memory() == {"y": 1}


async def sealed():
    """A seal in mid-session refuses what would change the memory, and nothing else."""
    if swarmctl("seal", "--help").returncode:
        return print("this build seals nothing")
    async with session() as client:
        assert (await call(client, "Save", key="before")) == (False, "saved before")
        done = swarmctl("seal", SWARM)
        assert done.returncode == 0, done.stderr
        failed, text = await call(client, "Save", key="after")
        assert failed and "sealed" in text, text
        assert memory() == {"before": 1}, memory()
        assert "before" in await does(client, "import os; out = open(os.environ['BRAINSTEM_MEMORY_PATH']).read()")
        done = swarmctl("unseal", SWARM, "--yes")
        assert done.returncode == 0, done.stderr
        assert (await call(client, "Save", key="after")) == (False, "saved after")


async def snapshotted():
    """A snapshot can be talked to, and does not change."""
    if swarmctl("snapshot", "--help").returncode:
        return print("this build keeps no snapshots")
    async with session() as client:
        assert (await call(client, "Save", key="then")) == (False, "saved then")
        done = swarmctl("snapshot", "create", SWARM, "kept")
        assert done.returncode == 0, done.stderr
        assert (await call(client, "Save", key="since")) == (False, "saved since")
    async with session(target=SWARM + "@kept") as client:
        assert len((await client.list_tools()).tools) == 2
        contents = (await client.read_resource("rapp://memory")).contents[0]
        assert json.loads(contents.text) == {"then": 1}, contents
        code = "import os; out = open(os.environ['BRAINSTEM_MEMORY_PATH']).read()"
        assert json.loads(await does(client, code)) == {"then": 1}
        failed, text = await call(client, "Save", key="never")
        assert failed and "snapshot" in text, text
    assert memory() == {"then": 1, "since": 1}, memory()


async def odd():
    """Agents that print, fork, hang, ask for input and leave processes behind."""
    async with session("--timeout", "1s") as client:
        assert await does(client, "print('x' * 1000000); out = 'printed'") == "printed"
        assert await does(client, "import os; os.write(1, b'{\\n'); out = 'raw'") == "raw"
        failed, text = await call(client, "Do", code="input()")
        assert failed and "EOF" in text, text
        code = "import os\nif os.fork() == 0: os._exit(0)\nos.wait(); out = 'forked'"
        assert await does(client, code) == "forked"
        failed, text = await call(client, "Do", code="import os; os._exit(3)")
        assert failed, text
        failed, text = await call(client, "Do", code="import os; os.kill(os.getpid(), 9)")
        assert failed, text
        failed, text = await call(client, "Do", code="while True: pass")
        assert failed and "took longer" in text, text
        failed, text = await call(client, "Do", code="out = 'x' * (65 << 20)")
        assert failed, text[:100]
        big = await does(client, "out = 'x' * (8 << 20)")
        assert len(big) == 8 << 20
        assert (await call(client, "Save", key="odd")) == (False, "saved odd")


async def closing():
    """A client that goes away while an agent runs waits for nobody."""
    start = None
    try:
        async with session() as client:
            await does(client, "pass")
            task = asyncio.create_task(does(client, "import time; time.sleep(60)"))
            await asyncio.sleep(0.3)
            start = time.monotonic()
            task.cancel()
    except* Exception:
        pass
    assert time.monotonic() - start < 1.9, time.monotonic() - start


async def storm(sessions=3, count=15):
    """Sessions, runs and batches on one memory: nothing is lost."""
    user = "00000000-0000-0000-0000-00000000000%d" % LINE
    lines = "".join(
        json.dumps({"swarm": SWARM, "name": "Save", "args": {"key": "n"}, "user_guid": user}) + "\n"
        for _ in range(count))

    async def one_session():
        async with session(user=user) as client:
            answers = await asyncio.gather(
                *(call(client, "Save", key="n") for _ in range(count)))
            assert all(answer == (False, "saved n") for answer in answers), answers

    async def runs():
        for _ in range(count):
            done = await asyncio.to_thread(
                swarmctl, "run", SWARM, "Save", "key=n", "--user", user)
            assert done.returncode == 0, done.stderr

    async def batch():
        done = await asyncio.to_thread(swarmctl, "batch", "-", stdin=lines)
        assert done.returncode == 0, done.stderr + done.stdout

    await asyncio.gather(*(one_session() for _ in range(sessions)), runs(), batch(), batch())
    assert memory(user) == {"n": count * (sessions + 3)}, memory(user)


for name in sys.argv[4:]:
    print(name, flush=True)
    asyncio.run(asyncio.wait_for(globals()[name](), 120))
print("all is well with line", LINE)
