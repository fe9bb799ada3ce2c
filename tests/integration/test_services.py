"""The pods of a service, its name and its health: from the API server's objects to the shield."""

import pytest

from fake_kubernetes.objects import timestamp
from programs import eventually

DAY = 86400


def healthy(ready, restarts=0):
    return f"{ready}/{ready} ({restarts} restart{'' if restarts == 1 else 's'})"


# ---- names ----

@pytest.mark.parametrize("kind", ["deployment", "statefulset", "daemonset"])
def test_named_after_the_root_controller(fake, responder, kind):
    getattr(fake, kind)("web", namespace="shop", replicas=2)
    shields = responder()
    assert shields.shield("/_/web/health/") == (healthy(2), "green")


@pytest.mark.parametrize("kind", ["ReplicationController", "ReplicaSet", "CloneSet", "Rollout", "Job"])
def test_named_after_the_owner_itself(fake, responder, kind):
    fake.pod("web-x1", owner=(kind, "web"), generate_name="web-")
    assert responder().shield("/_/web/health/") == (healthy(1), "green")


def test_cronjob_is_one_service_over_all_its_jobs(fake, responder):
    backup = fake.cronjob("backup")
    backup.run(outcome="Failed")
    shields = responder()
    shields.becomes("/_/backup/health/", "failed", "red")
    assert shields.get("/_/backup-28000001/health/").status in (200, 404)


@pytest.mark.parametrize("cronjobs", ["v1", "v1beta1"])
def test_cronjobs_of_old_and_new_servers(fake, responder, cronjobs):
    fake.cronjobs = cronjobs
    fake.cronjob("backup").run(outcome="Complete")
    assert responder().shield("/_/backup/health/") == ("succeeded", "green")


@pytest.mark.parametrize("cronjobs, shield", [("v1", ("failed", "red")), ("v1beta1", ("scheduled", "lightgrey"))])
def test_a_run_that_is_not_kept_has_failed_only_if_the_server_would_have_told_of_its_success(fake, responder, cronjobs,
                                                                                             shield):
    fake.cronjobs = cronjobs
    fake.cronjob("backup").status(lastScheduleTime=timestamp(60))
    assert responder().shield("/_/default/backup/health/") == shield


def test_no_service_without_a_controller(fake, responder):
    fake.pod("lone")
    fake.pod("static", owner=None, generate_name="static-")
    shields = responder()
    assert shields.get("/_/lone/health/").status == 404
    assert shields.get("/_/static/health/").status == 404


def test_same_name_in_two_namespaces(fake, responder):
    fake.deployment("web", namespace="shop", replicas=2)
    sick = fake.deployment("web", namespace="blog", replicas=1, count=2)
    sick.pods[0].set(container=0, ready=False)
    shields = responder()
    assert shields.shield("/_/web/health/") == ("3/4 (0 restarts)", "red")
    assert shields.shield("/_/shop/web/health/") == (healthy(2), "green")
    assert shields.shield("/_/blog/web/health/") == ("1/2 (0 restarts)", "red")


def test_the_name_in_0_0_6_leads_to_the_same_service(fake, responder):
    web = fake.deployment("web", namespace="shop", replicas=2)
    old = f"web-{web.hash}"
    shields = responder()
    assert shields.raw(f"/_/{old}/health/")["ready"] == 2
    assert shields.raw(f"/_/shop/{old}/health/")["ready"] == 2
    assert shields.get(f"/_/blog/{old}/health/").status == 404


def test_a_rollout_keeps_the_url(fake, responder):
    web = fake.deployment("web", namespace="shop", replicas=2)
    shields = responder()
    fake.wait_watched()
    new = web.add_pod()
    shields.becomes("/_/web/health/", "2/2 (rolling out)", "yellow")
    new.delete()
    web.pods.remove(new)
    web.rollout()
    shields.becomes("/_/web/health/", healthy(2), "green")
    shields.becomes(f"/_/web-{web.hash}/health/", healthy(2), "green")


# ---- health ----

@pytest.mark.parametrize("age, restarts, color", [
    (0, 1, "yellow"), (0.5 * DAY, 1, "yellow"), (10 * DAY, 4, "green"), (10 * DAY, 6, "yellow")])
def test_yellow_if_a_pod_restarts_too_often_for_its_age(fake, responder, age, restarts, color):
    fake.deployment("web", replicas=1, age=age, restarts=restarts)
    assert responder().shield("/_/web/health/") == (healthy(1, restarts), color)


@pytest.mark.parametrize("state", [{"ready": False}, {"waiting": "CrashLoopBackOff"}, {"terminated": (1, "Error")}])
def test_red_if_a_container_is_not_ready(fake, responder, state):
    web = fake.deployment("web", replicas=2)
    web.pods[0].set(**state)
    assert responder().shield("/_/web/health/") == ("1/2 (0 restarts)", "red")


