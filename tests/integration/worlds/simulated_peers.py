"""Simulated peers that answer what a test wants, right or wrong, signed as docs/protocol.md says. All of them are one
server on one port, distinguished by the first part of the path. Python's standard library only.

    with Peers("eu", "us") as peers:                # or Peers(*(f"p{number}" for number in range(200)))
        peers.words                                 # for OTHER_SHIELDS: "eu=http://127.0.0.1:PORT/eu us=…"
        write_secret(folder)                        # the file for INTRA_SECRET
        eu = peers["eu"]
        eu.put(service("web", ready=1, total=2))    # several at once are one version; wakes waiting polls
        eu.remove("web"); eu.restart()              # another instance, with the same services
        eu.answer = wrong                           # async def wrong(exchange): replaces the right answer
        eu.behave()                                 # answers rightly again
        eu.format = 1                               # the newest format that it knows; 2 unless a test says otherwise
        eu.polls, eu.refused                        # numbers of requests with a right and a wrong signature

    await exchange.send(200, body)                  # signed; signature="…" sends that one, "" sends none
    await exchange.write(b"HTTP/1.1 200 …")         # raw bytes
    await exchange.right()                          # the right answer

And somebody in the middle, who counts bytes, and may alter requests and answers:

    with Middle(port) as middle:                    # middle.port forwards to that port
        middle.alter = lambda head, body: (head, body)      # for answers; the length in the head is corrected
        middle.alter_request = lambda head: head
        middle.sent, middle.received                # bytes, as the client sees it

To play a peer that asks: signed("/services/?full", "shields.test") returns the headers, with what
is_right(response, request) needs to verify the answer."""

import asyncio
import contextlib
import hashlib
import json
import os
import re
import threading
import time
from urllib.parse import parse_qs

from test_protocol_document import key_id, mac, vectors

VECTOR = vectors()[0]
SECRET = VECTOR["secret"]
KEY = bytes.fromhex(VECTOR["stretched key"])
ANOTHER_KEY = bytes.fromhex(vectors()[1]["stretched key"])
WINDOW_MS = 10000
NODES = {"state": "live", "total": 3, "ready": 3, "cordoned": 0}


def write_secret(folder):
    path = folder / "secret"
    path.write_text(SECRET + "\n")
    path.chmod(0o600)
    return path


def hash_of(body):
    return hashlib.blake2b(body, digest_size=32).digest()


def request_mac(method, host, target, stamp, nonce, key=KEY):
    return mac(key, b"kube-shields v2 request", method.encode(), host.lower().encode(), target.encode(), hash_of(b""),
               stamp.encode(), nonce, key_id(key).encode())


def answer_mac(request, status, body, key=KEY):
    return mac(key, b"kube-shields v2 answer", request, str(status).encode(), hash_of(body))


class Signed(dict):
    """Headers of a request."""

    def __init__(self, target, host, method="GET", key=KEY):
        stamp, nonce = str(int(time.time() * 1000)), os.urandom(16)
        self.mac = request_mac(method, host, target, stamp, nonce, key)
        super().__init__({"Intra-Shield": f"v2 {key_id(key)} {stamp} {nonce.hex()} {self.mac.hex()}"})


signed = Signed


def is_right(response, request):
    """Whether the answer is signed for that request."""
    wanted = f"v2 {answer_mac(request.mac, response.status, response.body).hex()}"
    return response.headers.get("intra-shield") == wanted


ONLY_IN_2 = {"down", "guessed", "doubts", "doubts_more", "judged_without"}


def service(name, ready=1, total=1, namespace="shop", kind="Deployment", **members):
    members = {**({"down": True} if ready != total else {}), **members}
    return {"namespace": namespace, "kind": kind, "name": name, "ready": ready, "total": total, "pods": total,
            "pods_ready": ready, "desired": total, "created": 1767225600, "oldest": 1767225603,
            "newest": 1767225603, "versions": {"1.4.2": total}, **members}


