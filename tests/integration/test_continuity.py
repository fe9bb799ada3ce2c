"""What was told once is only believed as long as the API server's versions are one history, and its lists agree."""

import time

import pytest

from programs import eventually

HEALTHY = ("2/2 (0 restarts)", "green")
SICK = ("1/2 (0 restarts)", "red")
SETTLED = 40  # seconds: what a list beside a watch does not show goes ten seconds after it


@pytest.fixture
def web(fake):
    return fake.deployment("web", namespace="shop", replicas=2)


def asked(fake, verb, kind="pods"):
    """The resourceVersions that were asked for, oldest first."""
    return [one.query.get("resourceVersion") for one in fake.requests if (one.verb, one.kind) == (verb, kind)]


def like(shields, text, since=0):
    return [line for line in shields.lines[since:] if text in line]


def follows(shields, web):
    web.pods[0].set(ready=False)
    shields.becomes("/_/web/health/", *SICK)
    web.pods[0].set(ready=True)
    shields.becomes("/_/web/health/", *HEALTHY)


# ---- restored from a backup ----

@pytest.fixture
def restored(fake, web, responder):
    """restored(watches="silent", …) starts a responder that was told 2/2, then etcd is restored to 1/2, and to a time
    before the deployment "late"."""
    def start(watches="silent", **settings):
        web.pods[0].set(ready=False)
        old = fake.snapshot()
        web.pods[0].set(ready=True)
        fake.deployment("late", namespace="shop")
        shields = responder(**settings)
        fake.wait_watched()
        assert shields.shield("/_/web/health/") == HEALTHY
        shields.lines_of_the_start()
        fake.restore(old, watches)
        return shields
    return start


@pytest.mark.parametrize("watches", ["silent", "bookmark", "follow", "end", "reset"])
def test_a_restored_backup_is_listed_again(fake, web, restored, watches):
    shields = restored(watches)
    shields.becomes("/_/web/health/", *SICK)
    eventually(lambda: shields.get("/_/late/health/").status == 404)
    shields.wait_for_line(r"went back from version \d+ to \d+: was etcd restored from a backup\?")
    web.pods[0].set(ready=True)
    shields.becomes("/_/web/health/", *HEALTHY)
    eventually(lambda: shields.raw("/_/web/health/")["age"] == 0)
    assert len(like(shields, "went back")) == 1, shields.stderr


def test_a_second_backup_right_after_the_first_is_listed_again_too(fake, web, restored):
    shields = restored("silent", heartbeat="1s")
    shields.becomes("/_/web/health/", *SICK)
    fake.wait_watched()
    old = fake.snapshot()
    web.pods[0].set(ready=True)
    shields.becomes("/_/web/health/", *HEALTHY)
    fake.restore(old, "silent")
    shields.becomes("/_/web/health/", *SICK)


@pytest.mark.long
def test_a_server_that_goes_back_again_and_again_gets_a_rest(fake, web, timed):
    """As if a load balancer led to two clusters. Meanwhile shields grow old."""
    shields = timed()
    for number in range(5):
        fake.wait_watched()
        old = fake.snapshot()
        fake.node(f"node-{number}")
        fake.wait_for("pods", "heartbeat", fake.count("pods", "heartbeat") + 2)
        lists = fake.count("deployments", "list")
        fake.restore(old)
        if number < 4:
            eventually(lambda: fake.count("deployments", "list") > lists)
    eventually(lambda: shields.raw("/_/web/health/")["age"] > 2)
    assert fake.count("deployments", "list") == lists
    shields.clock.let_pass_until(lambda: shields.raw("/_/web/health/")["age"] == 0, 11)
    follows(shields, web)


def test_an_event_of_a_lower_version_is_enough(fake, web, restored):
    """The heartbeat is far away."""
    shields = restored("follow", heartbeat="1h")
    fake.delete("pods", "shop", web.pods[1].name)
    shields.wait_for_line("went back")
    eventually(lambda: shields.get("/_/late/health/").status == 404)


def test_a_bookmark_of_a_lower_version_is_enough(restored, fake):
    shields = restored("bookmark", heartbeat="1h")
    shields.becomes("/_/web/health/", *SICK)
    eventually(lambda: shields.get("/_/late/health/").status == 404)


@pytest.mark.parametrize("future", ["status", "event"])
def test_a_watch_from_a_future_is_enough(fake, web, restored, future):
    fake.future = future
    shields = restored("end", heartbeat="1h")
    shields.becomes("/_/web/health/", *SICK)
    eventually(lambda: shields.get("/_/late/health/").status == 404)
    fake.wait_watched()
    web.pods[0].set(ready=True)
    shields.becomes("/_/web/health/", *HEALTHY)


@pytest.mark.long
def test_a_restored_backup_that_has_overtaken_us_is_found_by_lists(fake, web, restored):
    """Its versions are higher than ours by the time that anybody looks; some of them are ours, of other objects."""
    shields = restored("silent", heartbeat="1h", relist="1s")
    for number in range(30):
        fake.node(f"node-{number + 2}")
    shields.becomes("/_/web/health/", *SICK)
    eventually(lambda: shields.get("/_/late/health/").status == 404, SETTLED)


