"""A minimal FastCGI client for the tests. Source: the FastCGI specification 1.0, sections 3 to 5."""

import json
import re
import socket
import struct

BEGIN_REQUEST, ABORT_REQUEST, END_REQUEST, PARAMS, STDIN, STDOUT, STDERR = 1, 2, 3, 4, 5, 6, 7
RESPONDER, KEEP_CONN = 1, 1


class Response:
    """A response: status, headers (names in lower case), body."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        return self.body.decode()

    def json(self):
        return json.loads(self.body)

    @property
    def type(self):
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def title(self):
        """The text of a shield for people who cannot see it: "health: 2/2 (0 restarts)"."""
        match = re.search(r'aria-label="([^"]*)"', self.text)
        assert match, f"no shield: {self!r}"
        return match[1]

    def __repr__(self):
        return f"<{self.status} {self.headers} {self.body[:300]!r}>"


def parse_cgi(data):
    """Parses the output of a CGI program or FastCGI responder: header lines, an empty line, the body."""
    head, separator, body = data.partition(b"\r\n\r\n")
    if not separator:
        head, separator, body = data.partition(b"\n\n")
    assert separator, f"no end of headers: {data[:300]!r}"
    headers = {}
    for line in head.decode().splitlines():
        name, colon, value = line.partition(":")
        assert colon and name == name.strip(), f"header line {line!r}"
        assert name.lower() not in headers, f"header {name} twice"
        headers[name.lower()] = value.strip()
    return Response(int(headers.pop("status", "200").split()[0]), headers, body)


def record(kind, content, request_id=1):
    return struct.pack(">BBHHBB", 1, kind, request_id, len(content), 0, 0) + content


def stream(kind, content):
    pieces = [content[start:start + 65535] for start in range(0, len(content), 65535)]
    return b"".join(record(kind, piece) for piece in [*pieces, b""])


def pairs(params):
    out = bytearray()
    for name, value in params.items():
        name, value = name.encode(), value if isinstance(value, bytes) else value.encode()
        for length in (len(name), len(value)):
            out += struct.pack(">I", length | 1 << 31) if length > 127 else bytes([length])
        out += name + value
    return bytes(out)


def request_params(target, method="GET", headers=None, params=None):
    path, _, query = target.partition("?")
    return {"GATEWAY_INTERFACE": "CGI/1.1", "SERVER_PROTOCOL": "HTTP/1.1", "SERVER_SOFTWARE": "tests",
            "SERVER_NAME": "shields.test", "SERVER_PORT": "80", "REMOTE_ADDR": "192.0.2.7",
            "REQUEST_METHOD": method, "REQUEST_URI": target, "QUERY_STRING": query, "SCRIPT_NAME": path,
            "PATH_INFO": "", "HTTP_HOST": "shields.test",
            **{"HTTP_" + name.upper().replace("-", "_"): value for name, value in (headers or {}).items()},
            **(params or {})}


class FastCgiConnection:
    """`address`: "unix:/path" or "tcp:host:port", as for SHIELD_LISTEN."""

    def __init__(self, address, timeout=10):
        family, _, where = address.partition(":")
        if family == "unix":
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(timeout)
            self.socket.connect(where)
        else:
            host, _, port = where.rpartition(":")
            self.socket = socket.create_connection((host, int(port)), timeout)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def get(self, target, keep=False, **options):
        self.send(target, keep=keep, **options)
        return self.receive()

    def send(self, target, keep=False, **options):
        begin = record(BEGIN_REQUEST, struct.pack(">HB5x", RESPONDER, KEEP_CONN if keep else 0))
        params = stream(PARAMS, pairs(request_params(target, **options)))
        self.socket.sendall(begin + params + stream(STDIN, b""))

    def take(self, count):
        while len(self.buffer) < count:
            data = self.socket.recv(65536)
            if not data:
                raise EOFError(f"closed with {len(self.buffer)} of {count} bytes there")
            self.buffer += data
        out, self.buffer = self.buffer[:count], self.buffer[count:]
        return out

    def receive(self):
        out, errors = b"", b""
        while True:
            _, kind, _, length, padding, _ = struct.unpack(">BBHHBB", self.take(8))
            content = self.take(length + padding)[:length]
            if kind == STDOUT:
                out += content
            elif kind == STDERR:
                errors += content
            elif kind == END_REQUEST:
                application_status, protocol_status = struct.unpack(">IB3x", content)
                assert (application_status, protocol_status) == (0, 0) and not errors
                return parse_cgi(out)

    def closed_by_peer(self):
        """Waits until the other side closes the connection."""
        return self.socket.recv(1) == b""
