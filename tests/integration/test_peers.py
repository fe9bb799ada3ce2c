"""Clusters that show each other's services, each with its own process, nginx and API server. See peers_world.py."""

import re
import socket
import statistics
import time

import pytest

from checks_world import metric
from peers_world import PEER_DEADLINE, CgiServer, Relay
from programs import eventually, run_cgi

HEALTHY = "2/2 (0 restarts)"
CHANGES = 30
CHANGE_MOST = 20  # seconds; enough for a busy machine, and less than the 25 of a poll


def rows(shields, target="/"):
    """{cluster: its services} as the page lists them; one cluster without a name has ""."""
    page = shields.get(target)
    assert (page.status, page.type) == (200, "text/html")
    parts = re.split(r"<h2>(.*?)</h2>", page.text)
    names = parts[1::2] or [""]
    return {name: re.findall(r'<tr><th scope="row">(.*?)</th>', part) for name, part in zip(names, parts[2::2] or parts)}


def counts(shields, path):
    raw = shields.raw(path)
    return raw["ready"], raw["total"]


@pytest.fixture
def pair(world):
    """eu has web and asks us; us has web and db, and asks nobody."""
    eu, us = world.site("eu"), world.site("us")
    eu.fake.deployment("web", "shop", replicas=2)
    eu.fake.node("eu-1")
    us.fake.deployment("web", "shop", replicas=3, image="registry.example/web:9.9.9")
    us.fake.deployment("db", "data", replicas=2)
    us.fake.deployment("wanting", "data", replicas=1, ready=False)
    us.fake.node("us-1")
    us.fake.node("us-2")
    us.start()
    eu.start(us)
    eu.knows(us)
    return eu, us


# ---- which cluster answers ----

@pytest.mark.parametrize("path", ["/_/db/health/", "/_/data/db/health/", "/_/db/version/", "/_/db/replicas/",
                                  "/_/db/restarts/", "/_/db/state/", "/_/wanting/health/"])
def test_a_service_of_another_cluster(pair, path):
    eu, us = pair
    assert eu.shields.get(path).status == 200
    assert eu.shields.shield(path) == us.shields.shield(path)
    raw = eu.shields.raw(path)
    assert {**raw, "age": 0} == {**us.shields.raw(path), "age": 0}
    assert eu.shields.get(path + "?format=json").json()["cluster"] == "us"


def test_a_service_that_no_cluster_has_is_not_found(pair):
    for path in ("/_/nobody/health/", "/_/shop/db/health/", "/_/db/no-such-check/", "/a/nobody/health/"):
        assert pair[0].shields.get(path).status == 404, path


def test_a_peer_that_knows_nothing_yet_counts_as_unreachable(world):
    """The peer's API server has been away since the start, so whether it has services is unknown."""
    eu, us = world.site("eu"), world.site("us")
    eu.fake.deployment("web", "shop", replicas=2)
    us.fake.deployment("web", "shop", replicas=3)
    fault = us.fake.fault("pods", "list", "hold")
    us.start(wait=False)
    eu.start(us)
    eventually(lambda: eu.metric("polls_total", "us") > eu.metric("failures_total", "us"))
    assert eu.shields.raw("/a/web/health/")["unreachable"] == ["us"] and not eu.is_up("us")
    assert "It has just started and knows nothing yet." in eu.shields.get("/").text
    fault.release()
    eventually(lambda: eu.shields.raw("/a/web/health/")["unreachable"] == [])
    assert counts(eu.shields, "/a/web/health/") == (5, 5)


def test_local_wins(pair):
    eu, us = pair
    for path in ("/_/web/health/", "/_/shop/web/health/"):
        assert counts(eu.shields, path) == (2, 2)
    assert eu.shields.shield("/_/web/version/") == ("1.2.3", "blue")
    assert eu.shields.get("/_/web/health/?format=json").json()["cluster"] == "eu"
    eu.fake.deployment("db", "shop", replicas=1)
    eu.shields.becomes("/_/db/health/", "1/1 (0 restarts)", "green")


