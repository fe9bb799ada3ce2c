"""Deployments of a real controller manager, through rollouts good and bad: our shields beside `kubectl rollout status`."""

import pytest

from programs import eventually

pytestmark = pytest.mark.usefixtures("controllers")
NEW = "registry.test/web:2.0"
RUNNING = {"health": "2/2 (0 restarts) green", "state": "Running green", "replicas": "2/2 green"}


def make(shop, replicas=2, strategy=None, template=None, **spec):
    """A Deployment whose first rollout is over."""
    strategy = {"strategy": strategy} if strategy else {}
    shop.workload("deployments", "web", {"replicas": replicas, **strategy, **spec}, **(template or {}))
    shop.run("web", replicas)


def roll(shop):
    shop.set_image("deployments", "web", NEW)


def finish(shop, replicas):
    """Plays kubelet until all pods are new."""
    def is_over():
        shop.run_pending("web")
        return [(pod["spec"]["containers"][0]["image"], pod["status"]["phase"])
                for pod in shop.pods("web")] == [(NEW, "Running")] * replicas
    eventually(is_over, 30)


def test_just_created(shop, scene):
    shop.deployment("web", replicas=3)
    shop.wait_pods("web", 3)
    scene.shows("web", health="0/3 (0 restarts) red", state="Pending yellow", replicas="0/3 red", rollout="waiting")


def test_a_rollout_within_its_budget_is_yellow_and_not_a_pod_is_missing(shop, scene):
    make(shop, replicas=3)
    scene.shows("web", health="3/3 (0 restarts) green", state="Running green", replicas="3/3 green", rollout="done")
    roll(shop)
    surge, = shop.pending("web", 1)
    shop.set(surge, phase="Pending", waiting="ContainerCreating")
    scene.shows("web", health="3/3 (rolling out) yellow", state="ContainerCreating yellow", replicas="3/3 yellow",
                rollout="waiting")
    finish(shop, 3)
    scene.shows("web", health="3/3 (0 restarts) green", state="Running green", replicas="3/3 green", rollout="done")


