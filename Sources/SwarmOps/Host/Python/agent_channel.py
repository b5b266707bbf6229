"""Frames between swarmctl and a host, over two descriptors that agents do not come upon by habit.

A frame, in both directions: u32 big-endian header length, u32 big-endian body length, header (a JSON
object in UTF-8), body (raw bytes).
"""

import json
import os

# Far above what an agent opens, so that one that closes "3 to 20" by habit does not hit the protocol.
_HIGHEST_DESCRIPTOR = 240

# Made once, which json.dumps does each time.
_encode = json.JSONEncoder(ensure_ascii=False).encode


class Channel:
    """The two protocol descriptors. Only the process that opened it can write to it."""

    def __init__(self, reading, writing):
        self.reading = move_up(reading)
        self.writing = move_up(writing)
        # A child that an agent forks must neither answer in our place nor hold the pipe open.
        os.register_at_fork(after_in_child=self.close)

    def close(self):
        for descriptor in (self.reading, self.writing):
            if descriptor is not None:
                try:
                    os.close(descriptor)
                except OSError:
                    pass
        self.reading = self.writing = None

    def receive(self):
        """The next frame's header, or None at the end of the stream."""
        prefix = self._read(8)
        if prefix is None:
            return None
        header = self._read(int.from_bytes(prefix[:4], "big"))
        self._read(int.from_bytes(prefix[4:], "big"))
        return json.loads(header)

    def is_readable(self, seconds):
        """Waits for the other side, for so many seconds at most; says whether it has said something."""
        import select

        return bool(select.select([self.reading], [], [], seconds)[0])

    def _read(self, count):
        parts = []
        while count:
            part = os.read(self.reading, min(count, 1 << 20))
            if not part:
                return None
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def send(self, header, body=b"", more=None):
        """Writes one frame; a broken pipe means that nobody waits for it any more.

        The header is a dictionary or an object in JSON; `more` are further members of it.
        """
        if self.writing is None:
            return
        text = header if type(header) is str else _encode(header)
        if more:
            text = text[:-1] + ", " + _encode(more)[1:]
        encoded = to_utf8(text)
        prefix = len(encoded).to_bytes(4, "big") + len(body).to_bytes(4, "big")
        # One system call for an ordinary answer; a large body is not copied once more.
        if len(body) <= 65536:
            parts = (prefix + encoded + body,)
        else:
            parts = (prefix + encoded, body)
        try:
            for part in parts:
                view = memoryview(part)
                while view:
                    view = view[os.write(self.writing, view):]
        except OSError:
            self.close()


def move_up(descriptor):
    """Moves a descriptor out of the way of agents."""
    for target in range(_HIGHEST_DESCRIPTOR, 9, -1):
        try:
            os.fstat(target)
        except OSError:
            try:
                os.dup2(descriptor, target, False)
            except OSError:
                continue  # above the limit on open files: try a lower one
            os.close(descriptor)
            return target
    os.set_inheritable(descriptor, False)
    return descriptor


def to_utf8(text):
    """Encodes `text`; half a surrogate pair, which UTF-8 cannot hold, becomes U+FFFD."""
    try:
        return str.encode(text, "utf-8")
    except UnicodeEncodeError:
        joined = str.encode(text, "utf-16-le", "surrogatepass")
        return joined.decode("utf-16-le", "replace").encode("utf-8")
