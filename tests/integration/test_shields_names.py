"""Names without a namespace: what they show if several namespaces have one (SHIELD_SHORT_NAMES), and that nobody writes
on another's shield without being seen. Also SHIELD_HEALTH."""

import pytest

from fake_kubernetes import objects
from programs import eventually
from shields_world import driver  # noqa: F401 (fixture)
from shields_world import drawn, health, max_age

HIDDEN = {"kube-shields.io/hidden": "true"}
OLD = {name: f"{name}-{objects.template_hash(name)}" for name in ("web", "secret", "blue")}  # as 0.0.6 named them
FORMS = ["", "?raw", "?format=json", "?format=text", "?format=shields", "?style=social&label=x"]
MODES = ["sum", "unique", "off"]


@pytest.fixture
def shared(fake):
    """A cluster that two teams share. Both have a web; pay is the shop's alone, but evil has a hidden one. secret is hidden,
    in both. db is of two kinds in one namespace."""
    fake.deployment("web", "shop", replicas=2)
    fake.evil = fake.deployment("web", "evil", replicas=1, ready=False)
    fake.statefulset("pay", "shop", replicas=2)
    fake.statefulset("pay", "evil", replicas=3, ready=False, annotations=HIDDEN)
    for namespace in ("shop", "evil"):
        fake.deployment("secret", namespace, annotations=HIDDEN)
    fake.statefulset("db", "shop")
    fake.daemonset("db", "shop")
    return fake


def answer_of(shields, path, **options):
    answer = shields.get(path, **options)
    return answer.status, answer.headers, answer.body


def assert_absent(shields, path, absent):
    """Whatever is asked for, the answers to both paths are the same, to the byte."""
    for form in FORMS:
        for method in ("GET", "HEAD"):
            got = answer_of(shields, path + form, method=method)
            assert got[0] == 404 and got == answer_of(shields, absent + form, method=method), path + form


SUMS = [  # path, then (message, color) for each mode; None: as if absent
    ("/_/web/health/", ("2/3 (0 restarts)", "red"), ("ambiguous: evil, shop", "orange"), None),
    ("/_/web/replicas/", ("2/3", "red"), ("ambiguous: evil, shop", "orange"), None),
    ("/_/pay/health/", ("2/2 (0 restarts)", "green"), ("2/2 (0 restarts)", "green"), None),
    ("/_/pay/state/", ("Running", "green"), ("Running", "green"), None),
    ("/_/db/health/", ("2/2 (0 restarts)", "green"), ("2/2 (0 restarts)", "green"), None),
    ("/_/secret/health/", None, None, None),
    ("/_/secret/version/", None, None, None),
    (f"/_/{OLD['web']}/health/", ("2/3 (0 restarts)", "red"), ("ambiguous: evil, shop", "orange"), None),
    (f"/_/{OLD['secret']}/health/", None, None, None),
]


@pytest.mark.parametrize("mode", MODES)
def test_a_name_without_its_namespace(shared, responder, mode):
    shields = responder(short_names=mode)
    for path, *wanted in SUMS:
        seen = wanted[MODES.index(mode)]
        if seen:
            assert shields.shield(path) == seen, path
        else:
            assert_absent(shields, path, f"/_/nobody/{path.split('/')[-2]}/")


@pytest.mark.parametrize("mode", MODES)
def test_a_name_with_its_namespace_is_the_same_in_every_mode(shared, responder, mode):
    shields = responder(short_names=mode)
    for path, message in [("/_/shop/web/health/", "2/2 (0 restarts)"), ("/_/evil/web/health/", "0/1 (0 restarts)"),
                          (f"/_/shop/{OLD['web']}/health/", "2/2 (0 restarts)"),
                          ("/_/evil/pay/health/", "0/3 (0 restarts)"), ("/_/shop/secret/health/", "1/1 (0 restarts)"),
                          ("/n/evil/health/", "1/5 (0 restarts)"),
                          ("/a/pay/health/", "2/2 (0 restarts)"), ("/a/w/health/", "2/3 (0 restarts)"),
                          ("/c/health/", "6/7 (0 restarts)")]:
        assert shields.shield(path)[0] == message, path
    assert_absent(shields, "/a/sec/health/", "/a/nobody/health/")
    assert shields.get("/services/").json() == ["db", "pay", "web"]
    assert shields.get("/services/web/").json()[0] == "health"
    assert answer_of(shields, "/services/secret/") == answer_of(shields, "/services/nobody/")


