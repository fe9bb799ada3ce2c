"""StatefulSets, DaemonSets, ReplicaSets and ReplicationControllers of a real controller manager: our shields beside
`kubectl rollout status`."""

import threading

import pytest

from programs import eventually

pytestmark = pytest.mark.usefixtures("controllers")
NEW = "registry.test/web:2.0"
THREE = {"health": "3/3 (0 restarts) green", "state": "Running green", "replicas": "3/3 green"}


def finish(shop, app, new):
    """Plays kubelet until so many pods are new."""
    def is_over():
        shop.run_pending(app)
        pods = shop.pods(app)
        images = [pod["spec"]["containers"][0]["image"] for pod in pods]
        return images.count(NEW) == new and all(pod["status"]["phase"] == "Running" for pod in pods)
    eventually(is_over, 30)


# ---- StatefulSets ----

def statefulset(shop, strategy=None):
    strategy = {"updateStrategy": strategy} if strategy else {}
    shop.workload("statefulsets", "db", {"replicas": 3, "serviceName": "db", **strategy})
    shop.run("db", 3)


def test_statefulset_just_created(shop, scene):
    shop.statefulset("db", replicas=3)
    shop.wait_pods("db", 1)
    scene.shows("db", "statefulsets", health="0/3 (0 restarts) red", state="Pending yellow", replicas="0/3 red",
                rollout="waiting")


def test_statefulset_rolls_one_pod_at_a_time(shop, scene):
    statefulset(shop)
    scene.shows("db", "statefulsets", **THREE, rollout="done")
    shop.set_image("statefulsets", "db", NEW)
    shop.pending("db", 1)
    scene.shows("db", "statefulsets", health="2/3 (rolling out) yellow", state="Pending yellow",
                replicas="2/3 yellow", rollout="waiting")
    shop.set(next(pod for pod in shop.pods("db") if pod["metadata"]["name"] == "db-0"), ready=False)
    scene.shows("db", "statefulsets", health="1/3 (0 restarts) red", state="NotReady red", replicas="1/3 red",
                rollout="waiting")
    shop.set(next(pod for pod in shop.pods("db") if pod["metadata"]["name"] == "db-0"))
    finish(shop, "db", 3)
    scene.shows("db", "statefulsets", **THREE, rollout="done")
    shop.delete("pods", "db-2")
    shop.pending("db", 1)
    scene.shows("db", "statefulsets", health="2/3 (0 restarts) red", state="Pending yellow", replicas="2/3 red",
                rollout="waiting")


def test_statefulset_is_done_when_only_its_partition_is_left(shop, scene):
    statefulset(shop, {"rollingUpdate": {"partition": 2}})
    shop.set_image("statefulsets", "db", NEW)
    finish(shop, "db", 1)
    scene.shows("db", "statefulsets", **THREE, rollout="done")
    shop.delete("pods", "db-0")
    shop.pending("db", 1)
    scene.shows("db", "statefulsets", health="2/3 (0 restarts) red", state="Pending yellow", replicas="2/3 red")


def test_statefulset_that_is_updated_on_delete(shop, scene):
    statefulset(shop, {"type": "OnDelete"})
    shop.set_image("statefulsets", "db", NEW)
    eventually(lambda: shop.plane.get("statefulsets", "db", shop.name)["status"]["observedGeneration"] == 2)
    scene.shows("db", "statefulsets", **THREE)
    shop.delete("pods", "db-1")
    shop.pending("db", 1)
    scene.shows("db", "statefulsets", health="2/3 (0 restarts) red", state="Pending yellow", replicas="2/3 red")


def test_statefulset_scaled_down_while_its_pods_still_end(shop, scene):
    statefulset(shop)
    scene.shows("db", "statefulsets", **THREE)
    for pod in shop.pods("db"):
        shop.bind(pod, "nowhere")
    shop.scale("statefulsets", "db", 0)
    shop.wait_pods("db", 2)  # one ends, and the others wait for it
    scene.shows("db", "statefulsets", health="scaled to 0 lightgrey", state="ScaledToZero lightgrey",
                replicas="0/0 lightgrey")


def test_statefulset_with_a_change_that_no_controller_has_seen(plane, shop, scene):
    statefulset(shop)
    scene.shows("db", "statefulsets", **THREE, rollout="done")
    with plane.stopped_controllers():
        shop.set_image("statefulsets", "db", NEW)
        scene.shows("db", "statefulsets", health="3/3 (rolling out) yellow", state="Progressing yellow",
                    rollout="waiting")


# ---- DaemonSets ----

def daemonset(shop, nodes, strategy=None, **template):
    nodes("node-a", "node-b", "node-c")
    shop.workload("daemonsets", "agent", {"updateStrategy": strategy} if strategy else {}, **template)
    shop.run("agent", 3)


def test_daemonset_rolls_one_node_at_a_time(shop, scene, nodes):
    daemonset(shop, nodes)
    scene.shows("agent", "daemonsets", **THREE, rollout="done")
    shop.set_image("daemonsets", "agent", NEW)
    shop.pending("agent", 1)
    scene.shows("agent", "daemonsets", health="2/3 (rolling out) yellow", state="Pending yellow",
                replicas="2/3 yellow", rollout="waiting")
    finish(shop, "agent", 3)
    scene.shows("agent", "daemonsets", **THREE, rollout="done")
    shop.delete("pods", shop.pods("agent")[0]["metadata"]["name"])
    shop.pending("agent", 1)
    scene.shows("agent", "daemonsets", health="2/3 (0 restarts) red", state="Pending yellow", replicas="2/3 red",
                rollout="waiting")


