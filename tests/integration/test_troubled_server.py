"""An API server in trouble is not one that is gone: known values stay right, their age is honest, and the server gets
few requests. Each of these tests was once a defect."""

import subprocess
import time

import pytest

import programs
from programs import eventually

HEALTHY = ("2/2 (0 restarts)", "green")


@pytest.fixture
def web(fake):
    return fake.deployment("web", namespace="shop", replicas=2)


def requests_within(fake, seconds, kind="pods"):
    """How many lists and watches of a kind arrive within some seconds."""
    before = fake.count(kind, "list"), fake.count(kind, "watch")
    time.sleep(seconds)  # nothing signals that nothing more happens
    return fake.count(kind, "list") - before[0], fake.count(kind, "watch") - before[1]


@pytest.mark.parametrize("name", ["gone", "end", "garbage"])
def test_a_watch_that_always_ends_at_once_is_retried_less_and_less_often(fake, responder, web, name):
    shields = responder()
    fake.wait_watched()
    before = shields.lines_of_the_start()
    fake.fault("pods", "watch", name, times=None)
    fake.disturb("pods", name)
    lists, watches = requests_within(fake, 3)
    assert lists <= 8 and watches <= 8
    assert len([line for line in shields.lines[before:] if "pods" in line]) <= 2, shields.stderr


def test_a_passing_403_changes_nothing(fake, responder, web):
    shields = responder()
    fake.wait_watched()
    fake.fault("deployments", "*", "status", code=403, times=2)
    fake.disturb("deployments", "reset")
    eventually(lambda: fake.count("deployments", "watch") >= 3)
    web.pods[0].delete()
    shields.becomes("/_/web/health/", "1/2 (0 restarts)", "red")


def test_pods_that_stay_forbidden_do_not_count_as_known(fake, responder, web):
    """Without pods nothing is known, and another refusal does not change that."""
    fake.fault("pods", "*", "status", code=403, times=None)
    shields = responder(wait=False)
    shields.wait_for_line("pods")
    eventually(lambda: fake.count("pods", "list") >= 4)
    assert shields.get("/readyz").status == 503
    assert shields.get("/_/web/health/").status == 503


def test_a_kind_that_is_off_holds_nothing_up_while_the_server_is_away(fake, responder, web):
    fake.fault("cronjobs", "*", "status", code=403, times=None)
    shields = responder(heartbeat="500ms")
    fake.wait_watched("pods")
    fake.close()
    eventually(lambda: shields.raw("/_/web/health/")["age"] >= 2)
    assert shields.last_known("/_/web/health/") == HEALTHY
    assert shields.get("/readyz").status == 200


def test_refusals_do_not_keep_a_shield_young(fake, responder, web):
    shields = responder(unknown_after="1s")
    fake.wait_watched()
    fake.fault("*", "*", "status", code=503, times=None)
    fake.disturb("*", "reset")
    shields.becomes("/_/web/health/", "unknown", "grey")
    for _ in range(100):
        assert shields.shield("/_/web/health/") == ("unknown", "grey")
        time.sleep(0.01)


@pytest.mark.long
def test_a_quiet_watch_is_not_old_the_moment_it_breaks(fake, responder, web):
    shields = responder(heartbeat="500ms")
    fake.wait_watched()
    time.sleep(4)  # quiet: no event, only signs of life
    begin = time.monotonic()
    fake.close()
    shields.wait_for_line("last known values stay")
    age = shields.raw("/_/web/health/")["age"]
    assert age <= time.monotonic() - begin + 3  # as old as the last sign of life, not as the last event


def test_an_overloaded_server_is_not_asked_for_everything(fake, responder, web):
    shields = responder()
    fake.wait_watched()
    lists = fake.count("pods", "list")
    fault = fake.fault("pods", "watch", "status", code=429, times=5)
    fake.disturb("pods", "end")
    eventually(lambda: fault.met == 5)
    later = [request for request in fake.requests if request.kind == "pods" and request.verb == "list"][lists:]
    assert [request.query.get("resourceVersion") for request in later] in ([], ["0"])  # from a cache, at little cost
    shields.becomes("/_/web/health/", *HEALTHY)


def test_an_ordinary_disconnect_is_not_logged(fake, responder, web):
    shields = responder()
    fake.wait_watched()
    watches = fake.count("pods", "watch")
    before = shields.lines_of_the_start()
    fake.disturb("pods", "reset")
    eventually(lambda: fake.count("pods", "watch") > watches)
    web.pods[0].set(ready=False)
    shields.becomes("/_/web/health/", "1/2 (0 restarts)", "red")
    assert shields.lines[before:] == []


def test_a_namespace_that_is_asked_for_is_not_left_out(fake, responder):
    fake.deployment("dns", namespace="kube-system", replicas=1)
    shields = responder(namespaces="kube-system")
    assert shields.get("/services/").json() == ["dns"]


def test_a_pod_outlives_its_job_where_it_was(fake, responder):
    cronjob = fake.cronjob("backup", namespace="office")
    run = cronjob.run(outcome="Complete")
    shields = responder()
    assert shields.get("/services/").json() == ["backup"]
    job = next(name for space, name in fake.objects["jobs"] if space == "office")
    fake.delete("jobs", "office", job)
    for pod in run.pods:
        pod.set(ready=False)
    fake.deployment("later", namespace="office", replicas=1)
    shields.becomes("/_/later/health/", "1/1 (0 restarts)", "green")
    assert shields.get("/services/").json() == ["backup", "later"]


@pytest.mark.parametrize("argument", ["raw", "--other-shields None", "--kubeconfig=/nowhere"])
def test_a_cgi_query_is_not_an_option(fake, kubeconfig, folder, web, secret, argument):
    """A CGI server may pass a query without '=' as arguments (RFC 3875, section 4.4)."""
    environment = {**programs.ENVIRONMENT, "GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": "GET",
                   "REQUEST_URI": "/services/?" + argument.replace(" ", "+"), "KUBECONFIG": str(kubeconfig),
                   "INTRA_SECRET": str(secret)}
    run = subprocess.run([programs.BINARY, *argument.split()], env=environment, capture_output=True, timeout=20,
                         check=False, cwd=folder, stdin=subprocess.DEVNULL)
    assert run.returncode == 0 and run.stdout.startswith(b"Status: 403"), run.stderr


def test_a_cgi_request_without_a_server_says_unknown_quickly(fake, cgi, web):
    fake.close()
    begin = time.monotonic()
    answer = cgi("/_/web/health/?format=text")
    assert answer.status == 503 and b"unknown" in answer.body
    assert time.monotonic() - begin < 4


@pytest.mark.parametrize("target", ["/_/web/health", "/_/web/nonsense/", "/n/kube-system/health/", "/badge/a-b-blue"])
def test_a_cgi_request_asks_for_no_more_than_it_needs(fake, cgi, web, target):
    cgi(target)
    assert fake.requests == []
