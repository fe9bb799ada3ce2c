"""Pods and nodes as the API server would send them, as JSON-shaped dicts, with the conditions that a kubelet sets.
controllers.py has what makes pods."""

import hashlib
import time
import uuid

IMAGE = "registry.example/web:1.2.3"
# Owners whose pods do not restart by default.
RUNS_TO_COMPLETION = {"Job", "Workflow", "TaskRun", "SparkApplication", "Pod"}


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


def condition(name, status, reason=None, age=0):
    """`status`: True, False or "Unknown"."""
    return {"type": name, "status": str(status), "lastTransitionTime": timestamp(age),
            **({"reason": reason} if reason else {})}


def set_condition(status, name, value, reason=None, age=0):
    """Sets one condition of an object's status. If its value stays, so does the time of its last transition."""
    old = next((one for one in status.setdefault("conditions", []) if one["type"] == name), None)
    new = condition(name, value, reason, age)
    if old:
        if old["status"] == new["status"]:
            new["lastTransitionTime"] = old.get("lastTransitionTime", new["lastTransitionTime"])
        status["conditions"][status["conditions"].index(old)] = new
    else:
        status["conditions"].append(new)


def condition_of(obj, name):
    conditions = obj["status"].get("conditions", [])
    return next((one["status"] for one in conditions if one["type"] == name), None)


# ---- containers ----

def containers(count, image, sidecar=False):
    names = ["main"] + [f"extra-{number}" for number in range(1, count)]
    return [{"name": name, "image": image, "imagePullPolicy": "IfNotPresent",
             **({"restartPolicy": "Always"} if sidecar else {})} for name in names[:count]]


def container_status(container, ready=True, restarts=0, waiting=None, terminated=None, last=None, ago=60,
                     started=None):
    """`waiting` is a reason, `terminated` (exit code, reason), `last` a reason or (exit code, reason). `ago`: how many
    seconds ago it started, or ended."""
    if waiting:
        state = {"waiting": {"reason": waiting, "message": "back-off"}}
    elif terminated:
        state = {"terminated": {"exitCode": terminated[0], "reason": terminated[1], "startedAt": timestamp(ago + 1),
                                "finishedAt": timestamp(ago)}}
    else:
        state = {"running": {"startedAt": timestamp(ago)}}
    if waiting == "CrashLoopBackOff" and not last:
        last = (1, "Error")
    code, reason = last if isinstance(last, tuple) else (137, last)
    ended = {"terminated": {"exitCode": code, "reason": reason, "finishedAt": timestamp(ago)}} if last else {}
    running = not waiting and not terminated
    return {"name": container["name"], "state": state, "lastState": ended,
            "ready": ready and running, "restartCount": restarts, "image": container["image"],
            "imageID": "sha256:0", "containerID": "containerd://0", "started": running if started is None else started}


def is_sidecar(container):
    return container.get("restartPolicy") == "Always"


# ---- pods ----

def pod_spec(count=1, image=IMAGE, init=0, sidecars=0, restart_policy="Always", gates=(), **spec):
    """The spec of a pod or of a template. `gates`: condition types of its readiness gates; `spec`: more fields."""
    made = {"containers": containers(count, image), "restartPolicy": restart_policy, "dnsPolicy": "ClusterFirst",
            "serviceAccountName": "default", "schedulerName": "default-scheduler"}
    before = [{"name": f"init-{number}", "image": image} for number in range(init)]
    beside = containers(sidecars, image, sidecar=True) if sidecars else []
    for number, container in enumerate(beside):
        container["name"] = f"sidecar-{number}"
    if before or beside:
        made["initContainers"] = before + beside
    if gates:
        made["readinessGates"] = [{"conditionType": gate} for gate in gates]
    return {**made, **spec}


def phase_of(pod):
    """The phase that the kubelet derives from the containers."""
    states = pod["status"].get("containerStatuses")
    policy = pod["spec"]["restartPolicy"]
    if not states or any(one["state"].get("waiting") and not one["lastState"] for one in states):
        return "Pending"
    codes = [one["state"].get("terminated", {}).get("exitCode") for one in states]
    if None in codes or policy == "Always":
        return "Running"
    if not any(codes):
        return "Succeeded"
    return "Failed" if policy == "Never" else "Running"


