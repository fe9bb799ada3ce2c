"""Files of our access that are replaced while the program runs: CA, client certificate, kubeconfig."""

import os
import shutil
import subprocess

import pytest

from fake_kubernetes.kubeconfig import kubeconfig as contexts_of, user
from programs import eventually

HEALTHY = ("1/1 (0 restarts)", "green")


@pytest.fixture
def cluster(fake_tls):
    fake_tls.deployment("web", namespace="shop")
    return fake_tls


def replace(source, target):
    """Copies a file over another one as kubelet does: a reader sees the old file or the new one."""
    fresh = target.with_suffix(".new")
    shutil.copy(source, fresh)
    os.replace(fresh, target)


def is_fresh(shields):
    return shields.raw("/_/web/health/")["age"] == 0


def test_a_ca_that_is_replaced_verifies_the_next_connection(cluster, responder, folder, certificates):
    ca = folder / "ca.crt"
    shutil.copy(certificates / "ca.crt", ca)
    shields = responder(kubeconfig=cluster.write_kubeconfig(folder / "k", ca=ca))
    cluster.wait_watched()
    cluster.use_certificate("other-server")
    eventually(lambda: not is_fresh(shields))
    shields.wait_for_line("certificate|SSL|TLS")
    replace(certificates / "other-ca.crt", ca)
    eventually(lambda: is_fresh(shields))
    cluster.wait_watched()


def test_a_ca_that_is_gone_or_half_written_stays(cluster, responder, folder, certificates):
    ca = folder / "ca.crt"
    shutil.copy(certificates / "ca.crt", ca)
    shields = responder(kubeconfig=cluster.write_kubeconfig(folder / "k", ca=ca))
    for spoil in ca.unlink, lambda: ca.write_text("-----BEGIN CERTIFICATE-----\nMII"):
        cluster.wait_watched()
        spoil()
        lists = cluster.count("*", "heartbeat")
        cluster.server.drop_all()
        eventually(lambda: cluster.count("*", "heartbeat") > lists)
        cluster.wait_watched()
        eventually(lambda: is_fresh(shields))


def test_a_client_certificate_that_is_replaced_is_used_by_all(cluster, responder, folder, certificates):
    cluster.require_certificate = True
    paths = folder / "tls.crt", folder / "tls.key"
    for path, name in zip(paths, ("client.crt", "client.key")):
        shutil.copy(certificates / name, path)
    shields = responder(kubeconfig=cluster.write_kubeconfig(folder / "k", client_certificate=paths))
    assert shields.shield("/_/web/health/") == HEALTHY
    cluster.wait_watched()
    assert {one.certificate for one in cluster.requests} == {"kube-shields"}
    for path, name in zip(paths, ("other-client.crt", "other-client.key")):
        replace(certificates / name, path)
    eventually(lambda: {watch.request.certificate for watch in cluster.watches} == {"other"})
    cluster.wait_watched()
    eventually(lambda: is_fresh(shields))


def configuration(cluster, token):
    return contexts_of({"fake": (cluster, user(token=token))})


def in_place(path, text):
    path.write_text(text)


def by_rename(path, text):
    fresh = path.with_suffix(".new")
    fresh.write_text(text)
    os.replace(fresh, path)


def gone_for_a_moment(path, text):
    path.unlink()
    in_place(path, text)


def by_link(path, text):
    """As kubelet updates a mounted Secret: k -> ..data/k, and ..data -> ..token, which is swapped."""
    data = path.parent / "..data"
    fresh = path.parent / f"..{len(list(path.parent.iterdir()))}"
    fresh.mkdir()
    (fresh / path.name).write_text(text)
    (path.parent / "..link").symlink_to(fresh.name)
    os.replace(path.parent / "..link", data)
    if not path.is_symlink():
        path.symlink_to(f"..data/{path.name}")


@pytest.mark.parametrize("write", [in_place, by_rename, gone_for_a_moment, by_link])
def test_a_kubeconfig_that_is_written_again_is_used(cluster, responder, folder, write):
    path = folder / "mount" / "k"
    path.parent.mkdir()
    (by_link if write is by_link else in_place)(path, configuration(cluster, "one"))
    cluster.tokens = {"one"}
    shields = responder(kubeconfig=path)
    assert shields.shield("/_/web/health/") == HEALTHY
    cluster.wait_watched()
    write(path, configuration(cluster, "two"))
    cluster.tokens = {"two"}
    cluster.server.drop_all()
    eventually(lambda: {one.headers["authorization"] for one in cluster.requests[-3:]} == {"Bearer two"})
    cluster.wait_watched()
    eventually(lambda: is_fresh(shields))


def test_a_kubeconfig_that_is_broken_for_a_while_is_one_line_in_the_log(cluster, responder, folder):
    path = folder / "k"
    path.write_text(configuration(cluster, "one"))
    cluster.tokens = {"one", "two"}
    shields = responder(kubeconfig=path)
    by_rename(path, "{{{")
    shields.wait_for_line("keeping the configuration in use")
    beats = cluster.count("*", "heartbeat")
    eventually(lambda: cluster.count("*", "heartbeat") > beats + 2)
    assert is_fresh(shields)
    assert len([line for line in shields.lines if "keeping the configuration" in line]) == 1
    by_rename(path, configuration(cluster, "two"))
    eventually(lambda: "Bearer two" in {one.headers["authorization"] for one in cluster.requests})
    cluster.wait_watched()


def test_an_encrypted_client_key_is_named(cluster, responder, folder, certificates):
    key = folder / "key"
    subprocess.run(["openssl", "ec", "-in", certificates / "client.key", "-aes256", "-passout", "pass:secret", "-out",
                    key], check=True, capture_output=True)
    path = cluster.write_kubeconfig(folder / "k", client_certificate=(certificates / "client.crt", key))
    shields = responder(kubeconfig=path, wait=False)
    shields.wait_for_line("the client key needs a passphrase, which is not supported")
    assert shields.get("/readyz").status == 503