def test_a_cache_of_a_past_that_was_undone_is_not_watched(fake, web, responder):
    """An API server that runs on while its etcd is restored: its caches, and so its watches, tell what was undone."""
    web.pods[0].set(ready=False)
    backup = fake.snapshot()
    web.pods[0].set(ready=True)
    for number in range(30):
        fake.node(f"node-{number + 2}")
    undone = fake.snapshot()
    shields = responder()
    fake.wait_watched()
    fake.fault("*", "list", "stale", times=None, snapshot=undone)
    fake.restore(backup)
    shields.becomes("/_/web/health/", *SICK)
    shields.wait_for_line("it is from before a restore; restart it")
    watches = fake.count("pods", "watch")
    web.pods[1].set(ready=False)
    shields.becomes("/_/web/health/", "0/2 (0 restarts)", "red")
    assert fake.count("pods", "watch") == watches
    fake.clear_faults()
    fake.wait_watched()
    for pod in web.pods:
        pod.set(ready=True)
    shields.becomes("/_/web/health/", *HEALTHY)
    assert len(like(shields, "went back")) == 1, shields.stderr


@pytest.mark.long
def test_after_an_outage_lists_show_what_nobody_told(fake, web, timed):
    shields = timed()
    fake.wait_watched()
    fake.proxy(503)
    shields.wait_for_line("no sign of life")
    with fake.losing("pods", "deployments", "replicasets"):
        web.pods[0].set(ready=False)
        fake.no_proxy()
        shields.wait_for_line("reached again")
    assert shields.shield("/_/web/health/") == HEALTHY
    shields.clock.let_pass(61)
    shields.becomes("/_/web/health/", *SICK)
    assert asked(fake, "list")[-1] is None
    shields.wait_for_line("the watch had not told", SETTLED)


@pytest.mark.long
def test_a_cluster_that_is_late_to_say_who_it_is_is_listed_again(fake, web, timed):
    """What was told before may be of another one."""
    fault = fake.fault("namespaces", "identity", "hang-up", times=1)
    shields = timed()
    eventually(lambda: fault.met == 1)
    lists = fake.count("pods", "list")
    shields.clock.let_pass(601)
    eventually(lambda: fake.count("pods", "list") > lists)
    follows(shields, web)


def test_a_cache_that_lags_does_not_take_us_back(fake, web, responder):
    web.pods[0].set(ready=False)
    old = fake.snapshot()
    web.pods[0].set(ready=True)
    shields = responder()
    fake.wait_watched()
    lists = len(asked(fake, "list"))
    fake.fault("pods", "list", "stale", times=None, snapshot=old)
    fault = fake.fault("pods", "watch", "garbage", times=3)
    fake.disturb("pods", "garbage")
    eventually(lambda: len(asked(fake, "list")) > lists)
    for _ in range(50):
        assert shields.shield("/_/web/health/") == HEALTHY
        time.sleep(0.01)
    eventually(lambda: fault.met >= 2)
    fake.clear_faults()
    fake.wait_watched("pods")
    follows(shields, web)
    assert not like(shields, "went back"), shields.stderr


# ---- versions that the server does not have ----

@pytest.mark.parametrize("early", [False, True], ids=["event", "status"])
@pytest.mark.parametrize("causes", [True, False], ids=["causes", "message"])
@pytest.mark.parametrize("protobuf", [True, False], ids=["protobuf", "json"])
def test_a_version_that_is_too_large_leads_to_a_list(fake, web, responder, early, causes, protobuf):
    fake.protobuf = protobuf
    shields = responder()
    fake.wait_watched()
    lists = len(asked(fake, "list"))
    fake.fault("pods", "watch", "too-large", early=early, causes=causes)
    fake.disturb("pods", "reset")
    eventually(lambda: len(asked(fake, "list")) > lists)
    assert asked(fake, "list")[lists] in (None, ""), "it was asked for from a cache"
    fake.wait_watched("pods")
    follows(shields, web)


def test_a_version_that_is_always_too_large_ends_in_age(fake, web, responder):
    shields = responder(unknown_after="3s")
    fake.wait_watched()
    fake.fault("pods", "watch", "too-large", times=None)
    fake.fault("pods", "list", "too-large", times=None)
    fake.disturb("pods", "too-large")
    shields.becomes("/_/web/health/", "unknown", "grey")
    fake.clear_faults()
    shields.becomes("/_/web/health/", *HEALTHY)
    follows(shields, web)


# ---- failures ----

@pytest.mark.parametrize("name, options", [("status", {"code": 500}), ("page", {}), ("garbage", {}), ("end", {}),
                                           ("error", {"code": 500})],
                         ids=lambda value: str(value))
