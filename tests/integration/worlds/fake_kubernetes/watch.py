"""A watch: tells the events of one kind until it ends, or until a test disturbs it."""

import time

from .encode import failure, too_large
from .server import Gone
from .store import selector

GARBAGE = bytes(range(255, 0, -1)) * 4
POLL = 0.1  # seconds between looks at whether a watch's client has left


def bookmark(version):
    return "BOOKMARK", {"metadata": {"resourceVersion": str(version)}}


class Watch:
    def __init__(self, api, connection, request):
        self.api, self.cluster, self.connection, self.request = api, api.cluster, connection, request
        self.encoder = api.encoder(request)
        self.api_version = api.api_version(request.kind)
        self.selected = selector(request.namespace, request.query.get("fieldSelector"))
        self.version = int(request.query.get("resourceVersion") or 0)
        self.orders = []  # (name, options), from disturb() and bookmark()

    def run(self, fault):
        cluster, connection = self.cluster, self.connection
        connection.begin(200, self.encoder.watch_type)
        if fault:
            return self.misbehave(fault.name, fault.options, fault.over.is_set)
        if self.version and self.version < cluster.oldest:
            return self.misbehave("gone")
        if self.version > cluster.version and cluster.future == "event":
            return self.misbehave("too-large")
        with cluster.changed:
            cluster.watches.append(self)
            cluster.changed.notify_all()
        try:
            return self.follow()
        finally:
            with cluster.changed:
                cluster.watches.remove(self)

    def follow(self):
        """With a version that the server does not have yet, as after a restore, nothing is told until then."""
        cluster, connection = self.cluster, self.connection
        if not self.version:
            version, items = cluster.selected(self.request.kind, self.selected)
            self.version = int(version)
            self.send([("ADDED", obj) for obj in items])
        until = time.monotonic() + float(self.request.query.get("timeoutSeconds", 3600))
        while cluster.is_quiet() or time.monotonic() < until:
            with cluster.changed:
                cluster.changed.wait_for(self.something, POLL)
                orders, self.orders = self.orders, []
                events = [] if cluster.is_quiet() else cluster.events_since(self.request.kind, self.version)
                self.version = max([self.version] + [version for version, _, _ in events])
                if ("bookmark", {}) in orders:
                    self.version = cluster.version
            self.send([bookmark(options["version"]) for name, options in orders if name == "restored"])
            self.send([(event, obj) for _, event, obj in events if self.selected(obj)])
            if not cluster.frozen and connection.client_left():
                raise Gone
            for name, options in orders:
                if name == "bookmark":
                    self.send([bookmark(self.version)])
                elif name != "restored":
                    return self.misbehave(name, options)
        if "allowWatchBookmarks" in self.request.query and self.version <= cluster.version:
            self.version = cluster.version
            self.send([bookmark(self.version)])
        return connection.end()

    def something(self):
        history = self.cluster.history[self.request.kind]
        fresh = bool(history) and history[-1][0] > self.version
        return bool(self.orders) or (fresh and not self.cluster.is_quiet())

    def send(self, events):
        kind = self.request.kind
        self.connection.chunk(
            b"".join(self.encoder.event(event, kind, self.api_version, obj) for event, obj in events))

    def misbehave(self, name, options=None, over=lambda: False):
        connection, encoder = self.connection, self.encoder
        status = failure(410, "Expired", f"too old resource version: {self.version} ({self.cluster.oldest})")
        if name == "too-large":
            causes = not options or options.get("causes", True)
            status = too_large(self.version, self.cluster.version, causes)
        elif name == "error":
            status = failure(options["code"], "InternalError", "as the test wants it")
        frame = encoder.error_event(status)
        if name in ("gone", "too-large", "error"):
            connection.chunk(frame)
        elif name == "garbage":
            connection.chunk(GARBAGE)
        elif name == "truncated":
            connection.chunk(frame[:len(frame) // 2])
        elif name == "reset":
            connection.reset()
        elif name == "stall":
            if options:
                items = self.cluster.selected(self.request.kind, self.selected)[1]
                body = encoder.event("MODIFIED", self.request.kind, self.api_version, items[0])
                connection.part(body, options["at"])
            self.api.wait(connection, over)
            connection.hang_up()
        connection.end()
