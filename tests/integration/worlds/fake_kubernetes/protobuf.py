"""The Kubernetes protobuf encoding of objects that are kept as JSON-shaped dicts.

More fields are encoded than kube-shields reads: a real API server sends them too, and a reader must skip them. Numbers:
Kubernetes API, generated.proto of core/v1, apps/v1, batch/v1, policy/v1, meta/v1."""

import calendar
import struct
import time


def varint(number):
    number &= 0xFFFFFFFFFFFFFFFF
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def field(number, wire_type, payload):
    return varint(number << 3 | wire_type) + payload


def delimited(number, data):
    return field(number, 2, varint(len(data)) + data)


def text(number, value):
    return delimited(number, value.encode())


def integer(number, value):
    return field(number, 0, varint(int(value)))


def moment(number, value):
    seconds = calendar.timegm(time.strptime(value, "%Y-%m-%dT%H:%M:%SZ"))
    return delimited(number, integer(1, seconds) + integer(2, 0))


def string_map(number, value):
    return b"".join(delimited(number, text(1, key) + text(2, item)) for key, item in sorted(value.items()))


def int_or_string(number, value):
    kind = 1 if isinstance(value, str) else 0
    return delimited(number, integer(1, kind) + integer(2, 0 if kind else value) + text(3, value if kind else ""))


OWNER = {"kind": (1, text), "name": (3, text), "uid": (4, text), "apiVersion": (5, text),
         "controller": (6, integer), "blockOwnerDeletion": (7, integer)}
MANAGED = {"manager": (1, text), "operation": (2, text), "apiVersion": (3, text), "time": (4, moment)}
META = {"name": (1, text), "generateName": (2, text), "namespace": (3, text), "uid": (5, text),
        "resourceVersion": (6, text), "generation": (7, integer), "creationTimestamp": (8, moment),
        "deletionTimestamp": (9, moment), "deletionGracePeriodSeconds": (10, integer), "labels": (11, string_map),
        "annotations": (12, string_map), "ownerReferences": (13, [OWNER]), "finalizers": (14, [text]),
        "managedFields": (17, [MANAGED])}
CONDITION = {"type": (1, text), "status": (2, text), "lastProbeTime": (3, moment), "lastTransitionTime": (4, moment),
             "reason": (5, text), "message": (6, text)}
# apps/v1 has its own numbering, one for Deployments and another for ReplicaSets.
DEPLOYMENT_CONDITION = {"type": (1, text), "status": (2, text), "reason": (4, text), "message": (5, text),
                        "lastUpdateTime": (6, moment), "lastTransitionTime": (7, moment)}
REPLICASET_CONDITION = {"type": (1, text), "status": (2, text), "lastTransitionTime": (3, moment), "reason": (4, text),
                        "message": (5, text)}

CONTAINER = {"name": (1, text), "image": (2, text), "command": (3, [text]), "args": (4, [text]),
             "workingDir": (5, text), "terminationMessagePath": (13, text), "imagePullPolicy": (14, text),
             "restartPolicy": (24, text)}
POD_SPEC = {"containers": (2, [CONTAINER]), "restartPolicy": (3, text), "terminationGracePeriodSeconds": (4, integer),
            "dnsPolicy": (6, text), "nodeSelector": (7, string_map), "serviceAccountName": (8, text),
            "nodeName": (10, text), "schedulerName": (19, text), "initContainers": (20, [CONTAINER]),
            "readinessGates": (28, [{"conditionType": (1, text)}]), "schedulingGates": (38, [{"name": (1, text)}])}
STATE = {"waiting": (1, {"reason": (1, text), "message": (2, text)}),
         "running": (2, {"startedAt": (1, moment)}),
         "terminated": (3, {"exitCode": (1, integer), "signal": (2, integer), "reason": (3, text),
                            "message": (4, text), "startedAt": (5, moment), "finishedAt": (6, moment)})}
CONTAINER_STATUS = {"name": (1, text), "state": (2, STATE), "lastState": (3, STATE), "ready": (4, integer),
                    "restartCount": (5, integer), "image": (6, text), "imageID": (7, text),
                    "containerID": (8, text), "started": (9, integer)}
