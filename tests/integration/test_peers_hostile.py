"""Whatever a peer answers, or somebody on the way to it, costs only that peer's shields. Our own shields and those of
other peers stay the same, and as fast. The page and the metrics show the trouble, the log reports it once, and it ends
when the peer behaves again."""

import gzip
import json
import os
import re
import socket
import struct
import time
import zlib
from xml.etree import ElementTree

import pytest

from fake_kubernetes import Cluster
from programs import eventually
from simulated_peers import ANOTHER_KEY, Middle, Peers, service, write_secret

QUICK = 5.0  # seconds, on a busy machine with sanitizers; the tests print the real figures
MEBIBYTE = 1 << 20
INTERNAL = {"KUBE_SHIELDS_INTERNAL": "1"}
WELL = ("2/2 (0 restarts)", "green")
ENDLESS = 256 * MEBIBYTE


# ---- what a peer may answer ----
# Each function answers a request for news, or for everything, in its own wrong way.

def answering(status=200, body=b"", **options):
    async def answer(exchange):
        await exchange.send(status, body, **options)
    return answer


async def unsigned(exchange):
    await exchange.send(200, exchange.peer.document(), signature="")


async def by_another_key(exchange):
    body = exchange.peer.document()
    await exchange.send(200, body, signature=exchange.signature(200, body, ANOTHER_KEY))


async def for_another_status(exchange):
    body = exchange.peer.document()
    await exchange.send(200, body, signature=exchange.signature(201, body))


async def for_another_body(exchange):
    body = exchange.peer.document()
    await exchange.send(200, body + b" ", signature=exchange.signature(200, body))


async def captured(exchange):
    """An answer that was right for another request."""
    body = exchange.peer.document()
    await exchange.send(200, body, signature=exchange.signature(200, body, request=os.urandom(32)))


async def two_signatures(exchange):
    body = exchange.peer.document()
    right = exchange.signature(200, body)
    await exchange.send(200, body, signature=[right, right])


async def long_signature(exchange):
    body = exchange.peer.document()
    await exchange.send(200, body, signature=exchange.signature(200, body) + 10000 * "0")


SIGNATURES = {
    "unsigned": unsigned,
    "another-key": by_another_key,
    "another-status": for_another_status,
    "another-body": for_another_body,
    "captured": captured,
    "two-signatures": two_signatures,
    "long-signature": long_signature,
    "no-mac": answering(200, b"{}", signature="v2 "),
    "version-1": answering(200, b"{}", signature="v1 " + 64 * "0"),
    "unsigned-403": answering(403, b"forbidden", signature=""),
    "unsigned-500": answering(500, b"error", signature=""),
    "signed-500": answering(500, b"error"),
    "signed-404": answering(404, b"not found"),
    "signed-204": answering(204),
    "signed-304": answering(304),
}


def document(**members):
    async def answer(exchange):
        peer = exchange.peer
        await exchange.send(200, {"instance": peer.instance, "version": peer.version + 1, "full": True, **members})
    return answer


async def delta_of_another_instance(exchange):
    await exchange.send(200, {"instance": "stranger", "version": 1 << 40, "services": [service("stolen")]})


async def version_going_back(exchange):
    await exchange.send(200, {"instance": exchange.peer.instance, "version": 0, "services": [service("stolen")]})


async def cut_off(exchange):
    await exchange.send(200, exchange.peer.document()[:-2])


DOCUMENTS = {
    "nonsense": answering(200, b"nonsense"),
    "nothing": answering(200, b""),
    "a-list": answering(200, b"[]"),
    "no-members": answering(200, b"{}"),
    "nul": answering(200, b'{"instance":"x","version":1,"full":true}\0'),
    "no-utf-8": answering(200, b'{"instance":"x","version":1,"full":true,"y":"\xc0\x80"}'),
    "deep": answering(200, b'{"nodes":' + 100_000 * b"["),
    "deep-unknown": answering(200, b'{"unknown":' + 1_000_000 * b"["),
    "cut-off": cut_off,
    "twice": document(services=[service("twice"), service("twice")]),
    "gone-and-full": document(gone=[{"namespace": "shop", "kind": "Job", "name": "x"}]),
    "path-as-name": document(services=[service("../../etc/passwd")]),
    "path-as-namespace": document(services=[service("web", namespace="..")]),
    "markup-as-name": document(services=[service("<script>alert(1)</script>")]),
    "negative": document(services=[service("web", ready=-1)]),
    "huge-number": document(services=[service("web", ready=1 << 80)]),
    "huge-version": document(version=1 << 60),
    "huge-element": document(services=[service("web", unknown=3 * MEBIBYTE * "x")]),
    "numbers-as-text": document(services=[service("web", ready="1")]),
    "another-instance": delta_of_another_instance,
    "going-back": version_going_back,
}