class Exchange:
    """One request and its answer."""

    def __init__(self, peer, writer, method, target, headers):
        self.peer, self.writer, self.method, self.target, self.headers = peer, writer, method, target, headers
        self.query = {name: values[0] for name, values in
                      parse_qs(target.partition("?")[2], keep_blank_values=True).items()}
        self.mac = None

    def is_signed(self):
        match = re.fullmatch(r"v2 ([0-9a-f]{16}) ([1-9]\d{0,14}) ([0-9a-f]{32}) ([0-9a-f]{64})",
                             self.headers.get("intra-shield", ""))
        if not match or abs(int(match[2]) - time.time() * 1000) > WINDOW_MS or match[3] in self.peer.nonces:
            return False
        self.peer.nonces.add(match[3])
        self.mac = request_mac(self.method, self.headers["host"], self.target, match[2], bytes.fromhex(match[3]))
        return (match[1], match[4]) == (key_id(KEY), self.mac.hex())

    def signature(self, status, body, key=KEY, request=None):
        return f"v2 {answer_mac(request or self.mac, status, body, key).hex()}"

    async def write(self, data):
        self.writer.write(data)
        await self.writer.drain()

    def head(self, status, signature, **headers):
        lines = [f"HTTP/1.1 {status} Whatever"]
        lines += [f"Intra-Shield: {one}" for one in ([signature] if isinstance(signature, str) else signature) if one]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return "\r\n".join(lines).encode() + b"\r\n\r\n"

    async def send(self, status=200, body=b"", signature=None, packed=None, **headers):
        """packed: sent in place of the body. signature: one or several."""
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        signature = self.signature(status, body) if signature is None else signature
        there = body if packed is None else packed
        await self.write(self.head(status, signature, **{"Content_Type": "application/json",
                                                         "Content_Length": len(there), **headers}) + there)

    async def rest(self, seconds=600):
        """Sends nothing for some time; if the peer's behaviour has changed by then, closes the connection."""
        answer, end = self.peer.answer, self.peer.peers.loop.time() + seconds
        while self.peer.peers.loop.time() < end:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self.peer.news.wait(), end - self.peer.peers.loop.time())
            if self.peer.answer is not answer:
                self.writer.close()
                raise EOFError

    async def right(self):
        peer = self.peer
        await peer.wait_for_news(self.query.get("since"), float(self.query.get("wait", 0)))
        await self.send(200, peer.document(self.query.get("since"), int(self.query.get("format", 1))))


class Peer:
    """A peer's data. The test's thread changes it, the server's thread sends it."""

    def __init__(self, peers, name):
        self.peers, self.name = peers, name
        self.lock = threading.Lock()
        self.starts = 0
        self.version = 0
        self.services, self.gone = {}, {}  # name: (version, members)
        self.polls, self.refused, self.nonces = 0, 0, set()
        self.format = 2
        self.news = None
        self.answer = Exchange.right
        self.restart()

    @property
    def instance(self):
        return f"{self.name.replace('.', '-')}-{self.starts}"

    def restart(self):
        with self.lock:
            self.starts += 1
            self.version += 1
        self.wake()

    def put(self, *services):
        with self.lock:
            self.version += 1
            for one in services:
                self.services[one["name"]] = (self.version, one)
                self.gone.pop(one["name"], None)
        self.wake()

    def remove(self, name):
        with self.lock:
            self.version += 1
            _, old = self.services.pop(name)
            self.gone[name] = (self.version, {part: old[part] for part in ("namespace", "kind", "name")})
        self.wake()

    def misbehave(self, answer):
        """Answers waiting polls at once in this way."""
        self.answer = answer
        self.wake()

    def behave(self):
        self.misbehave(Exchange.right)

    def wake(self):
        def wake_all():
            if self.news:
                self.news.set()
            self.news = asyncio.Event()
        self.peers.loop.call_soon_threadsafe(wake_all)

    def in_format(self, services, number):
        """Services as this format has them. A test that uses words of format 2 must not ask for format 1."""
        return [one if number > 1 else {name: value for name, value in one.items() if name not in ONLY_IN_2}
                for one in services]

    def document(self, since=None, format=2):
        number = min(self.format, format)
        with self.lock:
            instance, _, version = (since or "").rpartition(".")
            everything = instance != self.instance
            head = {"instance": self.instance, "version": self.version, "nodes": NODES,
                    **({"format": number} if number > 1 else {})}
            if everything:
                services = self.in_format([one for _, one in self.services.values()], number)
                return json.dumps({**head, "full": True, "services": services}).encode()
            newer = {name: self.in_format([one for changed, one in of.values() if changed > int(version)], number)
                     for name, of in (("services", self.services), ("gone", self.gone))}
            return json.dumps({**head, **{name: of for name, of in newer.items() if of}}).encode()

    async def wait_for_news(self, since, seconds):
        answer = self.answer
        if since == f"{self.instance}.{self.version}" and seconds and self.news:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self.news.wait(), seconds)
        if self.answer is not answer:
            raise Changed

    async def serve(self, exchange):
        if not exchange.is_signed():
            self.refused += 1
            await exchange.send(403, b"forbidden", signature="")
            return
        self.polls += 1
        try:
            await self.answer(exchange)
        except Changed:
            await self.answer(exchange)