def test_a_cluster_with_nothing_but_hidden_services(fake, responder):
    shields = responder()
    fake.wait_watched()
    empty = {path: [answer_of(shields, path + form) for form in FORMS] for path in ("/c/health/", "/c/state/")}
    fake.deployment("secret", "shop", annotations=HIDDEN)
    eventually(lambda: shields.get("/_/shop/secret/health/").status == 200)
    for path, answers in empty.items():
        assert [answer_of(shields, path + form) for form in FORMS] == answers
    assert "/c/health/" not in shields.get("/").text


# ---- an ambiguous name ----

def test_an_ambiguous_name_in_every_form(shared, responder):
    shields = responder(short_names="unique")
    path = "/_/web/health/"
    svg = shields.get(path)
    assert (svg.status, svg.type, svg.text) == (300, "image/svg+xml", health("ambiguous: evil, shop", "orange"))
    assert max_age(svg) == 1 and "etag" not in svg.headers and svg.headers["vary"] == "Accept"
    head = shields.get(path, method="HEAD")
    assert (head.status, head.headers, head.body) == (300, svg.headers, b"")
    assert shields.get(path + "?label=x&color=green&style=social").text == drawn(
        "x", "ambiguous: evil, shop", "orange", style="social")
    detail = "ambiguous: evil, shop; the path must name one, as /_/evil/web/health/ does"
    text = shields.get(path + "?format=text")
    assert (text.status, text.type, text.text) == (300, "text/plain", detail + "\n")
    raw = shields.get(path + "?raw")
    assert raw.status == 300 and raw.json() == {"error": detail, "namespaces": ["evil", "shop"]}
    ours = shields.get(path + "?format=json")
    assert ours.status == 300 and ours.json() == {
        "label": "health", "message": "ambiguous: evil, shop", "color": "orange", "isError": True, "age": 0, "raw": None,
        "error": detail, "namespaces": ["evil", "shop"]}
    endpoint = shields.get(path + "?format=shields")
    assert endpoint.status == 300 and endpoint.json() == {
        "schemaVersion": 1, "label": "health", "message": "ambiguous: evil, shop", "color": "orange", "isError": True}


def test_an_old_name_may_be_ambiguous_too(shared, responder):
    shields = responder(short_names="unique")
    shared.deployment("blue", "shop")
    shields.becomes(f"/_/{OLD['blue']}/health/", "1/1 (0 restarts)", "green")
    shared.deployment("blue", "evil")
    shields.becomes(f"/_/{OLD['blue']}/health/", "ambiguous: evil, shop", "orange")
    shields.becomes(f"/_/evil/{OLD['blue']}/health/", "1/1 (0 restarts)", "green")


def test_a_name_is_ambiguous_as_long_as_several_are_visible(shared, responder):
    shields = responder(short_names="unique")
    shared.wait_watched()
    third = shared.daemonset("web", "blog")
    shields.becomes("/_/web/health/", "ambiguous: blog, evil, shop", "orange")
    third.annotate(HIDDEN)
    shields.becomes("/_/web/health/", "ambiguous: evil, shop", "orange")
    shared.evil.delete()
    shields.becomes("/_/web/health/", "2/2 (0 restarts)", "green")