def test_otherwise_the_order_of_other_shields_decides(world):
    eu, us, asia = world.site("eu"), world.site("us"), world.site("asia")
    us.fake.deployment("web", "shop", replicas=2)
    asia.fake.deployment("web", "shop", replicas=3)
    us.start()
    asia.start()
    for order, total in [((us, asia), 2), ((asia, us), 3)]:
        eu.start(*order)
        eu.knows(*order)
        assert counts(eu.shields, "/_/web/health/") == (total, total)
        eu.stop()


SHIELDS = ["/_/db/health/", "/_/data/db/health/", "/_/web/health/", "/a/d/health/", "/n/data/health/", "/c/health/",
           "/c/nodes/", "/c/restarts/"]


@pytest.mark.parametrize("path", SHIELDS)
def test_cluster_chooses_for_every_shield(pair, path):
    eu, us = pair
    for query in ("", "&format=json", "&format=text", "&format=shields"):
        chosen, own = eu.shields.get(f"{path}?cluster=us{query}"), us.shields.get(f"{path}?{query}")
        assert (chosen.status, chosen.type) == (200, own.type)
        if "json" not in query:
            assert chosen.body == own.body, query
    assert eu.shields.get(f"{path}?cluster=us&raw").json().items() >= us.shields.raw(path).items()


def test_cluster_chooses_for_lists_and_the_page(pair):
    eu, us = pair
    assert eu.shields.get("/services/?cluster=us").json() == us.shields.get("/services/").json()
    assert eu.shields.get("/services/?cluster=eu").json() == eu.shields.get("/services/").json() == ["web"]
    assert eu.shields.get("/services/db/?cluster=us").json() == us.shields.get("/services/db/").json()
    assert eu.shields.get("/services/db/?cluster=eu").status == 404
    assert rows(eu.shields, "/?cluster=us") == {"us": ["db", "wanting", "web"]}
    assert rows(eu.shields, "/?cluster=eu") == {"eu": ["web"]}


@pytest.mark.parametrize("path", ["/", *SHIELDS, "/services/", "/services/web/"])
def test_an_unknown_cluster_is_not_found(pair, path):
    for name in ("nowhere", "", "US", "us%20"):
        answer = pair[0].shields.get(f"{path}?cluster={name}")
        assert answer.status == 404, name
        assert set(pair[0].shields.get(f"{path}?cluster={name}&raw").json()) == {"error"}
    # The same holds for a single cluster.
    assert pair[1].shields.get(f"{path}?cluster=eu").status == 404
    assert pair[1].shields.get(f"{path}?cluster=us").status == 200


def test_all_clusters_as_one_shield(pair):
    eu, us = pair
    assert eu.shields.shield("/a/we/health/") == ("5/5 (0 restarts)", "green")
    raw = eu.shields.raw("/a/we/health/")
    assert (raw["ready"], raw["total"], raw["unreachable"]) == (5, 5, [])
    assert eu.shields.get("/a/w/health/?format=json").json()["unreachable"] == []
    # One unhealthy service is enough.
    assert eu.shields.shield("/a/w/health/") == ("5/6 (0 restarts)", "red")
    assert "unreachable" not in us.shields.raw("/a/w/health/")


def test_a_cluster_and_a_namespace_are_ours(pair):
    eu, us = pair
    assert eu.shields.shield("/c/health/") == (HEALTHY, "green")
    assert eu.shields.shield("/n/shop/health/") == (HEALTHY, "green")
    assert eu.shields.get("/n/data/health/").status == 404
    assert eu.shields.raw("/c/nodes/")["total"] == 1
    assert eu.shields.get("/c/nodes/?cluster=us&raw").json()["total"] == 2
    assert eu.shields.get("/c/health/?cluster=us&raw").json()["total"] == 6


