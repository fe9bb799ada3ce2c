"""Pods whose controller is not Kubernetes' own, beside real PodDisruptionBudgets, nodes and ReplicaSets."""

import pytest

from programs import eventually

pytestmark = pytest.mark.usefixtures("controllers")
FULL = {"health": "3/3 (0 restarts) green", "state": "Running green", "replicas": "3/3 green"}


def cluster(shop, replicas=3):
    """Three pods of an operator's object."""
    owner = shop.cluster("pg", replicas)
    return [shop.pod(f"pg-{i}", owner="pg", reference=owner) for i in range(replicas)]


def wait_for_budget(shop, **status):
    def is_so():
        seen = shop.plane.get("poddisruptionbudgets", "pg", shop.name)["status"]
        return {name: seen.get(name) for name in status} == status
    eventually(is_so, 30, lambda: f'{shop.plane.get("poddisruptionbudgets", "pg", shop.name)}')


def remove(shop, *pods):
    for pod in pods:
        shop.delete("pods", pod)


def test_a_budget_that_asks_the_owner_knows_how_many_pods_there_should_be(shop, scene):
    cluster(shop)
    shop.budget("pg", maxUnavailable=1)
    wait_for_budget(shop, expectedPods=3, currentHealthy=3)
    scene.shows("pg", **FULL)
    eventually(lambda: scene.raw("pg")["pods_desired_guessed"] is False)
    remove(shop, "pg-2")
    scene.shows("pg", health="2/3 (0 restarts) red", replicas="2/3 red")
    remove(shop, "pg-0", "pg-1")
    # A budget counts by the owners of its pods: without pods it knows nothing, but shields remember.
    scene.shows("pg", health="0/3 (0 restarts) red", replicas="0/3 red")


def test_the_number_of_a_budget_counts_for_shields_that_start_late(shop, scene, real):
    cluster(shop)
    shop.budget("pg", minAvailable="50%")
    wait_for_budget(shop, expectedPods=3)
    remove(shop, "pg-2")
    scene.shows("pg", health="2/3 (0 restarts) red")
    scene.shields = real()
    scene.shows("pg", health="2/3 (0 restarts) red", replicas="2/3 red")


def test_a_budget_that_counts_the_pods_is_a_lower_bound(shop, scene, real):
    cluster(shop)
    shop.budget("pg", minAvailable=2)
    wait_for_budget(shop, expectedPods=3, desiredHealthy=2)
    remove(shop, "pg-1", "pg-2")
    wait_for_budget(shop, expectedPods=1)
    scene.shields = real()  # it has never seen more than the one that is left
    scene.shows("pg", health="1/2 (0 restarts) red", replicas="1/2 red")
    assert scene.raw("pg")["pods_desired_guessed"] is True


def test_without_a_budget_the_most_pods_that_were_seen_count(shop, scene):
    cluster(shop)
    scene.shows("pg", **FULL)
    assert scene.raw("pg")["pods_desired_guessed"] is False
    remove(shop, "pg-2")
    scene.shows("pg", health="2/3 (0 restarts) red", replicas="2/3 red")
    assert scene.raw("pg")["pods_desired_guessed"] is True
    remove(shop, "pg-0", "pg-1")
    scene.shows("pg", health="0/3 (0 restarts) red", replicas="0/3 red")


def test_replicasets_of_another_owner_are_counted(shop, scene):
    owner = shop.cluster("canary", 3)
    shop.plane.create("replicasets", {"metadata": {"name": "canary-abc", "ownerReferences": [owner]}, "spec": {
        "replicas": 3, "selector": {"matchLabels": {"app": "canary"}}, "template": shop.template("canary")}},
        shop.name)
    pod, *_ = shop.run("canary", 3)
    scene.shows("canary", **FULL)
    shop.quota(3)
    shop.delete("pods", pod["metadata"]["name"])
    scene.shows("canary", replicas="2/3 red")


def test_static_pods_of_several_nodes_are_one_service(plane, shop, scene, nodes):
    nodes("node-a", "node-b")
    for node in ("node-a", "node-b"):
        owner = {"apiVersion": "v1", "kind": "Node", "name": node, "controller": True,
                 "uid": plane.get("nodes", node)["metadata"]["uid"]}
        shop.pod(f"proxy-{node}", owner="proxy", reference=owner)
    scene.shows("proxy", health="2/2 (0 restarts) green", state="Running green", replicas="2/2 green")
    pod, _ = shop.pods("proxy")
    shop.set(pod, ready=False)
    scene.shows("proxy", health="1/2 (0 restarts) red", state="NotReady red")
    services = scene.shields.get("/services/").json()
    assert "proxy" in services and "proxy-node-a" not in services


def test_a_node_under_pressure(plane, real, nodes):
    shields = real()
    nodes("node-a", "node-b")
    shields.becomes("/c/nodes/", "2/2", "green")
    for kind, words in (("DiskPressure", "DiskPressure, 2/2"), ("MemoryPressure", "DiskPressure, MemoryPressure, 2/2")):
        plane.patch_status("nodes", "node-a", {"conditions": [{"type": kind, "status": "True"}]})
        shields.becomes("/c/nodes/", words, "yellow")
    nodes.say("node-b", ready=False)
    shields.becomes("/c/nodes/", "DiskPressure, MemoryPressure, 1/2", "red")
    assert shields.raw("/c/nodes/")["pressures"] == {"DiskPressure": 1, "MemoryPressure": 1}
