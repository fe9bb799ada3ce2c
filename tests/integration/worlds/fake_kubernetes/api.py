"""Answers requests from the store, or with faults."""

import base64
import email.utils
import re
import time

from .encode import PROTOBUF, JsonEncoder, ProtobufEncoder, compact_json, failure, forbidden, too_large
from .server import Gone
from .store import KINDS, selector
from .watch import GARBAGE, POLL, Watch

IDENTITY = "/api/v1/namespaces/kube-system"  # whose uid says which cluster this is
PATH = re.compile(r"(/api/v1|/apis/[a-z]+/v[0-9a-z]+)(?:/namespaces/([^/]+))?/([a-z]+)")
REASONS = {401: "Unauthorized", 403: "Forbidden", 404: "NotFound", 406: "NotAcceptable", 410: "Expired",
           429: "TooManyRequests", 500: "InternalError", 503: "ServiceUnavailable", 504: "Timeout"}


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
        if cluster.page is not None:
            return self.show(connection, cluster.page)
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
        if cluster.is_refused(request):
            return self.answer_status(connection, request, forbidden(request))
        if cluster.protobuf == "406" and "protobuf" in request.headers.get("accept", ""):
            return self.refuse(connection, request, 406, "only the following media types are accepted: json")
        if cluster.etcd_hangs and not self.from_cache(request):
            self.wait(connection, lambda: not cluster.etcd_hangs)
        if request.verb == "identity":
            encoder = self.encoder(request)
            return connection.whole(200, encoder.list_type, encoder.object("namespaces", "v1", cluster.identity()))
        if request.verb == "watch":
            return self.watch(connection, request, fault)
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

    def watch(self, connection, request, fault):
        asked = int(request.query.get("resourceVersion") or 0)
        if asked > self.cluster.version and self.cluster.future == "status":
            return self.answer_status(connection, request, too_large(asked, self.cluster.version), retry_after=1)
        return Watch(self, connection, request).run(fault)

    def from_cache(self, request):
        """Whether the API server asks no etcd for this: a watch, and a list that may be old."""
        cached = self.cluster.has_cache and request.verb == "list" and request.query.get("resourceVersion") == "0"
        return cached or request.verb == "watch"

    def refuse(self, connection, request, code, message, **options):
        self.answer_status(connection, request, failure(code, REASONS.get(code, "Unknown"), message), **options)

    def answer_status(self, connection, request, status, **options):
        encoder = self.encoder(request) if request.kind else JsonEncoder()
        connection.whole(status["code"], encoder.list_type, encoder.status(status), **retry_after(options))

    def show(self, connection, page):
        """Answers with something that Kubernetes would not answer."""
        connection.whole(page["code"], page["content_type"], page["body"].encode(), **retry_after(page),
                         **({"Location": page["location"]} if "location" in page else {}),
                         **{f"X_{number}": "x" * 1000 for number in range(page.get("headers", 0))})

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
            options = {"code": 500, "message": "as the test wants it", **options}
            self.refuse(connection, request, **options)
        elif fault.name == "page":
            self.show(connection, {"code": 503, "content_type": "text/html", "body": "<html></html>", **options})
        elif fault.name == "too-large" and (request.verb != "watch" or options.get("early")):
            asked = request.query.get("resourceVersion", 0)
            status = too_large(asked, self.cluster.version, options.get("causes", True))
            self.answer_status(connection, request, status, retry_after=1)
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
        asked = int(request.query.get("resourceVersion") or 0)
        if asked > self.cluster.version:
            return self.answer_status(connection, request, too_large(asked, self.cluster.version), retry_after=1)
        selected = selector(request.namespace, request.query.get("fieldSelector"))
        cached = fault and fault.name == "stale" and request.query.get("resourceVersion") == "0"
        past = fault.options["snapshot"] if cached else None
        version, items = self.cluster.selected(request.kind, selected, past)
        name = fault.name if fault else ""
        metadata = {} if name == "no-resource-version" else {"resourceVersion": version}
        items = [] if name == "empty" else items
        if request.verb == "heartbeat":
            items = limited(metadata, items, int(request.query["limit"]))
        elif name == "continue":
            items = limited(metadata, items, len(items) // 2)
        api_version = self.api_version(request.kind)
        body = encoder.list(request.kind, api_version, metadata, items)
        if name in ("", "no-resource-version", "empty", "continue", "stale"):
            return connection.whole(200, encoder.list_type, body)
        if name == "endless":
            self.endless(connection, fault, encoder, encoder.endless(request.kind, api_version, items[0]))
        elif name == "slow":
            self.slowly(connection, fault, encoder, body)
        elif name == "garbage":
            connection.whole(200, encoder.list_type, GARBAGE)
        else:
            self.half(connection, fault, encoder, body)
        return None

    def half(self, connection, fault, encoder, body):
        connection.begin(200, encoder.list_type)
        middle = connection.part(body, fault.options.get("at"))
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


def retry_after(options):
    """The header Retry-After: in `retry_after` seconds, or at the date that is `retry_date` seconds from now."""
    if "retry_date" in options:
        return {"Retry_After": email.utils.formatdate(time.time() + options["retry_date"], usegmt=True)}
    return {"Retry_After": options["retry_after"]} if "retry_after" in options else {}


def limited(metadata, items, limit):
    """The first items of a list, whose metadata says so if these are not all."""
    if limit < len(items):
        last = items[limit - 1]["metadata"]
        start = f'{last.get("namespace", "")}/{last["name"]}\\u0000'
        token = f'{{"v":"meta.k8s.io/v1","rv":{metadata.get("resourceVersion", 0)},"start":"{start}"}}'
        metadata["continue"] = base64.urlsafe_b64encode(token.encode()).decode().rstrip("=")
        metadata["remainingItemCount"] = len(items) - limit
    return items[:limit]
