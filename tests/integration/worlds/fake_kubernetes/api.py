"""Answers requests from the store, or with faults."""

import base64
import re
import time

from .encode import PROTOBUF, JsonEncoder, ProtobufEncoder, compact_json, failure
from .server import Gone
from .store import KINDS, selector

IDENTITY = "/api/v1/namespaces/kube-system"  # whose uid says which cluster this is
PATH = re.compile(r"(/api/v1|/apis/[a-z]+/v[0-9a-z]+)(?:/namespaces/([^/]+))?/([a-z]+)")
REASONS = {401: "Unauthorized", 403: "Forbidden", 404: "NotFound", 406: "NotAcceptable", 410: "Expired",
           429: "TooManyRequests", 500: "InternalError", 503: "ServiceUnavailable", 504: "Timeout"}
GARBAGE = bytes(range(255, 0, -1)) * 4
POLL = 0.1  # seconds between looks at whether a watch's client has left


class Api:
    def __init__(self, cluster):
        self.cluster = cluster

    def handle(self, connection, request):
        cluster = self.cluster
        self.classify(request)
        with cluster.changed:
            cluster.requests.append(request)
            cluster.changed.notify_all()
        try:
            self.wait(connection, lambda: not cluster.frozen)
            self.answer(connection, request)
        except (Gone, OSError):
            request.broken = True
            raise

    def classify(self, request):
        match = PATH.fullmatch(request.path)
        if request.path == "/version":
            request.verb = "version"
        elif request.path == IDENTITY:
            request.verb, request.kind, request.namespace = "identity", "namespaces", "kube-system"
        elif match and match[3] in KINDS and match[1] == self.group(match[3]):
            request.kind, request.namespace = match[3], match[2]
            request.verb = ("watch" if request.query.get("watch") in ("1", "true") else
                            "heartbeat" if request.query.get("limit", "0") != "0" else "list")

    def group(self, kind):
        beta = {"cronjobs": self.cluster.cronjobs, "poddisruptionbudgets": self.cluster.budgets}
        group = KINDS[kind][2]
        return group.replace("v1", str(beta[kind])) if kind in beta else group

    def answer(self, connection, request):
        cluster = self.cluster
        if not self.authenticated(request):
            return self.refuse(connection, request, 401, "Unauthorized")
        if not request.verb:
            return connection.whole(404, "text/plain; charset=utf-8", b"404 page not found\n")
        fault = cluster.faults.take(request.kind, request.verb)
        if fault and self.broken_anyhow(connection, request, fault):
            return None
        if request.verb == "version":
            version = {"major": "1", "minor": "31", "gitVersion": "v1.31.0-fake"}
            return connection.whole(200, "application/json", compact_json(version))
        if cluster.only_namespaces is not None and request.namespace not in cluster.only_namespaces:
            return self.refuse(connection, request, 403, f"{request.kind} is forbidden: cannot {request.verb} there")
        if cluster.protobuf == "406" and "protobuf" in request.headers.get("accept", ""):
            return self.refuse(connection, request, 406, "only the following media types are accepted: json")
        if request.verb == "identity":
            encoder = self.encoder(request)
            return connection.whole(200, encoder.list_type, encoder.object("namespaces", "v1", cluster.identity()))
        if request.verb == "watch":
            return Watch(self, connection, request).run(fault)
        return self.list(connection, request, fault)

    def authenticated(self, request):
        cluster = self.cluster
        if cluster.require_certificate and not request.certificate:
            return False
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return cluster.tokens is None or (scheme == "Bearer" and token in cluster.tokens)

    def encoder(self, request):
        if self.cluster.protobuf is True and PROTOBUF in request.headers.get("accept", ""):
            return ProtobufEncoder()
        return JsonEncoder(self.cluster.metadata_last)

    def api_version(self, kind):
        return self.group(kind).removeprefix("/apis/").removeprefix("/api/")

    def refuse(self, connection, request, code, message):
        encoder = self.encoder(request) if request.kind else JsonEncoder()
        status = failure(code, REASONS.get(code, "Unknown"), message)
        connection.whole(code, encoder.list_type, encoder.status(status))

    def wait(self, connection, ready):
        """Waits until ready(), or raises Gone once the client has left."""
        while not ready():
            with self.cluster.changed:
                self.cluster.changed.wait_for(ready, POLL)
            if not ready() and connection.client_left():
                raise Gone

    def broken_anyhow(self, connection, request, fault):
        """Carries out a fault that any request may meet; False if it is a different one."""
        options = fault.options
        if fault.name == "status":
            self.refuse(connection, request, options.get("code", 500), options.get("message", "as the test wants it"))
        elif fault.name == "redirect":
            connection.whole(302, "text/html", b"elsewhere", Location=options["location"])
        elif fault.name == "content-type":
            connection.whole(200, "text/html; charset=utf-8", b"<html><body>Sign in to the hotel</body></html>")
        elif fault.name == "silence":
            self.wait(connection, fault.over.is_set)
            connection.hang_up()
        elif fault.name == "hang-up":
            connection.hang_up()
        else:
            return False
        return True

    def list(self, connection, request, fault):
        encoder = self.encoder(request)
        selected = selector(request.namespace, request.query.get("fieldSelector"))
        version, items = self.cluster.selected(request.kind, selected)
        name = fault.name if fault else ""
        metadata = {} if name == "no-resource-version" else {"resourceVersion": version}
        items = [] if name == "empty" else items
        if request.verb == "heartbeat":
            items = limited(metadata, items, int(request.query["limit"]))
        api_version = self.api_version(request.kind)
        body = encoder.list(request.kind, api_version, metadata, items)
        if name in ("", "no-resource-version", "empty"):
            connection.whole(200, encoder.list_type, body)
        elif name == "endless":
            self.endless(connection, fault, encoder, encoder.endless(request.kind, api_version, items[0]))
        elif name == "slow":
            self.slowly(connection, fault, encoder, body)
        elif name == "garbage":
            connection.whole(200, encoder.list_type, GARBAGE)
        else:
            self.half(connection, fault, encoder, body)

    def half(self, connection, fault, encoder, body):
        middle = len(body) // 2
        connection.begin(200, encoder.list_type)
        connection.chunk(body[:middle])
        if fault.name == "cut":
            connection.hang_up()
        if fault.name == "reset":
            connection.reset()
        if fault.name in ("stall", "hold"):
            self.wait(connection, fault.over.is_set)
        if fault.name == "stall":
            connection.hang_up()
        if fault.name == "hold":
            connection.chunk(body[middle:])
        connection.end()

    def slowly(self, connection, fault, encoder, body):
        step = max(1, fault.options.get("bytes_per_second", 2000) // 20)
        connection.begin(200, encoder.list_type)
        for start in range(0, len(body), step):
            connection.chunk(body[start:start + step])
            fault.over.wait(0.05)
        connection.end()

    def endless(self, connection, fault, encoder, pieces):
        head, item = pieces
        connection.begin(200, encoder.list_type)
        connection.chunk(head)
        while not fault.over.is_set():
            connection.chunk(item * 20)
            fault.over.wait(0.01)
        connection.hang_up()


def limited(metadata, items, limit):
    """The first items of a list, whose metadata says so if these are not all."""
    if limit < len(items):
        last = items[limit - 1]["metadata"]
        start = f'{last.get("namespace", "")}/{last["name"]}\\u0000'
        token = f'{{"v":"meta.k8s.io/v1","rv":{metadata.get("resourceVersion", 0)},"start":"{start}"}}'
        metadata["continue"] = base64.urlsafe_b64encode(token.encode()).decode().rstrip("=")
        metadata["remainingItemCount"] = len(items) - limit
    return items[:limit]


class Watch:
    def __init__(self, api, connection, request):
        self.api, self.cluster, self.connection, self.request = api, api.cluster, connection, request
        self.encoder = api.encoder(request)
        self.api_version = api.api_version(request.kind)
        self.selected = selector(request.namespace, request.query.get("fieldSelector"))
        self.version = int(request.query.get("resourceVersion") or 0)
        self.orders = []  # from disturb() and bookmark()

    def run(self, fault):
        cluster, connection = self.cluster, self.connection
        connection.begin(200, self.encoder.watch_type)
        if fault:
            return self.misbehave(fault.name, fault.over.is_set)
        if self.version and self.version < cluster.oldest:
            return self.misbehave("gone", None)
        with cluster.changed:
            cluster.watches.append(self)
            cluster.changed.notify_all()
        try:
            return self.follow()
        finally:
            with cluster.changed:
                cluster.watches.remove(self)

    def follow(self):
        cluster, connection = self.cluster, self.connection
        if not self.version:
            version, items = cluster.selected(self.request.kind, self.selected)
            self.version = int(version)
            self.send([("ADDED", obj) for obj in items])
        until = time.monotonic() + float(self.request.query.get("timeoutSeconds", 3600))
        while time.monotonic() < until:
            with cluster.changed:
                cluster.changed.wait_for(self.something, min(POLL, max(0, until - time.monotonic())))
                orders, self.orders = self.orders, []
                events = [] if cluster.frozen else cluster.events_since(self.request.kind, self.version)
                self.version = max([self.version] + [version for version, _, _ in events])
            self.send([(event, obj) for _, event, obj in events if self.selected(obj)])
            if not cluster.frozen and connection.client_left():
                raise Gone
            for order in orders:
                if order == "bookmark":
                    self.bookmark()
                else:
                    return self.misbehave(order, None)
        if "allowWatchBookmarks" in self.request.query:
            self.bookmark()
        return connection.end()

    def something(self):
        history = self.cluster.history[self.request.kind]
        fresh = bool(history) and history[-1][0] > self.version
        return bool(self.orders) or (fresh and not self.cluster.frozen)

    def send(self, events):
        kind = self.request.kind
        self.connection.chunk(
            b"".join(self.encoder.event(event, kind, self.api_version, obj) for event, obj in events))

    def bookmark(self):
        self.version = self.cluster.version
        self.send([("BOOKMARK", {"metadata": {"resourceVersion": str(self.version)}})])

    def misbehave(self, name, over):
        connection = self.connection
        status = failure(410, "Expired", f"too old resource version: {self.version} ({self.cluster.oldest})")
        frame = self.encoder.error_event(status)
        if name == "gone":
            connection.chunk(frame)
        elif name == "garbage":
            connection.chunk(GARBAGE)
        elif name == "truncated":
            connection.chunk(frame[:len(frame) // 2])
        elif name == "reset":
            connection.reset()
        elif name == "stall":
            self.api.wait(connection, over or (lambda: False))
            connection.hang_up()
        connection.end()