def test_what_is_missing_after_a_rollout_is_red_again(shop, scene):
    make(shop, replicas=3, strategy={"rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}})
    roll(shop)
    scene.shows("web", health="2/3 (rolling out) yellow", rollout="waiting")
    finish(shop, 3)
    scene.shows("web", health="3/3 (0 restarts) green", rollout="done")
    shop.set(shop.pods("web")[0], ready=False)
    scene.shows("web", health="2/3 (0 restarts) red", state="NotReady red", replicas="2/3 red", rollout="waiting")
    shop.set(shop.pods("web")[0])
    scene.shows("web", health="3/3 (0 restarts) green", rollout="done")
    shop.scale("deployments", "web", 4)
    shop.pending("web", 1)
    scene.shows("web", health="3/4 (0 restarts) red", state="Pending yellow", replicas="3/4 red", rollout="waiting")


def test_a_rollout_may_miss_as_many_pods_as_its_budget_allows(shop, scene):
    make(shop, replicas=4, strategy={"rollingUpdate": {"maxUnavailable": "50%", "maxSurge": 0}})
    scene.shows("web", health="4/4 (0 restarts) green", rollout="done")
    roll(shop)
    shop.pending("web", 2)
    scene.shows("web", health="2/4 (rolling out) yellow", state="Pending yellow", replicas="2/4 yellow",
                rollout="waiting")
    old = next(pod for pod in shop.pods("web") if pod["status"]["phase"] == "Running")
    shop.set(old, ready=False)
    scene.shows("web", health="1/4 (0 restarts) red", state="NotReady red", replicas="1/4 red", rollout="waiting")


def test_strict_shields_are_red_during_a_rollout(shop, scene, real):
    make(shop, replicas=3)
    scene.shields = real(health="strict")
    scene.shows("web", health="3/3 (0 restarts) green", replicas="3/3 green")
    roll(shop)
    shop.pending("web", 1)
    scene.shows("web", health="3/4 (0 restarts) red", state="Pending yellow", rollout="waiting")
    finish(shop, 3)
    scene.shows("web", health="3/3 (0 restarts) green", replicas="3/3 green", rollout="done")


def test_recreate_has_no_budget(shop, scene):
    make(shop, strategy={"type": "Recreate"})
    scene.shows("web", **RUNNING, rollout="done")
    roll(shop)
    shop.pending("web", 2)
    scene.shows("web", health="0/2 (0 restarts) red", state="Pending yellow", replicas="0/2 red", rollout="waiting")
    finish(shop, 2)
    scene.shows("web", **RUNNING, rollout="done")


def test_paused_with_a_pending_change(shop, scene):
    make(shop)
    shop.update("deployments", "web", paused=True)
    scene.shows("web", health="2/2 (0 restarts) green", state="Paused yellow", replicas="2/2 green", rollout="done")
    roll(shop)
    scene.shows("web", health="2/2 (paused) yellow", state="Paused yellow", replicas="2/2 yellow", rollout="waiting")
    shop.update("deployments", "web", paused=False)
    finish(shop, 2)
    scene.shows("web", **RUNNING, rollout="done")


def test_a_rollout_that_a_quota_stops_has_failed(shop, scene):
    make(shop, progressDeadlineSeconds=1)
    scene.shows("web", **RUNNING, rollout="done")
    shop.quota(2)
    roll(shop)
    scene.shows("web", health="2/2 (rollout failed) red", replicas="2/2 red", rollout="deadline exceeded")
    assert set(scene.raw("web")["reasons"]) <= {"ProgressDeadlineExceeded", "FailedCreate"}
    assert scene.shields.shield(scene.url("web", "health")) == ("2/2 (rollout failed)", "red")


def test_a_rollout_whose_image_cannot_be_pulled_has_failed(shop, scene):
    make(shop, progressDeadlineSeconds=1)
    roll(shop)
    surge, = shop.pending("web", 1)
    shop.set(surge, phase="Pending", waiting="ImagePullBackOff")
    scene.shows("web", health="2/2 (rollout failed) red", state="ImagePullBackOff red", replicas="2/2 red",
                rollout="deadline exceeded")


def test_an_evicted_pod_is_missing_until_another_one_runs(shop, scene):
    make(shop)
    scene.shows("web", **RUNNING, rollout="done")
    shop.evict(shop.pods("web")[0])
    shop.pending("web", 1)
    scene.shows("web", health="1/2 (0 restarts) red", state="Pending yellow", replicas="1/2 red", rollout="waiting")
    shop.run_pending("web")
    scene.shows("web", **RUNNING, rollout="done")
    assert len(shop.pods("web")) == 3, "the evicted one is still there"


def test_all_pods_are_evicted_and_none_may_be_made(shop, scene):
    make(shop)
    scene.shows("web", **RUNNING)
    shop.quota(2)
    for pod in shop.pods("web"):
        shop.evict(pod)
    scene.shows("web", health="0/2 (rollout failed) red", state="FailedCreate red", replicas="0/2 red",
                rollout="waiting")


def test_a_readiness_gate_that_is_not_met(shop, scene):
    shop.deployment("web", replicas=1, readinessGates=[{"conditionType": "shop.test/lb"}])
    pod, = shop.wait_pods("web", 1)
    shop.set(pod, pod_ready=False)
    scene.shows("web", health="0/1 (0 restarts) red", state="shop.test/lb red", replicas="0/1 red", rollout="waiting")
    shop.set(pod, conditions={"shop.test/lb": True})
    scene.shows("web", health="1/1 (0 restarts) green", state="Running green", replicas="1/1 green", rollout="done")


def test_ready_containers_do_not_make_a_pod_ready(shop, scene):
    make(shop)
    shop.set(shop.pods("web")[0], pod_ready=False)
    scene.shows("web", health="1/2 (0 restarts) red", state="NotReady red", replicas="1/2 red", rollout="waiting")


def test_pods_that_are_not_ready_for_long_enough(shop, scene):
    make(shop)
    scene.shows("web", **RUNNING, rollout="done")
    shop.update("deployments", "web", minReadySeconds=3600, progressDeadlineSeconds=7200)
    scene.shows("web", health="2/2 (not yet available) yellow", state="NotAvailable yellow", replicas="2/2 yellow",
                rollout="waiting")


def test_a_rollout_whose_pods_are_not_ready_for_long_enough(shop, scene):
    make(shop, minReadySeconds=3600, progressDeadlineSeconds=7200)
    scene.shows("web", health="2/2 (not yet available) yellow", state="NotAvailable yellow", replicas="2/2 yellow",
                rollout="waiting")


def test_scaled_to_zero_while_its_pods_still_end(shop, scene):
    make(shop)
    scene.shows("web", **RUNNING)
    shop.bind(shop.pods("web")[0], "nowhere")
    shop.scale("deployments", "web", 0)
    shop.wait_pods("web", 0)
    scene.shows("web", health="scaled to 0 lightgrey", state="ScaledToZero lightgrey", replicas="0/0 lightgrey",
                rollout="done")


def test_a_pod_that_ends_is_missing(shop, scene):
    make(shop)
    pod = shop.pods("web")[0]
    shop.bind(pod, "nowhere")
    shop.quota(2)
    shop.delete("pods", pod["metadata"]["name"], grace=30)
    scene.shows("web", replicas="1/2 red", rollout="waiting")
    assert "Terminating" in scene.raw("web")["reasons"]


def test_a_change_that_no_controller_has_seen(plane, shop, scene):
    make(shop)
    scene.shows("web", **RUNNING, rollout="done")
    with plane.stopped_controllers():
        roll(shop)
        scene.shows("web", health="2/2 (rolling out) yellow", state="Progressing yellow", replicas="2/2 yellow",
                    rollout="waiting")
    finish(shop, 2)
    scene.shows("web", **RUNNING, rollout="done")


def test_a_pod_that_fits_no_node(shop, scene):
    shop.deployment("web", replicas=1)
    pod, = shop.wait_pods("web", 1)
    shop.plane.patch_status("pods", pod["metadata"]["name"], {"conditions": [
        {"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}]}, shop.name)
    scene.shows("web", health="0/1 (0 restarts) red", state="Unschedulable red", replicas="0/1 red",
                rollout="waiting")


def test_a_pod_that_waits_for_a_scheduling_gate(shop, scene):
    shop.deployment("web", replicas=1, schedulingGates=[{"name": "shop.test/quota"}])
    pod, = shop.wait_pods("web", 1)
    if "schedulingGates" not in pod["spec"]:
        pytest.skip("this Kubernetes has no scheduling gates")
    scene.shows("web", health="0/1 (scheduling gated) lightgrey", state="SchedulingGated lightgrey",
                replicas="0/1 lightgrey", rollout="waiting")
