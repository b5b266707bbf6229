"""A process that filters its system calls and waits: with one on the machine, the kernel has memory for
the next such filter, and without one it makes 2 MiB of it each time."""

import ctypes
import struct
import time

library = ctypes.CDLL(None)
# PR_SET_NO_NEW_PRIVS; PR_SET_SECCOMP, SECCOMP_MODE_FILTER with one instruction: allow.
library.prctl(38, 1, 0, 0, 0)
instruction = ctypes.create_string_buffer(struct.pack("=HBBI", 0x06, 0, 0, 0x7FFF0000), 8)
program = ctypes.create_string_buffer(struct.pack("@HQ", 1, ctypes.addressof(instruction)), 16)
print("ready" if library.prctl(22, 2, program, 0, 0) == 0 else "no filters here", flush=True)
time.sleep(3600)
