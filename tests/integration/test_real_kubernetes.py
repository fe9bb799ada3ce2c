"""Shields soon show what a real controller manager creates, and what kubelets report about it."""

import threading

import pytest

from programs import eventually
from real_objects import CONTROLLER_TIMEOUT

pytestmark = pytest.mark.usefixtures("controllers")
SOON = 10  # seconds from the change to the shield; enough for a busy machine


def restarts(count):
    return f"({count} restart{'' if count == 1 else 's'})"


def test_deployment_from_its_first_pod_to_its_last(shop, real):
    shields = real()
    url = f"/_/{shop.name}/web/health/"
    assert shields.get(url).status == 404
    shop.deployment("web", replicas=2, containers=2)
    shop.wait_pods("web", 2)
    shields.becomes(url, f"0/4 {restarts(0)}", "red", SOON)
    pod, _ = shop.run("web", 2)
    shields.becomes(url, f"4/4 {restarts(0)}", "green", SOON)
    shop.set(pod, only_first=True, ready=False)
    shields.becomes(url, f"3/4 {restarts(0)}", "red", SOON)
    shop.set(pod, only_first=True, restarts=1)
    shields.becomes(url, f"4/4 {restarts(1)}", "yellow", SOON)
    shop.delete("deployments", "web")
    shop.wait_pods("web", 0)
    eventually(lambda: shields.get(url).status == 404, SOON)
    assert shields.get(f"/services/{shop.name}/").status == 404


def test_a_rollout_keeps_the_url(shop, real):
    shields = real()
    url = f"/_/{shop.name}/web"
    shop.deployment("web", replicas=3, image="registry.test:5000/team/web:1.0")
    shop.run("web", 3)
    shields.becomes(f"{url}/health/", f"3/3 {restarts(0)}", "green", SOON)
    shields.becomes(f"{url}/version/", "1.0", "blue", SOON)
    statuses, seen, done = [], set(), threading.Event()

    def watch():
        while not done.wait(0.005):
            statuses.append(shields.get(f"{url}/health/").status)
            seen.add(shields.shield(f"{url}/version/")[0])
    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        shop.set_image("deployments", "web", "registry.test:5000/team/web:2.0")

        def rolled_out():
            shop.run_pending("web")
            pods = [(pod["spec"]["containers"][0]["image"], pod["status"]["phase"]) for pod in shop.pods("web")]
            return pods == [("registry.test:5000/team/web:2.0", "Running")] * 3
        eventually(rolled_out, 30)
    finally:
        done.set()
        watcher.join()
    shields.becomes(f"{url}/health/", f"3/3 {restarts(0)}", "green", SOON)
    shields.becomes(f"{url}/version/", "2.0", "blue", SOON)
    assert set(statuses) == {200}
    both = {"1.0, 2.0", "2.0, 1.0"}
    assert seen <= {"1.0", "2.0"} | both and seen & both


def test_scaled_to_zero_and_up_again(shop, real):
    shields = real()
    url = f"/_/{shop.name}/web/health/"
    shop.deployment("web", replicas=2)
    shop.run("web", 2)
    shields.becomes(url, f"2/2 {restarts(0)}", "green", SOON)
    shop.scale("deployments", "web", 0)
    shop.wait_pods("web", 0)
    shields.becomes(url, "scaled to 0", "lightgrey", SOON)
    shop.scale("deployments", "web", 1)
    shop.run("web", 1)
    shields.becomes(url, f"1/1 {restarts(0)}", "green", SOON)


def test_statefulset(shop, real):
    shields = real()
    url = f"/_/{shop.name}/db/health/"
    shop.statefulset("db", replicas=2)
    shop.wait_pods("db", 1)  # the second pod waits for the first, and counts as missing until then
    shields.becomes(url, f"0/2 {restarts(0)}", "red", SOON)
    shop.run("db", 2)
    shields.becomes(url, f"2/2 {restarts(0)}", "green", SOON)
    shop.delete("pods", "db-1")
    shields.becomes(url, f"1/2 {restarts(0)}", "red", SOON)
    shop.run("db", 2)
    shields.becomes(url, f"2/2 {restarts(0)}", "green", SOON)
    assert shields.shield(f"/_/{shop.name}/db/replicas/") == ("2/2", "green")


