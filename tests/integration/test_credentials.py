"""How the responder authenticates to the API server, and credentials that change while it runs."""

import json
import os
import signal
import stat

import pytest

from fake_kubernetes import Cluster
from fake_kubernetes.kubeconfig import kubeconfig as contexts_of, user
from programs import eventually

HEALTHY = ("1/1 (0 restarts)", "green")


@pytest.fixture
def cluster(fake_tls):
    fake_tls.deployment("web", namespace="shop")
    return fake_tls


def replace(path, text):
    """Replaces a file as kubelet does: a reader sees the old file or the new one."""
    fresh = path.with_suffix(".new")
    fresh.write_text(text)
    os.replace(fresh, path)


def tokens_seen(cluster):
    return {one.headers.get("authorization") for one in cluster.requests}


@pytest.mark.parametrize("inline", [True, False], ids=["inline", "files"])
def test_client_certificate(cluster, responder, folder, certificates, inline):
    cluster.require_certificate = True
    path = cluster.write_kubeconfig(folder / "k", inline=inline, client_certificate=(
        certificates / "client.crt", certificates / "client.key"))
    assert responder(kubeconfig=path).shield("/_/web/health/") == HEALTHY


def test_token(cluster, responder, folder):
    cluster.tokens = {"sesame"}
    path = cluster.write_kubeconfig(folder / "k", token="sesame")
    assert responder(kubeconfig=path).shield("/_/web/health/") == HEALTHY
    assert tokens_seen(cluster) == {"Bearer sesame"}


def test_token_file_is_read_again_after_a_401(cluster, responder, folder):
    token = folder / "token"
    token.write_text("old\n")
    cluster.tokens = {"old"}
    shields = responder(kubeconfig=cluster.write_kubeconfig(folder / "k", token_file=token))
    cluster.wait_watched()
    cluster.tokens = {"new"}
    cluster.disturb("*", "reset")
    eventually(lambda: shields.raw("/_/web/health/")["age"] > 0)
    assert shields.shield("/_/web/health/") == HEALTHY
    replace(token, "new\n")
    eventually(lambda: shields.raw("/_/web/health/")["age"] == 0)
    cluster.wait_watched()
    assert "old" not in shields.stderr.split() and "new" not in shields.stderr.split()


def test_token_file_that_changes_is_used_at_the_next_request(cluster, responder, folder):
    token = folder / "token"
    token.write_text("old")
    cluster.tokens = {"old", "new"}
    responder(kubeconfig=cluster.write_kubeconfig(folder / "k", token_file=token))
    cluster.wait_watched()
    replace(token, "new")
    eventually(lambda: "Bearer new" in tokens_seen(cluster))
    assert all(one.headers.get("authorization") for one in cluster.requests)


@pytest.mark.parametrize("in_file, sent", [("file", "file"), (None, "word")], ids=["readable", "missing"])
def test_token_file_wins_over_the_token_if_it_can_be_read(cluster, responder, folder, in_file, sent):
    if in_file:
        (folder / "token").write_text(in_file)
    responder(kubeconfig=cluster.write_kubeconfig(folder / "k", token="word", token_file=folder / "token"))
    assert tokens_seen(cluster) == {f"Bearer {sent}"}


def test_token_file_that_vanishes_leaves_its_token(cluster, responder, folder):
    token = folder / "token"
    token.write_text("kept")
    shields = responder(kubeconfig=cluster.write_kubeconfig(folder / "k", token_file=token))
    cluster.wait_watched()
    token.unlink()
    seen = len(cluster.requests)
    eventually(lambda: len(cluster.requests) > seen + 3)
    assert tokens_seen(cluster) == {"Bearer kept"}
    assert shields.raw("/_/web/health/")["age"] == 0