def test_the_page_shows_every_cluster(pair):
    eu, us = pair
    assert rows(eu.shields) == {"eu": ["web"], "us": ["db", "wanting", "web"]}
    page = eu.shields.get("/").text
    links = re.findall(r'<a href="([^"]*)"><img loading="lazy" height="20" src="([^"]*)"', page)
    assert len(links) == 2 + 1 + 2 + 3 and all(link == source for link, source in links)
    theirs = {link for link, _ in links if link.endswith("?cluster=us")}
    assert theirs == {f"{path}?cluster=us" for path in ("/c/health/", "/c/nodes/", "/_/data/db/health/",
                                                        "/_/data/wanting/health/", "/_/shop/web/health/")}
    assert {link for link, _ in links} - theirs == {"/c/health/", "/c/nodes/", "/_/shop/web/health/"}
    for link in theirs:
        assert eu.shields.get(link).body == us.shields.get(link.partition("?")[0]).body
    # A single cluster needs no heading.
    assert rows(us.shields) == {"": ["db", "wanting", "web"]}


def test_custom_checks_of_a_peer(world, checks):
    checks.program("web/hits", "echo '{\"label\": \"Hits\", \"message\": \"1234\", \"color\": \"blue\"}'")
    checks.program("web/broken", "exit 9")
    checks.write("mail.so", "no module")
    eu, us = world.site("eu"), world.site("us")
    us.fake.deployment("web", "shop")
    us.start(checks_dir=checks.path, check_interval="1s")
    eu.start(us)
    shields = eu.knows(us)
    shields.becomes("/_/web/hits/", "1234", "blue")
    assert shields.get("/_/web/hits/?format=text").text == "Hits: 1234\n"
    assert shields.shield("/_/shop/web/hits/") == ("1234", "blue")
    assert shields.get("/_/web/hits/?cluster=eu").status == 404
    eventually(lambda: shields.shield("/_/web/broken/")[1] == "grey")
    for path in ("/_/web/hits/", "/_/web/broken/", "/_/mail/hits/"):
        theirs, ours = us.shields.get(path + "?format=shields"), shields.get(path + "?format=shields")
        assert (theirs.status, theirs.body) == (ours.status, ours.body), path
    assert {"hits", "broken"} <= set(shields.get("/services/web/?cluster=us").json())
    assert 'src="/_/shop/web/hits/?cluster=us" alt="Hits: 1234"' in shields.get("/").text
    # A check changes, then is removed.
    checks.program("web/hits", "echo '{\"message\": \"5678\", \"color\": \"red\"}'")
    shields.becomes("/_/web/hits/", "5678", "red")
    checks.remove("web/hits")
    eventually(lambda: shields.get("/_/web/hits/").status == 404)


def test_metrics_of_a_peer(pair):
    eu, us = pair
    assert eu.metric("up", "us") == 1 and eu.metric("services", "us") == 3
    assert eu.metric("polls_total", "us") >= 1 and eu.metric("received_bytes_total", "us") > 500
    assert eu.metric("failures_total", "us") == 0
    assert metric(eu.shields, "kube_shields_services") == 1
    assert "kube_shields_peer" not in us.shields.get("/metrics", params={"KUBE_SHIELDS_INTERNAL": "1"}).text


# ---- what changes ----

def test_a_change_is_seen_soon(pair):
    eu, us = pair
    pod = us.fake.deployment("flips", "data").pods[0]
    eu.shields.becomes("/_/flips/health/", "1/1 (0 restarts)", "green")
    seconds = []
    with eu.shields.connect() as connection:
        for number in range(CHANGES):
            ready = number % 2 == 1
            begin = time.monotonic()
            pod.set(ready=ready)
            while connection.get("/_/flips/health/?raw", keep=True).json()["ready"] != ready:
                assert time.monotonic() - begin < CHANGE_MOST
                time.sleep(0.001)
            seconds.append(time.monotonic() - begin)
            time.sleep(0.05)  # a change soon after another one waits
    print(f"a change of us is seen in eu after {statistics.median(seconds) * 1000:.1f} ms (median of {CHANGES}), "
          f"{max(seconds) * 1000:.1f} ms at most")


