"""What a kubelet reports about pods that do not do what they should."""

import re

from node_world import ABSENT, container, serve, waits

RESTARTED = re.compile(r"0/1 \([1-9]\d* restarts?\)")


def test_an_image_that_cannot_be_pulled_and_then_one_that_is_there(shop):
    shop.deployment("web", [serve(image=ABSENT)])
    shop.becomes("web", "ImagePullBackOff", "red", "state")
    shop.becomes("web", "0/1 (0 restarts)", "red")
    shop.change("deployments", "web", [serve()])
    shop.becomes("web", "1/1 (0 restarts)", "green")
    shop.becomes("web", "Running", "green", "state")


def test_an_image_name_that_is_not_one(shop):
    shop.deployment("web", [serve(image="localhost/TINY:1")])
    shop.becomes("web", "InvalidImageName", "red", "state")
    shop.becomes("web", "0/1 (0 restarts)", "red")


def test_a_reference_to_a_missing_secret(shop):
    key = {"secretKeyRef": {"name": "absent", "key": "password"}}
    shop.deployment("web", [serve(env=[{"name": "PASSWORD", "valueFrom": key}])])
    shop.becomes("web", "CreateContainerConfigError", "red", "state")


def test_a_crash_loop(shop):
    shop.deployment("web", [container("exit", "3")])
    shop.becomes("web", "CrashLoopBackOff", "red", "state")
    shop.becomes_like("web", RESTARTED, "red")


def test_a_program_that_ends_well_but_should_run_for_ever(shop):
    shop.deployment("web", [container("exit", "0")])
    shop.becomes("web", "CrashLoopBackOff", "red", "state")
    shop.becomes_like("web", RESTARTED, "red")


def test_a_container_that_always_eats_more_memory_than_it_may(shop):
    shop.deployment("web", [container("eat", resources={"limits": {"memory": "24Mi"}})])
    shop.becomes("web", "OOMKilled", "red", "state")
    shop.becomes_like("web", RESTARTED, "red")


def test_a_container_that_ate_too_much_once_is_yellow(shop):
    shop.deployment("web", [serve(resources={"limits": {"memory": "24Mi"}})])
    shop.becomes("web", "1/1 (0 restarts)", "green")
    pod, = shop.running("web")
    shop.tell(pod, "eat")
    shop.becomes("web", "1/1 (1 restart)", "yellow")
    shop.becomes("web", "Running", "green", "state")
    last = shop.running("web")[0]["status"]["containerStatuses"][0]["lastState"]
    assert last["terminated"]["reason"] == "OOMKilled"


def test_a_readiness_probe_that_fails_passes_and_fails_again(shop):
    shop.deployment("web", [serve(is_ready=False)])
    shop.becomes("web", "NotReady", "red", "state")
    shop.becomes("web", "0/1 (0 restarts)", "red")
    pod, = shop.running("web")
    shop.tell(pod, "on")
    shop.becomes("web", "1/1 (0 restarts)", "green")
    shop.becomes("web", "Running", "green", "state")
    shop.becomes("web", "1/1", "green", "replicas")
    shop.tell(pod, "off")
    shop.becomes("web", "0/1 (0 restarts)", "red")
    shop.becomes("web", "NotReady", "red", "state")
    shop.becomes("web", "0/1", "red", "replicas")
    shop.tell(pod, "on")
    shop.becomes("web", "1/1 (0 restarts)", "green")


def test_a_readiness_gate_that_nobody_sets(shop):
    """All containers are ready, the pod is not."""
    shop.deployment("web", [serve()], pod={"readinessGates": [{"conditionType": "shop.test/in-balancer"}]})
    shop.running("web")
    shop.becomes("web", "shop.test/in-balancer", "red", "state")
    shop.becomes("web", "0/1 (0 restarts)", "red")


def test_an_init_container_that_fails(shop):
    shop.deployment("web", [serve()], pod={"initContainers": [container("exit", "3", name="before")]})
    shop.becomes("web", "Init:CrashLoopBackOff", "red", "state")
    shop.becomes_like("web", RESTARTED, "red")


def test_init_containers_one_after_another(shop):
    before = [waits(8081, name="first"), waits(8082, name="second")]
    shop.deployment("web", [serve()], pod={"initContainers": before})
    for done, port in enumerate((8081, 8082)):
        shop.becomes("web", f"Init:{done}/2", "yellow", "state")
        pod, = shop.pods_where("web", 1, lambda status: "running" in status["initContainerStatuses"][done]["state"])
        shop.tell(pod, "exit/0", port)
    shop.becomes("web", "1/1 (0 restarts)", "green")
    shop.becomes("web", "Running", "green", "state")


def test_a_helper_beside_the_program_that_crashes(shop):
    """As sidecars were before Kubernetes 1.28, whose own kind this node does not know: an ordinary second container."""
    shop.deployment("web", [serve(), waits(8081, name="helper")])
    shop.becomes("web", "2/2 (0 restarts)", "green")
    shop.deployment("broken", [serve(), container("exit", "1", name="helper")])
    shop.becomes("broken", "CrashLoopBackOff", "red", "state")
    shop.becomes_like("broken", re.compile(r"1/2 \([1-9]\d* restarts?\)"), "red")
    shop.becomes("broken", "0/1", "red", "replicas")


def test_a_pod_that_no_node_has_room_for(shop):
    shop.deployment("web", [serve(resources={"requests": {"memory": "900Ti"}})])
    shop.becomes("web", "Unschedulable", "red", "state")
    shop.becomes("web", "0/1 (0 restarts)", "red")


def test_a_pod_that_takes_long_to_end(shop):
    shop.statefulset("db", [serve()])
    shop.becomes("db", "1/1 (0 restarts)", "green")
    pod, = shop.running("db")
    shop.tell(pod, "deaf")
    # With a grace period of its own, unlike shop.delete().
    shop.plane.api("DELETE", shop.plane.path("pods", shop.name, "db-0"), {"gracePeriodSeconds": 600})
    shop.becomes("db", "Terminating", "yellow", "state")
    shop.becomes("db", "0/1 (0 restarts)", "red")
    shop.tell(pod, "exit/0")
    shop.becomes("db", "1/1 (0 restarts)", "green")
