#!/usr/bin/env python3
"""Tries the sandbox on a real kernel for arm64, in QEMU, on a machine of another architecture.

    python3 Benchmarks/arm64.py            about a minute

The guest has Debian's kernel and Python for arm64 and no network device. In it, the agent that tries to get
out (Tests/SwarmOpsTests/Fixtures/escapes) runs behind the program's own filter of system calls, as the tests
write it down, and behind the host's own fence, as root and as an ordinary user, under both levels. swarmctl
itself does not run there. It needs the debug build, and qemu-system-arm, cpio and apt, which `--install` installs.
The exit status is 1 where something got out, or what agents must be able to do failed.
"""

import argparse
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import zlib

HERE = os.path.abspath(__file__)
TOP = os.path.dirname(os.path.dirname(HERE))
SOURCES = """\
deb [arch=arm64] http://deb.debian.org/debian bookworm main
deb [arch=arm64] http://deb.debian.org/debian bookworm-backports main
"""
PACKAGES = (
    "busybox-static libc6 libcrypt1 libexpat1 libffi8 libgcc-s1 libpython3.11-minimal "
    "libpython3.11-stdlib python3.11-minimal zlib1g").split()
INIT = """\
#!/bin/busybox sh
/bin/busybox mount -t proc p /proc
/bin/busybox mount -t sysfs s /sys
/bin/busybox mount -t devtmpfs d /dev
/bin/busybox mkdir -p /dev/shm
/bin/busybox mount -t tmpfs t /dev/shm
/bin/busybox mount -t tmpfs t /tmp
/bin/busybox chmod 1777 /tmp /dev/shm
/bin/busybox ip link set lo up
/usr/bin/python3.11 /check/arm64.py --guest
/bin/busybox poweroff -f
"""


# The host's side


def check(command, **options):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **options).stdout


def download(work):
    """The packages' files; what they are is asked of a list of packages of its own."""
    apt = os.path.join(work, "apt")
    os.makedirs(apt + "/lists/partial", exist_ok=True)
    os.makedirs(apt + "/cache/archives/partial", exist_ok=True)
    with open(apt + "/sources.list", "w") as file:
        file.write(SOURCES)
    options = []
    for name, value in {
        "Dir::Etc::SourceList": apt + "/sources.list", "Dir::Etc::SourceParts": "-",
        "Dir::State::Lists": apt + "/lists", "Dir::Cache": apt + "/cache", "APT::Architecture": "arm64",
        "APT::Architectures": "arm64", "APT::Default-Release": "bookworm-backports",
        "APT::Sandbox::User": "root",
    }.items():
        options += ["-o", f"{name}={value}"]
    check(["apt-get", "-qq", *options, "update"])
    kernel = re.search(
        r"linux-image-6\S*arm64", check(["apt-cache", *options, "depends", "linux-image-arm64"])).group()
    folder = os.path.join(work, "packages")
    os.makedirs(folder, exist_ok=True)
    if not [name for name in os.listdir(folder) if name.startswith(kernel)]:
        check(["apt-get", "-qq", *options, "download", kernel, *PACKAGES], cwd=folder)
    return folder, kernel


def unpack(work, folder, kernel):
    """The kernel, and the guest's files."""
    start = os.path.join(work, "start")
    shutil.rmtree(start, ignore_errors=True)
    for name in ("proc", "sys", "dev", "tmp", "check", "srv", "bin"):
        os.makedirs(os.path.join(start, name))
    image = None
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        if name.startswith(kernel):
            image = os.path.join(work, "image")
            if not os.path.isdir(image):
                check(["dpkg", "-x", path, image])
        else:
            check(["dpkg", "-x", path, start])
    with open(f"{image}/boot/vmlinuz-{kernel[len('linux-image-'):]}", "rb") as file:
        data = file.read()
    if data[4:8] == b"zimg":
        # Compressed behind a program for firmware, which QEMU does not start.
        begin, size = struct.unpack("<II", data[8:16])
        data = zlib.decompressobj(31).decompress(data[begin:begin + size])
    with open(work + "/kernel", "wb") as file:
        file.write(data)
    for name in ("cat", "sh"):
        if not os.path.lexists(f"{start}/bin/{name}"):
            os.symlink("busybox", f"{start}/bin/{name}")
    return start


def prepare(work):
    """The kernel and the initial file system."""
    start = unpack(work, *download(work))
    filters = work + "/filters.json"
    if os.path.exists(filters):
        os.unlink(filters)
    check(
        ["swift", "test", "--skip-build", "--filter", "SeccompFilterTests"], cwd=TOP,
        env={**os.environ, "SWARMCTL_ARM_FILTERS": filters}, stderr=subprocess.STDOUT)
    for path in (
        HERE, filters, TOP + "/Sources/SwarmOps/Host/Python/agent_fence.py",
        TOP + "/Tests/SwarmOpsTests/Fixtures/escapes/escape_agent.py",
    ):
        shutil.copy(path, start + "/check/")
    with open(start + "/init", "w") as file:
        file.write(INIT)
    os.chmod(start + "/init", 0o755)
    with open(start + "/etc/passwd", "w") as file:
        file.write("root:x:0:0:root:/:/bin/sh\n")
    check(["bash", "-c", "find . | cpio -o -H newc 2>/dev/null | gzip -1 > ../start.gz"], cwd=start)


