#!/usr/bin/env python3
"""Tests a root that two machines share, on real SMB and NFS 4.1 mounts, and a root whose power is cut.

    python3 Benchmarks/shared_roots.py                 all of it, some 20 minutes
    python3 Benchmarks/shared_roots.py smb nobrl nfs   two clients on a mount each
    python3 Benchmarks/shared_roots.py power --cuts 5  cut the power during saves

A stock Debian kernel runs in QEMU without KVM and without a network device; it sees this machine's files
read-only, so the programs in it are the ones here. It needs Linux on x86-64, the static release program
(scripts/build-static) and these Debian packages, which `--install` installs: qemu-system-x86 busybox-static
kmod cpio samba nfs-kernel-server cifs-utils nfs-common iproute2. The exit status is 1 where a promise was
broken.
"""

import argparse
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.abspath(__file__)
TOP = os.path.dirname(os.path.dirname(HERE))
PROGRAM = os.path.join(TOP, ".build", "static", "release", "swarmctl")
PACKAGES = ("qemu-system-x86 busybox-static kmod cpio samba nfs-kernel-server cifs-utils nfs-common "
            "iproute2 e2fsprogs").split()
LEASE_TERM = 10  # seconds
USER = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
AGENT = '''
import json, os, time

class SaveAgent:
    def __init__(self):
        self.name = "Save"
        self.metadata = {"name": "Save", "description": "Saves a key.", "parameters": {
            "type": "object", "properties": {"key": {"type": "string"}, "seconds": {"type": "number"}},
            "required": ["key"]}}

    def perform(self, key, seconds=0, **kwargs):
        path = os.environ["BRAINSTEM_MEMORY_PATH"]
        memory = json.load(open(path)) if os.path.exists(path) else {}
        time.sleep(seconds)
        memory[key] = 1
        json.dump(memory, open(path, "w"))
        return "saved"
'''
INIT = r'''#!/bin/busybox sh
export PATH=/bin; B=/bin/busybox
$B mount -t proc p /proc; $B mount -t sysfs s /sys; $B mount -t devtmpfs d /dev
for m in virtio_pci virtio_blk 9pnet_virtio 9p overlay; do $B modprobe $m; done
$B mount -t 9p -o trans=virtio,version=9p2000.L,ro,cache=loose,msize=262144 host /ro
$B mount -t tmpfs t /rw; $B mkdir /rw/u /rw/w
$B mount -t overlay -o lowerdir=/ro,upperdir=/rw/u,workdir=/rw/w o /root
for x in proc sys dev; do $B mount --move /$x /root/$x; done
$B mkdir -p /root/dev/shm /root/dev/pts /root/lib/modules/$($B uname -r)
$B mount -t tmpfs t /root/dev/shm; $B mount -t tmpfs t /root/run; $B mount -t tmpfs t /root/tmp
for w in $($B cat /root/proc/cmdline); do
  case $w in run=*) RUN=${w#run=};; mods=*) M=${w#mods=};; role=*) ROLE=${w#role=};; prog=*) PROG=${w#prog=};;
    saves=*) SAVES="--saves ${w#saves=}";; singles=*) SINGLES="--singles ${w#singles=}";; esac
done
$B mount --bind /root$M /root/lib/modules/$($B uname -r)
HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin exec $B chroot /root /usr/bin/python3 $RUN --guest $ROLE --program $PROG $SAVES $SINGLES
'''


# The host's side


def check(command, **options):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **options).stdout