def test_after_three_failures_it_lists_and_after_that_from_etcd(fake, web, responder, name, options):
    shields = responder()
    fake.wait_watched()
    lists = len(asked(fake, "list"))
    fake.fault("pods", "list", "status", code=500)
    fake.fault("pods", "watch", name, times=6, **options)
    fake.disturb("pods", "reset")
    eventually(lambda: len(asked(fake, "list")) >= lists + 2)
    assert asked(fake, "list")[lists:lists + 2] in (["0", None], ["0", ""])
    fake.clear_faults()
    fake.wait_watched("pods")
    follows(shields, web)


# ---- lists beside watches ----

def test_a_change_that_was_never_told_is_found(fake, web, responder):
    shields = responder(relist="1s")
    fake.wait_watched()
    watches = fake.count("pods", "watch")
    with fake.losing("pods"):
        web.pods[0].set(ready=False)
    shields.becomes("/_/web/health/", *SICK)
    assert fake.count("pods", "watch") == watches
    assert asked(fake, "list")[-1] in (None, ""), "a cache may lag"
    shields.wait_for_line(f"the watch had not told 1 change .*{web.pods[0].name}", SETTLED)


def test_a_watch_that_is_dead_is_corrected_by_lists(fake, web, responder):
    """Something on the way forgot it, and answers what is new."""
    fault = fake.fault("pods", "watch", "stall", times=None)
    shields = responder(relist="1s")
    eventually(lambda: fault.met == 1)
    for _ in range(2):
        follows(shields, web)
    assert fault.met == 1


@pytest.mark.long
@pytest.mark.parametrize("protobuf", [True, False], ids=["protobuf", "json"])
def test_a_delete_that_was_never_told_is_found(fake, web, responder, protobuf):
    fake.protobuf = protobuf
    fake.deployment("gone", namespace="shop")
    shields = responder(relist="1s")
    fake.wait_watched()
    before = shields.lines_of_the_start()
    with fake.losing("pods", "deployments", "replicasets"):
        for kind in ("deployments", "replicasets", "pods"):
            for namespace, name in list(fake.objects[kind]):
                if name.startswith("gone"):
                    fake.delete(kind, namespace, name)
    eventually(lambda: shields.get("/_/gone/health/").status == 404, SETTLED)
    assert [line for line in shields.lines[before:] if "gone" in line], shields.stderr
    assert shields.shield("/_/web/health/") == HEALTHY


@pytest.mark.long
def test_lists_that_agree_are_silent(fake, web, responder):
    shields = responder(relist="1s")
    fake.wait_watched()
    before = shields.lines_of_the_start()
    for number in range(8):
        web.pods[number % 2].set(ready=False)
        shields.becomes("/_/web/health/", *SICK)
        web.pods[number % 2].set(ready=True)
        shields.becomes("/_/web/health/", *HEALTHY)
        fake.wait_for("pods", "list", 2 + number // 2)
    time.sleep(11)  # nothing signals that a comparison has nothing to say
    assert shields.lines[before:] == []


def test_a_list_beside_a_watch_that_fails_changes_nothing(fake, web, responder):
    shields = responder(relist="1s")
    fake.wait_watched()
    before = shields.lines_of_the_start()
    fault = fake.fault("pods", "list", "status", code=500)
    eventually(lambda: fault.met == 1)
    eventually(lambda: shields.raw("/_/web/health/")["age"] == 0)
    assert shields.lines[before:] == []
    follows(shields, web)


# ---- parts ----

@pytest.mark.parametrize("protobuf", [True, False], ids=["protobuf", "json"])
def test_a_part_of_a_list_is_no_list(fake, responder, web, protobuf):
    fake.protobuf = protobuf
    fault = fake.fault("pods", "list", "continue", times=2)
    shields = responder()
    assert shields.shield("/_/web/health/") == HEALTHY
    assert fault.met == 2
    assert like(shields, "part of the list"), shields.stderr


@pytest.mark.long
@pytest.mark.parametrize("at", ["event", "chunk", "utf-8"])
@pytest.mark.parametrize("protobuf", [True, False], ids=["protobuf", "json"])
def test_a_watch_that_stops_in_the_middle_ends(fake, responder, protobuf, at):
    fake.protobuf = protobuf
    web = fake.deployment("web", namespace="shop", replicas=2, labels={"city": "Zürich"})
    shields = responder(watch_timeout="1s")
    fake.wait_watched()
    fault = fake.fault("pods", "watch", "stall", at=at)
    eventually(lambda: fault.met == 1)
    web.pods[0].set(ready=False)
    shields.becomes("/_/web/health/", *SICK, timeout=60)


@pytest.mark.parametrize("at", ["item", "chunk", "utf-8"])
@pytest.mark.parametrize("protobuf", [True, False], ids=["protobuf", "json"])
def test_a_list_that_stops_in_the_middle_ends(fake, timed, protobuf, at):
    fake.protobuf = protobuf
    fake.deployment("web", namespace="shop", replicas=2, labels={"city": "Zürich"})
    fault = fake.fault("pods", "list", "stall", at=at)
    shields = timed(wait=False)
    eventually(lambda: fault.met == 1)
    shields.clock.let_pass_until(lambda: shields.shield("/_/web/health/") == HEALTHY, 31)
