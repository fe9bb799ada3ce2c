"""The memory of an API server: objects, versions and history. It has one lock and one condition, which the server
shares."""

import copy
import dataclasses
import threading

# plural: (apiVersion, kind, path of its group)
KINDS = {
    "pods": ("v1", "Pod", "/api/v1"),
    "nodes": ("v1", "Node", "/api/v1"),
    "replicationcontrollers": ("v1", "ReplicationController", "/api/v1"),
    "deployments": ("apps/v1", "Deployment", "/apis/apps/v1"),
    "replicasets": ("apps/v1", "ReplicaSet", "/apis/apps/v1"),
    "statefulsets": ("apps/v1", "StatefulSet", "/apis/apps/v1"),
    "daemonsets": ("apps/v1", "DaemonSet", "/apis/apps/v1"),
    "jobs": ("batch/v1", "Job", "/apis/batch/v1"),
    "cronjobs": ("batch/v1", "CronJob", "/apis/batch/v1"),
    "poddisruptionbudgets": ("policy/v1", "PodDisruptionBudget", "/apis/policy/v1"),
}
TYPES = {"namespaces": "Namespace", **{kind: name for kind, (_, name, _) in KINDS.items()}}

HISTORY_MOST = 20000


@dataclasses.dataclass
class Snapshot:
    version: int
    objects: dict


class Store:
    def __init__(self):
        self.changed = threading.Condition(threading.RLock())
        self.version = 1000
        self.oldest = 1000  # changes up to this version are compacted
        self.objects = {kind: {} for kind in KINDS}
        self.history = {kind: [] for kind in KINDS}  # (version, event type, object), oldest first
        self.loses = set()  # kinds whose events are lost at the moment
        self.lost = set()  # versions of events that no watch tells

    def _record(self, kind, event, obj):
        self.version += 1
        obj["metadata"]["resourceVersion"] = str(self.version)
        if kind in self.loses:
            self.lost.add(self.version)
        events = self.history[kind]
        events.append((self.version, event, obj))
        if len(events) > HISTORY_MOST:  # the demo runs for days
            self.oldest = max(self.oldest, events[HISTORY_MOST // 2][0])
            del events[:HISTORY_MOST // 2 + 1]
        self.changed.notify_all()

    def add(self, kind, obj):
        """Stores a copy of the object, whose name must be new."""
        obj = copy.deepcopy(obj)
        key = (obj["metadata"].get("namespace", ""), obj["metadata"]["name"])
        with self.changed:
            assert key not in self.objects[kind], f"{kind} {key} exists"
            self.objects[kind][key] = obj
            self._record(kind, "ADDED", obj)

    def get(self, kind, namespace, name):
        with self.changed:
            return copy.deepcopy(self.objects[kind].get((namespace, name)))

    def update(self, kind, namespace, name, change):
        """Updates an object; `change` gets a copy to change in place."""
        with self.changed:
            obj = copy.deepcopy(self.objects[kind][(namespace, name)])
            change(obj)
            self.objects[kind][(namespace, name)] = obj
            self._record(kind, "MODIFIED", obj)

    def delete(self, kind, namespace, name):
        with self.changed:
            obj = copy.deepcopy(self.objects[kind].pop((namespace, name)))
            self._record(kind, "DELETED", obj)

    def forget(self, kind, namespace, name):
        """Deletes without an event, as a watcher experiences it whose watch is broken."""
        with self.changed:
            del self.objects[kind][(namespace, name)]
            self.version += 1

    def compact(self):
        with self.changed:
            self.oldest = self.version
            for events in self.history.values():
                events.clear()
            self.version += 1

    def selected(self, kind, selected, past=None):
        """The version of the list, and the objects for which selected(object) is true: now, or at a snapshot."""
        with self.changed:
            then = past or self
            return str(then.version), [obj for obj in then.objects[kind].values() if selected(obj)]

    def events_since(self, kind, version):
        """Events after `version`. The search starts at the end, since most calls want the newest few."""
        with self.changed:
            events = self.history[kind]
            start = len(events)
            while start and events[start - 1][0] > version:
                start -= 1
            return [event for event in events[start:] if event[0] not in self.lost]

    def snapshot(self):
        """A backup of etcd."""
        with self.changed:
            return Snapshot(self.version, {kind: dict(objects) for kind, objects in self.objects.items()})

    def load(self, snapshot):
        """Becomes what it was at a snapshot. Earlier versions are compacted, since nothing remembers them."""
        with self.changed:
            self.version = self.oldest = snapshot.version
            self.objects = {kind: dict(objects) for kind, objects in snapshot.objects.items()}
            self.lost.clear()
            for events in self.history.values():
                events.clear()
            self.changed.notify_all()


def selector(namespace, field_selector):
    """A predicate on objects, from the namespace of a path and a fieldSelector on metadata."""
    terms = []
    for term in filter(None, (field_selector or "").split(",")):
        field, operator, value = term.partition("!=")
        if not operator:
            field, operator, value = term.partition("=")
            value = value.removeprefix("=")
        assert field in ("metadata.namespace", "metadata.name"), f"fieldSelector {term!r}"
        terms.append((field.removeprefix("metadata."), operator == "=", value))

    def selected(obj):
        meta = obj["metadata"]
        if namespace is not None and meta.get("namespace", "") != namespace:
            return False
        return all((meta.get(field, "") == value) == wanted for field, wanted, value in terms)

    return selected