def test_services_come_and_go(pair):
    eu, us = pair
    guest = us.fake.deployment("guest", "data")
    eu.shields.becomes("/_/guest/health/", "1/1 (0 restarts)", "green")
    guest.delete()
    eventually(lambda: eu.shields.get("/_/guest/health/").status == 404)
    assert rows(eu.shields)["us"] == ["db", "wanting", "web"]
    us.fake.set_node("us-2", ready=False)
    eventually(lambda: eu.shields.get("/c/nodes/?cluster=us&raw").json()["ready"] == 1)
    us.fake.deployment("db", "shop", annotations={"kube-shields.io/label": "Base"})
    eventually(lambda: eu.shields.get("/_/shop/db/health/?format=text").text.startswith("Base:"))


def test_services_removed_while_the_peer_is_down(pair):
    eu, us = pair
    us.stop()
    us.fake.deployment("later", "data")
    us.fake.delete("deployments", "data", "wanting")
    for kind in ("replicasets", "pods"):
        for _, name in [key for key in us.fake.objects[kind] if key[1].startswith("wanting-")]:
            us.fake.delete(kind, "data", name)
    us.start()
    eu.shields.becomes("/_/later/health/", "1/1 (0 restarts)", "green", PEER_DEADLINE)
    # What a peer that has just started does not mention is removed once it knows everything.
    eventually(lambda: eu.shields.get("/_/wanting/health/").status == 404)


# ---- what goes wrong ----

def is_old(shields, path, message=HEALTHY):
    """Waits for the last known value with an age."""
    eventually(lambda: shields.raw(path)["age"] > 0, 15, lambda: f"{shields.raw(path)}\n{shields.stderr}")
    assert shields.shield(path) == (message, "green")


def is_right_again(eu, us):
    eu.knows(us)
    eventually(lambda: eu.shields.raw("/_/db/health/")["age"] == 0)
    assert eu.shields.shield("/_/db/health/") == (HEALTHY, "green")
    assert eu.shields.raw("/a/we/health/")["unreachable"] == []
    assert "Unreachable" not in eu.shields.get("/").text


def is_shown_away(eu, peer):
    assert eu.metric("up", peer) == 0
    assert eu.shields.raw("/a/we/health/")["unreachable"] == [peer]
    assert eu.shields.get("/a/we/health/?format=json").json()["unreachable"] == [peer]
    page = eu.shields.get("/").text
    assert page.index(f"<h2>{peer}</h2>") < page.index("Unreachable") and page.count("Unreachable") == 1


@pytest.mark.parametrize("how", ["kube-shields", "nginx"])
def test_an_unreachable_peer(pair, how):
    eu, us = pair
    eu.stop()
    eu.start(us, unknown_after="4s")
    eu.knows(us)
    (us.gate if how == "nginx" else us).stop()
    is_old(eu.shields, "/_/db/health/")
    is_shown_away(eu, "us")
    assert rows(eu.shields) == {"eu": ["web"], "us": ["db", "wanting", "web"]}
    assert eu.shields.shield("/_/web/health/") == (HEALTHY, "green"), "ours are as they are"
    eu.shields.becomes("/_/db/health/", "unknown", "grey", 15)
    assert eu.shields.shield("/c/nodes/") == ("1/1", "green")
    for target in ("/c/nodes/?cluster=us&", "/c/health/?cluster=us&", "/a/we/health/?"):
        eventually(lambda: eu.shields.get(target + "format=shields").json()["message"] == "unknown")
    is_shown_away(eu, "us")
    eu.shields.wait_for_line(r"warning peer: us \(http.*last known values stay")
    assert sum("warning peer: us" in line for line in eu.shields.lines) == 1, eu.shields.stderr


def test_a_peer_that_comes_back(pair):
    eu, us = pair
    us.stop()
    is_old(eu.shields, "/_/db/health/")
    us.start()
    is_right_again(eu, us)
    eu.shields.wait_for_line(r"info peer: us \(http.*back after")
    # Changes arrive as before.
    us.fake.deployment("more", "data")
    eu.shields.becomes("/_/more/health/", "1/1 (0 restarts)", "green")


