"""A proxy in front of a real API server, which holds the watches open and answers everything else itself: that is no sign
of life, whatever its answer looks like."""

import pytest

from middlebox import Middlebox
from programs import eventually

HEALTHY = ("1/1 (0 restarts)", "green")
PATIENCE = 60  # seconds; the longest backoff, on a busy machine
LOGIN = b"<!DOCTYPE html><html><body><form action=/login>Sign in</form></body></html>\n"
STATUS = b'{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"%s","reason":"%s","code":%d}\n'


@pytest.fixture
def box(plane):
    with Middlebox(plane) as box:
        yield box


@pytest.mark.long
@pytest.mark.parametrize("refusal, cause", [
    ((503,), "503"),
    ((200, "text/html", LOGIN), "text/html"),
    ((401, "application/json", STATUS % (b"Unauthorized", b"Unauthorized", 401)), "401"),
    ((429, "application/json", STATUS % (b"too many requests", b"TooManyRequests", 429)), "429"),
], ids=["unavailable", "login-page", "unauthorized", "overloaded"])
def test_answers_of_a_proxy_keep_no_shield_young(plane, box, shop, real, folder, refusal, cause):
    web = shop.pod("web-1", owner="web")
    url = f"/_/{shop.name}/web/health/"
    settings = {"kubeconfig": plane.write_kubeconfig(folder / "proxied", server=box), "heartbeat": "1s"}
    shields, forgetful = real(**settings), real(**settings, unknown_after="3s")
    assert shields.shield(url) == HEALTHY
    before = shields.lines_of_the_start()

    box.refuse(*refusal)
    eventually(lambda: shields.raw(url)["age"] >= 5, PATIENCE)
    assert shields.last_known(url) == HEALTHY
    forgetful.becomes(url, "unknown", "grey", PATIENCE)
    assert cause in shields.wait_for_line("warning", since=before)
    assert shields.get("/readyz").status == 200

    box.relay()
    shop.set(web, ready=False)
    for program in (shields, forgetful):
        program.becomes(url, "0/1 (0 restarts)", "red", PATIENCE)
        eventually(lambda: program.raw(url)["age"] == 0, PATIENCE)
    complaints = [line for line in shields.lines[before:] if "warning" in line]
    assert len(complaints) <= 2 and not any("without them" in line for line in shields.lines), shields.stderr
