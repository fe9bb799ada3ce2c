"""Every route: its answers, and who may see them."""

import re

import pytest

SHIELD_KEYS = {"schemaVersion", "label", "message", "color"}


@pytest.fixture
def shields(fake, responder):
    fake.deployment("web", namespace="shop", replicas=2)
    fake.node("node-1")
    return responder()


SHIELD_ROUTES = [
    ("/_/web/health/", "2/2 (0 restarts)"),
    ("/_/shop/web/health/", "2/2 (0 restarts)"),
    ("/a/we/health/", "2/2 (0 restarts)"),
    ("/n/shop/health/", "2/2 (0 restarts)"),
    ("/c/health/", "2/2 (0 restarts)"),
    ("/c/nodes/", "1/1"),
    ("/_/web/version/", "1.2.3"),
    ("/_/web/replicas/", "2/2"),
    ("/_/web/restarts/", "0"),
    ("/_/web/state/", "Running"),
]


@pytest.mark.parametrize("path, message", SHIELD_ROUTES)
def test_shield_in_three_formats(shields, path, message):
    svg = shields.get(path)
    assert (svg.status, svg.type) == (200, "image/svg+xml")
    assert svg.body.startswith(b"<svg") and svg.title.endswith(f": {message}")

    raw = shields.get(path + "?raw")
    assert (raw.status, raw.type) == (200, "application/json")
    assert raw.json()["age"] == 0 and raw.json()["color"]

    endpoint = shields.get(path + "?format=shields")
    assert (endpoint.status, endpoint.type) == (200, "application/json")
    assert set(endpoint.json()) == SHIELD_KEYS
    assert endpoint.json()["schemaVersion"] == 1 and endpoint.json()["message"] == message
    assert endpoint.json()["label"] == svg.title.partition(":")[0]


def test_raw_health_has_the_keys_of_0_0_6_and_ours(shields):
    raw = shields.raw("/_/web/health/")
    assert {key: raw[key] for key in ("ready", "total", "restarts", "color", "pods", "age")} == {
        "ready": 2, "total": 2, "restarts": 0, "color": "green", "pods": 2, "age": 0}
    assert raw["reasons"] == {}


def test_age_of_pods(shields):
    assert shields.shield("/_/web/age/")[0] not in ("", "none")


@pytest.mark.parametrize("path, body", [("/ping", b"PONG"), ("/healthz", None), ("/readyz", None)])
def test_probes(shields, path, body):
    answer = shields.get(path)
    assert (answer.status, answer.type) == (200, "text/plain")
    assert body is None or answer.body.strip() == body


def test_lists_of_services(shields):
    services = shields.get("/services/")
    assert (services.status, services.type) == (200, "application/json")
    assert "web" in {item if isinstance(item, str) else item.get("name") for item in services.json()}
    checks = shields.get("/services/web/")
    assert (checks.status, checks.type) == (200, "application/json")
    assert "health" in checks.text
    assert shields.get("/services/nobody/").status == 404


def test_index_lists_every_service(shields):
    index = shields.get("/")
    assert (index.status, index.type) == (200, "text/html")
    assert "/web/health/" in index.text


def test_metrics_only_if_the_proxy_says_internal(shields):
    assert shields.get("/metrics").status == 404
    assert shields.get("/metrics", headers={"Kube-Shields-Internal": "1"}).status == 404
    assert shields.get("/metrics", params={"KUBE_SHIELDS_INTERNAL": "0"}).status == 404
    answer = shields.get("/metrics", params={"KUBE_SHIELDS_INTERNAL": "1"})
    assert (answer.status, answer.type) == (200, "text/plain")
    assert re.search(r"^# TYPE \w+ (counter|gauge|histogram)$", answer.text, re.MULTILINE)


EVERY_ROUTE = ["/", "/_/web/health/", "/_/shop/web/health/", "/a/we/health/", "/n/shop/health/", "/c/health/",
               "/c/nodes/", "/services/", "/services/web/", "/ping", "/healthz", "/readyz"]


@pytest.mark.parametrize("path", EVERY_ROUTE)
def test_head_has_the_headers_of_get_and_no_body(shields, path):
    got, head = shields.get(path), shields.get(path, method="HEAD")
    assert head.body == b""
    assert head.status == got.status == 200
    assert set(head.headers) | {"content-length"} == set(got.headers) | {"content-length"}
    assert head.headers["content-type"] == got.headers["content-type"]
    assert head.headers.get("content-length", str(len(got.body))) == str(len(got.body))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW", "get"])
@pytest.mark.parametrize("path", ["/_/web/health/", "/services/", "/ping"])
def test_only_get_and_head(shields, path, method):
    answer = shields.get(path, method=method)
    assert answer.status == 405
    assert {one.strip() for one in answer.headers["allow"].split(",")} == {"GET", "HEAD"}


@pytest.mark.parametrize("path", EVERY_ROUTE)
def test_every_answer_is_safe_to_embed(shields, path):
    headers = shields.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "cache-control" in headers
    assert "default-src 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/_/nobody/health/", "/_/web/no-such-check/", "/_/elsewhere/web/health/",
                                  "/a/nobody/health/", "/n/elsewhere/health/", "/c/no-such-check/"])
