"""A refusal switches nothing off that was known: it stays, grows old, and never makes a shield greener."""

import pytest

from programs import eventually

HEALTHY = ("2/2 (0 restarts)", "green")
UNKNOWN = ("unknown", "grey")
LASTING = 61  # seconds after which a refusal is no longer an accident
LATER = 301  # seconds after which a kind that is refused is asked for again


@pytest.fixture
def web(fake):
    return fake.deployment("web", namespace="shop", replicas=2)


def missing(fake, name="web", wanted=3):
    """A service whose pods are not all there: without its controller, they would all be ready."""
    return fake.deployment(name, namespace="shop", replicas=wanted, pods=1)


def never_greener(shields, path="/_/web/health/"):
    message, color = shields.shield(path)
    assert color != "green", f"{message}\n{shields.stderr}"


def let_refusals_last(shields, kind):
    """Until the refusals of a kind are no longer an accident, and the log says which permissions are missing."""
    def are_lasting():
        never_greener(shields)
        said = [line for line in shields.lines if " warning " in line and kind in line]
        return [line for line in said if '"list" and "watch"' in line and "grows old" in line]
    shields.clock.let_pass_until(are_lasting, LASTING)
    never_greener(shields)
    assert len(are_lasting()) == 1, shields.stderr


# ---- after an outage ----

def test_refusals_after_an_outage_are_an_api_server_that_starts(fake, timed):
    missing(fake)
    shields = timed()
    fake.wait_watched()
    assert shields.shield("/_/web/health/") == ("1/3 (0 restarts)", "red")
    fake.close()
    eventually(lambda: shields.raw("/_/web/health/")["age"] > 0)
    before = len(shields.lines)
    shields.clock.let_pass(75)
    fake.revoke("*")
    refused = fake.count("*", "list") + fake.count("*", "watch")
    fake.reopen()
    eventually(lambda: fake.count("*", "list") + fake.count("*", "watch") >= refused + len(fake.served()))
    never_greener(shields)
    fake.grant("*")
    fake.wait_watched()
    shields.becomes("/_/web/health/", "1/3 (0 restarts)", "red")
    eventually(lambda: shields.raw("/_/web/health/")["age"] == 0)
    assert not [line for line in shields.lines[before:] if "without them" in line], shields.stderr


@pytest.mark.parametrize("kind", ["deployments", "replicasets"])
def test_one_kind_is_refused_after_an_outage(fake, timed, kind):
    missing(fake)
    shields = timed()
    fake.wait_watched()
    fake.close()
    eventually(lambda: shields.raw("/_/web/health/")["age"] > 0)
    shields.clock.let_pass(75)
    fake.revoke(kind)
    refused = fake.count(kind, "list") + fake.count(kind, "watch")
    fake.reopen()
    eventually(lambda: fake.count(kind, "list") + fake.count(kind, "watch") > refused)
    fake.wait_watched("pods", "daemonsets")
    never_greener(shields)
    fake.grant(kind)
    shields.becomes("/_/web/health/", "1/3 (0 restarts)", "red")
    eventually(lambda: shields.raw("/_/web/health/")["age"] == 0)


# ---- refusals that last ----

OWNERS = {
    "deployments": missing,
    "replicasets": missing,
    "statefulsets": lambda fake: fake.statefulset("web", namespace="shop", replicas=3, pods=1),
    "daemonsets": lambda fake: fake.daemonset("web", namespace="shop", replicas=3, pods=1),
    "replicationcontrollers": lambda fake: fake.replicationcontroller("web", namespace="shop", replicas=3, pods=1),
    "pods": missing,
}


@pytest.mark.long
@pytest.mark.parametrize("kind", OWNERS)
def test_a_role_that_is_revoked_makes_nothing_greener(fake, timed, kind):
    OWNERS[kind](fake)
    shields = timed(unknown_after="2m")
    fake.wait_watched()
    eventually(lambda: shields.shield("/_/web/health/")[1] == "red")
    fake.revoke(kind, watches="end")
    let_refusals_last(shields, kind)
    shields.clock.let_pass(LASTING)
    shields.becomes("/_/web/health/", *UNKNOWN)
    fake.grant(kind)
    shields.clock.let_pass_until(lambda: shields.shield("/_/web/health/")[1] == "red", LATER)
    eventually(lambda: shields.raw("/_/web/health/")["age"] == 0)


