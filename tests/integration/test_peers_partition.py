"""Clusters on their own hosts, and what separates them: a pulled cable, a network that loses packets silently, one that
is slow. See network.py.

A silent network is noticed 25 s or more after its last packet. So the network is partitioned once, in several places,
and the tests that need not wait for that run meanwhile. The fixture of a test says how far things have gone: parted,
noticed, reconnected."""

import contextlib
import pathlib
import re
import shutil
import tempfile
import types

import pytest

import network
import programs
from peers_world import KEY, PEER_DEADLINE, World, write_secrets
from programs import eventually

if reason := network.missing():
    pytest.skip(reason, allow_module_level=True)

NOTICED = 90  # seconds; enough for a busy machine
RIGHT_AGAIN = 60  # the longest backoff, 30 s, and a connection attempt that started too early, 5 s
HEALTHY = ("2/2 (0 restarts)", "green")
PAGES = ["/", "/_/web/health/", "/_/only-cut/health/", "/_/only-deaf/health/", "/a/only/health/", "/c/health/",
         "/c/nodes/?cluster=cut", "/c/health/?cluster=deaf", "/services/", "/metrics"]
MANY = 100  # services


@pytest.fixture(scope="module")
def world():
    """A World whose network is `world.net`."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="kube-shields-"))
    with contextlib.ExitStack() as undo:
        undo.callback(shutil.rmtree, folder)
        world = World(folder, write_secrets(folder / "secret", KEY), [])
        undo.callback(world.close)
        world.net = network.Network()
        undo.callback(world.net.close)
        yield world
        for program in world.started:
            undo.callback(program.stop)


@pytest.fixture(scope="module")
def clusters(world):
    """here asks all others; well stays well; cut and deaf are named after what happens to them. Each has web and a
    service that only it has."""
    sites = {name: network.Place(world, world.net, name) for name in ("here", "cut", "well", "deaf")}
    for name, site in sites.items():
        site.fake.deployment("web", "shop", replicas=2)
        site.only = site.fake.deployment(f"only-{name}", "shop", replicas=2)
        site.fake.node(f"{name}-1")
    here, cut, well, deaf = sites.values()
    here.start(cut, well.by_ipv6, deaf)
    cut.start(here)
    well.start(cut.by_ipv6, unknown_after="1s")
    deaf.start(here, well)
    here.knows(cut, well, deaf)
    cut.knows(here)
    well.knows(cut)
    deaf.knows(here, well)
    return types.SimpleNamespace(**sites)


@pytest.fixture(scope="module")
def parted(clusters):
    """Pulls the cable of cut, and loses all packets from here to deaf; packets from deaf to here still arrive. The open
    poll of here is answered now, because deaf has news, so that the lost packet is the next request."""
    clusters.cut.host.unplug()
    clusters.here.host.loses(clusters.deaf.host)
    clusters.deaf.fake.deployment("last-word", "shop", replicas=2)
    return clusters


def pairs(clusters):
    """(site, peer) for each poll that gets no answer."""
    here, cut, well, deaf = (getattr(clusters, name) for name in ("here", "cut", "well", "deaf"))
    return [(here, cut), (here, deaf), (cut, here), (well, cut), (deaf, here)]


@pytest.fixture(scope="module")
def noticed(parted):
    for site, peer in pairs(parted):
        eventually(lambda: not site.is_up(peer.name), NOTICED, lambda: f"{peer.name}:\n{site.shields.stderr}")
    return parted


@pytest.fixture(scope="module")
def reconnected(noticed):
    """Adds and changes services during the partition, then ends it."""
    for site in (noticed.here, noticed.cut, noticed.deaf):
        site.only.pods[0].set(ready=False)
        site.fake.deployment(f"later-{site.name}", "shop", replicas=2)
    noticed.cut.host.plug()
    noticed.here.host.reaches(noticed.deaf.host)
    return noticed


def service(site):
    return f"/_/only-{site.name}/health/"


def age(site, peer):
    return site.shields.raw(service(peer))["age"]


# ---- nobody has noticed yet ----

def test_no_request_waits_for_a_silent_cluster(parted):
    """No peer was given up between the first request and the last answer, so no answer waited for that."""
    def failures():
        return [parted.here.metric("failures_total", name) for name in ("cut", "deaf")]
    before = failures()
    for page in PAGES:
        assert parted.here.ask(page).status == 200, page
    assert failures() == before


def test_the_partition_cuts_the_intended_links(parted):
    here, cut, well, deaf = (site.host for site in (parted.here, parted.cut, parted.well, parted.deaf))
    assert here.hears(deaf) and not deaf.hears(here)
    assert not here.hears(cut) and not cut.hears(well)
    assert here.hears(well) and well.hears(here) and deaf.hears(well) and well.hears(deaf)


def test_ipv6(parted):
    if not parted.well.host.ipv6:
        pytest.skip("no IPv6 here")
    parted.well.fake.deployment("by-ipv6", "shop", replicas=2)
    parted.here.shields.becomes("/_/by-ipv6/health/", *HEALTHY)


@pytest.mark.parametrize("qdisc", ["netem delay 100ms 20ms loss 5%", "tbf rate 32kbit burst 2kb latency 500ms"],
                         ids=["netem", "tbf"])
def test_a_slow_network_is_only_slow(parted, qdisc):
    here, well = parted.here, parted.well
    failures = here.metric("failures_total", "well")
    with well.host.slow(qdisc):
        for number in range(MANY):
            well.fake.deployment(f"many-{number}", "shop", replicas=2)
        for number in (0, MANY - 1):
            here.shields.becomes(f"/_/many-{number}/health/", *HEALTHY, timeout=PEER_DEADLINE)
        assert here.is_up("well") and age(here, well) == 0
    assert here.metric("failures_total", "well") == failures


@pytest.mark.parametrize("family", ["ipv4", "ipv6"])
def test_a_name_with_two_addresses_one_of_them_dead(parted, world, folder, family):
    well, guest = parted.well, network.Place(world, world.net, f"guest-{family}")
    dead = dict(zip(("ipv4", "ipv6"), guest.host.nobodys))[family]
    (folder / "hosts").write_text(f"{dead} well.test\n{well.host.ipv4} well.test\n")
    # In a mount namespace that ends with the program.
    with_hosts = ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" /etc/hosts && exec "$@"', folder / "hosts"]
    try:
        guest.host.run(*with_hosts, "true")
    except OSError as error:
        pytest.skip(str(error))
    guest.start(well.at("well.test"), command=[*with_hosts, programs.BINARY], SHIELD_LISTEN=guest.address)
    guest.knows(well)
    assert guest.shields.shield(service(well)) == HEALTHY
    assert guest.host.missed(dead), "the dead one was tried"


def test_everything_outside_the_partition_is_well(parted):
    here, deaf, well = parted.here, parted.deaf, parted.well
    for site in (here, parted.cut, well, deaf):
        assert site.shields.shield(service(site)) == HEALTHY and age(site, site) == 0
    for site in (here, deaf):
        assert site.is_up("well")
        assert site.shields.shield(service(well)) == HEALTHY and age(site, well) == 0


# ---- all have noticed ----

def test_last_known_values_show_their_age(noticed):
    for site, peer in pairs(noticed):
        if site is not noticed.well:
            message, color = site.shields.shield(service(peer))
            assert re.fullmatch(r"2/2 \(0 restarts\)( \(\d+[sm] old\))?", message) and color == "green"
            assert age(site, peer) > 0, f"{peer.name} at {site.name}"


def test_shields_turn_grey_after_a_while(noticed):
    """After SHIELD_UNKNOWN_AFTER, which is short for well."""
    well = noticed.well.shields
    for target in (f"{service(noticed.cut)}?", "/c/health/?cluster=cut&", "/c/nodes/?cluster=cut&"):
        eventually(lambda: well.get(f"{target}format=text").text.endswith(": unknown\n"))
        assert well.get(f"{target}format=shields").json()["color"] == "grey"
    assert well.shield(service(noticed.well)) == HEALTHY


def test_unreachable_clusters_are_named(noticed):
    here = noticed.here
    raw = here.shields.raw("/a/only/health/")
    assert raw["unreachable"] == ["cut", "deaf"]
    assert (raw["ready"], raw["total"]) == (8, 8), "their last known values count"
    assert [here.metric("up", name) for name in ("cut", "well", "deaf")] == [0, 1, 0]
    page = here.ask("/").text
    sections = dict(zip(*[iter(re.split(r"<h2>(.*?)</h2>", page)[1:])] * 2))
    assert [name for name, section in sections.items() if "Unreachable" in section] == ["cut", "deaf"]
    for name in ("cut", "deaf"):
        here.shields.wait_for_line(rf"warning peer: {name} \(http.*last known values stay")


def test_no_request_waits_during_an_outage(noticed):
    for page in PAGES:
        assert noticed.here.ask(page).status == 200, page


def test_connected_clusters_still_work(noticed):
    here, cut, well, deaf = noticed.here, noticed.cut, noticed.well, noticed.deaf
    for site, peer in [(here, here), (cut, cut), (well, well), (deaf, deaf), (here, well), (deaf, well)]:
        assert site.shields.shield(service(peer)) == HEALTHY and age(site, peer) == 0, (site.name, peer.name)
    assert deaf.is_up("well")


# ---- the cable is back ----

def test_everything_recovers(reconnected):
    for site, peer in pairs(reconnected):
        eventually(lambda: site.is_up(peer.name) and age(site, peer) == 0, RIGHT_AGAIN, lambda: site.shields.stderr)
    assert reconnected.here.shields.raw("/a/only/health/")["unreachable"] == []
    assert "Unreachable" not in reconnected.here.ask("/").text


def test_changes_during_the_partition_arrive(reconnected):
    for site, peer in pairs(reconnected):
        site.shields.becomes(f"/_/later-{peer.name}/health/", *HEALTHY, timeout=PEER_DEADLINE)
        site.shields.becomes(service(peer), "1/2 (0 restarts)", "red")
    # Later changes arrive as before.
    reconnected.cut.fake.deployment("at-last", "shop", replicas=2)
    for site in (reconnected.here, reconnected.well):
        site.shields.becomes("/_/at-last/health/", *HEALTHY)