def boot(work):
    return subprocess.Popen(
        ["qemu-system-aarch64", "-M", "virt", "-accel", "tcg,thread=multi", "-cpu", "max", "-m", "2048",
         "-smp", "2", "-nic", "none", "-kernel", work + "/kernel", "-initrd", work + "/start.gz",
         "-nographic", "-no-reboot", "-append", "console=ttyAMA0 quiet panic=-1 loglevel=3 lsm=landlock"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        errors="replace")


def host(work):
    prepare(work)
    good = False
    for line in boot(work).stdout:
        line = line.strip()
        if line.startswith(("ROW ", "FAULT ")) or "Traceback" in line or "Error" in line:
            print(line.removeprefix("ROW "), flush=True)
        good = good or line == "VERDICT held"
    print("held" if good else "NOT held")
    return good


# The guest's side


LISTENER = """
import os, signal, socket, sys, time
folder = "/srv/sockets"
signal.signal(signal.SIGURG, lambda *_: open(folder + "/signalled", "w").close())
stream = socket.socket(socket.AF_UNIX); stream.bind(folder + "/stream"); stream.listen()
abstract = socket.socket(socket.AF_UNIX); abstract.bind("\\0" + folder); abstract.listen()
datagram = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); datagram.bind(folder + "/datagram")
port = socket.create_server(("127.0.0.1", 7777))
open(folder + "/ready", "w").close()
time.sleep(3600)
"""
SWARM, OTHER = "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "99999999-2222-3333-4444-555555555555"
# The capabilities that root's agents keep, as in System/Fence.swift.
KEPT = 0x4FF
READING, CHANGING, DEVICE = 0b1101, 0xFFFF & ~(1 << 6 | 1 << 11 | 1 << 15), 1 << 1 | 1 << 2


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, mode)


def scene(user):
    """What there is to get at, owned by who tries."""
    shutil.rmtree("/srv", ignore_errors=True)
    write("/srv/home/secret", "secret")
    write("/srv/home/movable", "secret")
    write("/srv/home/program", "#!/bin/sh\necho out\n", 0o755)
    write("/srv/outside/file", "outside")
    write(f"/srv/root/swarms/{SWARM}/memory/{OTHER}/memory.json", "{}")
    write(f"/srv/root/swarms/{SWARM}/manifest.json", "{}")
    shutil.copy("/check/escape_agent.py", f"/srv/root/swarms/{SWARM}/")
    for folder in ("sockets", "staging/memory", "staging/tmp"):
        os.makedirs("/srv/" + folder)
    write("/srv/staging/memory/memory.json", "{}")
    for place, folders, names in os.walk("/srv"):
        for name in folders + names:
            os.chown(os.path.join(place, name), user, user)
    os.chown("/srv", user, user)


def become(user):
    if user:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)


