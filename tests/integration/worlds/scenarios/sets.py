"""StatefulSets, DaemonSets, ReplicaSets and sets of custom owners; and all of them when their node dies."""

from .deployments import CREATING, UP_1, UP_2, UP_3, WAITING, WELL
from .row import row

HASH = "7d4b9c6f58"
OUT_OF_DATE = ", InProgress, Degraded"


# ---- StatefulSets ----

def rolling(partition=0, kind="RollingUpdate"):
    return {"updateStrategy": {"type": kind, "rollingUpdate": {"partition": partition}} if kind == "RollingUpdate"
            else {"type": kind}}


def replaced(c, again=True, **strategy):
    """The last of three pods is replaced after a change; `again`: its successor is there."""
    db = c.statefulset(replicas=3, spec=rolling(**strategy)).change()
    pod = db.old.pop()
    pod.delete()
    if again:
        db.add_pod(name=pod.name)
    return db


def two_at_once(c):
    db = c.statefulset(replicas=4, spec={"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {
        "partition": 0, "maxUnavailable": "50%"}}}).change()
    for pod in (db.old.pop(), db.old.pop()):
        pod.delete()
        db.add_pod(name=pod.name, **CREATING)


STATEFULSETS = [
    row("StatefulSet OrderedReady: first pod pending, 2 not made yet", WAITING,
        "0/3 (0 restarts) red; Pending yellow; 0/3 red",
        lambda c: c.statefulset(replicas=3, pods=1, statuses=False)),
    row("StatefulSet 3/3", WELL, UP_3, lambda c: c.statefulset(replicas=3)),
    row("StatefulSet rolling update: web-2 is not back yet", "",
        "2/3 (rolling out) yellow; Progressing yellow; 2/3 yellow", lambda c: replaced(c, again=False)),
    row("StatefulSet rolling update: web-2 is updated, the others are next", "",
        "3/3 (rolling out) yellow; Progressing yellow; 3/3 yellow", replaced),
    row("StatefulSet rolling update, and another pod is not ready", "",
        "1/3 (0 restarts) red; NotReady red; 1/3 red", lambda c: replaced(c, again=False).old[0].set(ready=False)),
    row("StatefulSet rolling update with maxUnavailable 50%: 2 of 4 are not ready", "",
        "2/4 (rolling out) yellow; ContainerCreating yellow; 2/4 yellow", two_at_once),
    row("StatefulSet partition 2: web-2 updated, rest old (done as specified)", WAITING, UP_3,
        lambda c: replaced(c, partition=2), why="the partition holds the others back, and kubectl waited for web-2"),
    row("StatefulSet partition 2: web-2 is not back yet", "",
        "2/3 (rolling out) yellow; Progressing yellow; 2/3 yellow", lambda c: replaced(c, again=False, partition=2)),
    row("StatefulSet OnDelete with a pending template change", ", Current, Healthy", UP_3,
        lambda c: c.statefulset(replicas=3, spec=rolling(kind="OnDelete")).change()),
    row("StatefulSet OnDelete: a pod was deleted by hand, and is not back yet", "",
        "2/3 (0 restarts) red; MissingPods red; 2/3 red", lambda c: replaced(c, again=False, kind="OnDelete")),
    row("StatefulSet scaled to 0", ", Current, Healthy", "scaled to 0 lightgrey; ScaledToZero lightgrey; 0/0 lightgrey",
        lambda c: c.statefulset(replicas=0, pods=2)),
]


# ---- DaemonSets ----

def daemons(c, kind="RollingUpdate"):
    return c.daemonset(replicas=3, spec={"updateStrategy": {"type": kind}} if kind == "OnDelete" else None).change()


def one_daemon_creating(c):
    agent = daemons(c)
    agent.old.pop().delete()
    agent.add_pod(**CREATING)
    return agent