def test_a_peer_that_was_never_reachable(world):
    eu, us = world.site("eu"), world.site("us")
    eu.fake.deployment("web", "shop", replicas=2)
    shields = eu.start(us)
    shields.wait_for_line(r"warning peer: us \(http.*502")
    assert shields.shield("/_/web/health/") == (HEALTHY, "green")
    assert shields.shield("/a/we/health/")[0] == HEALTHY
    is_shown_away(eu, "us")
    # The peer might have the service.
    for target, detail in [("/_/db/health/?", "unknown: not found elsewhere; unreachable: us"),
                           ("/a/db/health/?", "unknown: not found elsewhere; unreachable: us"),
                           ("/_/db/health/?cluster=us&", "unknown: us is unreachable"),
                           ("/services/db/?cluster=us&", "unknown: us is unreachable")]:
        answer = shields.get(target + "format=text")
        assert (answer.status, answer.text) == (503, detail + "\n"), target
    assert shields.shield("/_/db/health/") == ("unknown", "grey")
    assert shields.get("/services/db/").status == 404
    us.fake.deployment("db", "data", replicas=2)
    us.start()
    shields.becomes("/_/db/health/", HEALTHY, "green", PEER_DEADLINE)


def test_a_peer_that_was_killed(pair):
    eu, us = pair
    us.shields.kill()
    us.shields.stop = lambda: None  # a program killed by SIGKILL does not end cleanly
    is_old(eu.shields, "/_/db/health/")
    us.start()
    is_right_again(eu, us)


def test_a_peer_whose_api_server_is_away(pair):
    eu, us = pair
    us.fake.close()
    is_old(us.shields, "/_/db/health/")
    is_old(eu.shields, "/_/db/health/")
    assert eu.is_up("us"), "only its API server is away"
    us.fake.reopen()
    is_right_again(eu, us)


def test_a_stop_does_not_wait_for_open_polls(pair):
    _, us = pair
    us.stop()  # fails if that takes as long as a poll, 25 s
    assert "still being answered" not in us.shields.stderr


# ---- shields that name each other ----

def test_two_that_name_each_other(world):
    eu, us = world.site("eu"), world.site("us")
    eu.fake.deployment("web", "shop", replicas=2)
    us.fake.deployment("web", "shop", replicas=3)
    us.start(eu)
    eu.start(us)
    eu.knows(us)
    us.knows(eu)
    for site, other in ((eu, us), (us, eu)):
        assert rows(site.shields) == {site.name: ["web"], other.name: ["web"]}
        assert site.shields.shield("/a/we/health/") == ("5/5 (0 restarts)", "green")
    # Nothing circulates: each change is sent once.
    us.fake.deployment("db", "shop")
    for site in (eu, us):
        site.shields.becomes("/_/db/health/", "1/1 (0 restarts)", "green")
    time.sleep(1)
    before = [(site.metric("polls_total", other.name), metric(site.shields, "kube_shields_store_version_total"))
              for site, other in ((eu, us), (us, eu))]
    time.sleep(3)
    after = [(site.metric("polls_total", other.name), metric(site.shields, "kube_shields_store_version_total"))
             for site, other in ((eu, us), (us, eu))]
    assert all(polls - old_polls <= 1 and version - old_version <= 1
               for (polls, version), (old_polls, old_version) in zip(after, before)), (before, after)


def test_a_shield_that_asks_itself(world):
    eu = world.site("eu")
    eu.fake.deployment("web", "shop", replicas=2)
    shields = eu.start(f"mirror={eu.gate.url}")
    shields.wait_for_line(r"warning peer: mirror \(http.*this is kube-shields itself: leave it out of OTHER_SHIELDS")
    assert shields.shield("/a/we/health/") == (HEALTHY, "green")
    assert rows(shields) == {"eu": ["web"], "mirror": []}
    assert eu.metric("up", "mirror") == 0 and eu.metric("services", "mirror") == 0