def test_an_ambiguous_name_with_other_settings(shared, responder, cgi):
    ok = responder(short_names="unique", image_errors="ok").get("/_/web/health/")
    assert (ok.status, ok.text) == (200, health("ambiguous: evil, shop", "orange"))
    drawn_here = responder(short_names="unique", redirect="https://img.example").get("/_/web/health/")
    assert (drawn_here.status, drawn_here.text) == (300, health("ambiguous: evil, shop", "orange"))
    once = cgi("/_/web/health/?raw", short_names="unique")
    assert once.status == 300 and once.json()["namespaces"] == ["evil", "shop"]
    assert cgi("/_/secret/health/").status == cgi("/_/pay/health/", short_names="off").status == 404
    assert cgi("/_/shop/secret/health/").status == 200


@pytest.mark.parametrize("shipped", ["nginx.conf", "sidecar.conf"])
def test_nginx_passes_an_ambiguous_name_on(shared, responder, nginx, shipped):
    shields = responder(short_names="unique")
    proxy = nginx(shields, shipped)
    for _ in range(3):
        for form in FORMS:
            answer, direct = proxy.get("/_/web/health/" + form), shields.get("/_/web/health/" + form)
            assert (answer.status, answer.type, answer.body) == (300, direct.type, direct.body)
            assert max_age(answer) == 1 and "location" not in answer.headers
    shared.wait_watched()
    shared.evil.annotate(HIDDEN)
    shields.becomes("/_/web/health/", "2/2 (0 restarts)", "green")
    eventually(lambda: proxy.get("/_/web/health/").status == 200)


# ---- custom checks have no namespace ----

@pytest.mark.parametrize("mode", MODES)
def test_custom_checks_answer_in_every_mode(shared, responder, checks, mode):
    for name in ("web/hits", "web/version", "secret/hits"):
        checks.program(name, "echo 42")
    shields = responder(short_names=mode, checks_dir=checks.path)
    for path in ("/_/web/hits/", "/_/web/version/", "/_/secret/hits/", "/_/shop/web/hits/", "/_/evil/secret/hits/",
                 f"/_/{OLD['web']}/hits/"):
        eventually(lambda path=path: shields.shield(path)[0] == "42")
    eventually(lambda: shields.shield("/a/web/hits/")[0] == "42")
    assert shields.get("/services/secret/").json() == ["hits"]
    assert "hits" in shields.get("/services/web/").json()
    assert shields.get("/_/web/nothing/").status == 404


# ---- the page ----

def test_the_page_links_with_namespaces_and_leaves_out_what_is_hidden(shared, responder, checks):
    checks.program("web/hits", "echo 42")
    checks.program("disks/hits", "echo 42")
    shields = responder(short_names="off", checks_dir=checks.path)
    eventually(lambda: shields.get("/").text.count(": 42") == 3)
    page = shields.get("/").text
    for path in ("/_/shop/web/health/", "/_/evil/web/health/", "/_/shop/web/hits/", "/_/evil/web/hits/",
                 "/_/disks/hits/"):
        assert f'src="{path}"' in page, path
        assert shields.get(path).status == 200, path
    assert "secret" not in page and "/evil/pay/" not in page and 'src="/_/web/' not in page
    assert "/_/shop/web/health/) shows" in page
    below = shields.get("/shields/", params={"SCRIPT_NAME": "/shields", "PATH_INFO": "/"}).text
    assert "(https://…/shields/_/shop/web/health/)" in below


# ---- several clusters ----

