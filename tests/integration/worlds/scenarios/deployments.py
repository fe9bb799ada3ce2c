"""Deployments, and what a pod can be like."""

from .row import row

WELL = "done, Current, Healthy"
WAITING = "waiting, InProgress, Progressing"
FAILED = "deadline exceeded, Failed, Degraded"
UP_1 = "1/1 (0 restarts) green; Running green; 1/1 green"
UP_2 = "2/2 (0 restarts) green; Running green; 2/2 green"
UP_3 = "3/3 (0 restarts) green; Running green; 3/3 green"
UNKNOWN = "unknown lightgrey; Unknown lightgrey; unknown lightgrey"
GATE = "target-health.elbv2.k8s.aws/tg"
CREATING = {"waiting": "ContainerCreating"}


def rolled(c, *new, spec=None, **options):
    """A Deployment with a new template, and these new pods."""
    web = c.deployment(spec=spec, **options).change()
    for pod in new:
        web.add_pod(**pod)
    return web


def half_unavailable(c):
    web = c.deployment(replicas=4, spec={"strategy": {"type": "RollingUpdate", "rollingUpdate": {
        "maxUnavailable": "50%", "maxSurge": 0}}}).change()
    for pod in web.old[2:]:
        web.old.remove(pod)
        pod.delete()
        web.add_pod(**CREATING)


def recreated(c):
    web = c.deployment(replicas=2, spec={"strategy": {"type": "Recreate"}}).change()
    for pod in list(web.old):
        web.old.remove(pod)
        pod.delete()
        web.add_pod(**CREATING)


def beyond_its_budget(c):
    web = rolled(c, CREATING, replicas=4)
    web.old[0].set(ready=False)
    web.old[1].set(ready=False)


def pause(c, change=True):
    web = c.deployment(replicas=2).edit(lambda spec: spec.update(paused=True))
    return web.change() if change else web


def unobserved(c):
    web = c.deployment(replicas=3)
    web.observed = False
    web.edit(lambda spec: spec.update(minReadySeconds=5))


def not_yet_available(c):
    web = c.deployment(replicas=2, spec={"minReadySeconds": 600})
    web.pods.pop().delete()
    web.add_pod(age=10)


def extra(c, **pods):
    """Two pods that are well, and finished ones beside them."""
    web = c.deployment(replicas=2)
    for phase, reason in pods.items():
        web.add_pod(phase=phase, reason=reason, statuses=False)


def scaled_down(c):
    web = c.deployment(replicas=4)
    for pod in web.pods[2:]:
        pod.deleting()
    web.desire(2)


def one_replaced(c):
    web = c.deployment(replicas=2)
    web.pods[0].phase("Failed", "Evicted")
    web.add_pod(statuses=False)


def gate_unmet(c):
    c.deployment(replicas=2, gates=[GATE], conditions=[(GATE, False, "Target.Timeout")])


def one_not_ready(c):
    c.deployment(replicas=2).pods[0].set(ready=False)


def init_runs(c):
    pod = c.deployment(init=1, sidecars=1, waiting="PodInitializing").pods[0]
    pod.set("init-0", ready=False)


def init_crashes(c, last=None):
    pod = c.deployment(init=1, count=2, waiting="PodInitializing").pods[0]
    pod.set("init-0", waiting="CrashLoopBackOff", restarts=7, last=last)


def sidecar_crashes(c):
    c.deployment(sidecars=1).pods[0].set("sidecar-0", waiting="CrashLoopBackOff", restarts=4)


def debugged(c):
    ended = {"name": "debugger", "ready": False, "restartCount": 0, "image": "busybox", "imageID": "", "lastState": {},
             "state": {"terminated": {"exitCode": 1, "reason": "Error"}}}
    c.deployment().pods[0].update(lambda pod: pod["status"].update(ephemeralContainerStatuses=[ended]))


def resized(c, kind, reason):
    c.deployment(conditions=[(kind, True, reason)])


def restarts(c, count, ago, age, last=(1, "Error")):
    c.deployment(age=age, restarts=count, ago=ago, last=last)


