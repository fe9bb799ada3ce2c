"""Controllers' objects as the API server would send them, and their status as the controllers compute it from pods."""

from .objects import (condition_of, is_active, is_ready, metadata, pod_spec, set_condition,
                      timestamp)

POD_OF_TEMPLATE = ("count", "image", "init", "sidecars", "restart_policy", "gates", "spec")
COMPLETE = "NewReplicaSetAvailable"


def template(name, annotations=None, restart_policy="Always", **pod):
    """`pod`: options of objects.pod, of which those of the spec are taken."""
    options = {key: value for key, value in pod.items() if key in POD_OF_TEMPLATE and value is not None}
    more = options.pop("spec", {})
    return {"metadata": {"labels": {"app": name}, **({"annotations": annotations} if annotations else {})},
            "spec": pod_spec(**{"restart_policy": restart_policy, **options}, **more)}


def portion(value, desired, up):
    """An IntOrString in pods."""
    if not isinstance(value, str):
        return value
    share = int(value[:-1]) * desired
    return -(-share // 100) if up else share // 100


def made(name, namespace, spec, age, annotations, owner=None, labels=None, status=None):
    return {"metadata": metadata(name, namespace, age, labels, annotations, owner), "spec": spec,
            "status": status or {}}


def deployment(name, namespace, replicas, template, spec=None, age=3600, annotations=None):
    return made(name, namespace, {
        "replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": template,
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": "25%"}},
        "progressDeadlineSeconds": 600, **(spec or {})}, age, annotations)


def replicaset(name, namespace, replicas, template, spec=None, age=3600, annotations=None, owner=None, labels=None):
    return made(name, namespace, {"replicas": replicas, "selector": {"matchLabels": labels or {"app": name}},
                                  "template": template, **(spec or {})}, age, annotations, owner, labels)


def replicationcontroller(name, namespace, replicas, template, spec=None, age=3600, annotations=None, owner=None,
                          labels=None):
    return made(name, namespace, {"replicas": replicas, "selector": labels or {"app": name}, "template": template,
                                  **(spec or {})}, age, annotations, owner, labels)


def statefulset(name, namespace, replicas, template, spec=None, age=3600, annotations=None):
    return made(name, namespace, {
        "replicas": replicas, "selector": {"matchLabels": {"app": name}}, "serviceName": name, "template": template,
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}, **(spec or {})}, age,
        annotations)


def daemonset(name, namespace, desired, template, spec=None, age=3600, annotations=None):
    return made(name, namespace, {
        "selector": {"matchLabels": {"app": name}}, "template": template,
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}},
        **(spec or {})}, age, annotations, status={"desiredNumberScheduled": desired})


def job(name, namespace, template, spec=None, age=3600, annotations=None, owner=None):
    return made(name, namespace, {"parallelism": 1, "completions": 1, "backoffLimit": 6, "suspend": False,
                                  "completionMode": "NonIndexed", "template": template, **(spec or {})}, age,
                annotations, owner)


def cronjob(name, namespace, template, suspended=False, spec=None, age=3600, annotations=None):
    return made(name, namespace, {"schedule": "*/5 * * * *", "concurrencyPolicy": "Allow", "suspend": suspended,
                                  "jobTemplate": {"spec": {"template": template}}, **(spec or {})}, age, annotations)


# ---- status ----

def counted(obj, pods, is_updated=lambda pod: True):
    """(all, updated, ready, available) of the pods that count."""
    least = obj["spec"].get("minReadySeconds", 0)
    latest = timestamp(least)
    alive = [pod for pod in pods if is_active(pod)]
    ready = [pod for pod in alive if is_ready(pod)]
    available = [pod for pod in ready if not least or since_ready(pod) <= latest]
    return len(alive), len([pod for pod in alive if is_updated(pod)]), len(ready), len(available)


def since_ready(pod):
    return next(one["lastTransitionTime"] for one in pod["status"]["conditions"] if one["type"] == "Ready")


def reason_of(status, name):
    return next((one.get("reason") for one in status.get("conditions", []) if one["type"] == name), None)


