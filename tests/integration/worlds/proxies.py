"""Proxies between the programs and a fake cluster, the only ones that know where the server's name is.

    with Proxy("socks5", cluster) as proxy: …          # or "http"; "https" with certificates=DIR
    proxy.url                                           # for proxy-url; Proxy(…, user="me", password="p") asks for both
    proxy.asked                                         # "name kubernetes.test:6443", "address 127.0.0.1:6443", in order
"""

import base64
import socket
import ssl
import struct
import threading


class Refused(Exception):
    """The client asked for something else than it should."""


def pump(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass
    for end in (source, target):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def read(connection, length):
    data = b""
    while len(data) < length:
        part = connection.recv(length - len(data))
        if not part:
            raise Refused
        data += part
    return data


def is_address(host):
    try:
        socket.inet_pton(socket.AF_INET6 if ":" in host else socket.AF_INET, host)
        return True
    except OSError:
        return False


class Proxy:
    def __init__(self, scheme, cluster, certificates=None, user=None, password=""):
        self.scheme, self.cluster, self.user, self.password = scheme, cluster, user, password
        self.tls = None
        if scheme == "https":
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(certificates / "server.crt", certificates / "server.key")
        self.asked = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    @property
    def address(self):
        return f"127.0.0.1:{self.listener.getsockname()[1]}"

    @property
    def url(self):
        login = f"{self.user}:{self.password}@" if self.user else ""
        return f"{self.scheme}://{login}{self.address}"

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            onward = (self.socks if self.scheme == "socks5" else self.http)(connection)
            threading.Thread(target=pump, args=(connection, onward), daemon=True).start()
            pump(onward, connection)
        except (Refused, OSError, ValueError):
            connection.close()

    def connect(self, host, port):
        self.asked.append(f"{'address' if is_address(host) else 'name'} {host}:{port}")
        server = self.cluster.server
        return socket.create_connection((server.host, server.port))

    def socks(self, connection):
        """RFC 1928 and RFC 1929."""
        methods = read(connection, read(connection, 2)[1])
        method = 2 if self.user else 0
        if method not in methods:
            raise Refused
        connection.sendall(bytes([5, method]))
        if self.user:
            name = read(connection, read(connection, 2)[1])
            password = read(connection, read(connection, 1)[0])
            accepted = (name.decode(), password.decode()) == (self.user, self.password)
            connection.sendall(bytes([1, not accepted]))
        kind = read(connection, 4)[3]
        if kind == 3:
            host = read(connection, read(connection, 1)[0]).decode()
        else:
            host = socket.inet_ntop(*((socket.AF_INET, read(connection, 4)) if kind == 1 else
                                      (socket.AF_INET6, read(connection, 16))))
        onward = self.connect(host, struct.unpack(">H", read(connection, 2))[0])
        connection.sendall(b"\5\0\0\1\0\0\0\0\0\0")
        return onward

    def http(self, connection):
        head = b""
        while b"\r\n\r\n" not in head:
            head += read(connection, 1)
        request, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        method, target, _ = request.split(" ")
        login = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        if method != "CONNECT" or headers.get("proxy-authorization") != (f"Basic {login}" if self.user else None):
            connection.sendall(b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n")
            raise Refused
        host, _, port = target.rpartition(":")
        onward = self.connect(host.strip("[]"), port)
        connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        return onward