def fenced(user, level, filters, process, body):
    """What a fenced process says that belongs to a user."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            become(user)
            import ctypes

            sys.path.insert(0, "/check")
            import agent_fence

            library = ctypes.CDLL(None, use_errno=True)
            os.environ.update({
                "BRAINSTEM_MEMORY_PATH": "/srv/staging/memory/memory.json", "TMPDIR": "/srv/staging/tmp"})
            os.chdir("/srv/home")
            shared = [(path, READING) for path in (
                "/usr", "/bin", "/lib", "/etc/ld.so.cache", "/etc/passwd", f"/srv/root/swarms/{SWARM}/escape_agent.py")]
            shared += [(f"/dev/{name}", DEVICE) for name in ("null", "zero", "random", "urandom")]
            fence = agent_fence.Fence({
                "strict": level == "strict", "attributes": [0xFFFF, 3 if level == "strict" else 0, 3],
                "size": 24, "rules": shared})
            if library.prctl(38, 1, 0, 0, 0):
                raise OSError("no_new_privs")
            if user == 0:
                kept = struct.pack("6I", KEPT, KEPT, 0, 0, 0, 0)
                if library.capset(struct.pack("Ii", 0x20080522, 0), kept):
                    raise OSError("capset")
            fence.enter([
                ("/srv/staging/memory", CHANGING), ("/srv/staging/tmp", CHANGING),
                ("/proc/%d" % os.getpid(), READING)])
            words = struct.pack("=%dQ" % len(filters[level]), *filters[level])
            program = ctypes.create_string_buffer(words, len(words))
            description = struct.pack("=HHIQ", len(filters[level]), 0, 0, ctypes.addressof(program))
            library.syscall.restype = ctypes.c_long
            if library.syscall(ctypes.c_long(277), 1, 4, description) != 0:
                raise OSError(ctypes.get_errno(), "seccomp")
            said = json.dumps(body(level, process))
        except BaseException as error:
            said = json.dumps({"FAULT": repr(error)})
        with open(writing, "w") as file:
            file.write(said)
        os._exit(0)
    os.close(writing)
    with open(reading) as file:
        said = file.read()
    os.waitpid(child, 0)
    return json.loads(said or '{"FAULT": "nothing was said"}')


def escapes(level, process):
    path = f"/srv/root/swarms/{SWARM}/escape_agent.py"
    with open(path) as file:
        source = file.read()
    place = {
        "home": "/srv/home", "root": "/srv/root", "outside": "/srv/outside/file", "swarm": SWARM,
        "other": f"/srv/root/swarms/{SWARM}/memory/{OTHER}/memory.json", "process": process, "port": 7777,
        "socket": "/srv/sockets/stream", "datagram": "/srv/sockets/datagram", "abstract": "/srv/sockets",
        "at": "run", "level": level,
    }
    module = {"__name__": "escape", "__file__": path}
    exec(compile(source.replace("PLACE = {}", f"PLACE = {place!r}"), path, "exec"), module)
    return json.loads(module["results"]())


def usual(level, _):
    """What agents do and must go on doing; each says what it got."""
    import multiprocessing
    import socket
    import tempfile
    import threading

    def copied():
        path = shutil.copy("/etc/passwd", os.environ["TMPDIR"] + "/copy")
        shutil.copymode("/etc/passwd", path)
        return os.path.getsize(path) > 0

    def temporary():
        with tempfile.NamedTemporaryFile() as file:
            return file.write(b"x") == 1

    def program():
        return subprocess.run(["/bin/cat", "/etc/passwd"], stdout=subprocess.PIPE).stdout != b""

    def process():
        context = multiprocessing.get_context("fork")
        reading, writing = context.Pipe()
        child = context.Process(target=writing.send, args=("done",))
        child.start()
        child.join()
        return reading.recv() == "done"

    def thread():
        found = []
        thread = threading.Thread(target=found.append, args=(1,))
        thread.start()
        thread.join()
        return found == [1]

    def pair():
        one, other = socket.socketpair()
        one.send(b"x")
        return other.recv(1) == b"x"

    def saved():
        path = os.environ["BRAINSTEM_MEMORY_PATH"]
        with open(path + ".new", "w") as file:
            json.dump({"a": 1}, file)
        os.replace(path + ".new", path)
        return json.load(open(path)) == {"a": 1}

    def connected():
        return socket.create_connection(("127.0.0.1", 7777), 5) is not None

    def group():
        child = subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE)
        child.terminate()
        return child.wait() == -15

    said = {}
    for function in [copied, temporary, program, process, thread, pair, saved, group] + (
            [connected] if level == "standard" else []):
        try:
            said[function.__name__] = "works" if function() else "nothing"
        except BaseException as error:
            said[function.__name__] = repr(error)
    return said


def guest():
    with open("/check/filters.json") as file:
        filters = json.load(file)
    machine = os.uname()
    print(f"ROW {machine.release}, {machine.machine}", flush=True)
    held = machine.machine == "aarch64"
    for user in (0, 65534):
        for level in ("standard", "strict"):
            scene(user)
            listener = os.fork()
            if listener == 0:
                become(user)
                os.setsid()
                exec(LISTENER, {})
            while not os.path.exists("/srv/sockets/ready"):
                time.sleep(0.05)
            tried = fenced(user, level, filters, listener, escapes)
            worked = fenced(user, level, filters, listener, usual)
            os.kill(listener, 9)
            os.waitpid(listener, 0)
            out = [name for name, said in tried.items() if said == "escaped"]
            failed = {name: said for name, said in worked.items() if said != "works"}
            who = "root" if user == 0 else "an ordinary user"
            print(
                f"ROW {level}, {who}: {len(tried)} attempts, {len(out)} got out {out or ''}, {len(worked)} usual "
                f"things, {len(failed)} failed {failed or ''}", flush=True)
            held = held and not out and not failed and len(tried) > 90 and len(worked) > 7
            if "FAULT" in tried or "FAULT" in worked:
                print(f"FAULT {tried.get('FAULT')} {worked.get('FAULT')}", flush=True)
                held = False
    print("VERDICT held" if held else "VERDICT not held", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--guest", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--install", action="store_true", help="install what is missing, as root")
    parser.add_argument("--work", help="a folder that keeps what was downloaded")
    given = parser.parse_args()
    if given.guest:
        return guest()
    if given.install:
        check(["apt-get", "-qq", "install", "-y", "--no-install-recommends", "qemu-system-arm", "cpio"])
    if given.work:
        os.makedirs(given.work, exist_ok=True)
        sys.exit(0 if host(os.path.abspath(given.work)) else 1)
    with tempfile.TemporaryDirectory() as work:
        os.chmod(work, 0o755)
        sys.exit(0 if host(work) else 1)


if __name__ == "__main__":
    main()