def raw(data):
    """Sends these bytes and closes the connection."""
    async def answer(exchange):
        await exchange.write(data)
        exchange.writer.close()
    return answer


async def reset(exchange):
    await exchange.write(exchange.head(200, exchange.signature(200, b""), Content_Length=100) + b"half")
    link = exchange.writer.get_extra_info("socket")
    link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    exchange.writer.transport.abort()


async def shorter_than_said(exchange):
    body = exchange.peer.document()
    await exchange.send(200, body, Content_Length=len(body) + 1000)
    exchange.writer.close()


async def longer_than_said(exchange):
    """Bytes after the answer must count neither for this request nor for the next."""
    stolen = json.dumps({"instance": "x", "version": 1, "full": True, "services": [service("stolen")]}).encode()
    await exchange.write(exchange.head(500, exchange.signature(500, b""), Content_Length=0)
                         + exchange.head(200, exchange.signature(200, stolen), Content_Length=len(stolen)) + stolen)


async def broken_chunks(exchange):
    body = exchange.peer.document()
    await exchange.write(exchange.head(200, exchange.signature(200, body), Transfer_Encoding="chunked")
                         + b"fffffffffffffffffffff\r\n" + body)
    exchange.writer.close()


CONNECTIONS = {
    "closes": raw(b""),
    "half-a-status": raw(b"HTTP/1.1 2"),
    "half-a-head": raw(b"HTTP/1.1 200 OK\r\nContent-Ty"),
    "no-http": raw(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "http-0.9": raw(b'{"instance":"x","version":1,"full":true}'),
    "no-status": raw(b"HTTP/1.1 abc OK\r\n\r\n"),
    "switches": raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n" + 1000 * b"\0"),
    "reset": reset,
    "shorter": shorter_than_said,
    "longer": longer_than_said,
    "broken-chunks": broken_chunks,
}


async def plain_as_gzip(exchange):
    await exchange.send(200, exchange.peer.document(), Content_Encoding="gzip")


async def cut_gzip(exchange):
    body = exchange.peer.document()
    await exchange.send(200, body, packed=gzip.compress(body)[:-10], Content_Encoding="gzip")


async def packed_twice(exchange):
    body = exchange.peer.document()
    await exchange.send(200, body, packed=gzip.compress(gzip.compress(body)), Content_Encoding="gzip, gzip")


async def packed_as_another(exchange):
    body = exchange.peer.document()
    await exchange.send(200, body, packed=zlib.compress(body), Content_Encoding="deflate")


async def two_members(exchange):
    body = exchange.peer.document()
    packed = gzip.compress(body[:10]) + gzip.compress(body[10:])
    await exchange.send(200, body, packed=packed, Content_Encoding="gzip")


PACKINGS = {"plain-as-gzip": plain_as_gzip, "cut-gzip": cut_gzip, "packed-twice": packed_twice,
            "packed-as-another": packed_as_another, "two-members": two_members}


# Sizes

def bomb(size=ENDLESS):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join([*(packer.compress(MEBIBYTE * b" ") for _ in range(size // MEBIBYTE)), packer.flush()])


BOMB = bomb()
TOO_MANY = json.dumps([service(f"s{number}") for number in range(100_001)]).encode()


async def gzip_bomb(exchange):
    await exchange.send(200, b"", packed=BOMB, Content_Encoding="gzip")


async def endless_body(exchange):
    await exchange.write(exchange.head(200, exchange.signature(200, b""), Transfer_Encoding="chunked"))
    chunk = b"10000\r\n" + 65536 * b" " + b"\r\n"
    for _ in range(ENDLESS // 65536):
        await exchange.write(chunk)


async def endless_error(exchange):
    await exchange.write(exchange.head(500, exchange.signature(500, b""), Transfer_Encoding="chunked"))
    chunk = b"10000\r\n" + 65536 * b" " + b"\r\n"
    for _ in range(ENDLESS // 65536):
        await exchange.write(chunk)


async def length_that_is_huge(exchange):
    await exchange.write(exchange.head(200, exchange.signature(200, b""), Content_Length=1 << 62))
    for _ in range(ENDLESS // 65536):
        await exchange.write(65536 * b" ")


async def endless_head(exchange):
    await exchange.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(ENDLESS // 4096):
        await exchange.write(b"X-%d: %s\r\n" % (number, 4000 * b"x"))


async def endless_line(exchange):
    await exchange.write(b"HTTP/1.1 200 OK\r\nX: ")
    for _ in range(ENDLESS // 65536):
        await exchange.write(65536 * b"x")


async def endless_interim(exchange):
    for _ in range(ENDLESS // 2048):
        await exchange.write(100 * b"HTTP/1.1 100 Continue\r\n\r\n")


async def too_many_services(exchange):
    await exchange.send(200, b'{"instance":"x","version":1,"full":true,"services":' + TOO_MANY + b"}")


MANY_VALUES = b'{"instance":"x","version":1,"full":true,"services":[{"name":[' + 16 * MEBIBYTE * b"{}," + b"{}]}]}"


async def many_values(exchange):
    await exchange.send(200, MANY_VALUES)


SIZES = {"too-many": too_many_services, "many-values": many_values, "gzip-bomb": gzip_bomb,
         "endless-body": endless_body, "endless-error": endless_error, "huge-length": length_that_is_huge,
         "endless-head": endless_head, "endless-line": endless_line, "endless-interim": endless_interim}


# ---- the world ----

class World:
    """One responder with its own service "web", a peer "well" with the service "fine", and bad peers."""

    def __init__(self, fake, responder, secret, peers, **settings):
        self.web = fake.deployment("web", namespace="shop", replicas=2)
        peers["well"].put(service("fine", 2, 2))
        self.bad = [peer for peer in peers if peer.name != "well"]
        for peer in self.bad:
            peer.put(service(f"of-{peer.name}", 2, 2))
        self.shields = responder(**{"other_shields": peers.words, "INTRA_SECRET": secret, "unknown_after": "500ms",
                                    "heartbeat": "1h", **settings})
        self.peers, self.slowest = peers, {}
        eventually(lambda: all(self.up(peer.name) for peer in peers), message=lambda: self.shields.stderr)
        self.shields.becomes("/_/fine/health/", *WELL)
        for peer in self.bad:
            self.shields.becomes(f"/_/of-{peer.name}/health/", *WELL)

    def metrics(self):
        response = self.shields.get("/metrics", params=INTERNAL)
        assert response.status == 200
        return {(name, peer): int(value) for name, peer, value in
                re.findall(r'^kube_shields_peer_(\w+)\{peer="([^"]+)"\} (\d+)$', response.text, flags=re.MULTILINE)}

    def up(self, name):
        return self.metrics()["up", name] == 1

    def failures(self, name):
        return self.metrics()["failures_total", name]

    def warnings(self, name, since=0):
        return [line for line in self.shields.lines[since:] if f" warning peer: {name} (http" in line]

    def look(self):
        """Requests everything that does not belong to a bad peer, once."""
        for path in ("/_/web/health/", "/_/fine/health/", "/c/health/", "/a/fin/health/", "/services/", "/"):
            begin = time.monotonic()
            response = self.shields.get(path)
            took = time.monotonic() - begin
            self.slowest[path] = max(took, self.slowest.get(path, 0))
            assert response.status == 200 and took < QUICK, (path, response.status, took)
            if path in ("/_/web/health/", "/_/fine/health/"):
                assert response.title.endswith(WELL[0]), response.title

    def look_until(self, condition, timeout=20):
        def once():
            self.look()
            return condition()
        eventually(once, timeout, lambda: f"{self.metrics()}\n{self.shields.stderr}")

    def follow(self):
        """Asserts that our own changes and those of the good peer still arrive."""
        for ready, seen in ((1, ("1/2 (0 restarts)", "red")), (2, WELL)):
            begin = time.monotonic()
            self.web.pods[0].set(ready=ready == 2)
            self.shields.becomes("/_/web/health/", *seen)
            self.slowest["our change"] = max(time.monotonic() - begin, self.slowest.get("our change", 0))
            begin = time.monotonic()
            self.peers["well"].put(service("fine", ready, 2))
            self.shields.becomes("/_/fine/health/", *seen)
            self.slowest["a peer's change"] = max(time.monotonic() - begin, self.slowest.get("a peer's change", 0))

    def print_slowest(self, name):
        print(f"{name}: slowest " + ", ".join(f"{path} {1000 * took:.0f} ms" for path, took in self.slowest.items()))


@pytest.fixture
def secret(folder):
    return write_secret(folder)


@pytest.fixture
def world(fake, responder, secret):
    """world("bad", …, settings…): a World with a good peer and these bad ones."""
    opened = []

    def start(*names, **settings):
        peers = Peers("well", *names)
        opened.append(peers)
        return World(fake, responder, secret, peers, **settings)
    yield start
    for peers in opened:
        peers.__exit__()


def assert_costs_its_own_only(world, answers):
    """Every bad peer misbehaves in its own way, from `answers`."""
    shields = world.shields
    for peer in world.bad:
        peer.misbehave(answers[peer.name])
    world.follow()
    world.look_until(lambda: all(world.failures(peer.name) >= 3 for peer in world.bad), timeout=90)
    world.follow()
    page = shields.get("/").text
    for peer in world.bad:
        assert not world.up(peer.name), peer.name
        assert len(world.warnings(peer.name)) == 1, (peer.name, world.warnings(peer.name))
        section = page.partition(f"<h2>{peer.name}</h2>")[2].partition("<h2>")[0]
        assert "<strong>Unreachable.</strong>" in section and f"of-{peer.name}" in section, section
        shields.becomes(f"/_/of-{peer.name}/health/", "unknown", "grey")
        assert shields.raw(f"/_/of-{peer.name}/health/")["ready"] == 2, peer.name
        print(world.warnings(peer.name)[0])
    assert page.count("Unreachable.") == len(world.bad)
    assert "stolen" not in page and "<script>" not in page
    assert world.up("well")
    assert sorted(shields.get("/a/of-/health/?raw").json()["unreachable"]) == sorted(answers)

    for peer in world.bad:
        peer.behave()
        peer.put(service(f"of-{peer.name}", 1, 2))
    for peer in world.bad:
        shields.becomes(f"/_/of-{peer.name}/health/", "1/2 (0 restarts)", "red")
        shields.wait_for_line(rf" peer: {peer.name} \(http.*back after")
        assert len(world.warnings(peer.name)) == 1
        assert world.up(peer.name)
    assert "Unreachable." not in shields.get("/").text


@pytest.mark.parametrize("answers", [SIGNATURES, DOCUMENTS, CONNECTIONS, PACKINGS],
                         ids=["signatures", "documents", "connections", "packings"])
def test_a_wrong_answer_costs_its_own_shields_only(world, answers):
    world = world(*answers)
    assert_costs_its_own_only(world, answers)
    for name in {"closes", "half-a-status"} & set(answers):
        # The request is not repeated, since that would look like a replay.
        assert "closed before an answer" in world.warnings(name)[0] and world.peers[name].refused == 0
    world.print_slowest("wrong answers")


@pytest.mark.long
@pytest.mark.parametrize("name", SIZES)
def test_an_answer_without_an_end_costs_its_own_shields_only(world, name):
    world = world(name)
    before = world.shields.memory()
    assert_costs_its_own_only(world, {name: SIZES[name]})
    world.print_slowest(f"{name}, {(world.shields.memory() - before) / MEBIBYTE:.1f} MiB more, "
                        f"{(peak(world.shields) - before) / MEBIBYTE:.1f} MiB at most")


async def hoard(exchange):
    """Sends nearly as much as unverified answers may hold together, then nothing more."""
    await exchange.write(exchange.head(200, exchange.signature(200, b""), Transfer_Encoding="chunked"))
    for _ in range(1007):
        await exchange.write(b"10000\r\n" + 65536 * b" " + b"\r\n")
    exchange.peer.hoards += 1
    await never(exchange)


def test_a_hoard_costs_only_the_peer_that_sends_it(world):
    """One peer's hoard must leave room for another peer's long answer."""
    world = world("hoards")
    hoards, well = world.peers["hoards"], world.peers["well"]
    hoards.hoards = 0
    hoards.misbehave(hoard)
    for turn in range(1, 3):
        eventually(lambda: hoards.hoards >= turn, 30)
        well.put(*(service(f"s{number}", turn, 2, label=250 * "x") for number in range(8000)))
        world.shields.becomes("/_/s7999/health/", *[("1/2 (0 restarts)", "red"), WELL][turn - 1], timeout=25)
    assert world.up("well") and world.failures("well") == 0
    eventually(lambda: world.failures("hoards") >= 1, 20)
    assert "and this one is the largest" in world.warnings("hoards")[0]


def peak(program):
    """The peak of resident bytes."""
    with open(f"/proc/{program.process.pid}/status") as status:
        return int(re.search(r"VmHWM:\s+(\d+) kB", status.read())[1]) * 1024


@pytest.mark.parametrize("is_signed", [True, False], ids=["signed", "unsigned"])
def test_a_redirect_is_not_followed_and_the_signature_goes_nowhere(world, is_signed):
    with Peers() as thief:
        def leading(status):
            return answering(status, signature=None if is_signed else "",
                             Location=f"http://127.0.0.1:{thief.port}/stolen/services/?full")
        answers = {f"to-{status}": leading(status) for status in (301, 302, 303, 307, 308)}
        world = world(*answers)
        assert_costs_its_own_only(world, answers)
        assert thief.paths == [] and world.peers.paths == []


# ---- slow peers ----

async def never(exchange):
    await exchange.rest()


def dripping(data):
    async def answer(exchange):
        for byte in data(exchange):
            await exchange.write(bytes([byte]))
            await exchange.rest(0.1)
        await never(exchange)
    return answer


def slow_body(exchange):
    body = 10000 * b" " + exchange.peer.document()
    return exchange.head(200, exchange.signature(200, body), Content_Length=len(body)) + body


def raw_then_never(data):
    async def answer(exchange):
        await exchange.write(data(exchange))
        await never(exchange)
    return answer


SLOW = {
    "never": never,
    "drips": dripping(slow_body),
    "drips-its-head": dripping(lambda exchange: b"HTTP/1.1 200 OK\r\nX-Slow: " + 10000 * b"x"),
    "drips-interim": dripping(lambda exchange: 1000 * b"HTTP/1.1 100 Continue\r\n\r\n"),
    "head-only": raw_then_never(lambda exchange: exchange.head(200, exchange.signature(200, b"x"), Content_Length=1)),
}


@pytest.mark.long
def test_a_slow_answer_costs_its_own_shields_only(world):
    """A poll has 35 seconds: 25 to wait for news, and 10 more for a late answer."""
    world = world(*SLOW)
    begin = time.monotonic()
    for peer in world.bad:
        peer.misbehave(SLOW[peer.name])
    world.look_until(lambda: time.sleep(0.02) or all(world.failures(peer.name) for peer in world.bad), timeout=50)
    print(f"away after {time.monotonic() - begin:.1f} s")
    world.follow()
    for peer in world.bad:
        assert not world.up(peer.name)
        assert world.shields.raw(f"/_/of-{peer.name}/health/")["ready"] == 2
        assert len(world.warnings(peer.name)) == 1
        print(world.warnings(peer.name)[0])
        peer.behave()
    for peer in world.bad:
        world.shields.wait_for_line(rf" peer: {peer.name} \(http.*back after")
        world.shields.becomes(f"/_/of-{peer.name}/health/", *WELL)
    world.print_slowest("slow answers")


# ---- somebody in the middle ----

def flip(text, at):
    """The bytes with another one at that place."""
    return text[:at] + bytes([text[at] ^ 1]) + text[at + 1:]


def in_head(pattern):
    """Alters the last byte of the match in the head."""
    def alter(head, body):
        found = re.search(pattern, head, flags=re.IGNORECASE)
        assert found, head
        return flip(head, found.end() - 1), body
    return alter


class Replay:
    """Answers every later request with the first answer."""
    def __init__(self):
        self.first = None

    def __call__(self, head, body):
        self.first = self.first or (head, body)
        return self.first


ALTERED = {
    "first-byte": lambda head, body: (head, flip(body, 0)),
    "a-byte": lambda head, body: (head, flip(body, len(body) // 2)),
    "last-byte": lambda head, body: (head, flip(body, len(body) - 1)),
    "a-byte-more": lambda head, body: (head, body + b" "),
    "a-byte-less": lambda head, body: (head, body[:-1]),
    "green": lambda head, body: (head, body.replace(b'"ready":1', b'"ready":2')),
    "status": in_head(rb"^HTTP/1.1 200"),
    "signature": in_head(rb"\r\nintra-shield: v2 [0-9a-f]{64}"),
    "version": in_head(rb"\r\nintra-shield: v2"),
    "no-signature": lambda head, body: (re.sub(rb"\r\nIntra-Shield:[^\r]*", b"", head), body),
}
REQUESTS = {
    "target": lambda head: head.replace(b"?full", b"?fulL", 1),
    "since": lambda head: re.sub(rb"&since=[^&]*", b"", head),
    "path": lambda head: head.replace(b"/services/", b"/services/web/", 1),
    "host": lambda head: re.sub(rb"\r\nHost: [^\r]*", b"\r\nHost: shields.example.org", head),
    "method": lambda head: head.replace(b"GET", b"POST", 1),
    "time": lambda head: re.sub(rb"(v2 [0-9a-f]{16} \d*)(\d) ", lambda one: one[1] + b"%d " % (int(one[2]) ^ 1), head),
    "nonce": lambda head: re.sub(rb"(v2 [0-9a-f]{16} \d+ )[0-9a-f]{32}", rb"\g<1>" + 32 * b"0", head),
}


class Between:
    """A real peer "b" behind nginx, with "api" in its cluster, and somebody in the middle."""

    def __init__(self, other, folder, responder, nginx, fake, secret, enter):
        self.api = other.deployment("api", namespace="shop", replicas=2)
        fake.deployment("web", namespace="shop", replicas=2)
        config = other.write_kubeconfig(folder / "other")
        self.b = responder(kubeconfig=config, cluster="b", INTRA_SECRET=secret)
        self.middle = enter(Middle(nginx(self.b).port))
        self.a = responder(other_shields=f"b=http://127.0.0.1:{self.middle.port}", INTRA_SECRET=secret)
        self.a.becomes("/_/api/health/", *WELL)

    def is_up(self):
        return 'kube_shields_peer_up{peer="b"} 1' in self.a.get("/metrics", params=INTERNAL).text

    def alter(self, answer=None, request=None):
        self.middle.alter, self.middle.alter_request = answer, request


@pytest.fixture
def between(folder, responder, nginx, fake, secret):
    opened = []
    with Cluster() as other:
        yield Between(other, folder, responder, nginx, fake, secret, lambda one: opened.append(one) or one)
        for middle in opened:
            middle.__exit__()


@pytest.mark.parametrize("name", ALTERED)
def test_an_answer_altered_on_the_way_is_refused(between, name):
    between.alter(answer=ALTERED[name])
    between.api.pods[0].set(ready=False)
    eventually(lambda: not between.is_up(), message=lambda: between.a.stderr)
    # The last right value stays.
    assert between.a.raw("/_/api/health/")["ready"] == 2
    assert between.a.shield("/_/web/health/") == WELL
    between.alter()
    between.a.becomes("/_/api/health/", "1/2 (0 restarts)", "red")
    assert between.is_up()
    assert not [line for line in between.b.lines if " serve: " in line], between.b.stderr


def test_a_captured_answer_is_refused(between):
    replay = Replay()
    between.alter(answer=replay)
    # The first answer is the original.
    between.api.pods[0].set(restarts=1)
    eventually(lambda: replay.first)
    between.api.pods[0].set(ready=False)
    between.b.becomes("/_/api/health/", "1/2 (1 restart)", "red")
    eventually(lambda: not between.is_up(), message=lambda: between.a.stderr)
    assert between.a.raw("/_/api/health/")["ready"] == 2
    between.alter()
    between.a.becomes("/_/api/health/", "1/2 (1 restart)", "red")


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_altered_on_the_way_is_refused(between, name):
    between.alter(request=REQUESTS[name])
    between.api.pods[0].set(ready=False)
    eventually(lambda: not between.is_up(), message=lambda: between.a.stderr)
    between.b.wait_for_line("refused a signed request")
    between.b.becomes("/_/api/health/", "1/2 (0 restarts)", "red")
    print(between.a.wait_for_line("warning peer: b"), between.b.wait_for_line("refused"), sep="\n")
    between.alter()
    between.a.becomes("/_/api/health/", "1/2 (0 restarts)", "red")


def test_unsigned_headers_of_an_answer_are_ignored(between):
    def alter(head, body):
        return re.sub(rb"\r\nContent-Type: [^\r]*", b"\r\nContent-Type: text/html\r\nRefresh: 0; url=/stolen\r\n"
                      b"Set-Cookie: a=b\r\nRetry-After: 99999\r\nLocation: /stolen", head), body
    between.alter(answer=alter)
    for ready, seen in ((False, ("1/2 (0 restarts)", "red")), (True, WELL)):
        between.api.pods[0].set(ready=ready)
        between.a.becomes("/_/api/health/", *seen)
    assert between.is_up()


# ---- hostile text from a peer that has the secret ----

NASTY = "\"><script>alert(1)</script>&amp;'"


def test_text_of_a_peer_is_escaped_everywhere(world):
    world = world("nasty")
    nasty = world.peers["nasty"]
    nasty.put(service("odd", 0, 1, reasons={NASTY: 1}, versions={NASTY: 1}, label=NASTY, color=NASTY,
                      link="https://example.org/" + NASTY))
    odd = "/_/odd/health/"
    eventually(lambda: world.shields.get(odd).status == 200)
    for target in (odd, "/_/odd/version/", "/", "/services/?cluster=nasty", "/services/odd/?cluster=nasty"):
        response = world.shields.get(target)
        assert response.status == 200, target
        assert "<script" not in response.text or response.type == "application/json", (target, response.text)
    for style in ("flat", "flat-square", "plastic", "for-the-badge", "social"):
        ElementTree.fromstring(world.shields.get(f"{odd}?style={style}").text)


# ---- leaks ----

def resources(program):
    with open(f"/proc/{program.process.pid}/status") as status:
        threads = int(re.search(r"Threads:\s+(\d+)", status.read())[1])
    return program.descriptors(), threads


def least(program, seconds=3):
    """The lowest memory, descriptors and threads over a few seconds, since requests in flight differ by chance."""
    end, samples = time.monotonic() + seconds, []
    while not samples or time.monotonic() < end:
        samples.append((program.memory(), *resources(program)))
        time.sleep(0.005)
    return [min(values) for values in zip(*samples)]


@pytest.mark.memory
@pytest.mark.long
def test_200_wrong_answers_takes_no_memory_and_no_descriptor(world):
    """Two peers of each sort. After 200 wrong answers, the next 200 must cost nothing more."""
    sorts = {**SIGNATURES, **DOCUMENTS, **CONNECTIONS, **PACKINGS}
    names = [f"{name}-{copy}" for name in sorts for copy in range(2)]
    world = world(*names)
    for peer in world.bad:
        peer.misbehave(sorts[peer.name.rpartition("-")[0]])

    def failed():
        return sum(value for (name, _), value in world.metrics().items() if name == "failures_total")
    eventually(lambda: failed() >= 200, 120)
    before, failures = least(world.shields), failed()
    eventually(lambda: failed() >= failures + 200, 240)
    after = least(world.shields)
    print(f"{failed()} failures: memory, descriptors, threads {before} and then {after}")
    assert after[0] - before[0] < 2 * MEBIBYTE and after[1] <= before[1] + 5 and after[2] == before[2]


def once(answer):
    async def answer_once(exchange):
        exchange.peer.answer = type(exchange).right
        await answer(exchange)
    return answer_once


@pytest.mark.memory
@pytest.mark.long
def test_answers_without_an_end_takes_no_memory(world):
    """While they arrive, they may take 64 MiB each."""
    world = world(*SIZES)
    used = []
    for turn in range(6):
        for peer in world.bad:
            peer.misbehave(once(SIZES[peer.name]))
        backs = (turn + 1) * len(SIZES)
        eventually(lambda: world.shields.stderr.count(" back after ") == backs, 120, lambda: world.shields.stderr)
        memory, *others = least(world.shields, 0.3)
        used.append((memory // 1024, *others))
    print("kB, descriptors, threads:", *used, f"and {peak(world.shields) / MEBIBYTE:.0f} MiB at most")
    assert used[-1][0] - used[1][0] < 4096 and used[-1][1] <= used[1][1] + 2 and used[-1][2] == used[1][2]
