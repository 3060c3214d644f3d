"""A TCP proxy on loopback whose link can be cut, black-holed, delayed and narrowed.

    proxy = Proxy(target_port)      # listens on proxy.port
    proxy.cut()                     # connections are reset, new ones refused
    proxy.black_hole()              # connections stay, nothing passes; what was sent passes after heal()
    proxy.narrow(64_000)            # bits a second, each way
    proxy.heal()
    proxy.close()

Threads: an event loop on a thread of its own; all methods from any thread.
"""

import asyncio
import socket
import struct
import threading

CHUNK = 1024
BUFFER = 8 * 1024  # small, so that a narrow link holds little and the sender notices


class Proxy:
    def __init__(self, target_port):
        self._target_port = target_port
        self._loop = asyncio.new_event_loop()
        self._bits_per_second = 0
        self._delay = 0.0
        self._writers = set()
        self._tasks = set()
        self.bytes_passed = 0
        self.connections = 0
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        self._listener.bind(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._call(self._begin())

    # What a test does to the link.

    def cut(self):
        self._call(self._cut())

    def black_hole(self):
        self._call(self._set_open(False))

    def narrow(self, bits_per_second):
        self._bits_per_second = bits_per_second

    def delay(self, seconds):
        self._delay = seconds

    def heal(self):
        self._bits_per_second = 0
        self._delay = 0.0
        self._call(self._heal())

    def close(self):
        self._call(self._cut())
        self._call(self._cancel())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._listener.close()
        self._loop.close()

    # On the loop's thread.

    def _run(self):
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def _call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout=10)

    async def _begin(self):
        self._open = asyncio.Event()
        self._open.set()
        self._server = None
        await self._listen()

    async def _listen(self):
        # A duplicate: closing the server closes its socket, and the port must stay ours.
        self._server = await asyncio.start_server(self._serve, sock=self._listener.dup(), limit=BUFFER)

    async def _cut(self):
        if self._server is not None:
            self._server.close()
            self._server = None
        # Nobody accepts: the backlog of the listening socket would take connections all the same, so it ends too.
        self._listener.close()
        for writer in list(self._writers):
            reset(writer)

    async def _heal(self):
        if self._server is None:
            self._listener = socket.socket()
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
            self._listener.bind(("127.0.0.1", self.port))
            await self._listen()
        self._open.set()

    async def _set_open(self, is_open):
        if is_open:
            self._open.set()
        else:
            self._open.clear()

    async def _cancel(self):
        for task in list(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=5)

    async def _serve(self, reader, writer):
        self._tasks.add(asyncio.current_task())
        self.connections += 1
        try:
            await self._open.wait()
            upstream_reader, upstream_writer = await asyncio.open_connection(
                "127.0.0.1", self._target_port, limit=BUFFER)
        except (OSError, asyncio.CancelledError):
            reset(writer)
            self._tasks.discard(asyncio.current_task())
            return
        self._writers |= {writer, upstream_writer}
        pumps = [asyncio.ensure_future(self._pump(reader, upstream_writer)),
                 asyncio.ensure_future(self._pump(upstream_reader, writer))]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            pass
        for pump in pumps:
            pump.cancel()
        await asyncio.wait(pumps)
        for each in (writer, upstream_writer):
            self._writers.discard(each)
            each.close()
        self._tasks.discard(asyncio.current_task())

    async def _pump(self, reader, writer):
        writer.transport.set_write_buffer_limits(high=BUFFER)
        try:
            while True:
                data = await reader.read(CHUNK)
                if not data:
                    return
                if self._delay:
                    await asyncio.sleep(self._delay)
                if self._bits_per_second:
                    await asyncio.sleep(len(data) * 8 / self._bits_per_second)
                await self._open.wait()
                writer.write(data)
                await writer.drain()
                self.bytes_passed += len(data)
        except OSError:
            return


def reset(writer):
    """Ends a connection as a broken link does, not by an orderly close."""
    raw = writer.get_extra_info("socket")
    if raw is not None:
        try:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except OSError:
            pass
    writer.transport.abort()