class Changed(Exception):
    """Raised if the peer's behaviour has changed."""


class Server:
    """An asyncio server in its own thread."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.tasks = set()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.server = self.call(asyncio.start_server(self.connected, "127.0.0.1", 0, backlog=1024, limit=1 << 26))
        self.port = self.server.sockets[0].getsockname()[1]

    def call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(60)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        async def close():
            self.server.close()
            for task in self.tasks:
                task.cancel()
            await asyncio.gather(*self.tasks, return_exceptions=True)
        self.call(close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()

    async def connected(self, reader, writer):
        task = asyncio.current_task()
        self.tasks.add(task)
        try:
            await self.serve(reader, writer)
        except (OSError, EOFError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # clients that go away, or are shut down, are not an error
        finally:
            self.tasks.discard(task)
            writer.transport.abort() if writer.is_closing() else writer.close()


class Peers(Server):
    def __init__(self, *names):
        super().__init__()
        self.peers = {name: Peer(self, name) for name in names}
        self.paths = []  # paths of requests to no peer

    def __getitem__(self, name):
        return self.peers[name]

    def __iter__(self):
        return iter(self.peers.values())

    def url(self, name):
        return f"http://127.0.0.1:{self.port}/{name}"

    @property
    def words(self):
        return " ".join(f"{name}={self.url(name)}" for name in self.peers)

    async def serve(self, reader, writer):
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            line, *lines = head.decode("latin-1").split("\r\n")
            method, target, _ = line.split(" ")
            headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in lines)}
            peer = self.peers.get(target.split("/")[1])
            if not peer:
                self.paths.append((target, headers))
                return
            await peer.serve(Exchange(peer, writer, method, target, headers))
            if writer.is_closing():
                return


async def read_message(reader):
    """An answer: its head, its raw body, and its decoded body."""
    head = await reader.readuntil(b"\r\n\r\n")
    fields = head.decode("latin-1").lower()
    length = re.search(r"\r\ncontent-length: *(\d+)", fields)
    if length:
        body = await reader.readexactly(int(length[1]))
        return head, body, body
    if "\r\ntransfer-encoding: chunked" not in fields:
        return head, b"", b""
    raw, body = b"", b""
    while True:
        line = await reader.readuntil(b"\r\n")
        size = int(line, 16)
        chunk = await reader.readexactly(size + 2)
        raw, body = raw + line + chunk, body + chunk[:-2]
        if size == 0:
            return head, raw, body


class Middle(Server):
    def __init__(self, port):
        self.to = port
        self.alter = self.alter_request = None
        self.sent = self.received = self.answers = 0
        super().__init__()

    async def serve(self, reader, writer):
        upstream_reader, upstream_writer = await asyncio.open_connection("127.0.0.1", self.to, limit=1 << 26)
        ways = [asyncio.ensure_future(self.pass_requests(reader, upstream_writer)),
                asyncio.ensure_future(self.pass_answers(upstream_reader, writer))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            upstream_writer.close()

    async def pass_requests(self, reader, writer):
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            self.sent += len(head)
            writer.write(self.alter_request(head) if self.alter_request else head)
            await writer.drain()

    async def pass_answers(self, reader, writer):
        while True:
            head, raw, body = await read_message(reader)
            if self.alter:
                head, raw = self.alter(head, body)
                head = re.sub(rb"\r\n(content-length|transfer-encoding):[^\r]*", b"", head, flags=re.IGNORECASE)
                head = head[:-2] + b"Content-Length: %d\r\n\r\n" % len(raw)
            self.received += len(head) + len(raw)
            self.answers += 1
            writer.write(head + raw)
            await writer.drain()