POD_STATUS = {"phase": (1, text), "conditions": (2, [CONDITION]), "message": (3, text), "reason": (4, text),
              "hostIP": (5, text), "podIP": (6, text), "startTime": (7, moment),
              "containerStatuses": (8, [CONTAINER_STATUS]), "qosClass": (9, text),
              "initContainerStatuses": (10, [CONTAINER_STATUS]),
              "ephemeralContainerStatuses": (13, [CONTAINER_STATUS]), "observedGeneration": (17, integer)}
TEMPLATE = {"metadata": (1, META), "spec": (2, POD_SPEC)}
SELECTOR = {"matchLabels": (1, string_map),
            "matchExpressions": (2, [{"key": (1, text), "operator": (2, text), "values": (3, [text])}])}
ROLLING_UPDATE = {"maxUnavailable": (1, int_or_string), "maxSurge": (2, int_or_string)}

JOB_SPEC = {"parallelism": (1, integer), "completions": (2, integer), "activeDeadlineSeconds": (3, integer),
            "selector": (4, SELECTOR), "template": (6, TEMPLATE), "backoffLimit": (7, integer),
            "ttlSecondsAfterFinished": (8, integer), "completionMode": (9, text), "suspend": (10, integer)}
REFERENCE = {"kind": (1, text), "namespace": (2, text), "name": (3, text), "uid": (4, text), "apiVersion": (5, text)}
REPLICASET_STATUS = {"replicas": (1, integer), "fullyLabeledReplicas": (2, integer), "observedGeneration": (3, integer),
                     "readyReplicas": (4, integer), "availableReplicas": (5, integer),
                     "conditions": (6, [REPLICASET_CONDITION])}
SCHEMAS = {
    "pods": {"metadata": (1, META), "spec": (2, POD_SPEC), "status": (3, POD_STATUS)},
    "deployments": {
        "metadata": (1, META),
        "spec": (2, {"replicas": (1, integer), "selector": (2, SELECTOR), "template": (3, TEMPLATE),
                     "strategy": (4, {"type": (1, text), "rollingUpdate": (2, ROLLING_UPDATE)}),
                     "minReadySeconds": (5, integer), "revisionHistoryLimit": (6, integer), "paused": (7, integer),
                     "progressDeadlineSeconds": (9, integer)}),
        "status": (3, {"observedGeneration": (1, integer), "replicas": (2, integer), "updatedReplicas": (3, integer),
                       "availableReplicas": (4, integer), "unavailableReplicas": (5, integer),
                       "conditions": (6, [DEPLOYMENT_CONDITION]), "readyReplicas": (7, integer),
                       "terminatingReplicas": (9, integer)})},
    "replicasets": {
        "metadata": (1, META),
        "spec": (2, {"replicas": (1, integer), "selector": (2, SELECTOR), "template": (3, TEMPLATE),
                     "minReadySeconds": (4, integer)}),
        "status": (3, REPLICASET_STATUS)},
    "replicationcontrollers": {
        "metadata": (1, META),
        "spec": (2, {"replicas": (1, integer), "selector": (2, string_map), "template": (3, TEMPLATE),
                     "minReadySeconds": (4, integer)}),
        "status": (3, REPLICASET_STATUS)},
    "statefulsets": {
        "metadata": (1, META),
        "spec": (2, {"replicas": (1, integer), "selector": (2, SELECTOR), "template": (3, TEMPLATE),
                     "serviceName": (5, text), "minReadySeconds": (9, integer),
                     "updateStrategy": (7, {"type": (1, text), "rollingUpdate": (2, {
                         "partition": (1, integer), "maxUnavailable": (2, int_or_string)})})}),
        "status": (3, {"observedGeneration": (1, integer), "replicas": (2, integer), "readyReplicas": (3, integer),
                       "currentReplicas": (4, integer), "updatedReplicas": (5, integer), "currentRevision": (6, text),
                       "updateRevision": (7, text), "availableReplicas": (11, integer)})},
    "daemonsets": {
        "metadata": (1, META),
        "spec": (2, {"selector": (1, SELECTOR), "template": (2, TEMPLATE),
                     "updateStrategy": (3, {"type": (1, text), "rollingUpdate": (2, ROLLING_UPDATE)}),
                     "minReadySeconds": (4, integer)}),
        "status": (3, {"currentNumberScheduled": (1, integer), "numberMisscheduled": (2, integer),
                       "desiredNumberScheduled": (3, integer), "numberReady": (4, integer),
                       "observedGeneration": (5, integer), "updatedNumberScheduled": (6, integer),
                       "numberAvailable": (7, integer), "numberUnavailable": (8, integer)})},
    "jobs": {
        "metadata": (1, META),
        "spec": (2, JOB_SPEC),
        "status": (3, {"conditions": (1, [CONDITION]), "startTime": (2, moment), "completionTime": (3, moment),
                       "active": (4, integer), "succeeded": (5, integer), "failed": (6, integer),
                       "ready": (9, integer), "terminating": (11, integer)})},
    "cronjobs": {
        "metadata": (1, META),
        "spec": (2, {"schedule": (1, text), "startingDeadlineSeconds": (2, integer), "concurrencyPolicy": (3, text),
                     "suspend": (4, integer),
                     "jobTemplate": (5, {"metadata": (1, META), "spec": (2, JOB_SPEC)}),
                     "successfulJobsHistoryLimit": (6, integer), "failedJobsHistoryLimit": (7, integer),
                     "timeZone": (8, text)}),
        "status": (3, {"active": (1, [REFERENCE]), "lastScheduleTime": (4, moment),
                       "lastSuccessfulTime": (5, moment)})},
    "poddisruptionbudgets": {
        "metadata": (1, META),
        "spec": (2, {"minAvailable": (1, int_or_string), "selector": (2, SELECTOR),
                     "maxUnavailable": (3, int_or_string)}),
        "status": (3, {"observedGeneration": (1, integer), "disruptionsAllowed": (3, integer),
                       "currentHealthy": (4, integer), "desiredHealthy": (5, integer), "expectedPods": (6, integer)})},
    "nodes": {
        "metadata": (1, META),
        "spec": (2, {"podCIDR": (1, text), "providerID": (3, text), "unschedulable": (4, integer)}),
        "status": (3, {"conditions": (4, [CONDITION])})},
    "namespaces": {"metadata": (1, META), "status": (3, {"phase": (1, text)})},
}
LIST_META = {"selfLink": (1, text), "resourceVersion": (2, text), "continue": (3, text),
             "remainingItemCount": (4, integer)}