def set_kubelet_conditions(pod, age=0):
    """Sets PodScheduled, Initialized, ContainersReady and Ready as the kubelet derives them from the rest of the
    pod; other conditions stay."""
    spec, status = pod["spec"], pod["status"]
    if not spec.get("nodeName"):
        return
    set_condition(status, "PodScheduled", True, age=age)
    if status["phase"] in ("Succeeded", "Failed"):
        reason = "PodCompleted" if status["phase"] == "Succeeded" else "PodFailed"
        set_condition(status, "Initialized", True, reason, age)
        set_condition(status, "ContainersReady", False, reason, age)
        set_condition(status, "Ready", False, reason, age)
        return
    if not status.get("containerStatuses"):
        return
    states = {one["name"]: one for one in status["containerStatuses"] + status.get("initContainerStatuses", [])}
    init = spec.get("initContainers", [])
    over = [states[one["name"]]["started"] if is_sidecar(one) else
            states[one["name"]]["state"].get("terminated", {}).get("exitCode") == 0
            for one in init if one["name"] in states]
    set_condition(status, "Initialized", all(over), None if all(over) else "ContainersNotInitialized", age)
    lasting = spec["containers"] + [one for one in init if is_sidecar(one)]
    ready = all(one["name"] in states and states[one["name"]]["ready"] for one in lasting) and all(over)
    set_condition(status, "ContainersReady", ready, None if ready else "ContainersNotReady", age)
    gates = [gate["conditionType"] for gate in spec.get("readinessGates", [])]
    open_gates = all(condition_of(pod, gate) == "True" for gate in gates)
    reason = "ContainersNotReady" if not ready else None if open_gates else "ReadinessGatesNotReady"
    set_condition(status, "Ready", ready and open_gates, reason, age)


def pod(name, namespace, *, age=3600, owner=None, generate_name=None, labels=None, annotations=None,
        node="node-1", phase=None, reason=None, statuses=True, unscheduled=None, restart_policy=None, count=1,
        image=IMAGE, init=0, sidecars=0, gates=(), spec=None, conditions=(), **state):
    """`phase`: by default what its containers make of it. `statuses=False`: no kubelet has seen it. `unscheduled`: the
    reason why no node has it, such as "Unschedulable". `conditions`: (type, status, reason) that no kubelet derives.
    `state` is set for every container."""
    if restart_policy is None:
        restart_policy = "Never" if owner and owner[0] in RUNS_TO_COMPLETION else "Always"
    made = pod_spec(count, image, init, sidecars, restart_policy, gates, **(spec or {}))
    status = {"startTime": timestamp(age), "qosClass": "BestEffort", "hostIP": "192.0.2.1"}
    if reason:
        status["reason"] = reason
    if unscheduled:
        statuses = False
        set_condition(status, "PodScheduled", False, unscheduled, age)
    else:
        made.update({"nodeName": node} if node else {})
    state = {"ago": age / 2, **state}
    if statuses:
        status["containerStatuses"] = [container_status(one, **state) for one in made["containers"]]
        if init or sidecars:
            status["initContainerStatuses"] = [
                container_status(one, **(state if is_sidecar(one) else {"terminated": (0, "Completed")}))
                for one in made["initContainers"]]
    for one in conditions:
        set_condition(status, *one, age=age)
    meta = metadata(name, namespace, age, labels, annotations, owner, generate_name)
    result = {"metadata": meta, "spec": made, "status": status}
    status["phase"] = phase or phase_of(result)
    set_kubelet_conditions(result, age)
    return result


def is_active(pod):
    """Whether controllers count it."""
    return pod["status"]["phase"] not in ("Succeeded", "Failed") and not pod["metadata"].get("deletionTimestamp")


def is_ready(pod):
    return condition_of(pod, "Ready") == "True"


# ---- nodes and budgets ----

def node(name, ready=True, unschedulable=False, age=86400, pressures=()):
    """`pressures`: conditions that are True, such as "DiskPressure"."""
    known = [("MemoryPressure", "KubeletHasSufficientMemory"), ("DiskPressure", "KubeletHasNoDiskPressure"),
             ("PIDPressure", "KubeletHasSufficientPID")]
    conditions = [condition(kind, kind in pressures, reason) for kind, reason in known]
    conditions += [condition(kind, True) for kind in pressures if kind not in dict(known)]
    conditions.append(condition("Ready", True if ready else "Unknown", "KubeletReady" if ready else "NodeStatusUnknown"))
    return {"metadata": metadata(name, age=age),
            "spec": {"podCIDR": "10.0.0.0/24", **({"unschedulable": True} if unschedulable else {})},
            "status": {"conditions": conditions}}


def budget_status(spec, expected, current):
    def pods(portion):
        return -(-int(portion[:-1]) * expected // 100) if isinstance(portion, str) else portion
    healthy = pods(spec["minAvailable"]) if "minAvailable" in spec else max(0, expected - pods(spec["maxUnavailable"]))
    return {"observedGeneration": 1, "disruptionsAllowed": max(0, current - healthy), "currentHealthy": current,
            "desiredHealthy": healthy, "expectedPods": expected}


def budget(name, namespace, labels, expected, current, spec, age=3600):
    """A PodDisruptionBudget. `spec` has minAvailable or maxUnavailable."""
    return {"metadata": metadata(name, namespace, age), "spec": {"selector": {"matchLabels": labels}, **spec},
            "status": budget_status(spec, expected, current)}
