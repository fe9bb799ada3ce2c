"""Access to a real API server: what a role allows, the rights in deploy/, tokens that rotate, certificates."""

import os
import pathlib
import re
import shutil
import signal
import subprocess

import pytest

from programs import BINARY, ROOT, Responder, eventually
from real_roles import OLDER_RULES, RULES

SOON = 10
HEALTHY = ("1/1 (0 restarts)", "green")


def complaints(program):
    """Log lines that report warnings, errors or refusals."""
    return [line for line in program.lines if re.search(r"warn|error|HTTP 403|forbidden", line, re.IGNORECASE)]


def test_kube_system_is_left_out_unless_asked_for(plane, real):
    owner = {"apiVersion": "apps.kruise.io/v1alpha1", "kind": "DaemonSet", "name": "proxy", "uid": "1",
             "controller": True}
    proxy = {"metadata": {"name": "proxy-1", "ownerReferences": [owner]},
             "spec": {"containers": [{"name": "main", "image": "proxy"}]}}
    plane.create("pods", proxy, "kube-system")
    try:
        assert real().get("/_/proxy/health/").status == 404
        assert real(exclude_namespaces="none").shield("/_/proxy/health/")[1] == "red"
    finally:
        plane.delete("pods", "proxy-1", "kube-system")


def test_a_role_in_one_namespace_is_enough(shop, grant, as_reader):
    grant(RULES)
    shop.pod("web-1", owner="web")
    shields = as_reader(namespaces=shop.name)
    assert shields.shield("/_/web/health/") == HEALTHY
    shop.pod("late-1", owner="late")
    shields.becomes("/_/late/health/", *HEALTHY, SOON)
    assert shields.get("/c/nodes/").status == 404
    assert len(complaints(shields)) == 1 and "nodes" in complaints(shields)[0]


def test_a_forbidden_kind_is_off_and_logged_once(shop, grant, as_reader):
    grant([one for one in RULES if one["apiGroups"] != ["apps"]], everywhere=True)
    shop.pod("web-1", owner="web")
    shields = as_reader()
    assert shields.shield(f"/_/{shop.name}/web/health/") == HEALTHY
    assert shields.get("/c/nodes/").status == 404
    metrics = shields.get("/metrics", params={"KUBE_SHIELDS_INTERNAL": "1"}).body.decode()
    off = re.findall(r'kube_shields_sources\{kind="(\w+)",state="off"\} 1', metrics)
    assert sorted(off) == ["daemonsets", "deployments", "nodes", "replicasets", "statefulsets"]
    assert len(complaints(shields)) == len(off)
    for kind in off:
        assert [f" {kind}" in line for line in complaints(shields)].count(True) == 1


@pytest.mark.usefixtures("controllers")
def test_the_rights_of_an_older_version_are_enough(shop, grant, as_reader):
    grant(OLDER_RULES)
    shop.deployment("web", replicas=2)
    shop.run("web", 2)
    shop.pod("pg-1", owner="pg")
    shop.budget("pg", minAvailable=2)
    shields = as_reader(namespaces=shop.name)
    shields.becomes("/_/web/health/", "2/2 (0 restarts)", "green")
    shields.becomes("/_/pg/health/", *HEALTHY)
    shop.set_image("deployments", "web", "registry.test/web:2.0")
    shields.becomes("/_/web/health/", "2/2 (rolling out)", "yellow")
    for kind in ("nodes", "replicasets", "replicationcontrollers", "poddisruptionbudgets"):
        assert [f" {kind}" in line for line in complaints(shields)].count(True) == 1
    assert len(complaints(shields)) == 4


def test_missing_rights_are_logged_and_a_later_role_counts_after_a_sighup(plane, shop, grant, reader, timed, folder):
    token = plane.service_account_token(shop.name, reader)
    shields = timed(kubeconfig=plane.write_kubeconfig(folder / "reader", token=token), wait=False)
    shields.wait_for_line("pods")
    assert shields.shield("/c/health/")[0] == "starting"
    shields.clock.let_pass_until(lambda: b"may not do that" in shields.get("/readyz").body, 61)
    assert shields.get("/readyz").status == 503 and shields.get("/healthz").status == 200
    shields.becomes("/c/health/", "no access", "grey")
    shields.wait_for_line("kubectl auth can-i list pods")
    shop.pod("web-1", owner="web")
    grant(RULES, everywhere=True)
    shields.signal(signal.SIGHUP)
    shields.ready()
    assert shields.shield(f"/_/{shop.name}/web/health/") == HEALTHY


