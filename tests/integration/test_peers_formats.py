"""Clusters whose kube-shields have different versions. An older one, which does not know format 2 of the documents, is
simulated: as a peer that ignores what it does not know, and as a reader that judges by its own rules."""

import time

import pytest

from peers_world import CgiServer
from programs import eventually, run_cgi
from simulated_peers import Peers, is_right, service, signed, write_secret

HOST = "shields.test"
COLORS = ["green", "lightgrey", "grey", "yellow", "red"]  # from the best to the worst
OLD_OUTCOMES = {"running", "succeeded", "failed", "scaled-to-zero", "suspended", "scheduled", "terminating"}
ONLY_IN_2 = {"format", "down", "guessed", "doubts", "doubts_more", "judged_without"}


def none(name, **members):
    """A service without pods."""
    return service(name, 0, 0, versions={}, **members)


# A service in format 2, and the shield that it becomes.
STATES = [
    (service("web", 2, 2), "2/2 (0 restarts)", "green"),
    (service("broken", 1, 2, reasons={"CrashLoopBackOff": 1}), "1/2 (0 restarts)", "red"),
    (service("rolling", 3, 3, outcome="rolling-out"), "3/3 (rolling out)", "yellow"),
    (service("budget", 2, 4, outcome="rolling-out", down=False), "2/4 (rolling out)", "yellow"),
    (service("soon", 2, 2, outcome="not-available"), "2/2 (not yet available)", "yellow"),
    (service("paused", 2, 2, outcome="paused"), "2/2 (paused)", "yellow"),
    (service("stuck", 2, 2, outcome="rollout-failed", down=True), "2/2 (rollout failed)", "red"),
    (service("import", 0, 1, kind="Job", outcome="in-progress", down=False), "running", "yellow"),
    (service("gated", 0, 1, outcome="gated", down=False, reasons={"SchedulingGated": 1}), "0/1 (scheduling gated)",
     "lightgrey"),
    (none("agent", kind="DaemonSet", outcome="no-node"), "no node matches", "lightgrey"),
    (none("backup", kind="CronJob", outcome="suspended-failed"), "suspended, last run failed", "yellow"),
    (none("odd", outcome="unknown", doubts={"a count is negative": 1}), "unknown", "lightgrey"),
    (none("done", kind="Job", outcome="succeeded"), "succeeded", "green"),
]


# ---- we read ----

@pytest.fixture
def peers():
    with Peers("eu") as peers:
        yield peers


@pytest.fixture
def shields(fake, responder, folder, peers):
    fake.deployment("own", namespace="shop", replicas=2)
    return responder(other_shields=peers.words, INTRA_SECRET=write_secret(folder))


@pytest.mark.parametrize("state, message, color", STATES, ids=[state["name"] for state, _, _ in STATES])
def test_a_peer_of_the_same_version(shields, peers, state, message, color):
    peers["eu"].put(state)
    shields.becomes(f"/_/{state['name']}/health/", message, color)


def test_what_is_in_doubt_and_guessed_is_in_the_json(shields, peers):
    peers["eu"].put(STATES[-2][0], service("db", 2, 2, kind="Cluster", guessed=True))
    eventually(lambda: shields.get("/_/db/health/").status == 200)
    assert shields.raw("/_/odd/health/")["doubts"] == {"a count is negative": 1}
    assert [shields.raw(f"/_/{name}/health/")["pods_desired_guessed"] for name in ("odd", "db")] == [False, True]


def test_what_a_peer_judges_without_is_in_the_json(shields, peers):
    peers["eu"].put(service("half", 1, 1, judged_without=["deployments", "gadgets"]),
                    service("half-2", 1, 1, judged_without=["jobs"]), service("whole", 1, 1))
    eventually(lambda: shields.get("/_/half/health/").status == 200)
    assert [shields.raw(f"/_/{name}/health/")["judged_without"] for name in ("half", "half-2", "whole", "own")] == [
        ["deployments"], ["jobs"], [], []]
    assert [shields.raw(f"/a/{prefix}/health/")["judged_without"] for prefix in ("half", "whole")] == [
        ["deployments", "jobs"], []]
    assert shields.shield("/_/half/health/") == ("1/1 (0 restarts)", "green")
    peers["eu"].put(service("half", 1, 1))
    eventually(lambda: shields.raw("/_/half/health/")["judged_without"] == [])


