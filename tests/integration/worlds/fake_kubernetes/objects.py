"""Small Kubernetes objects as the API server would send them, as JSON-shaped dicts."""

import hashlib
import time
import uuid


def timestamp(age_seconds=0):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - age_seconds))


def template_hash(name, revision=1):
    """A stable name part like a pod-template-hash: no vowels, so that it spells nothing."""
    digest = hashlib.sha256(f"{name}/{revision}".encode()).digest()
    return "".join("bcdfghjklmnpqrstvwxz2456789"[byte % 27] for byte in digest[:10])


def suffix():
    return template_hash(uuid.uuid4().hex)[:5]


def metadata(name, namespace="", age=3600, labels=None, annotations=None, owner=None, generate_name=None):
    """`owner` is ("ReplicaSet", "web-5d4f") or None."""
    meta = {"name": name, "uid": str(uuid.uuid4()), "generation": 1, "creationTimestamp": timestamp(age),
            "labels": {"app": name, **(labels or {})},
            "annotations": annotations or {},
            "managedFields": [{"manager": "kube-controller-manager", "operation": "Update", "apiVersion": "v1"}]}
    if generate_name:
        meta["generateName"] = generate_name
    if namespace:
        meta["namespace"] = namespace
    if owner:
        kind, owner_name = owner
        meta["ownerReferences"] = [
            {"apiVersion": "v1", "kind": "Bystander", "name": "not-the-controller", "uid": "0", "controller": False},
            {"apiVersion": "apps/v1", "kind": kind, "name": owner_name, "uid": "1", "controller": True,
             "blockOwnerDeletion": True}]
    return meta


def containers(count, image, sidecar=False):
    names = ["main"] + [f"extra-{number}" for number in range(1, count)]
    return [{"name": name, "image": image, "imagePullPolicy": "IfNotPresent",
             **({"restartPolicy": "Always"} if sidecar else {})} for name in names[:count]]


def container_status(container, ready=True, restarts=0, waiting=None, terminated=None, last=None):
    """`waiting` and `last` are reasons, `terminated` is (exit code, reason)."""
    if waiting:
        state = {"waiting": {"reason": waiting, "message": "back-off"}}
    elif terminated:
        state = {"terminated": {"exitCode": terminated[0], "reason": terminated[1], "finishedAt": timestamp()}}
    else:
        state = {"running": {"startedAt": timestamp(60)}}
    return {"name": container["name"], "state": state,
            "lastState": {"terminated": {"exitCode": 137, "reason": last}} if last else {},
            "ready": ready and not waiting and not terminated, "restartCount": restarts, "image": container["image"],
            "imageID": "sha256:0", "containerID": "containerd://0", "started": not waiting}


def pod(name, namespace, *, age=3600, owner=None, generate_name=None, labels=None, annotations=None, count=1,
        image="registry.example/web:1.2.3", node="node-1", init=0, sidecars=0, phase="Running", reason=None,
        statuses=True, **state):
    """`statuses=False`: a pod that no kubelet has seen. `state` is set for every container."""
    spec = {"containers": containers(count, image), "restartPolicy": "Always", "dnsPolicy": "ClusterFirst",
            "serviceAccountName": "default", "nodeName": node, "schedulerName": "default-scheduler"}
    beside = containers(sidecars, image, sidecar=True) if sidecars else []
    before = [{"name": f"init-{number}", "image": image} for number in range(init)]
    for number, container in enumerate(beside):
        container["name"] = f"sidecar-{number}"
    if beside or before:
        spec["initContainers"] = before + beside
    status = {"phase": phase, "startTime": timestamp(age), "qosClass": "BestEffort", "hostIP": "192.0.2.1",
              "conditions": [{"type": "PodScheduled", "status": "True", "lastTransitionTime": timestamp(age)}]}
    if reason:
        status["reason"] = reason
    if statuses:
        status["containerStatuses"] = [container_status(one, **state) for one in spec["containers"]]
        if beside or before:
            status["initContainerStatuses"] = [
                container_status(one, terminated=(0, "Completed")) for one in before] + [
                container_status(one, **state) for one in beside]
    meta = metadata(name, namespace, age, labels, annotations, owner, generate_name)
    return {"metadata": meta, "spec": spec, "status": status}


def template(name, count, image):
    return {"metadata": {"labels": {"app": name}}, "spec": {"containers": containers(count, image)}}


def deployment(name, namespace, replicas, count, image, age=3600, annotations=None):
    return {"metadata": metadata(name, namespace, age, annotations=annotations),
            "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": name}},
                     "template": template(name, count, image),
                     "strategy": {"type": "RollingUpdate",
                                  "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": 1}}},
            "status": {"observedGeneration": 1, "replicas": replicas, "updatedReplicas": replicas,
                       "readyReplicas": replicas, "availableReplicas": replicas,
                       "conditions": [{"type": "Available", "status": "True", "reason": "MinimumReplicasAvailable"}]}}


def statefulset(name, namespace, replicas, count, image, age=3600, annotations=None):
    return {"metadata": metadata(name, namespace, age, annotations=annotations),
            "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "serviceName": name,
                     "template": template(name, count, image)},
            "status": {"observedGeneration": 1, "replicas": replicas, "readyReplicas": replicas,
                       "updatedReplicas": replicas, "availableReplicas": replicas}}


def daemonset(name, namespace, desired, count, image, age=3600, annotations=None):
    return {"metadata": metadata(name, namespace, age, annotations=annotations),
            "spec": {"selector": {"matchLabels": {"app": name}}, "template": template(name, count, image)},
            "status": {"currentNumberScheduled": desired, "numberMisscheduled": 0, "desiredNumberScheduled": desired,
                       "numberReady": desired, "updatedNumberScheduled": desired, "numberAvailable": desired}}


def job(name, namespace, active, count, image, owner=None, outcome=None, age=3600,
        annotations=None):
    """`outcome`: None while it runs, "Complete" or "Failed"."""
    conditions = [{"type": outcome, "status": "True", "lastTransitionTime": timestamp()}] if outcome else []
    return {"metadata": metadata(name, namespace, age, annotations=annotations, owner=owner),
            "spec": {"parallelism": 1, "completions": 1, "backoffLimit": 6, "suspend": False,
                     "template": template(name, count, image)},
            "status": {"conditions": conditions, "startTime": timestamp(age), "active": 0 if outcome else active,
                       "succeeded": int(outcome == "Complete"), "failed": int(outcome == "Failed")}}


def cronjob(name, namespace, count, image, suspended=False, age=3600, annotations=None):
    return {"metadata": metadata(name, namespace, age, annotations=annotations),
            "spec": {"schedule": "*/5 * * * *", "concurrencyPolicy": "Allow", "suspend": suspended,
                     "jobTemplate": {"spec": {"template": template(name, count, image)}}},
            "status": {"lastScheduleTime": timestamp(60)}}


def node(name, ready=True, unschedulable=False, age=86400):
    return {"metadata": metadata(name, age=age),
            "spec": {"podCIDR": "10.0.0.0/24", **({"unschedulable": True} if unschedulable else {})},
            "status": {"conditions": [
                {"type": "MemoryPressure", "status": "False", "reason": "KubeletHasSufficientMemory"},
                {"type": "Ready", "status": "True" if ready else "Unknown", "reason": "KubeletReady",
                 "lastHeartbeatTime": timestamp()}]}}