def test_an_administrator_who_acts_as_a_weaker_user_is_that_user(plane, shop, grant, responder, folder):
    grant(RULES)
    shop.pod("web-1", owner="web")
    kubeconfig = plane.write_kubeconfig(folder / "as")
    kubeconfig.write_text(f"{kubeconfig.read_text()}    as: system:serviceaccount:{shop.name}:reader\n")
    shields = responder(kubeconfig=kubeconfig, namespaces=shop.name)
    assert shields.shield("/_/web/health/") == HEALTHY
    assert len(complaints(shields)) == 1 and "nodes" in complaints(shields)[0]


def test_client_certificate(plane, shop, real, folder):
    shop.pod("web-1", owner="web")
    kubeconfig = plane.write_kubeconfig(folder / "certificate", client_certificate=(
        plane.certificates / "client.crt", plane.certificates / "client.key"))
    assert real(kubeconfig=kubeconfig).shield(f"/_/{shop.name}/web/health/") == HEALTHY


# ---- deploy/ ----

def manifest(name):
    yaml = pytest.importorskip("yaml", reason="Python's yaml is missing: apt-get install python3-yaml")
    return {one["kind"]: one for one in yaml.safe_load_all((ROOT / "deploy" / name).read_text())}


@pytest.mark.parametrize("name", ["kube-shields.yaml", "one-namespace.yaml"])
def test_the_manifests_carry_the_shipped_nginx_configuration(name):
    config = manifest(name)["ConfigMap"]["data"]
    assert config == {file: (ROOT / "nginx" / file).read_text() for file in ("sidecar.conf", "kube-shields.params")}


def test_the_manifests_differ_in_namespace_and_role_only():
    one, other = manifest("kube-shields.yaml"), manifest("one-namespace.yaml")
    for kind in ("ServiceAccount", "ConfigMap", "Deployment", "Service"):
        assert other[kind]["metadata"].pop("namespace") == "shop"
        assert one[kind]["metadata"].pop("namespace") == "kube-shields"
    environment = other["Deployment"]["spec"]["template"]["spec"]["containers"][0]["env"]
    assert [entry["name"] for entry in environment] == ["OTHER_SHIELDS", "SHIELD_NAMESPACES"]
    del environment[1]
    for kind in ("ServiceAccount", "ConfigMap", "Deployment", "Service"):
        assert one[kind] == other[kind]
    one["ClusterRole"]["rules"][0]["resources"].remove("nodes")
    identity = {"apiGroups": [""], "resources": ["namespaces"], "resourceNames": ["kube-system"], "verbs": ["get"]}
    one["ClusterRole"]["rules"].remove(identity)
    assert one["ClusterRole"]["rules"] == other["Role"]["rules"]


class Pod:
    """The files that a Pod of the service account sees: token and CA, behind links that change in one step, as kubelet
    mounts them."""

    def __init__(self, plane, folder):
        self.plane, self.folder = plane, folder / "mounted"
        self.folder.mkdir()
        for name in ("token", "ca.crt"):
            (self.folder / name).symlink_to(f"..data/{name}")
        self.versions = 0

    def write(self, token):
        self.versions += 1
        version = self.folder / f"..{self.versions}"
        version.mkdir()
        (version / "token").write_text(token)
        shutil.copy(self.plane.certificates / "ca.crt", version / "ca.crt")
        (self.folder / "..fresh").symlink_to(version.name)
        os.replace(self.folder / "..fresh", self.folder / "..data")

    def start(self, folder, **settings):
        """Starts the responder in its own mount namespace, where the fixed path can be mounted over."""
        unshare = ["unshare", "--mount"] + ([] if os.geteuid() == 0 else ["--map-root-user"])
        if subprocess.run([*unshare, "true"], capture_output=True).returncode:
            pytest.skip("no mount namespaces here: nothing can be mounted below /var/run/secrets")
        script = ('mount -t tmpfs none /var/run && mkdir -p "$1" && mount --bind "$0" "$1" && exec "$2"')
        command = [*unshare, "sh", "-ec", script, str(self.folder),
                   "/var/run/secrets/kubernetes.io/serviceaccount", str(pathlib.Path(BINARY).resolve())]
        listen = f"unix:{folder}/pod.sock"
        return Responder(folder, listen=listen, command=command, SHIELD_LISTEN=listen, OTHER_SHIELDS="None",
                         KUBERNETES_SERVICE_HOST="127.0.0.1", KUBERNETES_SERVICE_PORT=self.plane.port, **settings)