def update_deployment(obj, pods, template_hash, observed=True):
    """What the Deployment's controller writes; `observed=False`: it has not seen the newest spec. Failures that were
    set stay."""
    spec, status = obj["spec"], obj["status"]
    is_updated = lambda pod: pod["metadata"]["labels"].get("pod-template-hash") == template_hash  # noqa: E731
    all_pods, updated, ready, available = counted(obj, pods, is_updated)
    desired = spec["replicas"]
    status.update(observedGeneration=obj["metadata"]["generation"] - (not observed), replicas=all_pods,
                  updatedReplicas=updated, readyReplicas=ready, availableReplicas=available,
                  unavailableReplicas=max(0, desired - available))
    rolling = spec["strategy"].get("rollingUpdate", {"maxUnavailable": 0, "maxSurge": 0})
    unavailable = portion(rolling["maxUnavailable"], desired, up=False)
    if not unavailable and not portion(rolling["maxSurge"], desired, up=True):
        unavailable = 0 if spec["strategy"]["type"] == "Recreate" else 1
    is_enough = available >= desired - min(unavailable, desired)
    set_condition(status, "Available", is_enough, f"MinimumReplicas{'A' if is_enough else 'Una'}vailable")
    if not observed or condition_of(obj, "Progressing") == "False":
        return
    if spec.get("paused"):
        set_condition(status, "Progressing", "Unknown", "DeploymentPaused")
    elif all_pods == updated == desired == available:
        set_condition(status, "Progressing", True, COMPLETE)
    elif reason_of(status, "Progressing") != COMPLETE or all_pods != updated:
        # Once complete, it stays so when pods become unready or are replaced.
        set_condition(status, "Progressing", True, "ReplicaSetUpdated")


def update_replicaset(obj, pods):
    all_pods, _, ready, available = counted(obj, pods)
    obj["status"].update(observedGeneration=obj["metadata"]["generation"], replicas=all_pods,
                         fullyLabeledReplicas=all_pods, readyReplicas=ready, availableReplicas=available)


def update_statefulset(obj, pods, revisions, observed=True):
    """`revisions`: (current, update)."""
    current, update = revisions
    is_updated = lambda pod: pod["metadata"]["labels"].get("controller-revision-hash") == update  # noqa: E731
    alive, updated, ready, available = counted(obj, pods, is_updated)
    unfinished = [pod for pod in pods if pod["status"]["phase"] not in ("Succeeded", "Failed")]
    ending = [pod for pod in unfinished if not is_active(pod)]
    rolling = obj["spec"]["updateStrategy"]
    is_over = updated == alive == ready == obj["spec"]["replicas"]
    if is_over and rolling["type"] == "RollingUpdate" and not rolling.get("rollingUpdate", {}).get("partition"):
        current = update
    # This controller counts pods that are being deleted, too, but not as current or updated ones.
    ready, available = (number + len([pod for pod in ending if is_ready(pod)]) for number in (ready, available))
    obj["status"].update(observedGeneration=obj["metadata"]["generation"] - (not observed), replicas=len(unfinished),
                         readyReplicas=ready, availableReplicas=available, updatedReplicas=updated,
                         currentReplicas=alive if current == update else alive - updated,
                         currentRevision=f"{obj['metadata']['name']}-{current}",
                         updateRevision=f"{obj['metadata']['name']}-{update}")
    return current


def update_daemonset(obj, pods, revision, observed=True):
    is_updated = lambda pod: pod["metadata"]["labels"].get("controller-revision-hash") == revision  # noqa: E731
    _, updated, ready, available = counted(obj, pods, is_updated)
    all_pods = len([pod for pod in pods if pod["status"]["phase"] not in ("Succeeded", "Failed")])  # ending ones, too
    desired = obj["status"]["desiredNumberScheduled"]
    obj["status"].update(observedGeneration=obj["metadata"]["generation"] - (not observed),
                         currentNumberScheduled=min(all_pods, desired), numberMisscheduled=max(0, all_pods - desired),
                         numberReady=min(ready, desired), updatedNumberScheduled=min(updated, desired),
                         numberAvailable=min(available, desired), numberUnavailable=max(0, desired - available))


def update_job(obj, pods):
    status, phases = obj["status"], [pod["status"]["phase"] for pod in pods]
    alive = [pod for pod in pods if is_active(pod)]
    status.setdefault("startTime", obj["metadata"]["creationTimestamp"])
    status.update(active=len(alive), ready=sum(map(is_ready, alive)),
                  succeeded=phases.count("Succeeded"), failed=phases.count("Failed"),
                  terminating=sum("deletionTimestamp" in pod["metadata"] for pod in pods))


def end_job(obj, outcome, reason=None, age=0):
    """`outcome`: "Complete", "Failed", or "FailureTarget" while pods are still being deleted."""
    status = obj["status"]
    if outcome in ("Complete", "Failed"):
        before = {"Complete": "SuccessCriteriaMet", "Failed": "FailureTarget"}[outcome]
        reason = reason or {"Complete": "CompletionsReached", "Failed": "BackoffLimitExceeded"}[outcome]
        set_condition(status, before, True, reason, age)
        status["active"] = status["ready"] = 0
    set_condition(status, outcome, True, reason, age)
    if outcome == "Complete":
        status["completionTime"] = timestamp(age)
