"""What the contenders talk to: one nginx worker that counts, and a listener that notes the first byte."""

import json
import os
import re
import socket
import subprocess
import threading
import time

from processes import BenchError, Child

BODY = '{"id":42,"name":"Ada Lovelace","email":"ada@example.com","active":true,"roles":["admin","user"]}'

NGINX_CONFIG = """
daemon off;
worker_processes 1;
worker_rlimit_nofile {max_files};
pid {folder}/nginx.pid;
error_log {folder}/error.log error;
events {{ worker_connections {max_connections}; multi_accept on; }}
http {{
  access_log off;
  keepalive_timeout 600s;
  keepalive_requests 1000000000;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location = /status {{ stub_status; }}
    location = /json {{ default_type application/json; alias {folder}/answer.json; }}
    location / {{ default_type application/json; return 200 '{body}'; }}
  }}
  server {{
    listen 127.0.0.1:{tls_port} ssl backlog=4096;
    listen 127.0.0.1:{http2_port} ssl http2 backlog=4096;
    http2_max_concurrent_streams 128;
    ssl_certificate {folder}/certificate.pem;
    ssl_certificate_key {folder}/key.pem;
    location / {{ default_type application/json; return 200 '{body}'; }}
  }}
}}
"""


def big_answer():
    """20 KB of JSON."""
    items = [
        {"id": i, "name": f"item {i}", "price": i * 1.25, "tags": ["new", "sale", f"t{i % 7}"], "active": i % 2 == 0,
         "owner": {"id": 1000 + i, "name": "Ada Lovelace", "email": f"ada{i}@example.com", "city": "London"}}
        for i in range(100)
    ]
    return json.dumps({"items": items, "total": len(items)}, separators=(",", ":"))


def make_certificate(folder):
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
               "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
               "-keyout", os.path.join(folder, "key.pem"), "-out", os.path.join(folder, "certificate.pem")]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise BenchError(f"openssl made no certificate: {done.stderr[-300:]}")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def find_nginx():
    for folder in os.environ.get("PATH", "").split(":") + ["/usr/sbin", "/usr/local/sbin"]:
        path = os.path.join(folder, "nginx")
        if os.access(path, os.X_OK):
            return path
    raise BenchError("nginx is not installed: MOCKARTY_SETUP_EXTRAS=1 scripts/setup brings it")


class Nginx:
    """Debian's nginx with one worker, on a free port, in a temporary folder."""

    def __init__(self, folder, max_files):
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        self.tls_port, self.http2_port = free_port(), free_port()
        self.tls_url = f"https://127.0.0.1:{self.tls_port}/"
        self.http2_url = f"https://127.0.0.1:{self.http2_port}/"
        make_certificate(folder)
        with open(os.path.join(folder, "answer.json"), "w", encoding="ascii") as answer:
            answer.write(big_answer())
        config_path = os.path.join(folder, "nginx.conf")
        with open(config_path, "w", encoding="ascii") as config:
            config.write(
                NGINX_CONFIG.format(
                    folder=folder,
                    port=self.port,
                    tls_port=self.tls_port,
                    http2_port=self.http2_port,
                    body=BODY,
                    max_files=max_files,
                    max_connections=max_files - 64,
                )
            )
        command = [find_nginx(), "-e", os.path.join(folder, "error.log"), "-p", folder, "-c", config_path]
        self.child = Child(command, os.path.join(folder, "nginx.log"))

    def __enter__(self):
        deadline = time.monotonic() + 10
        while True:
            try:
                self.requests()
                return self
            except OSError:
                if not self.child.running() or time.monotonic() > deadline:
                    self.child.stop()
                    raise self.child.failure("did not start") from None
                time.sleep(0.05)

    def __exit__(self, *_):
        self.child.stop()

    def requests(self):
        """Requests handled so far, this one included."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            connection.sendall(b"GET /status HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")
            text = b""
            while chunk := connection.recv(4096):
                text += chunk
        match = re.search(rb"requests\s+\d+ \d+ (\d+)", text)
        if match is None:
            raise BenchError(f"nginx gave no stub_status but {text[:200]!r}")
        return int(match.group(1))

    def wait_for_requests(self, count, child, timeout_s):
        """Waits until `count` more requests have come in from `child`."""
        first = self.requests()
        deadline = time.monotonic() + timeout_s
        while True:
            seen = self.requests() - first  # Includes each of ours: a handful.
            if seen >= count:
                return
            if not child.running():
                raise child.failure(f"ended after {seen} of {count} requests")
            if time.monotonic() > deadline:
                raise child.failure(f"sent {seen} of {count} requests in {timeout_s:.0f} s")
            time.sleep(0.05)


class FirstByteListener:
    """Accepts connections on a free port and notes when the first byte of the first request arrives."""

    RESPONSE = (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
        + str(len(BODY)).encode()
        + b"\r\n\r\n"
        + BODY.encode()
    )

    def __init__(self):
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.socket.listen(16)
        self.socket.settimeout(60)
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}/"
        self.first_byte_ns = None
        self.arrived = threading.Event()
        self.thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.socket.close()
        self.thread.join(timeout=5)

    def _serve(self):
        try:
            connection, _ = self.socket.accept()
            with connection:
                connection.settimeout(10)
                if connection.recv(65536):
                    self.first_byte_ns = time.monotonic_ns()
                    self.arrived.set()
                    connection.sendall(self.RESPONSE)
        except OSError:
            # Closed by __exit__, or the contender went away: the row reports that no byte came.
            pass
