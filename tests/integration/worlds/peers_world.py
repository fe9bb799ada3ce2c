"""Several clusters on one machine, each with its own fake API server, kube-shields and nginx; and an implementation of
the protocol, written from docs/protocol.md alone, that can send what no kube-shields would."""

import contextlib
import dataclasses
import hashlib
import http.client
import http.server
import os
import pathlib
import re
import socket
import ssl
import tempfile
import threading
import time
import types

from checks_world import metric
from fake_kubernetes import Cluster
from programs import ROOT, Nginx, Responder, eventually, run_cgi

DIRECT_HOST = "shields.test"  # the Host of requests without nginx, see fastcgi_client.py
PEER_DEADLINE = 20  # seconds until a peer is known, backoff included


# ---- the protocol ----

def mac(key, *values):
    """BLAKE2b over the values, each preceded by its length."""
    text = b"".join(len(value).to_bytes(8, "big") + value for value in values)
    return hashlib.blake2b(text, key=key, digest_size=32).digest()


def body_hash(body):
    return hashlib.blake2b(body, digest_size=32).digest()


@dataclasses.dataclass
class Key:
    """A secret and its key as stretched by Argon2, from the document's vectors because Python's library has no
    Argon2."""
    secret: str
    stretched: bytes

    @property
    def id(self):
        return mac(self.stretched, b"kube-shields v2 key id")[:8].hex()


def keys_of_the_document():
    text = (ROOT / "docs" / "protocol.md").read_text()
    pairs = re.findall(r"^secret: (.*)\nstretched key: ([0-9a-f]{64})$", text, flags=re.MULTILINE)
    return [Key(secret, bytes.fromhex(stretched)) for secret, stretched in pairs]


KEY, NEXT_KEY, STRANGERS_KEY = keys_of_the_document()[:3]


@dataclasses.dataclass
class Signed:
    """A signed request: its header, and what its answer is verified with."""
    key: Key
    header: str
    mac: bytes

    def answered_by(self, status, body, header):
        """Whether this header signs the answer to this request."""
        wanted = mac(self.key.stretched, b"kube-shields v2 answer", self.mac, str(status).encode(), body_hash(body))
        return header == f"v2 {wanted.hex()}"


def sign(target, host=DIRECT_HOST, method="GET", key=KEY, late_ms=0, nonce=None, body=b"", **wrong):
    """late_ms: how long ago it was signed; negative for the future. wrong: key_id or mac to use instead of the right
    one."""
    moment = str(time.time_ns() // 1_000_000 - late_ms)
    nonce = nonce or os.urandom(16)
    key_id = wrong.get("key_id", key.id)
    request_mac = mac(key.stretched, b"kube-shields v2 request", method.encode(), host.lower().encode(),
                      target.encode(), body_hash(body), moment.encode(), nonce, key_id.encode())
    header = f"v2 {key_id} {moment} {nonce.hex()} {wrong.get('mac', request_mac.hex())}"
    return Signed(key, header, request_mac)


def host_of(asked):
    return getattr(asked, "host", DIRECT_HOST)


def ask_signed(asked, target, method="GET", headers=None, **options):
    """Sends a signed request to a Responder or a Gate: the answer, and whether its signature is right."""
    signed = sign(target, host_of(asked), method, **options)
    answer = asked.get(target, method=method, headers={"Intra-Shield": signed.header, **(headers or {})})
    return answer, signed.answered_by(answer.status, answer.body, answer.headers.get("intra-shield"))


def get_signed(asked, target, **options):
    """The answer to a signed request; asserts that it is not refused, and rightly signed."""
    answer, is_right = ask_signed(asked, target, **options)
    assert answer.status != 403 and is_right, answer
    return answer


# ---- secret files ----

def write_secrets(path, *keys, mode=0o600):
    """Writes one key per line, and replaces an old file atomically."""
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text("".join(f"{key.secret}\n" for key in keys))
    draft.chmod(mode)
    draft.rename(path)
    return path


class SecretVolume:
    """A Secret as the kubelet mounts it: a link to a folder that is replaced as a whole."""

    def __init__(self, folder, *keys):
        self.folder = folder
        self.count = 0
        folder.mkdir()
        self.swap(*keys)
        self.path = folder / "secret"
        self.path.symlink_to("..data/secret")

    def swap(self, *keys):
        self.count += 1
        version = self.folder / f"..version-{self.count}"
        version.mkdir()
        write_secrets(version / "secret", *keys)
        draft = self.folder / "..data_tmp"
        draft.symlink_to(version.name)
        draft.rename(self.folder / "..data")


# ---- clusters ----

class Gate(Nginx):
    """The shipped nginx.conf in front of one cluster. tls: a folder of certificates; client_certificates: clients must
    have one; prefix: under /shields/, with the shipped snippet; ipv6: also on [::1]; also: also on these addresses."""

    def __init__(self, folder, address, tls=None, client_certificates=False, prefix=False, ipv6=False, also=()):
        self.tls, self.client_certificates = tls, client_certificates
        self.also = ["[::1]"] * ipv6 + list(also)
        self.address, self.prefix = address, "/shields" if prefix else ""
        super().__init__(folder, types.SimpleNamespace(address=address))

    @property
    def host(self):
        return f"127.0.0.1:{self.port}"

    @property
    def url(self):
        return f"http{'s' if self.tls else ''}://{self.host}{self.prefix}"

    def start(self, folder, text):
        listen = f"listen 127.0.0.1:{self.port};"
        assert listen in text
        lines = [listen] + [f"listen {address}:{self.port};" for address in self.also]
        if self.tls:
            lines = [f"listen 127.0.0.1:{self.port} ssl http2;", f"ssl_certificate {self.tls}/server.crt;",
                     f"ssl_certificate_key {self.tls}/server.key;"]
        if self.client_certificates:
            lines += [f"ssl_client_certificate {self.tls}/ca.crt;", "ssl_verify_client on;"]
        if self.prefix:
            lines.append(self.prefixed())
        super().start(folder, text.replace(listen, "\n".join(lines)))

    def prefixed(self):
        snippet = (ROOT / "nginx" / "locations.conf").read_text()
        snippet = snippet[snippet.index("# location /shields/"):]
        snippet = "\n".join(line.removeprefix("#") for line in snippet.splitlines())
        return snippet.replace("/run/kube-shields/fastcgi.sock", self.address.removeprefix("unix:"))

    def connect(self):
        if not self.tls:
            return super().connect()
        context = ssl.create_default_context(cafile=self.tls / "ca.crt")
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=10, context=context)


