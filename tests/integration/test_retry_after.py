"""A server that says when to come again is obeyed."""

import pytest

from programs import eventually

HEALTHY = ("2/2 (0 restarts)", "green")
PAUSE = 3  # seconds, longer than the first backoffs and heartbeats


@pytest.fixture
def web(fake):
    return fake.deployment("web", namespace="shop", replicas=2)


def arrivals(fake, kind, verbs=("list", "watch")):
    return [one.at for one in fake.requests if one.kind == kind and one.verb in verbs]


def gap_after(fake, kind, count, verbs=("list", "watch")):
    """Seconds between the request number `count` and the next."""
    eventually(lambda: len(arrivals(fake, kind, verbs)) > count)
    times = arrivals(fake, kind, verbs)
    return times[count] - times[count - 1]


FORMS = {"seconds": {"retry_after": PAUSE}, "date": {"retry_date": PAUSE + 1}}  # a date has no fractions of seconds


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("code", [429, 503])
@pytest.mark.parametrize("name", ["status", "page"])
def test_a_list_waits_as_long_as_the_server_says(fake, responder, web, name, code, form):
    fault = fake.fault("pods", "list", name, code=code, **FORMS[form])
    shields = responder()
    assert shields.shield("/_/web/health/") == HEALTHY
    assert fault.met == 1
    assert gap_after(fake, "pods", 1) >= PAUSE - 0.1


@pytest.mark.long
@pytest.mark.parametrize("form", FORMS)
def test_a_watch_waits_though_others_show_life(fake, responder, web, form):
    shields = responder(heartbeat="500ms")
    fake.wait_watched()
    count = len(arrivals(fake, "pods"))
    fault = fake.fault("pods", "watch", "status", code=429, **FORMS[form])
    fake.disturb("pods", "reset")
    eventually(lambda: fault.met == 1)
    web.pods[0].set(ready=False)
    assert gap_after(fake, "pods", count + 1) >= PAUSE - 0.1
    shields.becomes("/_/web/health/", "1/2 (0 restarts)", "red")


def test_a_return_does_not_break_the_pause(fake, responder, web):
    """Life after an outage pokes what waits, but not what the server told to wait."""
    shields = responder(heartbeat="500ms")
    fake.wait_watched()
    count = len(arrivals(fake, "pods"))
    fault = fake.fault("pods", "watch", "status", code=503, retry_after=PAUSE + 1)
    fake.disturb("pods", "reset")
    eventually(lambda: fault.met == 1)
    beats = fake.fault("*", "heartbeat", "status", code=500)
    eventually(lambda: beats.met == 1)
    assert gap_after(fake, "pods", count + 1) >= PAUSE
    shields.becomes("/_/web/health/", *HEALTHY)


@pytest.mark.parametrize("form", FORMS)
def test_a_heartbeat_waits_as_long_as_the_server_says(fake, responder, web, form):
    responder()
    fake.wait_for("pods", "heartbeat")
    fault = fake.fault("*", "heartbeat", "status", code=429, **FORMS[form])
    eventually(lambda: fault.met == 1)
    assert gap_after(fake, "pods", len(arrivals(fake, "pods", ("heartbeat",))), ("heartbeat",)) >= PAUSE - 0.1


@pytest.mark.parametrize("seconds", [10 ** 9, 10 ** 23])
def test_a_pause_without_end_is_five_minutes(fake, timed, web, seconds):
    fault = fake.fault("pods", "list", "status", code=503, retry_after=seconds)
    shields = timed(wait=False)
    eventually(lambda: fault.met == 1)
    shields.clock.let_pass_until(lambda: shields.shield("/_/web/health/") == HEALTHY, 301)


@pytest.mark.parametrize("value", [-1, 0, "soon", "", "Thu, 01 Jan 1970 00:00:00 GMT", "3.5s"])
def test_a_pause_that_makes_no_sense_is_none(fake, responder, web, value):
    fault = fake.fault("pods", "list", "status", code=429, retry_after=value)
    shields = responder(wait=False)
    eventually(lambda: fault.met == 1)
    shields.becomes("/_/web/health/", *HEALTHY)