def prepare(work):
    """The kernel, its modules and an initial file system; kept in the work folder."""
    kernels = [n for n in os.listdir(work) if n.startswith("linux-image-") and n.endswith(".deb")]
    if not kernels:
        name = re.search(r"linux-image-6\S*amd64", check(
            ["apt-cache", "depends", "linux-image-amd64"])).group()
        check(["apt-get", "download", name], cwd=work)
        kernels = [n for n in os.listdir(work) if n.startswith("linux-image-")]
    image = os.path.join(work, "image")
    if not os.path.isdir(image):
        check(["dpkg", "-x", os.path.join(work, kernels[0]), image])
    version = os.listdir(image + "/lib/modules")[0]
    check(["depmod", "-b", image, version])
    start = os.path.join(work, "start")
    shutil.rmtree(start, ignore_errors=True)
    for name in ("bin", "proc", "sys", "dev", "ro", "rw", "root"):
        os.makedirs(os.path.join(start, name))
    shutil.copy("/bin/busybox", start + "/bin/")
    for module in ("virtio_pci", "virtio_blk", "9p", "9pnet_virtio", "overlay"):
        for line in check(["modprobe", "-d", image, "-S", version, "--show-depends", module]).split("\n"):
            if line.startswith("insmod"):
                path = line.split()[1]
                inside = start + "/lib/modules/" + version + path.split(version, 1)[1]
                os.makedirs(os.path.dirname(inside), exist_ok=True)
                shutil.copy(path, inside)
    check(["depmod", "-b", start, version])
    with open(start + "/init", "w") as file:
        file.write(INIT)
    os.chmod(start + "/init", 0o755)
    check(["bash", "-c", "find . | cpio -o -H newc 2>/dev/null | gzip > ../start.gz"], cwd=start)
    return f"{image}/boot/vmlinuz-{version}", f"{image}/lib/modules/{version}"


def boot(work, kernel, modules, role, program, disk=None, more=""):
    """Starts the guest; its console is the output of the process."""
    words = [
        "qemu-system-x86_64", "-M", "q35", "-accel", "tcg,thread=multi", "-cpu", "max", "-m", "3072",
        "-smp", "2", "-nic", "none", "-kernel", kernel, "-initrd", work + "/start.gz", "-nographic",
        "-no-reboot", "-append",
        f"console=ttyS0 quiet panic=-1 loglevel=3 run={HERE} mods={modules} role={role} prog={program} {more}",
        "-virtfs",
        "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap"]
    if disk:
        words += ["-drive", f"file={disk},format=raw,if=virtio,cache=writeback"]
    return subprocess.Popen(
        words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        errors="replace")


def two_clients(work, kernel, modules, role, program, saves, singles):
    """Runs one role of the guest and prints its verdict lines."""
    guest = boot(work, kernel, modules, role, program, more=f"saves={saves} singles={singles}")
    timer = threading.Timer(3600, guest.kill)
    timer.start()
    verdict = None
    for line in guest.stdout:
        line = line.strip()
        if line.startswith("ROW "):
            print(f"{role:8} {line[4:]}", flush=True)
        elif line.startswith("VERDICT "):
            verdict = line[8:]
        elif "Traceback" in line or line.startswith("FAULT "):
            print(f"{role:8} {line}", flush=True)
    timer.cancel()
    guest.wait()
    print(f"{role:8} {verdict or 'the guest gave no verdict'}", flush=True)
    return verdict == "kept"


def power(work, kernel, modules, program, cuts):
    """Cuts the power during saves: what was acknowledged must be there after the next boot."""
    disk = os.path.join(work, "cut.img")
    lost = torn = acknowledged = 0
    for number in range(cuts):
        with open(disk, "wb") as file:
            file.truncate(256 << 20)
        check(["mkfs.ext4", "-q", "-F", disk])
        guest = boot(work, kernel, modules, "saver", program, disk)
        last, limit = -1, random.randint(2, 8)
        for line in guest.stdout:
            found = re.search(r"ACK (\d+)", line.strip())
            if found:
                last = int(found.group(1))
                if last >= limit:
                    time.sleep(random.random() * 0.3)
                    guest.send_signal(signal.SIGKILL)
                    break
        for line in guest.stdout:
            found = re.search(r"ACK (\d+)", line.strip())
            if found:
                last = int(found.group(1))
        guest.wait()
        guest = boot(work, kernel, modules, "reader", program, disk)
        kept, said = None, []
        for line in guest.stdout:
            said.append(line)
            found = re.search(r"KEPT (.*)", line.strip())
            if found:
                kept = found.group(1)
        guest.wait()
        if kept is None:
            print("".join(said[-20:]), flush=True)
        acknowledged += last + 1
        if kept in (None, "torn"):
            torn += 1
        elif int(kept) < last + 1:
            lost += last + 1 - int(kept)
        print(f"power    cut {number + 1}: acknowledged {last + 1}, kept {kept}", flush=True)
    print(f"power    {cuts} cuts, {acknowledged} acknowledged, {lost} lost, {torn} torn", flush=True)
    return not lost and not torn