def test_daemonset_that_is_updated_on_delete(shop, scene, nodes):
    daemonset(shop, nodes, {"type": "OnDelete"})
    shop.set_image("daemonsets", "agent", NEW)
    eventually(lambda: shop.plane.get("daemonsets", "agent", shop.name)["status"]["observedGeneration"] == 2)
    scene.shows("agent", "daemonsets", **THREE)


def test_daemonset_that_matches_no_node(shop, scene, nodes):
    nodes("node-a")
    shop.daemonset("agent", nodeSelector={"gpu": "yes"})
    eventually(lambda: shop.plane.get("daemonsets", "agent", shop.name)["status"].get("observedGeneration") == 1)
    scene.shows("agent", "daemonsets", health="no node matches lightgrey", state="NoNode lightgrey",
                replicas="0/0 lightgrey", rollout="done")


def test_daemonset_on_a_node_that_comes_late(shop, scene, nodes):
    nodes("node-a")
    shop.daemonset("agent")
    shop.run("agent", 1)
    scene.shows("agent", "daemonsets", health="1/1 (0 restarts) green", rollout="done")
    nodes("node-b")
    shop.wait_pods("agent", 2)
    scene.shows("agent", "daemonsets", health="1/2 (0 restarts) red", state="Pending yellow", replicas="1/2 red",
                rollout="waiting")


class Kubelet:
    """Reports every now and then that its node is ready, and that its pods are. Without it the node is gone."""

    def __init__(self, nodes, shop, node, pods):
        self.nodes, self.shop, self.node = nodes, shop, node
        self.names = {pod["metadata"]["name"] for pod in pods}
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.report)

    def report(self):
        while not self.done.wait(0.3):
            self.nodes.say(self.node, ready=True)
            for pod in self.shop.plane.list("pods", self.shop.name):
                ready = [one["status"] for one in pod["status"]["conditions"] if one["type"] == "Ready"]
                if pod["metadata"]["name"] in self.names and ready != ["True"]:
                    self.shop.set(pod)

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()


def test_pods_of_a_node_that_is_gone_are_not_ready(plane, shop, scene, nodes):
    nodes("node-a", "node-b")
    shop.daemonset("agent")
    shop.deployment("web", replicas=2)
    shop.statefulset("db", replicas=1)
    places = {"node-a": [], "node-b": []}
    for pod in shop.run("agent", 2):
        term, = pod["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"][
            "nodeSelectorTerms"]
        places[term["matchFields"][0]["values"][0]].append(pod)
    web, other = shop.run("web", 2)
    places["node-a"] += [web, *shop.run("db", 1)]
    places["node-b"] += [other]
    for node, pods in places.items():
        for pod in pods:
            shop.bind(pod, node)
    scene.shows("web", health="2/2 (0 restarts) green", rollout="done")
    with Kubelet(nodes, shop, "node-b", places["node-b"]), plane.node_lifecycle():
        scene.shows("web", health="1/2 (0 restarts) red", state="NodeNotReady red", replicas="1/2 red",
                    rollout="waiting")
        scene.shows("db", "statefulsets", health="0/1 (0 restarts) red", state="NodeNotReady red", replicas="0/1 red")
        # A DaemonSet does not want a pod on such a node, but keeps it.
        scene.shows("agent", "daemonsets", health="1/1 (0 restarts) green", state="Running green",
                    replicas="1/1 green", rollout="done")
        scene.shields.becomes("/c/nodes/", "1/2", "red")
        with Kubelet(nodes, shop, "node-a", places["node-a"]):
            scene.shields.becomes("/c/nodes/", "2/2", "green")
            for name, total in (("web", 2), ("db", 1), ("agent", 2)):
                scene.shows(name, health=f"{total}/{total} (0 restarts) green")


# ---- ReplicaSets and ReplicationControllers ----

def test_an_orphaned_replicaset_keeps_its_name_and_its_number(shop, scene):
    shop.deployment("web", replicas=3)
    shop.run("web", 3)
    scene.shows("web", **THREE, rollout="done")
    shop.delete("deployments", "web", propagation="Orphan")
    eventually(lambda: not shop.plane.list("deployments", shop.name))
    scene.shows("web", **THREE)
    shop.quota(3)
    for pod in shop.pods("web")[1:]:
        shop.delete("pods", pod["metadata"]["name"])
    scene.shows("web", health="1/3 (rollout failed) red", state="FailedCreate red", replicas="1/3 red")


def test_a_replicaset_without_any_pod(shop, scene):
    shop.quota(0)
    shop.workload("replicasets", "bare", {"replicas": 3})
    scene.shows("bare", health="0/3 (rollout failed) red", state="FailedCreate red", replicas="0/3 red")


def test_replicationcontroller(shop, scene):
    shop.replicationcontroller("old", replicas=2)
    shop.wait_pods("old", 2)
    scene.shows("old", health="0/2 (0 restarts) red", state="Pending yellow", replicas="0/2 red")
    pod, _ = shop.run("old", 2)
    scene.shows("old", health="2/2 (0 restarts) green", state="Running green", replicas="2/2 green")
    shop.quota(2)
    shop.delete("pods", pod["metadata"]["name"])
    scene.shows("old", replicas="1/2 red")
    shop.scale("replicationcontrollers", "old", 0)
    scene.shows("old", health="scaled to 0 lightgrey", replicas="0/0 lightgrey")
