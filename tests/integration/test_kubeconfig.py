"""A kubeconfig means what it means to kubectl: to the server, in the log, and at the start."""

import base64
import json
import signal
import socket
import stat
import subprocess

import pytest

from programs import eventually
from proxies import Proxy
from test_start import start_once

HEALTHY = ("1/1 (0 restarts)", "green")


@pytest.fixture
def cluster(fake_tls):
    fake_tls.deployment("web", namespace="shop")
    return fake_tls


def write(folder, cluster, user="", more="", fields="", server=None, name="k"):
    """A kubeconfig in flow style: fields of the user, of the cluster, and text at its end."""
    path = folder / name
    path.write_text(f"""\
apiVersion: v1
kind: Config
current-context: x
clusters: [{{name: c, cluster: {{server: "{server or cluster.url}", \
certificate-authority: {cluster.certificates}/ca.crt, {fields}}}}}]
users: [{{name: u, user: {{{user}}}}}]
contexts: [{{name: x, context: {{cluster: c, user: u, namespace: shop}}}}]
{more}""")
    return path


def impersonation(cluster):
    """The headers of impersonation in every request so far."""
    return {tuple(sorted((name, value) for name, value in one.headers.items() if name.startswith("impersonate-")))
            for one in cluster.requests}


def test_every_request_impersonates(cluster, responder, folder):
    path = write(folder, cluster, 'token: t, as: "system:serviceaccount:shop:viewer", as-uid: "7", '
                                  'as-groups: [viewers], as-user-extra: {Reason of: ["wall display"]}')
    shields = responder(kubeconfig=path)
    assert shields.shield("/_/web/health/") == HEALTHY
    cluster.wait_watched()
    seen = len(cluster.requests)
    eventually(lambda: len(cluster.requests) > seen + 2)  # heartbeats
    assert impersonation(cluster) == {(("impersonate-extra-reason%20of", "wall display"),
                                       ("impersonate-group", "viewers"), ("impersonate-uid", "7"),
                                       ("impersonate-user", "system:serviceaccount:shop:viewer"))}


def test_a_reload_changes_who_is_impersonated(cluster, responder, folder):
    shields = responder(kubeconfig=write(folder, cluster, "token: t, as: first"))
    cluster.wait_watched()
    write(folder, cluster, "token: t, as: second")
    shields.signal(signal.SIGHUP)
    eventually(lambda: impersonation(cluster) == {(("impersonate-user", "first"),), (("impersonate-user", "second"),)})
    assert shields.shield("/_/web/health/") == HEALTHY


REFUSED = [("token: t, as-groups: [admins]", "", 'user "u": as: not set'),
           ('token: t, as: "a\\nb"', "", 'user "u": as: must'),
           ("token: t, username: me", "", 'user "u": token: must not'),
           ("auth-provider: {name: gcp}", "", 'user "u": auth-provider: not supported'),
           ("exec: {apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: Always}", "",
            'user "u": exec.interactiveMode: "Always": must'),
           ("token: t", "proxy-url: ftp://p", 'cluster "c": proxy-url: must'),
           ("token: t", "insecure-skip-tls-verify: true", 'cluster "c": insecure-skip-tls-verify: must not')]


@pytest.mark.parametrize("user, fields, text", REFUSED, ids=[text for _, _, text in REFUSED])
def test_what_is_not_supported_stops_the_start(cluster, folder, user, fields, text):
    path = write(folder, cluster, user, fields=fields)
    done = start_once(folder, environment={"KUBECONFIG": str(path), "SHIELD_LISTEN": f"unix:{folder}/socket"})
    assert done.returncode == 1, done.stderr
    assert f"kubeconfig {path}: {text}" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_credentials_go_to_another_host_over_http_only_if_that_is_asked_for(fake, responder, folder):
    fake.deployment("web", namespace="shop")
    path = folder / "k"
    path.write_text("""\
clusters: [{name: c, cluster: {server: "http://kubernetes.test:8080", proxy-url: "%s"}}]
users: [{name: u, user: {token: sesame}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
current-context: x
""" % "http://127.0.0.1:1")
    settings = {"KUBECONFIG": str(path), "SHIELD_LISTEN": f"unix:{folder}/socket"}
    done = start_once(folder, environment=settings)
    assert done.returncode == 1
    assert f'kubeconfig {path}: user "u": token: must not go to another host over http://' in done.stderr
    assert "SHIELD_PLAIN_HTTP=send" in done.stderr and "sesame" not in done.stderr
    shields = responder(kubeconfig=path, wait=False, plain_http="send")
    shields.wait_for_line("127.0.0.1")
    assert "sesame" not in shields.stderr


def test_unknown_fields_are_warnings(cluster, responder, folder):
    path = write(folder, cluster, "token: t, Token: u", fields="tls_server_name: other.test", more="users-of-mine: 1\n")
    shields = responder(kubeconfig=path)
    assert shields.shield("/_/web/health/") == HEALTHY
    for text in ("users-of-mine: not a field", 'cluster "c": tls_server_name: not a field', 'user "u": Token: not a field'):
        assert len([line for line in shields.lines if " warning " in line and f"kubeconfig {path}: {text}" in line]) == 1


def test_a_key_with_a_passphrase_is_told_and_nobody_is_asked(cluster, responder, folder, certificates):
    key = folder / "key"
    subprocess.run(["openssl", "pkey", "-in", certificates / "client.key", "-aes256", "-passout", "pass:sesame",
                    "-out", key], check=True)
    shields = responder(kubeconfig=write(folder, cluster, f"client-certificate: {certificates}/client.crt, client-key: {key}"),
                        wait=False)
    shields.wait_for_line('user "u": client-key: must not be encrypted')
    assert not cluster.requests
    assert shields.get("/readyz").status == 503