def test_hidden_services_of_other_clusters_do_not_count_either(world):
    eu, us = world.site("eu"), world.site("us")
    for site in (eu, us):
        site.fake.deployment("web", "shop", replicas=2)
        site.fake.statefulset("web", "evil", replicas=1, ready=False, annotations=HIDDEN)
    eu.fake.deployment("pay", "shop", annotations=HIDDEN)
    us.fake.deployment("pay", "blog", replicas=3)
    us.fake.deployment("secret", "shop", annotations=HIDDEN)
    us.start()
    eu.start(us)
    shields = eu.knows(us)
    eventually(lambda: shields.shield("/_/blog/pay/health/") == ("3/3 (0 restarts)", "green"))
    assert shields.shield("/a/web/health/") == ("4/4 (0 restarts)", "green")
    assert shields.raw("/c/health/")["total"] == 2
    # Ours is hidden, so it is as if only the other cluster had one.
    assert shields.shield("/_/pay/health/") == ("3/3 (0 restarts)", "green")
    assert_absent(shields, "/_/secret/health/", "/_/nobody/health/")
    assert shields.shield("/_/shop/secret/health/") == ("1/1 (0 restarts)", "green")
    assert shields.get("/_/evil/web/health/?cluster=us&format=text").text == "health: 0/1 (0 restarts)\n"
    assert shields.get("/c/health/?cluster=us&format=text").text == "health: 5/5 (0 restarts)\n"
    assert shields.get("/n/evil/health/?cluster=us&format=text").text == "health: 0/1 (0 restarts)\n"


def test_each_cluster_has_its_own_ambiguous_names(world):
    eu, us = world.site("eu"), world.site("us")
    eu.fake.deployment("web", "shop")
    for namespace in ("shop", "evil"):
        us.fake.deployment("web", namespace)
        us.fake.deployment("pay", namespace)
    us.start()
    eu.start(us, short_names="unique")
    shields = eu.knows(us)
    eventually(lambda: shields.get("/_/evil/pay/health/").status == 200)
    assert shields.shield("/_/web/health/") == ("1/1 (0 restarts)", "green")
    for path in ("/_/web/health/?raw&cluster=us", "/_/pay/health/?raw"):
        answer = shields.get(path)
        assert answer.status == 300 and answer.json().items() >= {
            "namespaces": ["evil", "shop"], "cluster": "us"}.items(), path
    assert shields.get("/_/pay/health/?format=text&cluster=us").status == 300
    assert shields.get("/_/pay/health/?cluster=eu").status == 404
    assert shields.shield("/a/web/health/") == ("3/3 (0 restarts)", "green")


def test_short_names_of_all_clusters_are_off(world):
    eu, us = world.site("eu"), world.site("us")
    us.fake.deployment("web", "shop")
    us.start()
    eu.start(us, short_names="off")
    shields = eu.knows(us)
    eventually(lambda: shields.get("/_/shop/web/health/").status == 200)
    assert_absent(shields, "/_/web/health/", "/_/nobody/health/")
    assert shields.get("/_/web/health/?cluster=us").status == 404
    assert shields.shield("/a/web/health/") == ("1/1 (0 restarts)", "green")


# ---- SHIELD_HEALTH ----

@pytest.mark.parametrize("rule, seen", [
    (None, ("4/4 (rolling out)", "yellow")), ("tolerant", ("4/4 (rolling out)", "yellow")),
    ("strict", ("4/5 (0 restarts)", "red"))])
def test_a_surge_pod_is_missing_only_if_the_rule_is_strict(fake, responder, cgi, rule, seen):
    web = fake.deployment("web", "shop", replicas=4)
    web.add_pod(ready=False)
    settings = {"health": rule} if rule else {}
    shields = responder(**settings)
    assert shields.shield("/_/shop/web/health/") == shields.shield("/c/health/") == seen
    assert cgi("/_/shop/web/health/?format=text", **settings).text == f"health: {seen[0]}\n"
    fake.wait_watched()
    web.pods.pop().delete()
    shields.becomes("/_/shop/web/health/", "4/4 (0 restarts)", "green")


def test_each_cluster_is_judged_by_its_own_rule(world):
    eu, us = world.site("eu"), world.site("us")
    for site in (eu, us):
        site.fake.deployment("web", "shop", replicas=4).add_pod(ready=False)
    us.start()
    eu.start(us, SHIELD_HEALTH="strict")
    shields = eu.knows(us)
    assert shields.shield("/_/shop/web/health/") == ("4/5 (0 restarts)", "red")
    eventually(lambda: shields.get("/_/shop/web/health/?cluster=us&format=text").text == "health: 4/4 (rolling out)\n")