def test_the_worst_reason(fake, responder):
    web = fake.deployment("web", replicas=2)
    web.pods[0].set(waiting="CrashLoopBackOff", restarts=7)
    shields = responder()
    assert shields.shield("/_/web/state/") == ("CrashLoopBackOff", "red")
    assert shields.raw("/_/web/health/")["reasons"] == {"CrashLoopBackOff": 1}


def test_pods_that_should_be_there_count(fake, responder):
    fake.deployment("web", replicas=3, pods=1, count=2)
    assert responder().shield("/_/web/health/") == ("2/6 (0 restarts)", "red")


def test_pods_without_a_status_count(fake, responder):
    fake.deployment("web", replicas=1, statuses=False, phase="Pending")
    assert responder().shield("/_/web/health/") == ("0/1 (0 restarts)", "red")


def test_sidecars_count_and_init_containers_do_not(fake, responder):
    fake.deployment("web", replicas=1, sidecars=1, init=2)
    assert responder().shield("/_/web/health/") == (healthy(2), "green")


def test_pods_being_deleted_do_not_count(fake, responder):
    web = fake.deployment("web", replicas=2)
    web.add_pod().deleting()
    assert responder().shield("/_/web/health/") == (healthy(2), "green")


def test_evicted_pods_that_were_replaced_do_not_count(fake, responder):
    web = fake.deployment("web", replicas=1)
    web.add_pod(phase="Failed", reason="Evicted", statuses=False)
    assert responder().shield("/_/web/health/") == (healthy(1), "green")


def test_scaled_to_zero(fake, responder):
    web = fake.deployment("web", replicas=2)
    shields = responder()
    fake.wait_watched()
    web.scale(0)
    shields.becomes("/_/web/health/", "scaled to 0", "lightgrey")
    web.scale(1)
    shields.becomes("/_/web/health/", healthy(1), "green")


@pytest.mark.parametrize("outcome, message, color", [
    ("Complete", "succeeded", "green"), ("Failed", "failed", "red"), (None, healthy(1), "green")])
def test_jobs(fake, responder, outcome, message, color):
    fake.job("import", outcome=outcome)
    assert responder().shield("/_/import/health/") == (message, color)


# ---- objects that contradict themselves ----

def test_a_contradiction_costs_its_own_shield(fake, responder):
    fake.deployment("web", "shop", replicas=2)
    fake.statefulset("db", "shop").desire(-1)
    shields = responder()
    assert shields.shield("/_/shop/db/health/") == ("unknown", "lightgrey")
    raw = shields.raw("/_/shop/db/health/")
    assert raw["outcome"] == "unknown" and list(raw["doubts"].values()) == [1] and raw["total"] == 0
    assert shields.shield("/_/shop/web/health/") == (healthy(2), "green")
    assert shields.shield("/n/shop/health/") == ("2/2 (0 restarts), 1 unknown", "lightgrey")


def test_doubts_of_several_clusters_are_summed(world):
    eu, us = world.site("eu"), world.site("us")
    for site in (eu, us):
        site.fake.deployment("web", "shop")
        site.fake.statefulset("web-db", "shop").desire(-1)
    us.start()
    eu.start(us)
    shields = eu.knows(us)

    def summed():
        raw = shields.raw("/a/web/health/")
        return list(raw["doubts"].values()) == [2] and raw["total"] == 2 and raw["color"] == "lightgrey"
    eventually(summed)


# ---- change ----

def test_every_change_is_seen(fake, responder):
    web = fake.deployment("web", namespace="shop", replicas=2)
    shields = responder()
    fake.wait_watched()
    web.pods[0].set(ready=False)
    shields.becomes("/_/web/health/", "1/2 (0 restarts)", "red")
    web.pods[0].set(restarts=1)
    shields.becomes("/_/web/health/", "2/2 (1 restart)", "yellow")
    web.pods[0].delete()
    shields.becomes("/_/web/health/", "1/2 (0 restarts)", "red")
    web.desire(1)
    shields.becomes("/_/web/health/", healthy(1), "green")
    other = fake.deployment("api", namespace="shop", replicas=1)
    shields.becomes("/_/api/health/", healthy(1), "green")
    other.delete()
    eventually(lambda: shields.get("/_/api/health/").status == 404)


def test_a_name_with_dots(fake, responder):
    fake.statefulset("db.main", replicas=1)
    assert responder().shield("/_/db.main/health/") == (healthy(1), "green")


# ---- several as one ----

@pytest.fixture
def many(fake, responder):
    fake.deployment("web", namespace="shop", replicas=2)
    fake.deployment("web-api", namespace="shop", replicas=1)
    fake.deployment("web", namespace="blog", replicas=1).pods[0].set(ready=False)
    fake.statefulset("db", namespace="shop", replicas=3)
    fake.deployment("idle", namespace="shop", replicas=0)
    fake.node("node-1")
    fake.node("node-2", ready=False)
    return responder()


