"""No fault of the API server makes a request fail or wait: it costs freshness and nothing else."""

import json
import time

import pytest

from programs import eventually

HEALTHY = ("2/2 (0 restarts)", "green")
GREYS = ("grey", "lightgrey")


@pytest.fixture
def web(fake):
    return fake.deployment("web", namespace="shop", replicas=2)


def assert_follows(shields, web):
    """Asserts that the shield is up to date and follows changes."""
    web.pods[0].set(ready=False)
    shields.becomes("/_/web/health/", "1/2 (0 restarts)", "red")
    web.pods[0].set(ready=True)
    shields.becomes("/_/web/health/", *HEALTHY)
    eventually(lambda: shields.raw("/_/web/health/")["age"] == 0)


FIRST_LISTS = [("status", {"code": 500}), ("status", {"code": 503}), ("status", {"code": 429}), ("redirect", {}),
               ("content-type", {}), ("hang-up", {}), ("truncated", {}), ("cut", {}), ("reset", {}), ("garbage", {}),
               ("no-resource-version", {}), ("slow", {"bytes_per_second": 4000})]


@pytest.mark.parametrize("name, options", FIRST_LISTS, ids=lambda value: str(value))
@pytest.mark.parametrize("protobuf", [True, False], ids=["protobuf", "json"])
def test_first_list_that_fails_is_asked_for_again(fake, responder, web, name, options, protobuf):
    fake.protobuf = protobuf
    if name == "redirect":
        options = {"location": fake.url + "/api/v1/pods?stolen=token"}
    fault = fake.fault("pods", "list", name, **options)
    shields = responder()
    assert shields.shield("/_/web/health/") == HEALTHY
    assert fault.met == 1
    assert not [one for one in fake.requests if "stolen" in one.query], "a redirect was followed"


@pytest.mark.parametrize("name", ["gone", "garbage", "truncated", "reset", "end"])
@pytest.mark.parametrize("protobuf", [True, False], ids=["protobuf", "json"])
def test_a_watch_that_breaks_is_resumed(fake, responder, web, name, protobuf):
    fake.protobuf = protobuf
    shields = responder()
    fake.wait_watched()
    assert fake.disturb("*", name) == len(fake.served())
    assert shields.shield("/_/web/health/") == HEALTHY
    assert_follows(shields, web)


@pytest.mark.parametrize("name", ["status", "redirect", "content-type", "hang-up", "gone", "garbage", "reset"])
def test_watch_that_fails_several_times(fake, responder, web, name):
    options = {"redirect": {"location": "http://127.0.0.1:1/"}, "status": {"code": 410}}.get(name, {})
    fault = fake.fault("pods", "watch", name, times=2, **options)
    shields = responder()
    eventually(lambda: fault.met == 2)
    fake.wait_watched("pods")
    assert_follows(shields, web)


def test_changes_missed_while_a_watch_was_gone_are_listed(fake, responder, web):
    shields = responder()
    fake.wait_watched()
    listed = fake.count("pods", "list")
    web.pods.pop().forget()
    fake.compact()
    fake.disturb("pods", "reset")
    shields.becomes("/_/web/health/", "1/2 (0 restarts)", "red")
    assert fake.count("pods", "list") == listed + 1


def test_a_broken_watch_goes_on_without_a_list(fake, responder, web):
    shields = responder()
    fake.wait_watched()
    fake.disturb("pods", "reset")
    fake.wait_for("pods", "watch", 2)
    assert_follows(shields, web)
    assert fake.count("pods", "list") == 1


def test_bookmarks_spare_the_list_after_compaction(fake, responder, web):
    shields = responder()
    fake.wait_watched()
    fake.add("pods", {"metadata": {"name": "x", "namespace": "kube-system"}, "spec": {"containers": []}, "status": {}})
    fake.compact()
    assert fake.bookmark("pods") == 1
    fake.disturb("pods", "reset")
    fake.wait_for("pods", "watch", 2)
    assert_follows(shields, web)
    assert fake.count("pods", "list") == 1


