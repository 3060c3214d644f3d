"""Bad tokens by the thousand, half-open connections and malformed frames: refused and bounded, and a run that is on is
not disturbed."""

import os
import random
import socket
import struct
import unittest

from fleet import FleetTest, steady, wait_until

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY = 0, 1, 3, 4, 6, 7
END_STREAM, ACK, END_HEADERS = 1, 1, 4


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def literal(name, value):
    """A header that enters no table, names and values up to 126 bytes."""
    return b"\x00" + bytes([len(name)]) + name + bytes([len(value)]) + value


def call_headers(path, token):
    return b"".join(literal(name, value) for name, value in (
        (b":method", b"POST"), (b":scheme", b"http"), (b":path", path), (b":authority", b"localhost"),
        (b"content-type", b"application/grpc"), (b"te", b"trailers"), (b"authorization", b"Bearer " + token)))


class Connection:
    """As much HTTP/2 as it takes to call and see the end of each call."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.buffer = b""
        self.next_stream = 1
        self.socket.sendall(PREFACE + frame(SETTINGS, 0, 0))

    def call(self, path, token):
        stream, self.next_stream = self.next_stream, self.next_stream + 2
        self.socket.sendall(frame(HEADERS, END_HEADERS | END_STREAM, stream, call_headers(path, token)))

    def read_frame(self):
        while len(self.buffer) < 9 or len(self.buffer) < 9 + int.from_bytes(self.buffer[:3], "big"):
            data = self.socket.recv(65536)
            if not data:
                raise ConnectionError("closed")
            self.buffer += data
        length = int.from_bytes(self.buffer[:3], "big")
        kind, flags = self.buffer[3], self.buffer[4]
        payload, self.buffer = self.buffer[9:9 + length], self.buffer[9 + length:]
        if kind == SETTINGS and not flags & ACK:
            self.socket.sendall(frame(SETTINGS, ACK, 0))
        if kind == PING and not flags & ACK:
            self.socket.sendall(frame(PING, ACK, 0, payload))
        return kind, flags, payload

    def wait_ends(self, count):
        """Until so many calls have ended; what came back in all."""
        text = b""
        while count > 0:
            kind, flags, payload = self.read_frame()
            text += payload
            if kind == GOAWAY:
                raise ConnectionError("the server wants no more calls on this connection")
            ended = kind in (DATA, HEADERS) and flags & END_STREAM or kind == RST_STREAM
            count -= 1 if ended else 0
        return text

    def close(self):
        self.socket.close()


class Hostile(FleetTest):
    heartbeat_timeout = "5s"

    def flood(self, path, calls, batch=50):
        """Calls with bad tokens; all must be refused."""
        connection = Connection(self.grpc_port)
        for first in range(0, calls, batch):
            for number in range(first, first + batch):
                connection.call(path, b"mki_bad%d" % number)
            try:
                connection.wait_ends(batch)
            except ConnectionError:  # it may rightly close on such a caller
                connection.close()
                connection = Connection(self.grpc_port)
        connection.close()

    def garbage(self):
        source = random.Random(1)
        for _ in range(50):
            with socket.create_connection(("127.0.0.1", self.grpc_port), timeout=20) as raw:
                try:
                    raw.sendall(PREFACE + source.randbytes(2000))
                except OSError:
                    pass
        for payload in (b"GET / HTTP/1.1\r\n\r\n", frame(HEADERS, END_HEADERS, 1, b"\xff" * 100),
                        PREFACE + frame(DATA, 0, 1, b"x" * 16384) * 4,
                        PREFACE + b"\xff\xff\xff\x00\x00\x00\x00\x00\x01" + b"x" * 100_000):
            with socket.create_connection(("127.0.0.1", self.grpc_port), timeout=20) as raw:
                try:
                    raw.sendall(payload)
                except OSError:
                    pass

    def memory(self):
        with open(f"/proc/{self.coordinator.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def test_a_run_is_not_disturbed(self):
        self.start_fleet(runners=2)
        run = self.cli(self.script(steady(vus=8, seconds=12)), "--runners", "2")
        run.wait_running()
        wait_until(lambda: len(self.target.lines()) > 100, "the load did not begin")
        half_open = [socket.create_connection(("127.0.0.1", self.grpc_port)) for _ in range(200)]
        log_before, memory_before = len(self.coordinator.log()), self.memory()
        self.flood(b"/mockarty.v1.RunnerLink/Connect", 9_000)
        self.flood(b"/mockarty.v1.Control/ListRuns", 1_000)
        self.garbage()
        grown = self.coordinator.log()[log_before:]
        self.assertLess(len(grown), 20_000, "ten thousand refusals must not be ten thousand lines")
        self.assertNotIn("mki_bad", grown, "a token, even a bad one, has no business in a log")
        self.assertLess(self.memory() - memory_before, 100 << 20)
        report = self.finish(run)
        for each in half_open:
            each.close()
        self.assert_equals_log(report)
        self.assertFalse(report["distributed"]["partial"])
        self.assertEqual([r["state"] for r in report["distributed"]["runners"]], ["completed", "completed"])

    def test_a_refused_runner_ends_and_says_why(self):
        self.start_coordinator()
        refused = self.add_runner(token="mki_wrong")
        refused.wait_for("authentication failed: invalid token")
        self.assertNotEqual(refused.wait(20), 0)
        # A user's token is no runner's.
        other = self.add_runner(token=self.user_token)
        other.wait_for("authentication failed: invalid token")
        self.assertNotEqual(other.wait(20), 0)


if __name__ == "__main__":
    unittest.main()
