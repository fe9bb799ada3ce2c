"""Life is an answer of the API server to our credentials, from its etcd. Without it ages grow, whatever the watches do,
the log says what is wrong, and the return is noticed soon."""

import re
import time

import pytest

from programs import eventually

HEALTHY = ("2/2 (0 restarts)", "green")
SICK = ("1/2 (0 restarts)", "red")
UNKNOWN = ("unknown", "grey")


@pytest.fixture
def web(fake):
    return fake.deployment("web", namespace="shop", replicas=2)


def only_heartbeats(**options):
    return lambda fake: fake.fault("*", "heartbeat", "status", times=None, **options)


def broken_heartbeats(name):
    return lambda fake: fake.fault("*", "heartbeat", name, times=None)


def stolen_token(fake):
    fake.tokens = {"another"}


OTHER_LIST = '{"kind":"UserList","apiVersion":"v1","metadata":{"resourceVersion":"99999999"},"items":[]}'

# What stops life while every watch stays open: how, how it ends, and the cause in the log.
TROUBLES = {
    "proxy-503": (lambda fake: fake.proxy(503), "HTTP 503"),
    "proxy-502": (lambda fake: fake.proxy(502, "text/plain", "bad gateway"), "HTTP 502"),
    "no-kubernetes": (lambda fake: fake.proxy(200, "application/json", '{"error": "sign in"}'), "resourceVersion"),
    "empty-object": (lambda fake: fake.proxy(200, "application/json", "{}"), "resourceVersion"),
    "empty-array": (lambda fake: fake.proxy(200, "application/json", "[]"), "must be"),
    "empty": (lambda fake: fake.proxy(200, "application/json", ""), "list: ended too early"),
    "no-content": (lambda fake: fake.proxy(204, "application/json", ""), "list: ended too early"),
    "garbage": (broken_heartbeats("garbage"), "must be a JSON object"),
    "half": (broken_heartbeats("cut"), "closed|ended too early"),
    "truncated": (broken_heartbeats("truncated"), "ended too early"),
    "login-page": (lambda fake: fake.proxy(200), "text/html.*proxy"),
    "login-text": (lambda fake: fake.proxy(200, "text/plain", "Sign in"), "text/plain.*proxy"),
    "other-list": (lambda fake: fake.proxy(200, "application/json", OTHER_LIST), "UserList.*PodList"),
    "headers": (lambda fake: fake.proxy(200, headers=500), "headers"),
    "redirect": (lambda fake: fake.proxy(302, location="http://127.0.0.1:1/login"), "HTTP 302|redirect"),
    "etcd": (lambda fake: fake.hang_etcd(), "timed out"),
    "etcd-but-cache": (lambda fake: fake.hang_etcd(cache=True), "timed out"),
    "silence": (lambda fake: fake.freeze(), "timed out"),
    "401": (stolen_token, "HTTP 401.*our credentials are refused"),
    "403": (only_heartbeats(code=403), "HTTP 403|[Ff]orbidden"),
    "429": (only_heartbeats(code=429), "HTTP 429"),
    "500": (only_heartbeats(code=500), "HTTP 500"),
    "504": (only_heartbeats(code=504), "HTTP 504"),
    "refused": (lambda fake: fake.close(), "refused|connect|closed"),
}


def end(fake, name):
    fake.clear_faults()
    fake.no_proxy()
    fake.wake_etcd()
    fake.thaw()
    fake.tokens = None
    if name == "refused":
        fake.reopen()


def warnings(shields, before):
    return [line for line in shields.lines[before:] if " warning kubernetes:" in line]


@pytest.mark.long
@pytest.mark.parametrize("name", TROUBLES)
def test_no_life_shows_in_ages_and_once_in_the_log(fake, responder, web, name):
    begin, cause = TROUBLES[name]
    shields = responder(unknown_after="3s")
    fake.wait_watched()
    before = shields.lines_of_the_start()
    begin(fake)
    shields.becomes("/_/web/health/", *UNKNOWN)
    assert shields.raw("/_/web/health/")["age"] >= 3
    for path in ("/n/shop/health/", "/c/health/"):
        assert shields.shield(path) == UNKNOWN, path
    assert shields.get("/readyz").status == 200, "what is known is still shown"
    said = warnings(shields, before)
    assert len(said) == 1 and re.search(cause, said[0]), shields.stderr
    assert fake.url.partition("//")[2] in said[0], "the log does not name the server"
    before = len(shields.lines)
    web.pods[0].set(ready=False)
    end(fake, name)
    shields.becomes("/_/web/health/", *SICK)
    eventually(lambda: shields.raw("/_/web/health/")["age"] == 0)
    eventually(lambda: len(shields.lines) > before)
    assert not warnings(shields, before), shields.stderr


def test_another_cause_is_logged_and_the_end(fake, responder, web):
    shields = responder()
    fake.wait_watched()
    before = shields.lines_of_the_start()
    fake.proxy(503)
    shields.wait_for_line("HTTP 503", since=before)
    fake.proxy(502)
    shields.wait_for_line("HTTP 502", since=before)
    fake.proxy(200)
    shields.wait_for_line("text/html", since=before)
    assert len(warnings(shields, before)) == 3, shields.stderr
    heartbeats = fake.count("*", "heartbeat")
    fake.no_proxy()
    fake.wait_for("*", "heartbeat", heartbeats + 2)
    eventually(lambda: len(shields.lines) == before + 4, message=lambda: shields.stderr)
    fake.wait_for("*", "heartbeat", heartbeats + 4)
    assert len(shields.lines) == before + 4, shields.stderr