def test_watches_end_at_their_timeout_and_are_renewed(fake, responder, web):
    shields = responder(watch_timeout="1s")
    fake.wait_for("pods", "watch", 3)
    assert fake.count("pods", "list") == 1
    assert_follows(shields, web)
    assert shields.lines == [line for line in shields.lines if "watch pods" not in line]


# ---- away ----

def test_last_values_while_the_api_server_is_away_then_unknown(fake, responder, web):
    shields = responder(unknown_after="3s")
    fake.wait_watched()
    fake.close()
    seen = []

    def is_unknown():
        answer = shields.get("/_/web/health/?format=json").json()
        seen.append((answer["message"], answer["color"], answer["age"]))
        return answer["message"] == "unknown"
    eventually(is_unknown)
    *known, (_, color, age) = seen
    assert color == "grey" and age >= 3
    assert {one[:2] for one in known} == {HEALTHY} and any(0 < age <= 3 for *_, age in known), known
    assert shields.get("/readyz").status == 200
    for path in ("/a/w/health/", "/n/shop/health/", "/c/health/"):
        assert shields.shield(path) == ("unknown", "grey"), path
    raw = shields.raw("/_/web/health/")
    assert raw["age"] >= 3 and raw["ready"] == 2
    web.pods[0].set(ready=False)
    fake.reopen()
    shields.becomes("/_/web/health/", "1/2 (0 restarts)", "red")
    assert_follows(shields, web)


def test_a_silent_server_is_noticed_by_the_heartbeat(fake, responder, web):
    shields = responder(heartbeat="300ms")
    fake.wait_watched()
    fake.freeze()
    eventually(lambda: shields.raw("/_/web/health/")["age"] > 0)
    assert shields.shield("/_/web/health/") == HEALTHY
    fake.thaw()
    assert_follows(shields, web)


def test_a_server_that_is_unreachable_at_the_start(fake, responder, web):
    fake.close()
    shields = responder(wait=False)
    shields.wait_for_line("127.0.0.1")
    assert shields.get("/readyz").status == 503
    message, color = shields.shield("/_/web/health/")
    assert message == "starting" and color in GREYS
    fake.reopen()
    shields.becomes("/_/web/health/", *HEALTHY)
    assert_follows(shields, web)


def test_an_outage_is_one_line_and_its_end_another(fake, responder, web):
    shields = responder(log_format="json")
    fake.wait_watched()
    before = shields.lines_of_the_start()
    fake.close()
    eventually(lambda: shields.raw("/_/web/health/")["age"] >= 3)
    lines = [json.loads(line) for line in shields.lines[before:]]
    assert len(lines) == 1 and lines[0]["level"] == "warning", shields.stderr
    assert "refused" in lines[0]["message"].lower() or "reset" in lines[0]["message"].lower() \
        or "closed" in lines[0]["message"].lower() or "connect" in lines[0]["message"].lower()
    fake.reopen()
    shields.becomes("/_/web/health/", *HEALTHY)
    assert_follows(shields, web)
    eventually(lambda: len(shields.lines) >= before + 2)
    assert len(shields.lines) == before + 2, shields.stderr


@pytest.mark.long
def test_a_repeated_failure_is_logged_once(fake, responder, web):
    shields = responder()
    fake.wait_watched()
    before = shields.lines_of_the_start()
    fault = fake.fault("pods", "watch", "status", times=None, code=500)
    fake.disturb("pods", "reset")
    eventually(lambda: fault.met >= 5)
    assert len([line for line in shields.lines[before:] if "pods" in line and "500" in line]) == 1, shields.stderr
    fault.clear()
    assert_follows(shields, web)


# ---- off ----

@pytest.mark.parametrize("kind", ["nodes", "deployments", "replicasets", "replicationcontrollers", "statefulsets",
                                  "daemonsets", "jobs", "cronjobs", "poddisruptionbudgets"])
