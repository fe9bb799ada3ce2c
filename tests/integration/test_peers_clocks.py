"""Clusters whose clocks differ. Each kube-shields has its own wall clock, which a test may set at any time."""

import pytest

from clocks import Clock
from peers_world import PEER_DEADLINE
from programs import eventually

HEALTHY = "2/2 (0 restarts)"


@pytest.fixture
def pair(world, clock_library):
    """pair(5): eu asks us, whose clock is 5 s ahead; pair(5, eu_ahead=5): both are ahead. Each site has a `clock`."""
    def start(us_ahead, eu_ahead=0, wait=True):
        eu, us = world.site("eu"), world.site("us")
        eu.fake.deployment("web", "shop", replicas=2)
        us.fake.deployment("db", "data", replicas=2)
        for site, ahead in (eu, eu_ahead), (us, us_ahead):
            site.clock = Clock(site.folder / "clock", clock_library, site.address, ahead)
        us.start(**us.clock.settings)
        eu.start(us, **eu.clock.settings)
        if wait:
            eu.knows(us)
        return eu, us
    return start


def is_right(eu):
    assert eu.shields.shield("/_/web/health/") == (HEALTHY, "green")
    eu.shields.becomes("/_/db/health/", HEALTHY, "green", PEER_DEADLINE)


@pytest.mark.parametrize("ahead", [8, -8])
def test_clocks_that_differ_by_less_than_ten_seconds(pair, ahead):
    eu, us = pair(0)
    us.clock.set(ahead)  # after its start, because it refuses what was signed before that
    eu.stop()
    eu.start(us, **eu.clock.settings)
    is_right(eu)
    us.fake.deployment("more", "data")
    eu.shields.becomes("/_/more/health/", "1/1 (0 restarts)", "green")


@pytest.mark.parametrize("ahead, where", [(3600, "behind"), (-3600, "ahead of")])
def test_clocks_that_differ_by_more(pair, ahead, where):
    """Both log it, nothing else breaks, and no restart is needed once the clock is right."""
    eu, us = pair(ahead, wait=False)
    us.shields.wait_for_line(rf"signed 3[56]\d\d\.\d+ s {where} this clock: must be at most 10 s either way; are both clocks set\?")
    eu.shields.wait_for_line(r"warning peer: us .*answers 403: .*its clock and ours differ by more than 10 s")
    assert eu.shields.shield("/_/web/health/") == (HEALTHY, "green")
    assert eu.shields.raw("/a/we/health/")["unreachable"] == ["us"]
    eu.clock.set(ahead)
    is_right(eu)


def test_a_clock_that_is_set_while_it_runs(pair):
    """Ages come from the monotonic clock and do not change. A peer that the change excludes is away until its clock
    follows."""
    eu, us = pair(0)
    eu.clock.set(86400)
    eu.fake.deployment("later", "shop")
    eu.shields.becomes("/_/later/health/", "1/1 (0 restarts)", "green")
    us.fake.deployment("more", "data")
    eventually(lambda: not eu.is_up("us"), message=lambda: eu.shields.stderr)
    assert eu.shields.raw("/_/web/health/")["age"] == 0 and eu.shields.shield("/_/web/health/") == (HEALTHY, "green")
    us.clock.set(86400)
    eu.shields.becomes("/_/more/health/", "1/1 (0 restarts)", "green", PEER_DEADLINE)
    # A request from before the change may have brought the news already, before eu has proof that the peer is back.
    eventually(lambda: eu.is_up("us"), PEER_DEADLINE)


def test_a_clock_that_goes_back_does_not_forget_nonces(pair):
    """Requests signed in the repeated time may have been answered already, so they are refused until a restart."""
    eu, us = pair(600, eu_ahead=600)
    for site in (eu, us):
        site.clock.set(0)
    us.fake.deployment("more", "data")
    us.shields.wait_for_line("signed before this program started, or before a clock went back")
    eventually(lambda: not eu.is_up("us"))
    us.stop()
    us.start(**us.clock.settings)
    eu.shields.becomes("/_/more/health/", "1/1 (0 restarts)", "green", PEER_DEADLINE)
