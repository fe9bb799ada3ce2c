"""Debian's real Prometheus, on a free port, with a private folder. It scrapes itself as job "web" every second.

    with Prometheus(folder) as prometheus:      # up{job="web"} has a value by now
        prometheus.url                          # for SHIELD_PROMETHEUS
        prometheus.query('up{job="web"}')       # decoded JSON of /api/v1/query

`history` is text in the OpenMetrics format: samples from before the start. And a scripted server:

    with Scripted() as scripted:
        scripted.say(503, "no JSON")            # answers every request from now on; or scripted.answer = a function
        scripted.requests                       # (path, query as a dict, headers), first to last
"""

import contextlib
import json
import os
import pathlib
import ssl
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

from programs import Program, eventually, free_port

BINARY = "/usr/bin/prometheus"
TOOL = "/usr/bin/promtool"
START_TIMEOUT = 60  # seconds; usually 3, since the first scrape comes within one interval

CONFIGURATION = """\
global:
  scrape_interval: 1s
  evaluation_interval: 1s
scrape_configs:
  - job_name: web
    static_configs:
      - targets: ["127.0.0.1:{port}"]
"""


def missing():
    """Why there can be no Prometheus here, or None."""
    absent = [program for program in (BINARY, TOOL) if not os.access(program, os.X_OK)]
    return f"{absent[0]} is not there: apt install prometheus" if absent else None


class Prometheus(Program):
    def __init__(self, folder, port=None, history=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="prometheus-", dir=folder))
        self.port = port or free_port()
        configuration = self.folder / "prometheus.yml"
        configuration.write_text(CONFIGURATION.format(port=self.port))
        data = self.folder / "data"
        if history:
            (self.folder / "history").write_text(history)
            subprocess.run([TOOL, "tsdb", "create-blocks-from", "openmetrics", self.folder / "history", data],
                           check=True, capture_output=True)
        super().__init__([BINARY, f"--config.file={configuration}", f"--storage.tsdb.path={data}",
                          f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=warn"], cwd=self.folder)
        try:
            eventually(self.has_scraped, START_TIMEOUT, lambda: f"no Prometheus:\n{self.stderr}")
        except BaseException:
            self.process.kill()
            self.wait()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def query(self, text):
        with urllib.request.urlopen(f"{self.url}/api/v1/query?{urlencode({'query': text})}", timeout=10) as answer:
            return json.load(answer)

    def has_scraped(self):
        assert self.process.poll() is None, f"ended at once, exit code {self.wait()}:\n{self.stderr}"
        try:
            return self.query('up{job="web"} == 1')["data"]["result"]
        except (OSError, urllib.error.URLError):
            time.sleep(0.05)
            return None


def scalar(number):
    """The answer to a query that gives one number."""
    return json.dumps({"status": "success", "data": {"resultType": "scalar", "result": [0, str(number)]}})


class Scripted(ThreadingHTTPServer):
    """A scripted server. `certificates`, a folder of make_certificates, makes it HTTPS. Each answer waits until `open`
    is set."""

    daemon_threads = True

    def __init__(self, certificates=None):
        super().__init__(("127.0.0.1", 0), ScriptedRequest)
        self.requests = []
        self.open = threading.Event()
        self.open.set()
        self.scheme = "https" if certificates else "http"
        if certificates:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificates / "server.crt", certificates / "server.key")
            # Each connection's thread does its own handshake.
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.say(200, scalar(1))

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.open.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, *_):
        """Clients that go away in the middle, or do not trust us, are not an error."""

    @property
    def url(self):
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}"

    def say(self, status, body, **headers):
        self.answer = lambda path, query, headers_of_request: (status, body, headers)


class ScriptedRequest(BaseHTTPRequestHandler):
    """answer(path, query, headers) returns (status, text or bytes, headers), or the raw bytes of the answer."""

    def do_GET(self):
        where = urlsplit(self.path)
        request = where.path, dict(parse_qsl(where.query, strict_parsing=True)), dict(self.headers)
        self.server.requests.append(request)
        self.server.open.wait(60)
        answer = self.server.answer(*request)
        with contextlib.suppress(OSError):
            if isinstance(answer, bytes):
                self.wfile.write(answer)
                return
            status, body, headers = answer
            body = body.encode() if isinstance(body, str) else body
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", "Content-Length": len(body), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_):
        """Logs nothing."""