DAEMONSETS = [
    row("DaemonSet 3/3", WELL, UP_3, lambda c: c.daemonset(replicas=3)),
    row("DaemonSet OnDelete with a pending template change", ", InProgress, Healthy", UP_3,
        lambda c: daemons(c, "OnDelete"), why="OnDelete is done as specified"),
    row("DaemonSet that matches no node", WELL, "no node matches lightgrey; NoNode lightgrey; 0/0 lightgrey",
        lambda c: c.daemonset(replicas=0)),
    row("DaemonSet rolling update maxUnavailable 1: 2 ready, 1 creating", WAITING,
        "2/3 (rolling out) yellow; ContainerCreating yellow; 2/3 yellow", one_daemon_creating),
    row("DaemonSet rolling update, and another pod is not ready", "",
        "1/3 (0 restarts) red; NotReady red; 1/3 red", lambda c: one_daemon_creating(c).old[0].set(ready=False)),
]


# ---- ReplicaSets ----

def orphaned(c, pods=3):
    web = c.deployment(replicas=3, pods=pods)
    if pods < 3:
        web.forbid()
    web.orphan()


def rollout(c, *pods, canary=1):
    """An Argo Rollout of 4, known by its ReplicaSets; `pods`: options of its canary's pods."""
    for template_hash, replicas, states in ((HASH, 4 - canary, [{}] * (4 - canary)), ("6c9f8b7d55", canary, pods)):
        labels = {"app": "web", "rollouts-pod-template-hash": template_hash}
        made = c.replicaset(f"web-{template_hash}", owner=("Rollout", "web"), labels=labels, replicas=replicas, pods=0)
        for state in states:
            made.add_pod(**state)


def rollout_without_pods(c):
    labels = {"app": "web", "rollouts-pod-template-hash": HASH}
    c.replicaset(f"web-{HASH}", owner=("Rollout", "web"), labels=labels, replicas=3, pods=1)


def deploymentconfig(c):
    labels = {"deployment": "web-3", "deploymentconfig": "web"}
    c.replicationcontroller("web-2", owner=("DeploymentConfig", "web"), labels={**labels, "deployment": "web-2"},
                            replicas=0)
    c.replicationcontroller("web-3", owner=("DeploymentConfig", "web"), labels=labels, replicas=2)
    c.pod("web-3-deploy", terminated=(0, "Completed"), restart_policy="Never")


REPLICASETS = [
    row("ReplicaSet orphaned (Deployment deleted --cascade=orphan), 3/3", ", Current, Healthy", UP_3, orphaned),
    row("orphaned ReplicaSet: 1 of 3 pods is left, quota forbids new ones", OUT_OF_DATE,
        "1/3 (rollout failed) red; FailedCreate red; 1/3 red", lambda c: orphaned(c, 1)),
    row("bare ReplicaSet (no Deployment): 1 of 3 pods exists", OUT_OF_DATE,
        "1/3 (0 restarts) red; MissingPods red; 1/3 red", lambda c: c.replicaset(replicas=3, pods=1)),
    row("bare ReplicaSet: 0 of 3 pods exist", OUT_OF_DATE, "0/3 (0 restarts) red; MissingPods red; 0/3 red",
        lambda c: c.replicaset(replicas=3, pods=0)),
    row("ReplicationController 2/2", "", UP_2, lambda c: c.replicationcontroller(replicas=2)),
    row("Argo Rollout, canary 1 of 4, all ready", "", "4/4 (0 restarts) green; Running green; 4/4 green",
        lambda c: rollout(c, {})),
    row("Argo Rollout, canary crashes", "", "3/4 (3 restarts) red; CrashLoopBackOff red; 3/4 red",
        lambda c: rollout(c, {"waiting": "CrashLoopBackOff", "restarts": 3})),
    row("Argo Rollout that wants 3 pods and has 1", "", "1/3 (0 restarts) red; MissingPods red; 1/3 red",
        rollout_without_pods),
    row("OpenShift DeploymentConfig after a rollout", "", UP_2, deploymentconfig),
    row("OpenShift DeploymentConfig under the name of its ReplicationController", "", UP_2, deploymentconfig,
        name="web-3"),
]


# ---- sets of others ----

def instances(c, count, expected=3, **spec):
    c.pods(("Cluster", "web"), count, labels={"app": "web"})
    c.budget("web", expected=expected, current=count, **spec)


def one_budget_for_two(c):
    for name in ("web", "other"):
        c.pods(("Cluster", name), 2, labels={"app": "all"})
    c.budget("all", expected=5, current=4, maxUnavailable=1)


