"""`starting` for ever is not an answer: after a minute shields and /readyz say why nothing is known, and the log what to do."""

import json
import stat
import time

import pytest

from programs import eventually

HEALTHY = ("1/1 (0 restarts)", "green")
MINUTE = 61


@pytest.fixture(autouse=True)
def web(fake):
    return fake.deployment("web", namespace="shop")


NO_ACCESS = {
    "403": lambda fake: fake.revoke("*"),
    "pods": lambda fake: fake.revoke("pods"),
    "401": lambda fake: setattr(fake, "tokens", {"another"}),
}
UNREACHABLE = {
    "refused": lambda fake: fake.close(),
    "proxy": lambda fake: fake.proxy(503),
    "no-kubernetes": lambda fake: fake.proxy(200, "application/json", '{"error": "sign in"}'),
    "login-page": lambda fake: fake.proxy(200),
    "redirect": lambda fake: fake.proxy(302, location="http://127.0.0.1:1/"),
    "etcd": lambda fake: fake.hang_etcd(),
    "silence": lambda fake: fake.freeze(),
    "500": lambda fake: fake.fault("*", "*", "status", times=None, code=500),
}
ALL = [("no access", name, NO_ACCESS[name]) for name in NO_ACCESS] + \
      [("unreachable", name, UNREACHABLE[name]) for name in UNREACHABLE]


@pytest.mark.long
def test_a_first_list_that_drips_is_a_reason_too(fake, timed):
    fake.fault("pods", "list", "slow", bytes_per_second=40, times=None)
    shields = timed(wait=False)
    fake.wait_for("pods", "list")
    for _ in range(4):  # in steps, so that no silence is long enough to end the list
        shields.clock.let_pass(16)
        time.sleep(0.3)
    shields.becomes("/_/web/health/", "unreachable", "grey")
    assert "list pods: " in shields.get("/readyz").body.decode()
    fake.clear_faults()
    shields.becomes("/_/web/health/", *HEALTHY)


def end(fake, name):
    fake.grant("*")
    fake.no_proxy()
    fake.wake_etcd()
    fake.thaw()
    fake.clear_faults()
    fake.tokens = None
    if name == "refused":
        fake.reopen()


@pytest.mark.long
@pytest.mark.parametrize("message, name, begin", ALL, ids=[name for _, name, _ in ALL])
def test_the_reason_is_said_after_a_minute_and_forgotten_at_the_end(fake, timed, message, name, begin):
    begin(fake)
    shields = timed(wait=False)
    assert shields.shield("/_/web/health/")[0] == "starting"
    shields.wait_for_line(" warning kubernetes: ")
    assert shields.get("/readyz").status == 503
    assert shields.shield("/_/web/health/")[0] == "starting"
    shields.clock.let_pass(MINUTE)
    shields.becomes("/_/web/health/", message, "grey")
    assert shields.get("/_/web/health/?format=text").status == 503
    for path in ("/c/health/", "/n/shop/health/"):
        assert shields.shield(path) == (message, "grey"), path
    ready = shields.get("/readyz")
    assert ready.status == 503 and len(ready.body.decode().strip()) > len(message) + 10, ready.body
    assert shields.get("/healthz").status == 200
    end(fake, name)
    shields.becomes("/_/web/health/", *HEALTHY)  # soon, however long the backoff is
    assert shields.ready().get("/readyz").status == 200
    shields.wait_for_line("synchronised after")


@pytest.mark.parametrize("begin, step", [(NO_ACCESS["403"], "kubectl auth can-i list pods"),
                                         (UNREACHABLE["refused"], "server's address")], ids=["403", "refused"])
def test_the_next_step_is_said_once(fake, timed, begin, step):
    begin(fake)
    shields = timed(wait=False)
    shields.wait_for_line(" warning kubernetes: ")
    shields.clock.let_pass(MINUTE)
    shields.wait_for_line(step)
    eventually(lambda: step in shields.get("/readyz").body.decode())
    shields.clock.let_pass(MINUTE)
    eventually(lambda: shields.shield("/_/web/health/")[0] != "starting")
    assert len([line for line in shields.lines if step in line]) == 1, shields.stderr
    assert "synchronised" not in shields.stderr and "last known" not in shields.stderr


def test_credentials_that_cannot_be_had_are_no_access(fake_tls, timed, folder):
    fake_tls.tokens = {"right"}
    fake_tls.deployment("web", namespace="shop")
    plugin = folder / "plugin"
    plugin.write_text("#!/bin/sh\necho 'the browser is closed' >&2\nexit 1\n")
    plugin.chmod(plugin.stat().st_mode | stat.S_IXUSR)
    shields = timed(kubeconfig=fake_tls.write_kubeconfig(folder / "k", exec=[str(plugin)]), wait=False)
    shields.wait_for_line("plugin")
    shields.clock.let_pass(MINUTE)
    shields.becomes("/_/web/health/", "no access", "grey")
    assert "credentials" in shields.get("/readyz").body.decode()
    credential = {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",
                  "status": {"token": "right"}}
    plugin.write_text(f"#!/bin/sh\necho '{json.dumps(credential)}'\n")
    shields.clock.let_pass_until(lambda: shields.shield("/_/web/health/") == HEALTHY, MINUTE)


def test_a_certificate_that_is_not_trusted_is_unreachable(fake_tls, timed, folder, certificates):
    path = fake_tls.write_kubeconfig(folder / "k", ca=certificates / "other-ca.crt")
    shields = timed(kubeconfig=path, wait=False)
    shields.wait_for_line("certificate|SSL|TLS")
    shields.clock.let_pass(MINUTE)
    shields.becomes("/_/web/health/", "unreachable", "grey")


def test_one_kind_that_fails_is_said_too(fake, timed):
    """Not only pods are missing."""
    fake.fault("deployments", "*", "status", times=None, code=500)
    shields = timed(wait=False)
    shields.wait_for_line("deployments")
    shields.clock.let_pass(MINUTE)
    shields.becomes("/_/web/health/", "unreachable", "grey")
    eventually(lambda: b"list deployments: HTTP 500" in shields.get("/readyz").body)
    fake.clear_faults()
    shields.clock.let_pass(MINUTE)
    shields.becomes("/_/web/health/", *HEALTHY)


@pytest.mark.parametrize("begin, word", [(NO_ACCESS["403"], b"no access"), (UNREACHABLE["refused"], b"unknown")],
                         ids=["403", "refused"])
def test_a_cgi_request_says_the_reason_at_once(fake, cgi, begin, word):
    begin(fake)
    answer = cgi("/_/web/health/?format=text")
    assert answer.status == 503 and word in answer.body
    assert cgi.stderr.strip(), "nothing was logged"


def test_the_namespace_is_in_front_of_what_the_server_says(fake, cgi):
    fake.revoke("*")
    cgi("/_/shop/web/health/")
    assert "kubernetes: namespace shop: list pods: " in cgi.stderr
    assert "nothing can be shown without them" in cgi.stderr
