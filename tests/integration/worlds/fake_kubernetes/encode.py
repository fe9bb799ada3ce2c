"""Lists, watch events and Statuses in the encoding of one request."""

import json

from . import protobuf
from .store import KINDS, TYPES

PROTOBUF = "application/vnd.kubernetes.protobuf"


def compact_json(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def typed(kind, obj, api_version):
    return {"kind": TYPES[kind], "apiVersion": api_version, **obj}


class JsonEncoder:
    list_type = watch_type = "application/json"

    def __init__(self, metadata_last=False):
        self.metadata_last = metadata_last

    def list(self, kind, api_version, metadata, items):
        head = {"kind": KINDS[kind][1] + "List", "apiVersion": api_version}
        body = {"metadata": metadata, "items": items or None}
        if self.metadata_last:
            body = dict(reversed(body.items()))
        return compact_json({**head, **body}) + b"\n"

    def endless(self, kind, api_version, item):
        """The beginning of the list, and the part that repeats for ever."""
        head = compact_json({"kind": KINDS[kind][1] + "List", "apiVersion": api_version, "metadata": {}})
        encoded = compact_json(item)
        return head[:-1] + b',"items":[' + encoded, b"," + encoded

    def object(self, kind, api_version, obj):
        return compact_json(typed(kind, obj, api_version)) + b"\n"

    def event(self, event_type, kind, api_version, obj):
        return compact_json({"type": event_type, "object": typed(kind, obj, api_version)}) + b"\n"

    def error_event(self, status):
        return compact_json({"type": "ERROR", "object": {"kind": "Status", "apiVersion": "v1", **status}}) + b"\n"

    def status(self, status):
        return compact_json({"kind": "Status", "apiVersion": "v1", **status}) + b"\n"


class ProtobufEncoder:
    list_type, watch_type = PROTOBUF, PROTOBUF + ";stream=watch"

    def list(self, kind, api_version, metadata, items):
        return protobuf.list_of(kind, api_version, KINDS[kind][1], metadata, items)

    def endless(self, kind, api_version, item):
        encoded = protobuf.delimited(2, protobuf.message(protobuf.SCHEMAS[kind], item))
        type_meta = protobuf.text(1, api_version) + protobuf.text(2, KINDS[kind][1] + "List")
        promised = protobuf.varint(2 << 3 | 2) + protobuf.varint(1 << 30)
        return b"k8s\0" + protobuf.delimited(1, type_meta) + promised + protobuf.delimited(1, b"") + encoded, encoded

    def object(self, kind, api_version, obj):
        return protobuf.envelope(api_version, TYPES[kind], protobuf.message(protobuf.SCHEMAS[kind], obj))

    def event(self, event_type, kind, api_version, obj):
        return protobuf.watch_frame(event_type, self.object(kind, api_version, obj))

    def error_event(self, status):
        return protobuf.watch_frame("ERROR", protobuf.status(status))

    def status(self, status):
        return protobuf.status(status)


def failure(code, reason, message, **details):
    return {"metadata": {}, "status": "Failure", "message": message, "reason": reason, "code": code,
            **({"details": details} if details else {})}


def too_large(asked, current, causes=True):
    """`causes`: an old server says it in the message alone."""
    details = {"causes": [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}]}
    return failure(504, "Timeout", f"Timeout: Too large resource version: {asked}, current: {current}",
                   retryAfterSeconds=1, **(details if causes else {}))


def forbidden(request):
    kind, group = request.kind, ""
    if kind in KINDS and KINDS[kind][2].startswith("/apis/"):
        group = KINDS[kind][2].split("/")[2]
    verb = {"heartbeat": "list", "identity": "get"}.get(request.verb, request.verb)
    scope = f'in the namespace "{request.namespace}"' if request.namespace else "at the cluster scope"
    return failure(403, "Forbidden", f'{kind}{group and "." + group} is forbidden: User "kube-shields" cannot {verb} '
                   f'resource "{kind}" in API group "{group}" {scope}', group=group, kind=kind)