@pytest.mark.long
def test_a_job_that_failed_stays_failed_without_jobs(fake, timed):
    fake.job("web", namespace="shop", outcome="Failed")
    shields = timed(unknown_after="2m")
    fake.wait_watched()
    eventually(lambda: shields.shield("/_/web/health/")[1] == "red")
    fake.revoke("jobs", watches="end")
    let_refusals_last(shields, "jobs")
    shields.clock.let_pass(LASTING)
    shields.becomes("/_/web/health/", *UNKNOWN)


def test_what_others_tell_goes_on_while_one_kind_is_refused(fake, responder, web):
    shields = responder()
    fake.wait_watched()
    fake.revoke("cronjobs", watches="end")
    fake.wait_for("cronjobs", "watch", 2)
    web.pods[0].set(ready=False)
    shields.becomes("/_/web/health/", "1/2 (0 restarts)", "red")
    assert shields.raw("/_/web/health/")["age"] == 0, "cronjobs do not judge it"


def test_pods_that_may_be_listed_but_not_watched(fake, timed, web):
    """What the list told is shown with its age, and the log says what is missing."""
    fake.fault("pods", "watch", "status", times=None, code=403)
    shields = timed(wait=False)
    shields.wait_for_line("watch pods.*HTTP 403")
    shields.clock.let_pass_until(lambda: [line for line in shields.lines if '"list" and "watch" of pods' in line], LASTING)
    shields.becomes("/_/web/health/", *HEALTHY)
    eventually(lambda: shields.raw("/_/web/health/")["age"] > 1)
    fake.clear_faults()
    shields.clock.let_pass_until(lambda: "pods" in fake.watched(), LATER)
    eventually(lambda: shields.raw("/_/web/health/")["age"] == 0)


def test_a_kind_that_is_not_known_shows_in_json(fake, responder, web):
    fake.revoke("deployments", "budgets", "poddisruptionbudgets")
    shields = responder()
    eventually(lambda: shields.raw("/_/web/health/")["judged_without"] == ["deployments"])
    fake.statefulset("db", namespace="shop")
    eventually(lambda: shields.raw("/_/db/health/")["judged_without"] == [])


def test_a_kind_that_is_known_is_not_missing_in_json(responder, web):
    assert responder().raw("/_/web/health/")["judged_without"] == []


def test_the_pods_of_a_new_deployment_are_not_enough_while_deployments_are_away(fake, responder, web):
    shields = responder(unknown_after="3s")
    fake.wait_watched()
    fake.fault("deployments", "*", "status", times=None, code=500)
    fake.disturb("deployments", "reset")
    fake.wait_for("deployments", "watch", 3)
    missing(fake, "late")
    eventually(lambda: shields.get("/_/late/health/").status == 200)
    eventually(lambda: shields.raw("/_/late/health/")["age"] > 0)
    shields.becomes("/_/late/health/", *UNKNOWN)
    assert shields.shield("/_/web/health/") == UNKNOWN


def test_what_another_cluster_told_of_a_kind_goes_if_this_one_refuses_it(fake, timed):
    missing(fake)
    shields = timed(unknown_after="1h")
    fake.wait_watched()
    fake.wait_for("namespaces", "identity")
    assert shields.shield("/_/web/health/") == ("1/3 (0 restarts)", "red")
    fake.revoke("deployments", watches="end")
    fake.become_another()
    fake.deployment("web", namespace="shop", replicas=2)
    shields.wait_for_line("another cluster")
    fake.wait_watched("pods", "replicasets")
    shields.clock.let_pass_until(lambda: shields.shield("/_/web/health/") == HEALTHY, LASTING)
    assert shields.raw("/_/web/health/")["judged_without"] == ["deployments"]


def test_a_role_that_is_granted_late(fake, timed, web):
    fake.revoke("deployments")
    shields = timed()
    fake.wait_watched("pods")
    fake.grant("deployments")
    shields.clock.let_pass_until(lambda: "deployments" in fake.watched(), LATER)
    eventually(lambda: shields.raw("/_/web/health/")["judged_without"] == [])