@pytest.mark.parametrize("code", [403, 404])
def test_a_kind_that_may_not_be_watched_is_off_and_the_rest_goes_on(fake, responder, web, kind, code):
    fault = fake.fault(kind, "*", "status", times=None, code=code)
    shields = responder(heartbeat="1h")  # a server that is late for a heartbeat is asked again
    assert shields.shield("/_/web/health/") == HEALTHY
    assert_follows(shields, web)
    assert fault.met <= 10, "less and less often"
    assert len([line for line in shields.lines if kind in line]) == 1, shields.stderr


def test_pods_that_may_not_be_watched(fake, responder, web):
    fake.fault("pods", "*", "status", times=None, code=403)
    shields = responder(wait=False)
    shields.wait_for_line("pods")
    assert shields.get("/readyz").status == 503
    assert shields.get("/healthz").status == 200
    assert shields.shield("/_/web/health/")[1] in GREYS


@pytest.mark.parametrize("kind", ["deployments", "jobs", "nodes"])
def test_a_kind_in_trouble_does_not_hold_up_the_others(fake, responder, web, kind):
    shields = responder()
    fake.wait_watched()
    fake.fault(kind, "*", "status", times=None, code=500)
    fake.disturb(kind, "gone")
    fake.wait_for(kind, "list", 2)
    web.pods[0].set(ready=False)
    shields.becomes("/_/web/health/", "1/2 (0 restarts)", "red")


# ---- size ----

def test_an_empty_cluster(fake, responder):
    shields = responder()
    assert shields.get("/services/").json() == []
    assert shields.get("/_/web/health/").status == 404


@pytest.mark.parametrize("protobuf", [True, False], ids=["protobuf", "json"])
def test_an_empty_list_empties_the_store(fake, responder, web, protobuf):
    fake.protobuf = protobuf
    shields = responder()
    fake.wait_watched()
    for kind in ("pods", "deployments"):
        fake.fault(kind, "list", "empty")
        fake.disturb(kind, "gone")
    eventually(lambda: shields.get("/_/web/health/").status == 404)


@pytest.mark.parametrize("protobuf", [True, False], ids=["protobuf", "json"])
def test_a_huge_object_is_refused_and_its_end_is_the_end_of_it(fake, responder, web, protobuf):
    fake.protobuf = protobuf
    shields = responder(object_limit="64Ki")
    fake.wait_watched()
    fake.pod("huge", owner=("Job", "huge"), annotations={"blob": "x" * 200_000})
    shields.wait_for_line("pods")
    assert shields.shield("/_/web/health/") == HEALTHY
    fake.delete("pods", "default", "huge")
    fake.compact()
    assert_follows(shields, web)


def test_an_object_below_the_limit_is_no_trouble(fake, responder):
    fake.pod("large", owner=("Job", "large"), annotations={"blob": "x\"\\\n" * 100_000})
    assert responder().shield("/_/large/health/") == ("1/1 (0 restarts)", "green")


@pytest.mark.memory
@pytest.mark.parametrize("protobuf", [True, False], ids=["protobuf", "json"])
def test_a_list_without_an_end_takes_no_memory(fake, responder, web, protobuf):
    fake.protobuf = protobuf
    fault = fake.fault("pods", "list", "endless")
    shields = responder(wait=False)
    fake.wait_for("pods", "list")
    eventually(lambda: shields.get("/readyz").status == 503)
    early = shields.memory()
    end = time.monotonic() + 1
    while time.monotonic() < end:
        assert shields.get("/ping").status == 200
    assert shields.memory() - early < 16 << 20
    fault.clear()
    shields.ready()
    assert_follows(shields, web)


@pytest.mark.long
def test_a_watch_without_a_byte_beyond_its_timeout_is_dead(fake, responder, web):
    """Only this one watch is stuck, as behind a proxy that forgot it; the server itself is well."""
    shields = responder(watch_timeout="1s")
    fake.wait_watched()
    fault = fake.fault("pods", "watch", "stall")
    eventually(lambda: fault.met == 1)
    web.pods[0].set(ready=False)
    shields.becomes("/_/web/health/", "1/2 (0 restarts)", "red", timeout=60)
