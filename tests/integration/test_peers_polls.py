"""Peers that wait for our news hold no more threads than SHIELD_PEER_POLLS, and all other requests are answered as if
these peers did not exist."""

import contextlib
import re
import signal
import time

import pytest

from programs import eventually
from simulated_peers import is_right, signed, write_secret

HOST = "shields.test"
THREADS, POLLS = 4, 2
AT_ONCE = 10  # seconds, on a busy machine with sanitizers; a waiting poll has 25
STOP = 5


class Poll:
    """An open poll."""

    def __init__(self, shields, since, wait=25):
        target = f"/services/?full&since={since}&wait={wait}"
        self.begin = time.monotonic()
        self.request = signed(target, HOST)
        self.connection = shields.connect()
        self.connection.send(target, headers=self.request)

    def answer(self, timeout=AT_ONCE):
        self.connection.socket.settimeout(timeout)
        response = self.connection.receive()
        self.took = time.monotonic() - self.begin
        # libfcgi waits up to two seconds for the client to close.
        self.connection.socket.close()
        assert response.status == 200 and is_right(response, self.request), response
        return response.json()

    def waits(self, for_seconds=0.3):
        self.connection.socket.settimeout(for_seconds)
        try:
            self.connection.take(1)
            return False
        except TimeoutError:
            return True


class Shields:
    def __init__(self, responder, folder, fake):
        self.web = fake.deployment("web", namespace="shop", replicas=2)
        # A heartbeat that is late on a busy machine would be news, too.
        self.program = responder(INTRA_SECRET=write_secret(folder), threads=THREADS, peer_polls=POLLS,
                                 stop_timeout=f"{STOP}s", heartbeat="1h")

    def now(self):
        """Requests everything, and returns the version to wait for news after."""
        request = signed("/services/?full", HOST)
        response = self.program.get("/services/?full", headers=request)
        assert is_right(response, request)
        document = response.json()
        return f"{document['instance']}.{document['version']}"

    def settled(self):
        """The version, once it has stopped changing by itself."""
        def same():
            before = self.now()
            time.sleep(0.3)
            return before == self.now() and before
        return eventually(same)

    def assert_serves(self, times=20):
        slowest = 0
        for _ in range(times):
            for path in ("/_/web/health/", "/", "/ping", "/readyz"):
                begin = time.monotonic()
                assert self.program.get(path).status == 200
                slowest = max(slowest, time.monotonic() - begin)
        print(f"slowest {1000 * slowest:.1f} ms")
        assert slowest < AT_ONCE

    def open(self, count, since, **options):
        return [Poll(self.program, since, **options) for _ in range(count)]


@pytest.fixture
def shields(responder, folder, fake):
    return Shields(responder, folder, fake)


def test_polls_beyond_the_cap_are_answered_at_once(shields):
    since = shields.settled()
    waiting = shields.open(POLLS, since)
    assert all(poll.waits() for poll in waiting)
    for poll in shields.open(3 * THREADS, since):
        document = poll.answer()
        assert "services" not in document and f"{document['instance']}.{document['version']}" == since
    shields.assert_serves()
    assert all(poll.waits() for poll in waiting)
    # News wakes the waiting polls.
    shields.web.pods[0].set(ready=False)
    for poll in waiting:
        assert [(one["name"], one["ready"]) for one in poll.answer()["services"]] == [("web", 1)]
    # Their places are free again.
    assert all(poll.waits() for poll in shields.open(POLLS, shields.settled()))


def test_a_poll_ends_at_its_time(shields):
    since = shields.settled()
    poll, = shields.open(1, since, wait=1)
    assert "services" not in poll.answer(timeout=1 + AT_ONCE) and poll.took >= 0.95


@pytest.mark.parametrize("since", ["", "stranger.1", ".", "{instance}.0", "{instance}.99999999", "{instance}.",
                                   "{instance}.-1", "{instance}.1e3", "{instance}.18446744073709551617"])
def test_a_foreign_version_gets_everything_at_once(shields, since):
    instance = shields.settled().rpartition(".")[0]
    for poll in shields.open(2 * POLLS, since.format(instance=instance)):
        document = poll.answer()
        assert document["full"] and len(document["services"]) == 1


@pytest.mark.parametrize("wait", ["", "-1", "x", "99999999999999999999", "0", "1e9"])
def test_an_invalid_wait_is_within_bounds(shields, wait):
    since = shields.settled()
    polls = shields.open(POLLS, since, wait=wait)
    shields.assert_serves(3)
    if wait == "99999999999999999999":
        assert all(poll.waits() for poll in polls)
    else:
        for poll in polls:
            with contextlib.suppress(TimeoutError):
                poll.answer(timeout=2)


def test_sigterm_ends_open_polls_with_an_answer(shields):
    polls = shields.open(POLLS, shields.settled())
    assert all(poll.waits() for poll in polls)
    begin = time.monotonic()
    shields.program.signal(signal.SIGTERM)
    for poll in polls:
        assert "services" not in poll.answer()
    shields.program.stop()
    took = time.monotonic() - begin
    print(f"stopped after {1000 * took:.0f} ms")
    assert "stop timeout has passed" not in shields.program.stderr


def test_sigterm_ends_polls_that_nobody_reads(shields):
    polls = shields.open(POLLS, shields.settled())
    assert all(poll.waits() for poll in polls)
    begin = time.monotonic()
    shields.program.stop()
    took = time.monotonic() - begin
    print(f"stopped after {1000 * took:.0f} ms")
    assert "stop timeout has passed" not in shields.program.stderr


def test_a_peer_that_disconnects_frees_its_place_at_the_next_news(shields):
    since = shields.settled()
    for _ in range(10):
        polls = shields.open(POLLS, since)
        for poll in polls:
            poll.connection.socket.close()
        shields.assert_serves(3)
        shields.web.pods[0].set(restarts=int(since.rpartition(".")[2]))
        eventually(lambda: shields.now() != since)
        since = shields.settled()
    assert all(poll.waits() for poll in shields.open(POLLS, since))
    assert not re.search("error|warning", shields.program.stderr), shields.program.stderr


def test_a_peer_that_does_not_read_costs_one_thread(shields):
    """News for it waits in the socket until the peer reads it."""
    polls = shields.open(POLLS, shields.settled())
    shields.web.pods[0].set(ready=False)
    shields.assert_serves()
    for poll in polls:
        assert poll.answer()["services"]