@pytest.mark.long
def test_what_comes_and_goes_does_not_fill_the_log(fake, timed, web):
    """Until it has been over for a minute it is not over."""
    shields = timed()
    fake.wait_watched()
    before = shields.lines_of_the_start()
    for _ in range(12):
        watches = fake.count("pods", "watch")
        fake.disturb("pods", "garbage")
        fake.wait_for("pods", "watch", watches + 1)
        fake.wait_watched("pods")
        web.pods[0].set(ready=False)
        shields.becomes("/_/web/health/", *SICK)
        web.pods[0].set(ready=True)
        shields.becomes("/_/web/health/", *HEALTHY)
        time.sleep(1)  # nobody else said the same within a second
    assert len(shields.lines) - before == 7, shields.stderr
    shields.clock.let_pass(61)
    eventually(lambda: "pods: watched again" in shields.lines[-1])


@pytest.mark.parametrize("code", [429, 403])
def test_watches_go_on_if_only_heartbeats_are_refused(fake, responder, web, code):
    """The server is overloaded, or a role is about to change: that is no reason to ask for more."""
    shields = responder()
    fake.wait_watched()
    lists, watches = fake.count("*", "list"), fake.count("*", "watch")
    fault = fake.fault("*", "heartbeat", "status", times=None, code=code)
    eventually(lambda: shields.raw("/_/web/health/")["age"] >= 2)
    web.pods[0].set(ready=False)
    shields.becomes("/_/web/health/", *SICK)
    eventually(lambda: fault.met >= 2)
    assert (fake.count("*", "list"), fake.count("*", "watch")) == (lists, watches)
    fault.clear()
    eventually(lambda: shields.raw("/_/web/health/")["age"] == 0)
    assert (fake.count("*", "list"), fake.count("*", "watch")) == (lists, watches)


def test_an_etcd_that_hangs_and_is_restored(fake, responder, web):
    web.pods[0].set(ready=False)
    old = fake.snapshot()
    web.pods[0].set(ready=True)
    shields = responder()
    fake.wait_watched()
    fake.hang_etcd()
    eventually(lambda: shields.raw("/_/web/health/")["age"] >= 2)
    fake.restore(old)
    fake.wake_etcd()
    shields.becomes("/_/web/health/", *SICK)
    shields.wait_for_line("went back")


@pytest.mark.long
@pytest.mark.parametrize("heartbeat", ["1s", "1h"])
def test_the_return_is_noticed_however_long_the_backoff_is(fake, timed, web, heartbeat):
    shields = timed(heartbeat=heartbeat)
    fake.wait_watched()
    fake.close()
    for _ in range(8):  # by then a reflector waits for half a minute
        shields.clock.let_pass(31)
        age = shields.raw("/_/web/health/")["age"]
        eventually(lambda: shields.raw("/_/web/health/")["age"] > age)
    web.pods[0].set(ready=False)
    fake.reopen()
    shields.becomes("/_/web/health/", *SICK, timeout=12)


def test_what_a_heartbeat_is(fake, responder, web):
    responder()
    fake.wait_for("pods", "heartbeat", 3)
    one = next(request for request in fake.requests if request.verb == "heartbeat")
    assert one.path == "/api/v1/pods" and one.query.get("limit") == "1"
    assert not one.query.get("resourceVersion"), "a cache would answer"
    assert not [request for request in fake.requests if request.verb == "version"]


def test_heartbeats_of_a_role_in_one_namespace(fake, responder, web):
    fake.only_namespaces = {"shop"}
    shields = responder(namespaces="shop")
    fake.wait_for("pods", "heartbeat", 2)
    assert {one.namespace for one in fake.requests if one.verb == "heartbeat"} == {"shop"}
    eventually(lambda: shields.raw("/_/web/health/")["age"] == 0)


# ---- which cluster it is ----

@pytest.mark.parametrize("version", [7, 5000])
def test_another_cluster_at_the_same_address(fake, responder, web, version):
    shields = responder()
    fake.wait_watched()
    fake.wait_for("namespaces", "identity")
    fake.become_another(version)
    fake.deployment("api", namespace="shop")
    shields.becomes("/_/api/health/", "1/1 (0 restarts)", "green")
    eventually(lambda: shields.get("/services/").json() == ["api"])
    shields.wait_for_line("another cluster")


@pytest.mark.parametrize("code", [403, 404, 500])
def test_a_cluster_whose_identity_is_not_told(fake, responder, web, code):
    fake.fault("namespaces", "identity", "status", times=None, code=code)
    shields = responder()
    fake.wait_watched()
    fake.wait_for("namespaces", "identity")
    fake.wait_for("pods", "heartbeat", 3)
    assert shields.shield("/_/web/health/") == HEALTHY
    assert not warnings(shields, 0), shields.stderr