ROWS = [
    row("Deployment just created, pods unscheduled yet (no condition)", WAITING,
        "0/3 (0 restarts) red; Pending yellow; 0/3 red",
        lambda c: c.deployment(replicas=3, statuses=False, node=None)),
    row("Deployment 3/3 running", WELL, UP_3, lambda c: c.deployment(replicas=3)),
    row("normal rollout, default strategy: all 3 old pods ready, surge pod ContainerCreating", WAITING,
        "3/3 (rolling out) yellow; ContainerCreating yellow; 3/3 yellow", lambda c: rolled(c, CREATING, replicas=3)),
    row("rollout over", WELL, UP_3, lambda c: c.deployment(replicas=3).rollout()),
    row("rollout with maxUnavailable 50%: 2 old ready, 2 new creating", WAITING,
        "2/4 (rolling out) yellow; ContainerCreating yellow; 2/4 yellow", half_unavailable),
    row("rollout beyond its budget: 2 of 4 old pods are not ready, too", "",
        "2/4 (0 restarts) red; NotReady red; 2/4 red", beyond_its_budget),
    row("Recreate: all old pods are gone", "", "0/2 (0 restarts) red; ContainerCreating yellow; 0/2 red",
        recreated),
    row("the spec has changed, and its controller has not looked yet", "",
        "3/3 (rolling out) yellow; Progressing yellow; 3/3 yellow", unobserved),
    row("rollout of a new version that crashes, within its budget", "",
        "4/4 (rolling out) yellow; CrashLoopBackOff red; 4/4 yellow",
        lambda c: rolled(c, {"waiting": "CrashLoopBackOff", "restarts": 5}, replicas=4)),
    row("scaled up, and the new pods are not there yet", "", "2/4 (0 restarts) red; MissingPods red; 2/4 red",
        lambda c: c.deployment(replicas=2).desire(4)),
    row("scaled down, and the pods are still ending", "", UP_2, scaled_down),
    row("paused Deployment with an unrolled template change", "waiting, InProgress, Suspended",
        "2/2 (paused) yellow; Paused yellow; 2/2 yellow", pause),
    row("paused Deployment without a change", "",
        "2/2 (0 restarts) green; Paused yellow; 2/2 green", lambda c: pause(c, change=False)),
    row("rollout stuck: quota forbids the new pod, progressDeadline exceeded; old pods healthy", FAILED,
        "2/2 (rollout failed) red; ProgressDeadlineExceeded red; 2/2 red",
        lambda c: rolled(c, replicas=2).forbid().exceed_deadline()),
    row("rollout stuck: new pod ImagePullBackOff, progressDeadline exceeded; old pods healthy", FAILED,
        "2/2 (rollout failed) red; ImagePullBackOff red; 2/2 red",
        lambda c: rolled(c, {"waiting": "ImagePullBackOff"}, replicas=2).exceed_deadline()),
    row("quota forbids pods, the deadline is not over", "",
        "2/2 (rollout failed) red; FailedCreate red; 2/2 red", lambda c: rolled(c, replicas=2).forbid()),
    row("one pod evicted, replacement Pending", WAITING, "1/2 (0 restarts) red; Pending yellow; 1/2 red",
        one_replaced),
    row("evicted pod (Failed) left beside a healthy ReplicaSet", WELL, UP_2, lambda c: extra(c, Failed="Evicted")),
    row("plus a Succeeded pod (node shutdown) left over", WELL, UP_2,
        lambda c: extra(c, Failed="Evicted", Succeeded="Terminated")),
    row("readinessGate not met: containers ready, pod Ready=False", WAITING,
        f"0/2 (0 restarts) red; {GATE} red; 0/2 red", gate_unmet),
    row("one pod fails its readiness probe (running, not ready)", WAITING,
        "1/2 (0 restarts) red; NotReady red; 1/2 red", one_not_ready),
    row("scheduling-gated pod", WAITING,
        "0/1 (scheduling gated) lightgrey; SchedulingGated lightgrey; 0/1 lightgrey",
        lambda c: c.deployment(unscheduled="SchedulingGated")),
    row("one of two pods is scheduling-gated", "",
        "1/2 (scheduling gated) lightgrey; SchedulingGated lightgrey; 1/2 lightgrey",
        lambda c: c.deployment().desire(2).add_pod(unscheduled="SchedulingGated")),
    row("Unschedulable", WAITING, "0/1 (0 restarts) red; Unschedulable red; 0/1 red",
        lambda c: c.deployment(unscheduled="Unschedulable")),
    row("native sidecar: init container running, sidecar and app wait", WAITING,
        "0/2 (0 restarts) red; Init:0/2 yellow; 0/1 red", init_runs),
    row("in-place resize pending: Infeasible", WELL, UP_1, lambda c: resized(c, "PodResizePending", "Infeasible")),
    row("in-place resize in progress: Error", WELL, UP_1, lambda c: resized(c, "PodResizeInProgress", "Error")),
    row("Deployment scaled to 0", WELL, "scaled to 0 lightgrey; ScaledToZero lightgrey; 0/0 lightgrey",
        lambda c: c.deployment(replicas=0)),
    row("ephemeral (debug) container finished", WELL, UP_1, debugged),
    row("native sidecar up, app up", WELL, "2/2 (0 restarts) green; Running green; 1/1 green",
        lambda c: c.deployment(sidecars=1)),
    row("native sidecar CrashLoopBackOff, app ready", WAITING,
        "1/2 (4 restarts) red; Init:CrashLoopBackOff red; 0/1 red", sidecar_crashes),
    row("init container CrashLoopBackOff with 7 restarts", WAITING,
        "0/2 (7 restarts) red; Init:CrashLoopBackOff red; 0/1 red", init_crashes),
    row("init container ended without a reason", "", "0/1 (0 restarts) red; Init:ExitCode:3 red; 0/1 red",
        lambda c: c.deployment(init=1, waiting="PodInitializing").pods[0].set("init-0", terminated=(3, ""))),
    row("init container out of memory again and again", "", "0/2 (7 restarts) red; Init:OOMKilled red; 0/1 red",
        lambda c: init_crashes(c, last="OOMKilled")),
    row("minReadySeconds of a rollout: ready, not yet available", WAITING,
        "2/2 (not yet available) yellow; NotAvailable yellow; 2/2 yellow",
        lambda c: c.deployment(replicas=2, age=10, spec={"minReadySeconds": 600})),
    row("minReadySeconds of a replaced pod: ready, not yet available", "",
        "2/2 (not yet available) yellow; NotAvailable yellow; 2/2 yellow", not_yet_available),
    row("restarted once by OOM 1 min ago, ready again", WELL, "1/1 (1 restart) yellow; Running green; 1/1 green",
        lambda c: restarts(c, 1, 60, 7200, "OOMKilled")),
    row("12 restarts in 90 days, the last one a minute ago", "",
        "1/1 (12 restarts) yellow; Running green; 1/1 green", lambda c: restarts(c, 12, 60, 90 * 86400)),
    row("12 restarts in 90 days, the last one yesterday", "",
        "1/1 (12 restarts) green; Running green; 1/1 green", lambda c: restarts(c, 12, 86400, 90 * 86400)),
    row("container exited with 0, about to be restarted", WAITING, "0/1 (1 restart) red; Completed yellow; 0/1 red",
        lambda c: c.deployment(terminated=(0, "Completed"), restarts=1)),
    row("pod Ready=False, container ready=true", WAITING, "0/1 (0 restarts) red; NotReady red; 0/1 red",
        lambda c: c.deployment().pods[0].condition("Ready", False)),
    row("58-byte Deployment name", WAITING, "0/1 (0 restarts) red; Pending yellow; 0/1 red",
        lambda c: c.deployment("n" * 58, statuses=False), name="n" * 58),
    row("Deployment with a 183-byte dotted name", WELL, UP_1,
        lambda c: c.deployment(".".join(["d" * 45] * 4)), name=".".join(["d" * 45] * 4)),
    row("Deployment web.v2", WELL, UP_1, lambda c: c.deployment("web.v2"), name="web.v2"),
    row("Deployment named health", WELL, UP_1, lambda c: c.deployment("health"), name="health"),
    row("Deployment twin (1/1) and StatefulSet twin (0/1), same namespace", "",
        "1/2 (0 restarts) red; Pending yellow; 1/2 red",
        lambda c: (c.deployment(), c.statefulset(statuses=False))),
    row("a count that nobody can have", "", UNKNOWN,
        lambda c: c.deployment().update(lambda web: web["spec"].update(replicas=-1))),
    row("more pods ready than there are", "", UNKNOWN,
        lambda c: c.deployment().update(lambda web: web["status"].update(readyReplicas=9))),
    row("a container that restarted less than never", "", UNKNOWN, lambda c: c.deployment(restarts=-4)),
    row("Ready twice, with different values", "", UNKNOWN, lambda c: c.deployment().pods[0].update(
        lambda pod: pod["status"]["conditions"].append({"type": "Ready", "status": "False"}))),
    row("Ready, though its container is not", "", UNKNOWN,
        lambda c: c.deployment(ready=False).pods[0].condition("Ready", True)),
]