def test_a_missing_image_is_still_an_image(shields, path):
    svg = shields.get(path)
    assert (svg.status, svg.type) == (404, "image/svg+xml")
    assert "not found" in svg.title
    raw = shields.get(path + "?raw")
    assert raw.status == 404 and set(raw.json()) == {"error"} and isinstance(raw.json()["error"], str)
    endpoint = shields.get(path + "?format=shields").json()
    assert set(endpoint) == SHIELD_KEYS | {"isError"} and endpoint["isError"] is True


@pytest.mark.parametrize("path", ["/nonsense", "/_/", "/_/web/", "/a/", "/n/", "/c/", "/x/web/health/", "/ping/pong",
                                  "/_/shop/web/health/more/", "/metrics/", "/_/a/b/c/d/e/f/g/h/i/j/k/"])
def test_no_such_route(shields, path):
    assert shields.get(path).status == 404


@pytest.mark.parametrize("path", ["/_/web/health", "/_/shop/web/health", "/a/we/health", "/n/shop/health", "/c/health",
                                  "/c/nodes", "/services", "/services/web"])
@pytest.mark.parametrize("query", ["", "?raw", "?format=shields&a=%2F%26"])
def test_missing_slash_is_redirected(shields, path, query):
    answer = shields.get(path + query)
    assert answer.status in (301, 308)
    assert re.fullmatch(re.escape(path + "/" + query), answer.headers["location"])


def test_redirect_keeps_the_prefix_of_the_proxy(shields):
    answer = shields.get("/shields/_/web/health?raw", params={"SCRIPT_NAME": "/shields", "PATH_INFO": "/_/web/health"})
    assert answer.status in (301, 308)
    assert answer.headers["location"] == "/shields/_/web/health/?raw"


def test_prefix_of_the_proxy_is_not_part_of_the_path(shields):
    params = {"SCRIPT_NAME": "/shields", "PATH_INFO": "/_/web/health/"}
    assert shields.get("/shields/_/web/health/?raw", params=params).json()["ready"] == 2


GUARDED = [path for path in EVERY_ROUTE if path not in ("/", "/ping", "/healthz", "/readyz")]


@pytest.fixture
def private_shields(fake, responder, secret):
    fake.deployment("web", namespace="shop", replicas=2)
    fake.node("node-1")
    return responder(other_shields=None, INTRA_SECRET=secret)


def test_without_other_shields_only_probes_answer(private_shields):
    for path in GUARDED:
        assert private_shields.get(path).status == 403, path
        assert private_shields.get(path + "?raw").json().keys() == {"error"}, path
    for path in ("/ping", "/healthz", "/readyz"):
        assert private_shields.get(path).status == 200, path
    assert private_shields.get("/").status in (403, 404)


def test_a_guard_does_not_reveal_which_paths_exist(private_shields):
    here, nowhere = private_shields.get("/_/web/health/"), private_shields.get("/_/nobody/health/")
    assert (here.status, here.body) == (nowhere.status, nowhere.body)


@pytest.mark.parametrize("target", [
    "/_/we%20b/health/", "/_/%3Cscript%3E/health/", "/_/../health/", "/_/./health/", "/_/web%2Fhealth/health/",
    "/_/-web/health/", "/_/web-/health/", "/_/web/he%20alth/", "/_/sh.op/web/health/", "/_/Shop/web/health/",
    "/_/web%ff/health/", "/_/%E2%82%AC/health/", "/_/web%0a/health/", "/_/web//", "//_/web/health/",
    "/a/-we/health/", "/n/SHOP/health/", "/services/we%20b/",
])
def test_bad_names(shields, target):
    assert shields.get(target).status == 400


@pytest.mark.parametrize("target, status", [("/nonsense?raw", 404), ("/_/nobody/health/?raw", 404),
                                            ("/services/nobody/?raw", 404), ("/_/we%20b/health/?raw", 400)])
def test_raw_errors_are_json(shields, target, status):
    answer = shields.get(target)
    assert (answer.status, answer.type) == (status, "application/json")
    assert set(answer.json()) == {"error"}


@pytest.mark.parametrize("target", ["/_/web%/health/", "/_/web%4/health/", "/_/web%zz/health/", "/_/web/health/?a=%zz",
                                    "/%", "/_/web%00/health/", "/_/web/health/?raw=%00"])
def test_bad_percent_escapes(shields, target):
    assert shields.get(target).status == 400


@pytest.mark.parametrize("target", ["/_/" + "a" * 254 + "/health/", "/_/web/" + "a" * 64 + "/",
                                    "/n/" + "a" * 64 + "/health/", "/_/web/health/?" + "a" * 5000])
def test_overlong(shields, target):
    assert shields.get(target).status in (400, 414)


@pytest.mark.parametrize("target", ["/_/%77eb/health/?raw", "/_/we%62/h%65alth/?raw"])
def test_needless_escapes_are_the_same_path(shields, target):
    assert shields.get(target).json()["ready"] == 2


@pytest.mark.parametrize("target", ["*", "_/web/health/", "http://elsewhere/_/web/health/", "\x01", "é"])
def test_targets_that_are_not_a_path(shields, target):
    assert shields.get(target).status in (400, 404)
    assert shields.get("/ping").status == 200


def test_text_from_the_request_is_escaped(shields):
    answer = shields.get("/_/nobody/health/?label=%3Cscript%3E%22%26")
    assert b"<script>" not in answer.body
    for target in ("/%3Cscript%3E", "/_/%3Cscript%3E/health/?raw"):
        assert b"<script>" not in shields.get(target).body or shields.get(target).type != "text/html"
