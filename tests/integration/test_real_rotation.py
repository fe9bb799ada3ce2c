"""Certificates and tokens that rotate while kube-shields runs: it reads them again by itself, and until then it says how
old its shields are."""

import shutil

import pytest

from programs import eventually
from real_roles import RULES

pytestmark = pytest.mark.long
HEALTHY = ("1/1 (0 restarts)", "green")
BROKEN = ("0/1 (0 restarts)", "red")
PATIENCE = 90  # seconds; an API server starts within, and the longest backoff ends


@pytest.fixture(scope="module")
def plane(own_plane):
    return own_plane


def replace(source, target):
    """As kubelet does: a reader sees the old file or the new one."""
    fresh = target.with_suffix(".new")
    shutil.copy(source, fresh)
    fresh.replace(target)


class Files:
    """A kubeconfig whose certificates are files of their own, or are inside it."""

    def __init__(self, plane, folder, identity, inline):
        self.plane, self.folder, self.identity, self.inline = plane, folder, identity, inline
        self.path = folder / "rotating"
        self.renew()

    def renew(self):
        names = ["ca.crt"] + (["client.crt", "client.key"] if self.identity == "certificate" else [])
        for name in names:
            replace(self.plane.certificates / name, self.folder / name)
        fresh = self.folder / "rotating.fresh"
        certificate = (self.folder / "client.crt", self.folder / "client.key") if len(names) > 1 else None
        self.plane.write_kubeconfig(fresh, client_certificate=certificate, ca=self.folder / "ca.crt",
                                    inline=self.inline)
        if not self.path.exists() or fresh.read_bytes() != self.path.read_bytes():
            fresh.replace(self.path)


@pytest.mark.parametrize("identity, inline", [("token", False), ("certificate", False), ("certificate", True)],
                         ids=["ca-file", "certificate-files", "kubeconfig"])
def test_another_ca(plane, shop, real, folder, identity, inline):
    """The server gets a certificate of a new CA, and wants clients to have one."""
    web = shop.pod("web-1", owner="web")
    url = f"/_/{shop.name}/web/health/"
    files = Files(plane, folder, identity, inline)
    shields = real(kubeconfig=files.path, heartbeat="1s")
    assert shields.shield(url) == HEALTHY
    before = shields.lines_of_the_start()

    plane.renew_certificates()
    shop.set(web, ready=False)
    shields.wait_for_line("certificate", PATIENCE, since=before)
    eventually(lambda: shields.raw(url)["age"] >= 3, PATIENCE)
    assert shields.last_known(url) == HEALTHY, "a server that nobody vouches for was believed"

    files.renew()
    shields.becomes(url, *BROKEN, PATIENCE)
    eventually(lambda: shields.raw(url)["age"] == 0, PATIENCE)
    shop.set(web)
    shields.becomes(url, *HEALTHY, PATIENCE)


def test_a_token_that_is_revoked_and_missing_for_a_while(plane, shop, grant, reader, responder, folder):
    grant(RULES, everywhere=True)

    def token(secret):
        plane.create("secrets", {"metadata": {"name": secret}}, shop.name)
        return plane.service_account_token(shop.name, reader, bound_to_secret=secret)

    web = shop.pod("web-1", owner="web")
    url = f"/_/{shop.name}/web/health/"
    first, path = token("first"), folder / "token"
    path.write_text(first)
    shields = responder(kubeconfig=plane.write_kubeconfig(folder / "reader", token_file=path), watch_timeout="1s")
    before = shields.lines_of_the_start()
    assert shields.shield(url) == HEALTHY

    path.unlink()
    plane.delete("secrets", "first", shop.name)
    eventually(lambda: plane.raw("GET", "/api", token=first)[0] == 401, PATIENCE)
    shields.wait_for_line("warning", PATIENCE, since=before)
    eventually(lambda: shields.raw(url)["age"] >= 3, PATIENCE)
    assert shields.last_known(url) == HEALTHY
    shop.set(web, ready=False)

    fresh = folder / "token.new"
    fresh.write_text(token("second"))
    fresh.replace(path)
    shields.becomes(url, *BROKEN, PATIENCE)
    eventually(lambda: shields.raw(url)["age"] == 0, PATIENCE)
    assert "eyJ" not in shields.stderr