class Site:
    """A cluster and what is in front of it. `fake` is its API server, `gate` its nginx, `shields` its kube-shields,
    once started. Options are those of Gate."""

    def __init__(self, world, name, **options):
        self.world, self.name = world, name
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=world.folder))
        self.fake = Cluster()
        self.kubeconfig = self.fake.write_kubeconfig(self.folder / "kubeconfig")
        self.address = f"unix:{self.folder}/fastcgi.sock"
        self.gate = Gate(self.folder, self.address, **options)
        world.started.append(self.gate)
        self.shields = None

    @property
    def word(self):
        """The word for OTHER_SHIELDS."""
        return f"{self.name}={self.gate.url}"

    def settings(self, *others, **settings):
        words = [other.word if isinstance(other, Site) else other for other in others]
        return {"cluster": self.name, "kubeconfig": self.kubeconfig, "other_shields": " ".join(words) or "None",
                "INTRA_SECRET": self.world.secret, "heartbeat": "1s", **settings}

    def start(self, *others, wait=True, **settings):
        """others: the peers, as sites or words; without any, it is public and has no peers. May be called again after
        stop()."""
        self.shields = Responder(self.folder, listen=self.address, **self.settings(*others, **settings))
        self.world.started.append(self.shields)
        return self.shields.ready() if wait else self.shields

    def stop(self):
        self.shields.stop()

    def metric(self, name, peer):
        return metric(self.shields, f'kube_shields_peer_{name}{{peer="{peer}"}}')

    def is_up(self, peer):
        return self.metric("up", peer) == 1

    def knows(self, *sites):
        """Waits until all of these sites are up."""
        for site in sites:
            eventually(lambda name=site.name: self.is_up(name), PEER_DEADLINE, lambda: self.shields.stderr)
        return self.shields


class CgiServer(http.server.ThreadingHTTPServer):
    """A web server that runs kube-shields once per request; `runs` counts these."""
    daemon_threads = True

    def __init__(self, folder):
        super().__init__(("127.0.0.1", 0), CgiHandler)
        self.folder, self.settings, self.runs = folder, {}, 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class CgiHandler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.runs += 1
        headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        answer, _ = run_cgi(self.path, self.server.folder, headers=headers, params={"HTTP_HOST": self.headers["Host"]},
                            **self.server.settings)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *_):
        pass


class World:
    def __init__(self, folder, secret, started):
        self.folder, self.secret, self.started, self.sites = folder, secret, started, []

    def site(self, name, **options):
        site = Site(self, name, **options)
        self.sites.append(site)
        return site

    def close(self):
        for site in self.sites:
            site.fake.close()


class Relay:
    """Someone in the middle, who forwards connections to a port of this machine. Answers go through alter(data).
    Requests are kept in `captured`, one item per connection."""

    def __init__(self, port, alter=bytes):
        self.target, self.alter, self.captured, self.open = port, alter, [], []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", self.target))
                self.open += [client, server]
                number = len(self.captured)
                self.captured.append(b"")
                for pump in ((client, server, lambda data, number=number: self.keep(number, data)),
                             (server, client, lambda data: self.alter(data))):
                    threading.Thread(target=self.pump, args=pump, daemon=True).start()

    def cut(self):
        """Closes all connections; the next one goes to the current target."""
        for end in self.open:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self.open.clear()

    def keep(self, number, data):
        self.captured[number] += data
        return data

    @staticmethod
    def pump(source, sink, change):
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 20):
                sink.sendall(change(data))
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def send_raw(port, data):
    """The raw first answer to these bytes."""
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(data)
        received = b""
        while b"\r\n\r\n" not in received:
            more = connection.recv(65536)
            assert more, received
            received += more
        return received