STATUS = {"metadata": (1, {"resourceVersion": (2, text)}), "status": (2, text), "message": (3, text),
          "reason": (4, text), "code": (6, integer),
          "details": (5, {"name": (1, text), "group": (2, text), "kind": (3, text),
                          "causes": (4, [{"reason": (1, text), "message": (2, text)}]),
                          "retryAfterSeconds": (5, integer)})}


def message(schema, value):
    """Encodes one message. Absent keys are left out; False, 0 and "" are written, as the API server does."""
    out = bytearray()
    for name, (number, kind) in schema.items():
        item = value.get(name)
        if item is None:
            continue
        repeated = isinstance(kind, list)
        kind = kind[0] if repeated else kind
        for one in item if repeated else [item]:
            out += delimited(number, message(kind, one)) if isinstance(kind, dict) else kind(number, one)
    return bytes(out)


def envelope(api_version, kind, raw):
    """The envelope: k8s NUL, then runtime.Unknown."""
    type_meta = text(1, api_version) + text(2, kind)
    return b"k8s\0" + delimited(1, type_meta) + delimited(2, raw) + text(3, "") + text(4, "")


def list_of(plural, api_version, kind, metadata, items):
    """A whole list. Its items carry no type, as in lists of the API server."""
    list_meta = message(LIST_META, {"selfLink": "", "resourceVersion": "", "continue": "", **metadata})
    raw = delimited(1, list_meta) + b"".join(delimited(2, message(SCHEMAS[plural], item)) for item in items)
    return envelope(api_version, kind + "List", raw)


def status(value):
    return envelope("v1", "Status", message(STATUS, value))


def watch_frame(event_type, encoded):
    """A length-prefixed WatchEvent; `encoded` is an enveloped object."""
    event = text(1, event_type) + delimited(2, delimited(1, encoded))
    return struct.pack(">I", len(event)) + event