def test_binary_data_and_merge_keys(cluster, responder, folder):
    twice = base64.b64encode(base64.b64encode((cluster.certificates / "ca.crt").read_bytes())).decode()
    path = folder / "k"
    path.write_text(f"""\
base: &base
  server: {cluster.url}
  certificate-authority-data: !!binary {twice}
clusters:
- name: c
  cluster:
    <<: *base
contexts: [{{name: x, context: {{cluster: c}}}}]
""".replace("\n", "\r\n"), encoding="utf-16")
    assert responder(kubeconfig=path).shield("/_/web/health/") == HEALTHY


def plugin(folder, script):
    program = folder / "plugin"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return "exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, provideClusterInfo: true, " \
           f"command: ./plugin, installHint: \"Install it from\\nhttps://example.org/plugin\"}}"


TOKEN = """echo '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "t"}}'"""


def test_a_plugin_gets_the_cluster_and_its_extension(cluster, responder, folder):
    user = plugin(folder, f'printf %s "$KUBERNETES_EXEC_INFO" >{folder}/info; cat >{folder}/input; {TOKEN}')
    extension = "{name: client.authentication.k8s.io/exec, extension: {audience: abc, on: [yes, 0x10]}}"
    with Proxy("http", cluster) as proxy:  # the environment's, which is not part of the kubeconfig
        responder(kubeconfig=write(folder, cluster, user, fields=f"extensions: [{extension}], tls-server-name: kubernetes.test",
                                   server="https://api.test:6443"), HTTPS_PROXY=proxy.url)
    info = json.loads((folder / "info").read_text())
    ca = base64.b64encode((cluster.certificates / "ca.crt").read_bytes()).decode()
    assert info["spec"] == {"interactive": False, "cluster": {
        "server": "https://api.test:6443", "tls-server-name": "kubernetes.test", "insecure-skip-tls-verify": False,
        "certificate-authority-data": ca, "config": {"audience": "abc", "true": [True, 16]}}}
    assert (folder / "input").read_text() == ""


def test_the_end_of_what_a_plugin_said_is_in_the_log(cluster, responder, folder):
    user = plugin(folder, "seq 10000 >&2; echo 'token=sesame is wrong:' >&2; printf '\\033[1mlog in\\033[0m first\\n' >&2; exit 7")
    shields = responder(kubeconfig=write(folder, cluster, user), wait=False)
    shields.wait_for_line(f"credential plugin {folder}/plugin: exit 7: .*; token=… is wrong:; log in first")
    assert "sesame" not in shields.stderr


def test_a_plugin_that_is_not_installed_is_named_with_the_hint(cluster, responder, folder):
    user = plugin(folder, TOKEN)
    (folder / "plugin").unlink()
    shields = responder(kubeconfig=write(folder, cluster, user), wait=False)
    shields.wait_for_line("plugin: No such file or directory: Install it from https://example.org/plugin")
    assert shields.get("/readyz").status == 503


def test_no_proxy_exempts_the_server(cluster, folder, responder):
    with Proxy("http", cluster) as proxy:
        path = write(folder, cluster, server="https://kubernetes.test:6443")
        shields = responder(kubeconfig=path, wait=False, HTTPS_PROXY=proxy.url, NO_PROXY="other.test, .test:6443")
        shields.wait_for_line("kubernetes.test")
        assert not proxy.asked


@pytest.mark.parametrize("variable, value", [("HTTPS_PROXY", "ftp://sesame@p"), ("https_proxy", "http://")])
def test_a_wrong_proxy_stops_the_start(cluster, folder, variable, value):
    path = write(folder, cluster, server="https://kubernetes.test:6443")
    done = start_once(folder, environment={"KUBECONFIG": str(path), "SHIELD_LISTEN": f"unix:{folder}/socket", variable: value})
    assert done.returncode == 1
    assert "HTTPS_PROXY: must begin with" in done.stderr and "sesame" not in done.stderr


@pytest.mark.parametrize("is_used", [True, False], ids=["daemon", "CGI"])
def test_a_header_of_a_cgi_request_is_no_proxy(folder, responder, is_used):
    """HTTP_PROXY of a CGI program is what the client sent as "Proxy:"."""
    path = folder / "k"
    path.write_text("""\
clusters: [{name: c, cluster: {server: "http://kubernetes.test:8080"}}]
contexts: [{name: x, context: {cluster: c}}]
""")
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        proxy.settimeout(10)
        settings = {"KUBECONFIG": str(path), "HTTP_PROXY": f"http://127.0.0.1:{proxy.getsockname()[1]}"}
        if is_used:
            responder(wait=False, **{**settings, "kubeconfig": path})
            proxy.accept()[0].close()
            return
        request = {"REQUEST_METHOD": "GET", "PATH_INFO": "/_/web/health/", "SERVER_PROTOCOL": "HTTP/1.1", "QUERY_STRING": "",
                   "HTTP_HOST": "localhost", "GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_URI": "/_/web/health/"}
        done = start_once(folder, environment={**request, **settings, "SHIELD_CGI_TIMEOUT": "1s"})
        assert "Status: 503" in done.stdout, done.stdout
        proxy.settimeout(0)
        with pytest.raises(BlockingIOError):
            proxy.accept()