OTHERS = [
    row("static (mirror) pod haproxy-n1 in namespace ingress, owner Node/n1", "", UP_1,
        lambda c: c.pod("web-n1", owner=("Node", "n1"), node="n1")),
    row("static pods of two nodes", "", UP_2,
        lambda c: [c.pod(f"web-{node}", owner=("Node", node), node=node) for node in ("n1", "n2")]),
    row("CNPG Cluster 3/3", "", UP_3, lambda c: instances(c, 3, minAvailable=1)),
    row("CNPG Cluster, 1 of 3 instances gone (operator does not bring it back)", "",
        "2/3 (0 restarts) red; MissingPods red; 2/3 red", lambda c: instances(c, 2, maxUnavailable=1)),
    row("a budget that covers pods of two services says nothing of one", "", UP_2, one_budget_for_two),
    row("StrimziPodSet 3/3", "", UP_3, lambda c: c.pods(("StrimziPodSet", "web"), 3)),
]


# ---- a node dies ----

def sets_on(c, kind):
    """web: both pods on n3. half: one of them. db: its only pod. agent: a DaemonSet, which n3 leaves."""
    nodes = [c.node(name) for name in ("n1", "n2", "n3")]
    if kind == "db":
        return c.statefulset(node=nodes[2]), nodes[2]
    if kind == "agent":
        agent = c.daemonset(replicas=0)
        for node in nodes:
            agent.add_pod(node=node)
        return agent.desire(3), nodes[2]
    made = c.deployment(replicas=0)
    for node in (nodes[2] if kind == "web" else nodes[0], nodes[2]):
        made.add_pod(node=node)
    return made.desire(2), nodes[2]


def node_dies(c, kind):
    made, node = sets_on(c, kind)
    c.cluster.set_node(node, ready=False)
    if kind == "agent":
        made.desire(2)
    return made, node


def evicted(c, kind):
    made, node = node_dies(c, kind)
    for pod in list(made.pods):
        if pod.object["spec"]["nodeName"] == node:
            pod.deleting()
            if kind in ("web", "half"):
                made.add_pod(statuses=False, node=None)


def all_evicted(c):
    web = c.deployment(replicas=2)
    for pod in web.pods:
        pod.phase("Failed", "Evicted")


def lost(c):
    for pod in c.deployment(replicas=2).pods:
        pod.phase("Unknown", "NodeLost").lose_node()


UP = {"web": UP_2, "half": UP_2, "db": UP_1, "agent": UP_3}
AFTER = "2/2 (0 restarts) green; Running green; 2/2 green"

NODES = [row(f"before: {kind}", WELL, said, lambda c, kind=kind: sets_on(c, kind)) for kind, said in UP.items()] + [
    row("node n3 NotReady: web", WAITING, "0/2 (0 restarts) red; NodeNotReady red; 0/2 red",
        lambda c: node_dies(c, "web")),
    row("node n3 NotReady: half", WAITING, "1/2 (0 restarts) red; NodeNotReady red; 1/2 red",
        lambda c: node_dies(c, "half")),
    row("node n3 NotReady: db", WAITING, "0/1 (0 restarts) red; NodeNotReady red; 0/1 red",
        lambda c: node_dies(c, "db")),
    row("node n3 NotReady: agent", WELL, AFTER, lambda c: node_dies(c, "agent")),
    row("after eviction began: web", WAITING, "0/2 (0 restarts) red; Pending yellow; 0/2 red",
        lambda c: evicted(c, "web")),
    row("after eviction began: half", WAITING, "1/2 (0 restarts) red; Pending yellow; 1/2 red",
        lambda c: evicted(c, "half")),
    row("after eviction began: db", WAITING, "0/1 (0 restarts) red; Terminating yellow; 0/1 red",
        lambda c: evicted(c, "db")),
    row("after eviction began: agent", WELL, AFTER, lambda c: evicted(c, "agent")),
    row("all pods evicted, no new ones allowed", WAITING, "0/2 (0 restarts) red; MissingPods red; 0/2 red",
        all_evicted),
    row("pod phase Unknown, reason NodeLost (old clusters); containers say ready", WELL,
        "0/2 (0 restarts) red; NodeLost red; 0/2 red", lost, why="old controllers count these pods on"),
]

ROWS = STATEFULSETS + DAEMONSETS + REPLICASETS + OTHERS + NODES
