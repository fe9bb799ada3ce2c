"""A proxy or balancer between us and a real API server: it ends TLS, and holds watches open.

    with Middlebox(plane) as box:
        plane.write_kubeconfig(path, server=box)
        box.refuse(503)                     # from now on it answers new requests itself
        box.refuse(200, "text/html", b"<html>Sign in</html>")
        box.relay()                         # and asks the API server again
        box.refused                         # how many requests it has answered itself
"""

import contextlib
import http.client
import http.server
import ssl
import threading


class Middlebox:
    def __init__(self, plane):
        self.plane, self.certificates = plane, plane.certificates
        self.refusal, self.refused = None, 0
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler_of(self))
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(plane.certificates / "server.crt", plane.certificates / "server.key")
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    @property
    def url(self):
        return f"https://127.0.0.1:{self.port}"

    def refuse(self, status, content_type="text/html", body=b"<html>no server is available</html>\n"):
        self.refusal = status, content_type, body

    def relay(self):
        self.refusal = None

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def handler_of(box):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self):
            # Here, in the thread of the connection: a slow handshake holds up nobody else.
            self.request = box.context.wrap_socket(self.request, server_side=True)
            super().setup()

        def do_GET(self):
            if box.refusal:
                box.refused += 1
                status, content_type, body = box.refusal
                self.answer(status, content_type, {"Content-Length": len(body)})
                self.wfile.write(body)
                return
            upstream = http.client.HTTPSConnection("127.0.0.1", box.plane.port, context=box.plane.context)
            with contextlib.closing(upstream), contextlib.suppress(OSError, http.client.HTTPException):
                upstream.request("GET", self.path, headers={
                    name: self.headers[name] for name in ("Authorization", "Accept") if self.headers[name]})
                self.relay(upstream.getresponse())
            self.close_connection = True

        def relay(self, answer):
            self.answer(answer.status, answer.getheader("Content-Type"), {"Connection": "close"})
            while data := answer.read1(65536):
                self.wfile.write(data)
                self.wfile.flush()

        def answer(self, status, content_type, headers):
            self.send_response(status)
            for name, value in {"Content-Type": content_type, **headers}.items():
                self.send_header(name, str(value))
            self.end_headers()

        def log_message(self, *_):
            pass
    return Handler