def test_401_at_the_start_until_the_token_is_valid(cluster, responder, folder):
    token = folder / "token"
    token.write_text("wrong")
    cluster.tokens = {"right"}
    shields = responder(kubeconfig=cluster.write_kubeconfig(folder / "k", token_file=token), wait=False)
    shields.wait_for_line("401|[Uu]nauthorized")
    assert shields.get("/readyz").status == 503
    replace(token, "right")
    shields.becomes("/_/web/health/", *HEALTHY)
    assert len([line for line in shields.lines if "pods" in line and "nauthorized" in line]) <= 1, shields.stderr


def write_plugin(folder, answer):
    """A program that prints `answer` (a file, so that it can change) and counts its runs."""
    plugin = folder / "plugin"
    plugin.write_text('#!/bin/sh\necho "$FROM_KUBECONFIG $*" >>"$1.runs"\ndate +%s.%N >>"$1.times"\ncat "$1"\n')
    plugin.chmod(plugin.stat().st_mode | stat.S_IXUSR)
    replace(folder / "answer", answer)
    return [str(plugin), str(folder / "answer")]


def exec_credential(**status):
    return json.dumps({"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": status})


def test_exec_plugin_is_asked_once_and_again_after_a_401(cluster, responder, folder):
    cluster.tokens = {"first"}
    plugin = write_plugin(folder, exec_credential(token="first"))
    shields = responder(kubeconfig=cluster.write_kubeconfig(folder / "k", exec=plugin))
    assert shields.shield("/_/web/health/") == HEALTHY
    cluster.wait_watched()
    runs = folder / "answer.runs"
    assert runs.read_text() == f"yes {folder}/answer\n"
    replace(folder / "answer", exec_credential(token="second"))
    cluster.tokens = {"second"}
    cluster.disturb("*", "reset")
    eventually(lambda: "Bearer second" in tokens_seen(cluster))
    cluster.wait_watched()
    web_pod = next(name for _, name in cluster.objects["pods"])
    cluster.delete("pods", "shop", web_pod)
    shields.becomes("/_/web/health/", "0/1 (0 restarts)", "red")
    assert len(runs.read_text().splitlines()) <= 3


def test_exec_plugin_whose_answer_has_expired_by_our_clock_is_for_the_server_to_judge(cluster, responder, folder):
    cluster.tokens = {"late"}
    plugin = write_plugin(folder, exec_credential(token="late", expirationTimestamp="2016-01-01T00:00:00Z"))
    shields = responder(kubeconfig=cluster.write_kubeconfig(folder / "k", exec=plugin))
    assert shields.shield("/_/web/health/") == HEALTHY
    assert len((folder / "answer.runs").read_text().splitlines()) == 1


def test_exec_plugin_that_gives_a_certificate(cluster, responder, folder, certificates):
    cluster.require_certificate = True
    plugin = write_plugin(folder, exec_credential(clientCertificateData=(certificates / "client.crt").read_text(),
                                                  clientKeyData=(certificates / "client.key").read_text()))
    shields = responder(kubeconfig=cluster.write_kubeconfig(folder / "k", exec=plugin))
    assert shields.shield("/_/web/health/") == HEALTHY


@pytest.mark.long
@pytest.mark.parametrize("answer", ["", exec_credential(token="late", expirationTimestamp="2016-01-01T00:00:00Z")])
def test_exec_plugin_that_fails_is_run_less_and_less_often(cluster, responder, folder, answer):
    cluster.tokens = {"right"}
    shields = responder(kubeconfig=cluster.write_kubeconfig(folder / "k", exec=write_plugin(folder, answer)), wait=False)
    times = folder / "answer.times"
    eventually(lambda: times.exists() and len(times.read_text().splitlines()) >= 5, timeout=30)
    # Delays start at 250 ms and double; half of each is random. The fifth run is at least 1.9 s after the first.
    first, *_, fifth = (float(line) for line in times.read_text().splitlines()[:5])
    assert fifth - first > 1.5
    assert len([line for line in shields.lines if "plugin" in line or "HTTP 401" in line]) == 1, shields.stderr


