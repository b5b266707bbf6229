#!/usr/bin/env python3
"""Packs the static program into a wheel, so that `pipx install` and `uvx` can install it.

    packaging/wheel.py <program> <version> <machine> <folder for the wheel>

The wheel holds the program as a script and no Python code. The program is static, so the wheel fits
every Linux distribution of its machine. Prints the wheel's path.
"""

import base64
import hashlib
import os
import sys
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(HERE)


def main(program, version, machine, folder):
    tags = [f"py3-none-manylinux_2_17_{machine}", f"py3-none-musllinux_1_1_{machine}"]
    info = f"swarmctl-{version}.dist-info"
    with open(os.path.join(TOP, "README.md"), encoding="utf-8") as readme:
        description = readme.read()
    with open(os.path.join(TOP, "LICENSE"), "rb") as file:
        licence = file.read()
    with open(program, "rb") as file:
        content = file.read()
    metadata = (
        f"Metadata-Version: 2.1\nName: swarmctl\nVersion: {version}\n"
        "Summary: Run RAPP agents as many users, each with a memory of their own that is never lost\n"
        "License: MIT\nRequires-Python: >=3.9\nDescription-Content-Type: text/markdown\n\n" + description)
    wheel = "Wheel-Version: 1.0\nGenerator: swarmctl\nRoot-Is-Purelib: false\n" + "".join(
        f"Tag: {tag}\n" for tag in tags)
    files = [
        (f"swarmctl-{version}.data/scripts/swarmctl", content, 0o755),
        (f"{info}/METADATA", metadata.encode(), 0o644),
        (f"{info}/WHEEL", wheel.encode(), 0o644),
        (f"{info}/licenses/LICENSE", licence, 0o644),
    ]
    notices = os.path.join(folder, "THIRD-PARTY-NOTICES.txt")
    if os.path.exists(notices):
        with open(notices, "rb") as file:
            files.append((f"{info}/licenses/THIRD-PARTY-NOTICES.txt", file.read(), 0o644))
    record = f"{info}/RECORD"
    lines = [f"{name},{digest(data)},{len(data)}" for name, data, _ in files] + [f"{record},,"]
    files.append((record, ("\n".join(lines) + "\n").encode(), 0o644))
    # A wheel for several platforms names all of them in one file name.
    platforms = ".".join(tag.split("-")[2] for tag in tags)
    path = os.path.join(folder, f"swarmctl-{version}-py3-none-{platforms}.whl")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data, mode in files:
            entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            entry.external_attr = (0o100000 | mode) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    print(path)


def digest(data):
    value = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return "sha256=" + value


main(*sys.argv[1:])