def test_an_older_peer(shields, peers):
    """It ignores the parameter that it does not know, and has no word for what is red."""
    eu = peers["eu"]
    eu.format = 1
    eu.put(service("web", 2, 2), service("broken", 1, 2), none("done", outcome="succeeded"),
           none("lost", outcome="failed"), none("idle", outcome="scaled-to-zero"))
    shields.becomes("/_/web/health/", "2/2 (0 restarts)", "green")
    assert shields.shield("/_/broken/health/") == ("1/2 (0 restarts)", "red")
    assert shields.shield("/_/done/health/") == ("succeeded", "green")
    assert shields.shield("/_/lost/health/") == ("failed", "red")
    assert shields.shield("/_/idle/health/") == ("scaled to 0", "lightgrey")
    eu.put(service("web", 1, 2))
    shields.becomes("/_/web/health/", "1/2 (0 restarts)", "red")
    eu.remove("web")
    eventually(lambda: shields.get("/_/web/health/").status == 404)


def test_a_peer_that_is_replaced_by_an_older_one_and_back(shields, peers):
    """The next request asks for the changes since a version of another instance: the answer has everything."""
    eu = peers["eu"]
    eu.put(service("web", 3, 3, outcome="rolling-out"), service("db", 1, 1))
    shields.becomes("/_/web/health/", "3/3 (rolling out)", "yellow")
    eu.format = 1
    eu.remove("db")
    eu.put(service("web", 2, 3))
    eu.restart()
    shields.becomes("/_/web/health/", "2/3 (0 restarts)", "red")
    eventually(lambda: shields.get("/_/db/health/").status == 404)
    eu.format = 2
    eu.put(service("web", 2, 4, outcome="rolling-out", down=False))
    eu.restart()
    shields.becomes("/_/web/health/", "2/4 (rolling out)", "yellow")


def test_a_peer_that_changes_its_format_without_a_restart(shields, peers):
    """Behind one URL, an upgrade may replace what answers between two requests: each element replaces the last."""
    eu = peers["eu"]
    eu.put(service("web", 2, 4, outcome="rolling-out", down=False))
    shields.becomes("/_/web/health/", "2/4 (rolling out)", "yellow")
    eu.format = 1
    eu.put(service("web", 2, 4))
    shields.becomes("/_/web/health/", "2/4 (0 restarts)", "red")


def test_a_newer_peer_that_answers_in_a_format_that_nobody_asked_for(shields, peers):
    async def newer(exchange):
        await exchange.send(200, {"format": 3, "instance": "newer", "version": 1, "full": True,
                                  "services": [{"name": {"new": "form"}}]})
    eu = peers["eu"]
    eu.put(service("web", 2, 2))
    shields.becomes("/_/web/health/", "2/2 (0 restarts)", "green")
    eu.misbehave(newer)
    shields.wait_for_line("format 3: must be 1 or 2")
    assert shields.shield("/_/web/health/") == ("2/2 (0 restarts)", "green")  # with its age
    eu.behave()
    eu.put(service("web", 1, 2))
    shields.becomes("/_/web/health/", "1/2 (0 restarts)", "red")


def test_every_request_names_the_format_and_is_signed_with_it(shields, peers):
    asked = []

    async def note(exchange):
        asked.append(exchange.query)
        await exchange.right()
    peers["eu"].misbehave(note)
    for number in range(2):
        eventually(lambda: len(asked) > number)
        peers["eu"].put(service("web", number, 2))
    eventually(lambda: len(asked) > 2)
    assert all(query["format"] == "2" and "full" in query for query in asked)
    assert any("since" in query for query in asked)
    assert peers["eu"].refused == 0


# ---- others read ----

def document(shields, query="", headers=None):
    target = f"/services/?full{query}"
    request = signed(target, HOST)
    response = shields.get(target, headers={**request, **(headers or {})})
    assert response.status == 200 and is_right(response, request)
    return response.json()


def old_color(one):
    """An older reader's rules: docs/protocol.md, "Format 1"."""
    outcome = one.get("outcome", "running")
    assert outcome in OLD_OUTCOMES and not ONLY_IN_2 & set(one)
    if one.get("age_ms", 0) > 24 * 3600 * 1000:
        return "grey"
    if one.get("ready", 0) != one.get("total", 0) or outcome == "failed":
        return "red"
    if time.time() < one.get("yellow_until", 0):
        return "yellow"
    return "green" if outcome in ("running", "succeeded") else "lightgrey"


@pytest.fixture
def writer(fake, responder, folder):
    fake.deployment("web", namespace="shop", replicas=2)
    fake.deployment("broken", namespace="shop", replicas=2, ready=False)
    fake.deployment("idle", namespace="shop", replicas=0)
    fake.daemonset("agent", namespace="shop", replicas=0)
    fake.cronjob("backup", namespace="shop", suspended=True)
    fake.job("import", namespace="shop", outcome="Failed")
    next(fake.deployment("rolling", namespace="shop", replicas=4).rolling())
    fake.deployment("stuck", namespace="shop", replicas=2).change().exceed_deadline()
    fake.deployment("odd", namespace="shop", replicas=2).update(lambda one: one["status"].update(readyReplicas=-1))
    fake.node("node-1")
    fake.node("node-2", pressures=["DiskPressure"])
    return responder(INTRA_SECRET=write_secret(folder))