@pytest.mark.long
def test_exec_plugin_whose_answers_are_refused_is_run_less_and_less_often(cluster, responder, folder):
    """Nor does each answer of it make all kinds ask at once."""
    cluster.tokens = {"right"}
    plugin = write_plugin(folder, exec_credential(token="wrong"))
    shields = responder(kubeconfig=cluster.write_kubeconfig(folder / "k", exec=plugin), wait=False)
    times = folder / "answer.times"
    eventually(lambda: times.exists() and len(times.read_text().splitlines()) >= 5, timeout=30)
    first, *_, fifth = (float(line) for line in times.read_text().splitlines()[:5])
    assert fifth - first > 1.5
    cluster.wait_for("pods", "heartbeat", 10, timeout=60)
    assert cluster.count("*", "list") < 10 * 10, "each kind asks at most once a second"
    replace(folder / "answer", exec_credential(token="right"))
    shields.becomes("/_/web/health/", *HEALTHY, timeout=40)


@pytest.mark.parametrize("answer", ["", "no JSON", "{}", '{"status": {}}', exec_credential(token="")])
def test_exec_plugin_with_an_invalid_answer(cluster, responder, folder, answer):
    cluster.tokens = {"right"}
    plugin = write_plugin(folder, answer)
    shields = responder(kubeconfig=cluster.write_kubeconfig(folder / "k", exec=plugin), wait=False)
    shields.wait_for_line("plugin")
    assert shields.get("/readyz").status == 503
    replace(folder / "answer", exec_credential(token="right"))
    shields.becomes("/_/web/health/", *HEALTHY)


def test_a_server_certificate_of_another_ca_is_not_trusted(cluster, responder, folder, certificates):
    cluster.tokens = {"sesame"}
    path = cluster.write_kubeconfig(folder / "k", token="sesame", ca=certificates / "other-ca.crt")
    shields = responder(kubeconfig=path, wait=False)
    shields.wait_for_line("certificate|SSL|TLS")
    assert shields.get("/readyz").status == 503
    assert not cluster.requests


def test_insecure_skip_tls_verify(cluster, responder, folder):
    path = cluster.write_kubeconfig(folder / "k", insecure=True)
    assert responder(kubeconfig=path).shield("/_/web/health/") == HEALTHY


@pytest.fixture
def two(cluster, certificates, folder):
    """A kubeconfig of two clusters. The current context is the first; the second runs "api"."""
    with Cluster(certificates=certificates) as other:
        other.deployment("api", namespace="shop")
        cluster.tokens, other.tokens = {"here"}, {"there"}
        both = {"here": (cluster, user(token="here")), "there": (other, user(token="there"))}
        (folder / "two").write_text(contexts_of(both))
        yield both


@pytest.mark.parametrize("context, service", [(None, "web"), ("here", "web"), ("there", "api")])
def test_context(two, responder, folder, context, service):
    shields = responder(kubeconfig=folder / "two", context=context)
    assert shields.get("/services/").json() == [service]
    assert "Bearer there" not in tokens_seen(two["here"][0]) and "Bearer here" not in tokens_seen(two["there"][0])


def test_several_kubeconfig_files(two, cluster, responder, folder):
    (folder / "context").write_text("current-context: there\n")
    shields = responder(kubeconfig=f"{folder}/context:{folder}/two")
    assert shields.get("/services/").json() == ["api"]


def test_sighup_reads_the_kubeconfig_again(two, responder, folder):
    shields = responder(kubeconfig=folder / "two")
    assert shields.get("/services/").json() == ["web"]
    replace(folder / "two", contexts_of(two, current="there"))
    shields.signal(signal.SIGHUP)
    eventually(lambda: shields.get("/services/").json() == ["api"])


def test_sighup_with_a_broken_kubeconfig_keeps_the_one_in_use(two, cluster, responder, folder):
    shields = responder(kubeconfig=folder / "two")
    cluster.wait_watched()
    replace(folder / "two", "{{{")
    shields.signal(signal.SIGHUP)
    shields.wait_for_line("two")
    cluster.deployment("late", namespace="shop")
    shields.becomes("/_/late/health/", *HEALTHY)