def test_daemonset(shop, real, nodes):
    shields = real()
    url = f"/_/{shop.name}/agent/health/"
    nodes("node-a")
    shop.daemonset("agent")
    shop.run("agent", 1)
    shields.becomes(url, f"1/1 {restarts(0)}", "green", SOON)
    nodes("node-b")
    shop.wait_pods("agent", 2)
    shields.becomes(url, f"1/2 {restarts(0)}", "red", SOON)
    shop.run("agent", 2)
    shields.becomes(url, f"2/2 {restarts(0)}", "green", SOON)


def test_nodes(plane, real, nodes):
    shields = real()
    nodes("node-a")
    nodes("node-b", ready=False)
    shields.becomes("/c/nodes/", "1/2", "red", SOON)
    nodes.say("node-b", ready=True)
    shields.becomes("/c/nodes/", "2/2", "green", SOON)
    plane.patch("nodes", "node-a", {"spec": {"unschedulable": True}})
    eventually(lambda: shields.raw("/c/nodes/")["cordoned"] == 1, SOON)
    nodes.say("node-a", ready=False)
    shields.becomes("/c/nodes/", "1/2", "red", SOON)


@pytest.mark.parametrize("succeeded, message, color", [(True, "succeeded", "green"), (False, "failed", "red")])
def test_job(shop, real, succeeded, message, color):
    shields = real()
    url = f"/_/{shop.name}/import/health/"
    shop.job("import")
    pod, = shop.run("import", 1)
    shields.becomes(url, f"1/1 {restarts(0)}", "green", SOON)
    shop.finish(pod, succeeded)
    shields.becomes(url, message, color, SOON)
    shop.delete("jobs", "import")
    shop.wait_pods("import", 0)
    eventually(lambda: shields.get(url).status == 404, SOON)


def test_cronjob_is_the_service_of_its_jobs(shop, real):
    shields = real()
    url = f"/_/{shop.name}/backup/health/"
    backup = shop.cronjob("backup")
    shields.becomes(url, "scheduled", "lightgrey", SOON)
    for run, succeeded, message, color in (("backup-1", True, "succeeded", "green"),
                                           ("backup-2", False, "failed", "red"),
                                           ("backup-3", True, "succeeded", "green")):
        shop.run_cronjob(backup, run)
        pod = eventually(lambda: next((pod for pod in shop.pods("backup") if
                                       pod["metadata"]["ownerReferences"][0]["name"] == run), None),
                         CONTROLLER_TIMEOUT)
        shop.set(pod)
        shields.becomes(url, f"1/1 {restarts(0)}", "green", SOON)
        shop.finish(pod, succeeded)
        shields.becomes(url, message, color, SOON)
    services = shields.get("/services/").json()
    assert "backup" in services and not [name for name in services if name.startswith("backup-")]


@pytest.mark.parametrize("state, reason", [
    ({"waiting": "CrashLoopBackOff", "restarts": 4}, "CrashLoopBackOff"),
    ({"waiting": "ImagePullBackOff"}, "ImagePullBackOff"),
    ({"waiting": "CrashLoopBackOff", "oom_killed": True}, "OOMKilled"),
    ({"waiting": "CreateContainerConfigError"}, "CreateContainerConfigError")])
def test_the_worst_state_of_a_pod(shop, real, state, reason):
    shields = real()
    shop.deployment("web", replicas=2)
    pod, _ = shop.run("web", 2)
    shields.becomes(f"/_/{shop.name}/web/state/", "Running", "green", SOON)
    shop.set(pod, **state)
    shields.becomes(f"/_/{shop.name}/web/state/", reason, "red", SOON)
    assert shields.raw(f"/_/{shop.name}/web/health/")["reasons"] == {reason: 1}
    shop.set(pod)
    shields.becomes(f"/_/{shop.name}/web/state/", "Running", "green", SOON)


def test_sums_of_a_namespace_and_of_a_prefix(shop, real):
    shields = real()
    shop.deployment("web", replicas=2)
    shop.statefulset("web-db", replicas=1)
    shop.deployment("idle", replicas=0)
    shop.run("web", 2)
    db, = shop.run("web-db", 1)
    shields.becomes(f"/n/{shop.name}/health/", f"3/3 {restarts(0)}", "green", SOON)
    shop.set(db, ready=False)
    shields.becomes(f"/n/{shop.name}/health/", f"2/3 {restarts(0)}", "red", SOON)
    shields.becomes("/a/web-d/health/", f"0/1 {restarts(0)}", "red", SOON)
