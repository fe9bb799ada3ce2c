"""HTTP/1.1 with one thread per connection, close to the socket, so that tests can break it anywhere."""

import dataclasses
import select
import socket
import ssl
import struct
import threading
import time
import urllib.parse


@dataclasses.dataclass
class Request:
    method: str
    path: str
    query: dict  # first value of each parameter
    headers: dict  # names in lower case
    connection: int
    certificate: str = ""  # the name in the client's certificate
    server_name: str | None = None  # that the client asked for as it began TLS
    verb: str = ""  # "list", "watch", "heartbeat", "identity", "version" or ""
    kind: str = ""
    namespace: str | None = None
    broken: bool = False  # the client went away before the answer's end
    at: float = dataclasses.field(default_factory=time.monotonic)  # when it arrived


class Gone(Exception):
    """The connection has ended, from either side."""


class Connection(threading.Thread):
    def __init__(self, server, sock, number):
        super().__init__(daemon=True)
        self.server, self.socket, self.number = server, sock, number
        self.buffer = b""

    def run(self):
        try:
            if self.server.tls:
                self.socket = self.server.tls.wrap_socket(self.socket, server_side=True)
            while True:
                self.server.handle(self, self.read_request())
        except (Gone, OSError, ValueError):
            pass
        finally:
            self.server.connections.discard(self)
            self.socket.close()

    def read_request(self):
        while b"\r\n\r\n" not in self.buffer:
            data = self.socket.recv(65536)
            if not data:
                raise Gone
            self.buffer += data
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        method, target, _ = lines[0].split(" ")
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        path, _, query = target.partition("?")
        values = {name: value for name, value in reversed(urllib.parse.parse_qsl(query, keep_blank_values=True))}
        certificate = common_name(self.socket.getpeercert()) if self.server.tls else ""
        server_name = getattr(self.socket, "asked_for", None)
        return Request(method, path, values, headers, self.number, certificate, server_name)

    def client_left(self):
        """Whether the client has left. Requests are not pipelined, so a readable socket means the end."""
        return bool(select.select([self.socket], [], [], 0)[0])

    def send(self, data):
        self.socket.sendall(data)

    def head(self, status, content_type, **headers):
        lines = [f"HTTP/1.1 {status} Whatever", f"Content-Type: {content_type}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n")

    def whole(self, status, content_type, body, **headers):
        self.head(status, content_type, Content_Length=len(body), **headers)
        self.send(body)

    def begin(self, status, content_type):
        self.head(status, content_type, Transfer_Encoding="chunked")

    def chunk(self, data):
        if data:
            self.send(b"%x\r\n%s\r\n" % (len(data), data))

    def part(self, data, at=None):
        """Sends the first part of `data`, up to its middle, or to that of its first "ü" (at="utf-8"), or to that of a
        chunk (at="chunk"), and returns its length."""
        middle = data.index("ü".encode()) + 1 if at == "utf-8" else len(data) // 2
        if at == "chunk":
            self.send(b"%x\r\n%s" % (len(data), data[:middle]))
        else:
            self.chunk(data[:middle])
        return middle

    def end(self):
        self.send(b"0\r\n\r\n")

    def hang_up(self):
        self.shut()
        raise Gone

    def reset(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()
        raise Gone

    def shut(self):
        """Shuts the socket down. May be called from any thread."""
        try:
            socket.socket.shutdown(self.socket, socket.SHUT_RDWR)
        except OSError:
            pass


class Server:
    """Accepts connections; `handle(connection, request)` answers on the connection's thread."""

    def __init__(self, handle, host, port, tls):
        self.handle, self.host, self.port, self.tls = handle, host, port, tls
        self.connections = set()
        self.listener = None
        self.count = 0
        # Bound but never listening: while the server is closed, connections are refused and nobody else gets the port.
        self.reserved = self.bind()
        self.port = self.reserved.getsockname()[1]
        self.open()

    def bind(self):
        bound = socket.socket(socket.AF_INET6 if ":" in self.host else socket.AF_INET, socket.SOCK_STREAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((self.host, self.port))
        return bound

    def open(self):
        listener = self.bind()
        listener.listen(128)
        self.listener = listener
        threading.Thread(target=self.accept, args=(listener,), daemon=True).start()

    def accept(self, listener):
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.count += 1
            connection = Connection(self, sock, self.count)
            self.connections.add(connection)
            if listener is not self.listener:
                connection.shut()
            connection.start()

    def close(self):
        listener, self.listener = self.listener, None
        if listener:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        self.drop_all()

    def drop_all(self):
        for connection in list(self.connections):
            connection.shut()


def common_name(certificate):
    return next((value for part in (certificate or {}).get("subject", ()) for name, value in part
                 if name == "commonName"), "")


def remember_name(connection, name, _):
    connection.asked_for = name


def tls_context(certificates, name="server"):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / f"{name}.crt", certificates / f"{name}.key")
    context.load_verify_locations(certificates / "ca.crt")
    context.verify_mode = ssl.CERT_OPTIONAL
    context.sni_callback = remember_name
    return context