@pytest.mark.parametrize("path, message, color", [
    ("/a/web/health/", "3/4 (0 restarts)", "red"),
    ("/a/web-/health/", "1/1 (0 restarts)", "green"),
    ("/a/d/health/", "3/3 (0 restarts)", "green"),
    ("/n/shop/health/", "6/6 (0 restarts)", "green"),
    ("/n/blog/health/", "0/1 (0 restarts)", "red"),
    ("/c/health/", "6/7 (0 restarts)", "red"),
    ("/c/nodes/", "1/2", "red"),
])
def test_aggregates(many, path, message, color):
    assert many.shield(path) == (message, color)


def test_nodes_follow_the_cluster(many, fake):
    fake.wait_watched("nodes")
    fake.set_node("node-2", ready=True)
    many.becomes("/c/nodes/", "2/2", "green")


def test_nodes_under_pressure(fake, responder):
    def short_of(*types):
        def change(node):
            node["status"]["conditions"] = [{"type": one, "status": "True"} for one in ("Ready", *types)]
        fake.update("nodes", "", "node-1", change)

    fake.node("node-1")
    fake.node("node-2")
    shields = responder()
    assert shields.shield("/c/nodes/") == ("2/2", "green")
    fake.wait_watched("nodes")
    short_of("DiskPressure")
    shields.becomes("/c/nodes/", "DiskPressure, 2/2", "yellow")
    assert shields.raw("/c/nodes/")["pressures"] == {"DiskPressure": 1}
    short_of("MemoryPressure", "PIDPressure", "NetworkUnavailable")
    eventually(lambda: shields.raw("/c/nodes/")["pressures"] == {
        "MemoryPressure": 1, "PIDPressure": 1, "NetworkUnavailable": 1})
    fake.set_node("node-2", ready=False)
    eventually(lambda: shields.shield("/c/nodes/")[1] == "red" and shields.shield("/c/nodes/")[0].endswith(", 1/2"))
    short_of()
    shields.becomes("/c/nodes/", "1/2", "red")


# ---- which namespaces ----

def test_kube_system_is_left_out_unless_asked_for(fake, responder):
    fake.daemonset("kube-proxy", namespace="kube-system", replicas=1)
    assert responder().get("/_/kube-proxy/health/").status == 404
    shields = responder(exclude_namespaces="none")
    assert shields.shield("/_/kube-proxy/health/") == (healthy(1), "green")


def test_excluded_namespaces(fake, responder):
    for namespace in ("shop", "blog", "dev"):
        fake.deployment(f"in-{namespace}", namespace=namespace)
    shields = responder(exclude_namespaces="blog dev")
    assert [shields.get(f"/_/in-{name}/health/").status for name in ("shop", "blog", "dev")] == [200, 404, 404]
    fake.wait_watched()
    fake.deployment("late", namespace="dev")
    fake.deployment("late-too", namespace="shop")
    shields.becomes("/_/late-too/health/", healthy(1), "green")
    assert shields.get("/_/late/health/").status == 404


def test_a_role_in_some_namespaces_is_enough(fake, responder):
    fake.only_namespaces = {"shop", "blog"}
    for namespace in ("shop", "blog", "dev"):
        fake.deployment("web", namespace=namespace)
    shields = responder(namespaces="shop blog")
    assert shields.shield("/_/web/health/") == (healthy(2), "green")
    assert shields.get("/_/dev/web/health/").status == 404
    fake.wait_watched("pods", "deployments")
    fake.deployment("late", namespace="blog")
    shields.becomes("/_/late/health/", healthy(1), "green")


# ---- the API server's dialects ----

@pytest.mark.parametrize("protobuf", [True, False, "406"])
@pytest.mark.parametrize("metadata_last", [True, False])
def test_protobuf_json_and_a_server_that_refuses_protobuf(fake, responder, protobuf, metadata_last):
    fake.protobuf, fake.metadata_last = protobuf, metadata_last
    web = fake.deployment("web", namespace="shop", replicas=2, count=2, sidecars=1)
    shields = responder()
    assert shields.shield("/_/web/health/") == (healthy(6), "green")
    fake.wait_watched()
    web.pods[0].set(container=0, waiting="ImagePullBackOff")
    shields.becomes("/_/web/state/", "ImagePullBackOff", "red")


def test_lists_and_watches_have_the_documented_parameters(fake, responder):
    responder(watch_timeout="1m")
    fake.wait_watched()
    lists = [one for one in fake.requests if (one.kind, one.verb) == ("pods", "list")]
    watches = [one for one in fake.requests if (one.kind, one.verb) == ("pods", "watch")]
    assert lists[0].query["resourceVersion"] == "0"
    assert lists[0].query["fieldSelector"] == "metadata.namespace!=kube-system"
    assert "application/vnd.kubernetes.protobuf" in lists[0].headers["accept"]
    assert watches[0].query["allowWatchBookmarks"] == "true"
    assert int(watches[0].query["resourceVersion"]) >= 1000
    assert 60 <= int(watches[0].query["timeoutSeconds"]) <= 120
    assert fake.count("pods", "list") == 1