def test_one_shield_under_two_names_counts_once(world):
    eu, us = world.site("eu"), world.site("us")
    us.fake.deployment("web", "shop", replicas=2)
    us.start()
    shields = eu.start(us, f"again=http://localhost:{us.gate.port}")
    shields.wait_for_line(r"warning peer: (us \(http.* is also again's|again \(http.* is also us's): "
                          r"is it one shield under two names\?")
    assert shields.shield("/a/we/health/") == (HEALTHY, "green")
    assert eu.metric("up", "us") + eu.metric("up", "again") == 1


def test_two_peers_that_swap_addresses(world):
    """The addresses of eu and us are swapped. After a while each name shows the other cluster."""
    home, eu, us = world.site("home"), world.site("eu"), world.site("us")
    for site, replicas in ((eu, 1), (us, 2)):
        site.fake.deployment("web", "shop", replicas=replicas)
        site.start()
    with Relay(eu.gate.port) as to_eu, Relay(us.gate.port) as to_us:
        shields = home.start(f"eu=http://127.0.0.1:{to_eu.port}", f"us=http://127.0.0.1:{to_us.port}", log_level="debug")

        def ready():
            return [shields.get(f"/_/web/health/?raw&cluster={name}").json().get("ready") for name in ("eu", "us")]
        eventually(lambda: ready() == [1, 2], PEER_DEADLINE)
        to_eu.target, to_us.target = to_us.target, to_eu.target
        to_eu.cut()
        shields.wait_for_line(r" peer: eu \(http.* is also us's")
        assert ready() == [1, 2], "what eu said last is not replaced by what us says"
        to_us.cut()
        eventually(lambda: ready() == [2, 1], 60, lambda: shields.stderr)


# ---- connections ----

def test_three_clusters_over_tls(world, certificates):
    sites = [world.site(name, tls=certificates) for name in ("eu", "us", "asia")]
    for site in sites:
        site.fake.deployment("web", "shop", replicas=2)
        site.fake.deployment(f"only-{site.name}", "shop")
    for site in sites:
        site.start(*[other for other in sites if other is not site], peer_ca=certificates / "ca.crt")
    for site in sites:
        others = [other for other in sites if other is not site]
        shields = site.knows(*others)
        assert shields.shield("/a/web/health/") == ("6/6 (0 restarts)", "green")
        for other in sites:
            assert shields.shield(f"/_/only-{other.name}/health/") == ("1/1 (0 restarts)", "green")
        assert list(rows(shields)) == [site.name] + [other.name for other in others]


@pytest.mark.parametrize("authority", ["other-ca.crt", None])
def test_a_certificate_of_another_ca_is_not_trusted(world, certificates, authority):
    eu, us = world.site("eu"), world.site("us", tls=certificates)
    us.fake.deployment("db", "data")
    us.start()
    shields = eu.start(us, peer_ca=certificates / authority if authority else None)
    shields.wait_for_line(r"warning peer: us \(https.*certificate")
    assert shields.get("/_/db/health/").status == 503 and eu.metric("services", "us") == 0
    assert "refused" not in us.shields.stderr, "it was not even asked"


def test_client_certificates(world, certificates):
    eu, us = world.site("eu"), world.site("us", tls=certificates, client_certificates=True)
    us.fake.deployment("db", "data")
    us.start()
    shields = eu.start(us, peer_ca=certificates / "ca.crt")
    shields.wait_for_line(r"warning peer: us \(https.*(400|certificate)")
    eu.stop()
    shields = eu.start(us, peer_ca=certificates / "ca.crt", peer_certificate=certificates / "client.crt",
                       peer_key=certificates / "client.key")
    eu.knows(us)
    assert shields.shield("/_/db/health/") == ("1/1 (0 restarts)", "green")


def test_a_peer_under_a_prefix(world, certificates):
    eu, us = world.site("eu"), world.site("us", tls=certificates, prefix=True)
    us.fake.deployment("db", "data", replicas=2)
    us.start()
    assert us.gate.url.endswith("/shields")
    for url in (us.gate.url, us.gate.url + "/"):
        shields = eu.start(f"us={url}", peer_ca=certificates / "ca.crt")
        eu.knows(us)
        assert shields.shield("/_/db/health/") == (HEALTHY, "green")
        eu.stop()