@pytest.fixture
def pod(plane, folder):
    return Pod(plane, folder)


def test_the_cluster_manifest_has_the_rights_that_are_needed(plane, shop, pod, folder, started):
    shop.pod("web-1", owner="web")
    plane.apply(ROOT / "deploy" / "kube-shields.yaml")
    pod.write(plane.service_account_token("kube-shields", "kube-shields"))
    shields = pod.start(folder)
    started.append(shields)
    shields.ready()
    assert shields.shield(f"/_/{shop.name}/web/health/") == HEALTHY
    metrics = shields.get("/metrics", params={"KUBE_SHIELDS_INTERNAL": "1"}).body.decode()
    live = re.findall(r'kube_shields_sources\{kind="(\w+)",state="live"\} 1', metrics)
    assert sorted(live) == ["cronjobs", "daemonsets", "deployments", "jobs", "nodes", "poddisruptionbudgets", "pods",
                            "replicasets", "replicationcontrollers", "statefulsets"]
    assert complaints(shields) == []
    if plane.controllers:
        # The Deployment makes a pod of two containers, which no kubelet starts.
        shields.becomes("/_/kube-shields/kube-shields/health/", "0/2 (0 restarts)", "red")


def test_the_namespace_manifest_has_the_rights_that_are_needed(plane, shop, as_reader, responder, folder):
    text = (ROOT / "deploy" / "one-namespace.yaml").read_text()
    ours = folder / "one-namespace.yaml"
    ours.write_text(re.sub("namespace: shop$", f"namespace: {shop.name}", text, flags=re.MULTILINE))
    plane.apply(ours)
    shop.pod("web-1", owner="web")
    token = plane.service_account_token(shop.name, "kube-shields")
    shields = responder(kubeconfig=plane.write_kubeconfig(folder / "one", token=token), namespaces=shop.name)
    assert shields.shield("/_/web/health/") == HEALTHY
    assert len(complaints(shields)) == 1 and "nodes" in complaints(shields)[0]


def test_a_token_that_rotates(plane, shop, grant, reader, pod, folder, started):
    grant(RULES, everywhere=True)

    def token(secret):
        plane.create("secrets", {"metadata": {"name": secret}}, shop.name)
        return plane.service_account_token(shop.name, reader, bound_to_secret=secret)

    def revoke(secret, token):
        """Deletes the Secret of a token and waits, because the server accepts the token for a few more seconds."""
        plane.delete("secrets", secret, shop.name)
        eventually(lambda: plane.raw("GET", "/api", token=token)[0] == 401, 30)

    url = f"/_/{shop.name}/web/health/"
    web = shop.pod("web-1", owner="web")
    first, second = token("first"), token("second")
    pod.write(first)
    shields = pod.start(folder, watch_timeout="1s")
    started.append(shields)
    shields.ready()

    pod.write(second)
    revoke("first", first)
    shop.set(web, ready=False)
    shields.becomes(url, "0/1 (0 restarts)", "red", SOON)
    assert not re.search("401|nauthorized", shields.stderr), "replaced in time, but refused"

    revoke("second", second)
    shields.wait_for_line("401|nauthorized", 15)
    assert shields.shield(url) == ("0/1 (0 restarts)", "red")
    shop.set(web)
    pod.write(token("third"))
    shields.becomes(url, *HEALTHY, 15)
    assert "eyJ" not in shields.stderr