# The guest's side


def say(text):
    print(text, flush=True)


def run(program, root, *words):
    return subprocess.run(
        [program, *words, "--root", root, "-o", "json"], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def deploy(program, root, folder):
    os.makedirs(folder, exist_ok=True)
    with open(folder + "/save_agent.py", "w") as file:
        file.write(AGENT)
    done = run(program, root, "deploy", folder, "--name", "saves")
    if done.returncode:
        say("FAULT deploy: " + done.stdout + done.stderr)
        raise SystemExit(1)
    return json.loads(done.stdout)["swarm_guid"]


def mount_smb(work, options):
    share = work + "/share"
    for name in ("share", "a", "b", "private", "lock", "state", "cache", "pid", "ncalrpc"):
        os.makedirs(f"{work}/{name}", exist_ok=True)
    with open(work + "/smb.conf", "w") as file:
        file.write(f"""[global]
server role=standalone server
map to guest=Bad User
server min protocol=SMB3
load printers=no
disable spoolss=yes
private dir={work}/private
lock directory={work}/lock
state directory={work}/state
cache directory={work}/cache
pid directory={work}/pid
ncalrpc dir={work}/ncalrpc
[swarms]
path={share}
guest ok=yes
read only=no
force user=root
case sensitive=no
""")
    check(["ip", "link", "set", "lo", "up"])
    check(["smbd", "-D", "-s", work + "/smb.conf"])
    check(["modprobe", "cifs"])
    for name in ("a", "b"):
        # Two clients: each mount has a connection of its own.
        words = ("guest,vers=3.1.1,dir_mode=0777,file_mode=0777,serverino,nosharesock,mfsymlinks,"
                 "actimeo=30" + options)
        for attempt in range(50):
            done = subprocess.run(
                ["mount", "-t", "cifs", "//127.0.0.1/swarms", f"{work}/{name}", "-o", words],
                stderr=subprocess.PIPE, text=True)
            if done.returncode == 0:
                break
            time.sleep(0.2)
        else:
            say("FAULT mount: " + done.stderr)


def mount_nfs(work):
    for name in ("share", "a", "b"):
        os.makedirs(f"{work}/{name}", exist_ok=True)
    script = f"""set -e
for m in nfsd nfsv4 veth; do modprobe $m; done
mount -t nfsd n /proc/fs/nfsd
mkdir -p /var/lib/nfs; mount -t tmpfs t /var/lib/nfs
cd /var/lib/nfs; mkdir v4recovery sm rpc_pipefs; touch etab rmtab; cd /
ip link set lo up
ip netns add c2; ip link add v1 type veth peer name v2; ip link set v2 netns c2
ip addr add 10.9.9.1/24 dev v1; ip link set v1 up
ip -n c2 addr add 10.9.9.2/24 dev v2; ip -n c2 link set v2 up; ip -n c2 link set lo up
exportfs -o rw,no_root_squash,fsid=0,insecure,sync '*:{work}/share'
rpc.nfsd -N 3 -V 4 4; rpc.mountd --no-nfs-version 3
echo Y > /proc/fs/nfsd/v4_end_grace
mount -t nfs4 -o vers=4.1,nosharecache 127.0.0.1:/ {work}/a
nsenter --net=/run/netns/c2 unshare --uts sh -c \
  'hostname client2; mount -t nfs4 -o vers=4.1,nosharecache 10.9.9.1:/ {work}/b'
"""
    done = subprocess.run(["bash", "-c", script], stderr=subprocess.PIPE, text=True)
    if done.returncode:
        say("FAULT mount: " + done.stderr)


def machine(program, *words, **options):
    """Starts the program in a space of process ids of its own: a machine of its own, as far as it can tell."""
    return subprocess.Popen(
        ["unshare", "-pf", "--kill-child", "--mount-proc", program, *words], text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


def clients(role, program, saves, singles):
    """Two clients of one share save for one user; then one is killed while it holds the lease."""
    work = "/run/work"
    os.makedirs(work + "/share")
    # A disk of its own below the share: an overlay cannot be exported.
    with open("/run/disk", "wb") as file:
        file.truncate(512 << 20)
    check(["mkfs.ext4", "-q", "-F", "/run/disk"])
    check(["modprobe", "loop"])
    check(["mount", "-o", "loop", "/run/disk", work + "/share"])
    if role == "nfs":
        mount_nfs(work)
    else:
        mount_smb(work, ",nobrl" if role == "nobrl" else "")
    roots = [work + "/a/root", work + "/b/root"]
    os.makedirs(roots[0], exist_ok=True)
    for words in (["root", "--shared"], ["doctor"]):
        done = run(program, roots[0], *words)
        if done.returncode:
            say(f"FAULT {words[0]}: {done.stdout} {done.stderr}")
    guid = deploy(program, roots[0], "/run/bundle")
    say("ROW mounted, deployed")
    memory = f"swarms/{guid}/memory/{USER}/memory.json"
    acknowledged, sent, torn, gone, reads, stop = set(), [0], [0], [0], [0], threading.Event()

    def save(number, count):
        for index in range(count):
            key = f"{number}-{index}"
            sent[0] += 1
            done = machine(
                program, "run", guid, "Save", f"key={key}", "--user", USER, "--root",
                roots[number % 2], "--lock-timeout", "10m", stdin=subprocess.DEVNULL)
            output, errors = done.communicate()
            if done.returncode:
                say(f"FAULT save {key}: exit {done.returncode} {errors.strip()[-400:]}")
            else:
                acknowledged.add(key)

    def save_many(number, count):
        lines = [json.dumps({"id": f"{number}-{index}", "swarm": guid, "name": "Save",
                             "args": {"key": f"{number}-{index}"}, "user_guid": USER})
                 for index in range(count)]
        sent[0] += count
        done = machine(
            program, "batch", "-", "--root", roots[number % 2], "--lock-timeout", "10m",
            stdin=subprocess.PIPE)
        output, errors = done.communicate("\n".join(lines) + "\n")
        for line in output.split("\n"):
            answer = json.loads(line) if line else {"status": None}
            if answer["status"] == "ok":
                acknowledged.add(answer["id"])
            elif line:
                say("FAULT batch: " + line[:400])
        if done.returncode:
            say(f"FAULT batch {number}: exit {done.returncode} {errors.strip()[-400:]}")

    def read():
        existed = False
        while not stop.is_set():
            for root in roots:
                try:
                    with open(f"{root}/{memory}") as file:
                        json.load(file)
                    reads[0] += 1
                    existed = True
                except ValueError:
                    torn[0] += 1
                except OSError:
                    # Of the mount's making: whoever meets this looks again.
                    gone[0] += existed
            time.sleep(0.1)

    reader = threading.Thread(target=read)
    reader.start()
    start = time.monotonic()
    # From each client: two that make one call after the other, and a batch.
    workers = [threading.Thread(target=save, args=(n, singles)) for n in range(4)]
    workers += [threading.Thread(target=save_many, args=(n, saves - 2 * singles)) for n in (4, 5)]
    for worker in workers:
        worker.start()
    while any(worker.is_alive() for worker in workers):
        workers[0].join(60)
        say(f"ROW so far {len(acknowledged)} acknowledged, {time.monotonic() - start:.0f} s")
        for worker in workers[1:]:
            worker.join(0.01)
        if not workers[0].is_alive():
            for worker in workers:
                worker.join()
    stop.set()
    reader.join()
    with open(f"{work}/share/root/{memory}") as file:
        kept = set(json.load(file))
    missing = acknowledged - kept
    say(f"ROW saves: sent {sent[0]}, acknowledged {len(acknowledged)}, kept {len(kept)}, "
        f"acknowledged but missing {len(missing)}, torn {torn[0]} of {reads[0]} reads, not found {gone[0]}, "
        f"{time.monotonic() - start:.0f} s")
    lines = run(program, roots[1], "history", guid, "-o", "jsonl").stdout.count('"agent"')
    say(f"ROW history: {lines} lines")
    # A client that is killed with its machine: its lease is taken over once it has expired. What the call
    # itself takes is known from one that nobody is in the way of.
    start = time.monotonic()
    run(program, roots[1], "run", guid, "Save", "key=usual", "--user", USER)
    usual = time.monotonic() - start
    holder = machine(
        program, "run", guid, "Save", "key=held", "seconds:=120", "--user", USER, "--root", roots[0],
        stdin=subprocess.DEVNULL)
    leases = f"{work}/share/root/.swarmctl/leases/{guid}"
    while not any(name.startswith("memory-") for name in os.listdir(leases)):
        time.sleep(0.1)
    time.sleep(4)
    holder.kill()
    holder.communicate()
    start = time.monotonic()
    done = machine(
        program, "run", guid, "Save", "key=after", "--user", USER, "--root", roots[1],
        "--lock-timeout", "2m", stdin=subprocess.DEVNULL)
    output, errors = done.communicate()
    waited = time.monotonic() - start
    with open(f"{work}/share/root/{memory}") as file:
        kept = set(json.load(file))
    say(f"ROW takeover: exit {done.returncode} after {waited:.1f} s, a call takes {usual:.1f} s, "
        f"{'held was kept, ' if 'held' in kept else ''}{errors.strip()[-200:]}")
    good = not missing and not torn[0] and len(acknowledged) == sent[0] and acknowledged <= kept \
        and done.returncode == 0 and waited < LEASE_TERM + 2 * usual + 5 and "held" not in kept and "after" in kept
    say("VERDICT " + ("kept" if good else "broken"))


def saver(program):
    os.makedirs("/run/disk")
    check(["modprobe", "ext4"])
    check(["mount", "/dev/vda", "/run/disk"])
    guid = deploy(program, "/run/disk/root", "/run/bundle")
    check(["sync"])
    for number in range(1000):
        done = run(program, "/run/disk/root", "run", guid, "Save", f"key={number}", "--user", USER)
        if done.returncode:
            say("FAULT " + done.stdout)
            return
        say(f"ACK {number}")


def reader(program):
    os.makedirs("/run/disk")
    check(["modprobe", "ext4"])
    check(["mount", "/dev/vda", "/run/disk"])
    swarms = "/run/disk/root/swarms"
    guid = next(name for name in os.listdir(swarms) if len(name) == 36)
    done = run(program, "/run/disk/root", "run", guid, "Save", "key=after", "--user", USER)
    try:
        with open(f"{swarms}/{guid}/memory/{USER}/memory.json") as file:
            keys = set(json.load(file)) - {"after"}
    except (OSError, ValueError):
        keys = None
    say("KEPT " + ("torn" if keys is None or done.returncode else str(len(keys))))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("roles", nargs="*", help="smb, nobrl, nfs, power (default: all)")
    parser.add_argument("--program", default=PROGRAM, help="the static swarmctl (default: the release build)")
    parser.add_argument("--work", help="where the kernel is kept between runs (default: a new folder)")
    parser.add_argument("--cuts", type=int, default=20, help="how often the power is cut (default: 20)")
    parser.add_argument("--saves", type=int, default=240, help="saves from each client (default: 240)")
    parser.add_argument("--singles", type=int, default=60,
                        help="how many of them each of two callers makes by runs of their own (default: 60)")
    parser.add_argument("--install", action="store_true", help="install the Debian packages first")
    parser.add_argument("--guest", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.guest:
        try:
            if given.guest in ("saver", "reader"):
                globals()[given.guest](given.program)
            else:
                clients(given.guest, given.program, given.saves, given.singles)
        except Exception as error:  # The console is all that the host sees.
            say(f"FAULT {type(error).__name__}: {error}")
        os.sync()
        subprocess.run(["/bin/busybox", "poweroff", "-f"])
        return 0
    if given.install:
        subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", *PACKAGES], check=True)
    program = os.path.abspath(given.program)
    if not os.access(program, os.X_OK):
        sys.exit("build the static program first: scripts/build-static")
    work = os.path.abspath(given.work or tempfile.mkdtemp(prefix="swarmctl-guest-"))
    os.makedirs(work, exist_ok=True)
    kernel, modules = prepare(work)
    good = True
    for role in given.roles or ["smb", "nobrl", "nfs", "power"]:
        if role == "power":
            good &= power(work, kernel, modules, program, given.cuts)
        else:
            good &= two_clients(work, kernel, modules, role, program, given.saves, given.singles)
    if not given.work:
        shutil.rmtree(work)
    return 0 if good else 1


sys.exit(main())