def test_a_peer_by_ipv6(world):
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            pass
    except OSError as error:
        pytest.skip(f"no IPv6: {error}")
    eu, us = world.site("eu"), world.site("us", ipv6=True)
    us.fake.deployment("db", "data", replicas=2)
    us.start()
    shields = eu.start(f"us=http://[0:0::1]:{us.gate.port}")
    eu.knows(us)
    assert shields.shield("/_/db/health/") == (HEALTHY, "green")


def test_a_name_that_has_several_addresses(world):
    """localhost is usually both ::1 and 127.0.0.1; only the second answers here."""
    eu, us = world.site("eu"), world.site("us")
    us.fake.deployment("db", "data", replicas=2)
    us.start()
    shields = eu.start(f"us=http://localhost:{us.gate.port}")
    eu.knows(us)
    assert shields.shield("/_/db/health/") == (HEALTHY, "green")


def test_a_peer_without_a_name_is_called_after_its_host(world):
    eu, us = world.site("eu"), world.site("us")
    us.fake.deployment("db", "data", replicas=2)
    us.start()
    shields = eu.start(us.gate.url)
    eventually(lambda: eu.is_up(us.gate.host), PEER_DEADLINE)
    assert list(rows(shields)) == ["eu", us.gate.host]
    assert shields.get(f"/_/db/health/?raw&cluster={us.gate.host}").json()["ready"] == 2


# ---- as a CGI program ----

def test_as_cgi_a_service_of_a_peer(world):
    eu, us = world.site("eu"), world.site("us")
    eu.fake.deployment("web", "shop", replicas=2)
    us.fake.deployment("db", "data", replicas=2)
    us.fake.deployment("web", "shop", replicas=3)
    us.start()

    def cgi(target):
        return run_cgi(target, eu.folder, **eu.settings(us))

    for target, total in [("/_/db/health/?raw", 2), ("/_/data/db/health/?raw", 2),
                          ("/_/web/health/?raw", 2), ("/_/web/health/?raw&cluster=us", 3),
                          ("/a/we/health/?raw", 5), ("/c/health/?raw&cluster=us", 5)]:
        answer, _ = cgi(target)
        assert (answer.status, answer.json()["total"]) == (200, total), target
    page, _ = cgi("/")
    assert re.findall(r"<h2>(.*?)</h2>", page.text) == ["eu", "us"]
    us.stop()
    answer, stderr = cgi("/_/db/health/")
    assert answer.status == 503 and "peer: us" in stderr
    answer, _ = cgi("/_/web/health/?raw")
    assert answer.json()["ready"] == 2


def test_as_cgi_a_custom_check_of_a_peer(world, checks):
    checks.program("web/hits", "echo '{\"message\": \"1234\", \"color\": \"blue\"}'")
    eu, us = world.site("eu"), world.site("us")
    us.start(checks_dir=checks.path)
    us.shields.becomes("/_/web/hits/", "1234", "blue")
    answer, _ = run_cgi("/_/web/hits/?format=shields", eu.folder, **eu.settings(us))
    assert (answer.json()["message"], answer.json()["color"]) == ("1234", "blue")
    answer, _ = run_cgi("/_/web/no-such-check/", eu.folder, **eu.settings(us))
    assert answer.status == 404


def test_cgi_programs_that_name_each_other_ask_once(world):
    """A signed request is answered from our own cluster without asking others, so requests do not circulate."""
    eu, us = world.site("eu"), world.site("us")
    eu.fake.deployment("web", "shop", replicas=2)
    us.fake.deployment("db", "data", replicas=2)
    with CgiServer(eu.folder) as eu_cgi, CgiServer(us.folder) as us_cgi:
        eu_cgi.settings = eu.settings(f"us={us_cgi.url}")
        us_cgi.settings = us.settings(f"eu={eu_cgi.url}")
        answer, _ = run_cgi("/_/db/health/?raw", eu.folder, **eu_cgi.settings)
        assert answer.json()["total"] == 2
        assert (us_cgi.runs, eu_cgi.runs) == (1, 0)