def test_an_older_reader_sees_nothing_greener(writer):
    old, new = document(writer), document(writer, "&format=2")
    assert (new.pop("format"), "format" in old) == (2, False)
    assert {one["name"] for one in old["services"]} == {one["name"] for one in new["services"]}
    for one in old["services"]:
        _, ours = writer.shield(f"/_/{one['name']}/health/")
        assert COLORS.index(old_color(one)) >= COLORS.index(ours), (one, ours)
    assert {one["name"]: old_color(one) for one in old["services"]} == {
        "web": "green", "broken": "red", "idle": "lightgrey", "agent": "lightgrey", "backup": "lightgrey",
        "import": "red", "rolling": "yellow", "stuck": "red", "odd": "grey"}
    assert (old["nodes"]["ready"], old["nodes"]["total"], "pressures" in old["nodes"]) == (1, 2, False)
    assert (new["nodes"]["ready"], new["nodes"]["total"], new["nodes"]["pressures"]) == (2, 2, {"DiskPressure": 1})


def test_an_older_reader_sees_what_is_judged_without_something_like_any_other(writer, fake, responder, folder):
    fake.revoke("deployments")
    shields = responder(INTRA_SECRET=write_secret(folder))
    services = {}
    for query in ("", "&format=2"):
        services[query] = eventually(lambda: {one["name"]: one for one in document(shields, query)["services"]})
    assert services["&format=2"]["web"].pop("judged_without") == ["deployments"]
    assert "judged_without" not in services["&format=2"]["backup"]
    assert services[""]["web"] == {name: value for name, value in services["&format=2"]["web"].items()
                                   if name not in ONLY_IN_2}


@pytest.mark.parametrize("asked, answered", [("", None), ("&format=1", None), ("&format=2", 2), ("&format=3", 2),
                                             ("&format=99999999999999999999", 2), ("&format=0", None),
                                             ("&format=-2", None), ("&format=", None), ("&format=two", None),
                                             ("&format=1&format=2", None)])
def test_the_answer_has_the_newest_format_that_both_know(writer, asked, answered):
    assert document(writer, asked).get("format") == answered


def test_since_does_not_depend_on_the_format(writer, fake):
    whole = document(writer, "&format=2")
    for query in ("", "&format=2"):
        same = eventually(lambda: document(writer, f"{query}&since={whole['instance']}.{whole['version']}"))
        assert same["instance"] == whole["instance"] and "full" not in same and "services" not in same
        assert document(writer, f"{query}&since=other.{whole['version']}")["full"]
    fake.deployment("new", namespace="shop", replicas=1)
    since = f"&since={whole['instance']}.{whole['version']}"
    for query in ("", "&format=2"):
        assert eventually(lambda: [one["name"] for one in document(writer, query + since).get("services", [])]) == ["new"]


def test_as_cgi_the_format_is_negotiated_too(world):
    eu, us = world.site("eu"), world.site("us")
    us.fake.deployment("db", "data", replicas=2)
    us.fake.daemonset("agent", "data", replicas=0)
    with CgiServer(us.folder) as us_cgi:
        us_cgi.settings = us.settings()
        answer, _ = run_cgi("/_/agent/health/?raw", eu.folder, **eu.settings(f"us={us_cgi.url}"))
        assert answer.status == 200 and answer.json()["color"] == "lightgrey"
        answer, _ = run_cgi("/_/db/health/?raw", eu.folder, **eu.settings(f"us={us_cgi.url}"))
        assert (answer.json()["ready"], answer.json()["total"]) == (2, 2)


def test_as_cgi_an_older_peer(fake, folder, cgi, peers):
    fake.deployment("own", namespace="shop", replicas=2)
    peers["eu"].format = 1
    peers["eu"].put(service("web", 1, 2))
    answer = cgi("/_/web/health/?raw", other_shields=peers.words, INTRA_SECRET=write_secret(folder))
    assert (answer.status, answer.json()["color"]) == (200, "red")


def test_a_signed_request_never_reaches_further(fake, responder, folder, peers):
    """In whatever format: shields that name each other would loop."""
    fake.deployment("own", namespace="shop", replicas=2)
    peers["eu"].put(service("far", 2, 2))
    shields = responder(other_shields=peers.words, INTRA_SECRET=write_secret(folder))
    eventually(lambda: shields.get("/_/far/health/").status == 200)
    for query in ("", "&format=2"):
        assert [one["name"] for one in document(shields, query)["services"]] == ["own"]
