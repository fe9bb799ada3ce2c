"""A real Kubernetes control plane on loopback: etcd, kube-apiserver and, if available, kube-controller-manager, from
the folder that KUBEBUILDER_ASSETS names. RBAC is on. There are no kubelets and no scheduler, so pods stay as a test
patches them (see real_objects.py).

    with ControlPlane(folder) as plane:
        plane.create("pods", {...}, namespace="shop")   # see kubernetes_api.py
        plane.write_kubeconfig(path)                    # the administrator; token=…, token_file=…, client_certificate=…
        plane.service_account_token("shop", "reader")   # by the TokenRequest API
        plane.kill(); plane.restart()                   # the API server alone, on the same port
        plane.backup(); plane.restore()                 # etcd, while the API server runs on
        plane.renew_certificates()                      # another CA, and the API server with a certificate of it
        with plane.frozen("etcd"): …                    # stopped by SIGSTOP, with its connections open
        with plane.stopped_controllers(): …             # nothing observes what changes meanwhile
        with plane.node_lifecycle(): …                  # nodes that do not report become NotReady in about 5 s
        plane.rollout("deployments", "web", "shop")     # what `kubectl rollout status` says: done, waiting, …
"""

import contextlib
import os
import pathlib
import shutil
import signal
import ssl
import subprocess
import time

from fake_kubernetes import make_certificates
from fake_kubernetes.certificates import openssl
from fake_kubernetes.kubeconfig import kubeconfig, user
from kubernetes_api import KubernetesApi
from programs import accepts, eventually, free_port

ASSETS = os.environ.get("KUBEBUILDER_ASSETS")
ADMIN_TOKEN = "administrator"
START_TIMEOUT = 90  # seconds; usually 5
CONTROLLERS = ("deployment,replicaset,replicationcontroller,statefulset,daemonset,job,cronjob,disruption,"
               "garbagecollector,namespace")
# A kind that Kubernetes does not know, as an operator brings it. It can be asked how many pods it wants.
CLUSTERS = {"metadata": {"name": "clusters.kube-shields.test"}, "spec": {
    "group": "kube-shields.test", "scope": "Namespaced", "names": {"plural": "clusters", "kind": "Cluster"},
    "versions": [{"name": "v1", "served": True, "storage": True,
                  "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
                  "subresources": {"status": {}, "scale": {"specReplicasPath": ".spec.replicas",
                                                           "statusReplicasPath": ".status.replicas"}}}]}}
ROLLOUTS = {"successfully rolled out": "done", "roll out complete": "done", "rolling update complete": "done",
            "exceeded its progress deadline": "deadline exceeded", "Waiting for": "waiting"}


def missing():
    """Why there can be no control plane here, or None."""
    if not ASSETS:
        return "KUBEBUILDER_ASSETS is not set: no etcd and kube-apiserver to test against"
    for name in ("etcd", "kube-apiserver"):
        if not os.access(pathlib.Path(ASSETS) / name, os.X_OK):
            return f"KUBEBUILDER_ASSETS has no {name}"
    return None


def has_controller_manager():
    return bool(ASSETS) and os.access(pathlib.Path(ASSETS) / "kube-controller-manager", os.X_OK)


class ControlPlane(KubernetesApi):
    def __init__(self, folder, controllers=True):
        self.folder = pathlib.Path(folder)
        self.controllers = controllers and has_controller_manager()
        super().__init__(free_port(), ADMIN_TOKEN)
        self.etcd_port, self.etcd_peer_port = free_port(), free_port()
        self.processes = {}

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    @property
    def url(self):
        return f"https://127.0.0.1:{self.port}"

    # ---- processes ----

    def run(self, name, *arguments, program=None):
        """A child whose output goes to <name>.log in the folder."""
        log = open(self.folder / f"{name}.log", "ab")
        self.processes[name] = subprocess.Popen(
            [pathlib.Path(ASSETS) / (program or name), *arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            cwd=self.folder, start_new_session=True)
        log.close()

    def start(self):
        self.certificates = make_certificates(self.folder)
        openssl(self.folder, "genrsa", "-out", "service-account.key", "2048")
        (self.folder / "tokens.csv").write_text(f'{ADMIN_TOKEN},admin,1,"system:masters"\n')
        self.context = ssl.create_default_context(cafile=self.folder / "ca.crt")
        self.start_etcd()
        self.restart()
        self.create("customresourcedefinitions", CLUSTERS)
        # The controller manager reads once in 30 s which kinds there are, so it must find this one.
        eventually(lambda: self.raw("GET", self.path("clusters"))[0] == 200)
        if self.controllers:
            name = "kube-controller-manager"
            self.help = subprocess.run([pathlib.Path(ASSETS) / name, "--help"], capture_output=True, text=True).stdout
            # In 1.20 the controller of CronJobs that acts on events, not every 10 s, has to be asked for.
            gates = ["--feature-gates=CronJobControllerV2=true"] if "CronJobControllerV2=" in self.help else []
            self.start_controllers(name, f"--controllers={CONTROLLERS}", *gates)

    def start_controllers(self, name, *arguments):
        port = free_port()
        # Before 1.24 it has a second, fixed port, which another instance on this machine may hold.
        old = ["--port=0"] if " --port int" in self.help else []
        self.run(name, f"--kubeconfig={self.write_kubeconfig(self.folder / 'admin')}", "--leader-elect=false",
                 "--bind-address=127.0.0.1", f"--secure-port={port}", *old, "--kube-api-qps=200",
                 "--kube-api-burst=400", *arguments, program="kube-controller-manager")

        def listens():
            assert self.processes[name].poll() is None
            return accepts(f"tcp:127.0.0.1:{port}")
        eventually(listens, START_TIMEOUT, lambda: f"no controller manager:\n{self.log(name)}")

    def start_etcd(self):
        here = f"http://127.0.0.1:{self.etcd_port}"
        peer = f"http://127.0.0.1:{self.etcd_peer_port}"
        self.run("etcd", "--data-dir=etcd", f"--listen-client-urls={here}", f"--advertise-client-urls={here}",
                 f"--listen-peer-urls={peer}", f"--initial-advertise-peer-urls={peer}",
                 f"--initial-cluster=default={peer}", "--quota-backend-bytes=4294967296")

    def replace_etcd(self, source, target):
        """Copies one folder of data to another while etcd is stopped."""
        self.end(self.processes["etcd"])
        shutil.rmtree(self.folder / target, ignore_errors=True)
        shutil.copytree(self.folder / source, self.folder / target)
        self.start_etcd()
        eventually(self.is_ready, START_TIMEOUT, lambda: f"no etcd:\n{self.log('etcd')}")

    def backup(self):
        self.replace_etcd("etcd", "backup")

    def restore(self):
        """Everything since the backup never was. The caches of the API server do not know: it has to be restarted for
        that, but who restores a backup may forget it."""
        self.replace_etcd("backup", "etcd")

    @contextlib.contextmanager
    def frozen(self, name):
        self.processes[name].send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.processes[name].send_signal(signal.SIGCONT)

    def stopped_controllers(self):
        return self.frozen("kube-controller-manager")

    def renew_certificates(self):
        """Makes a new CA and certificates of it, in the same files, and restarts the API server with them. Clients that
        know only the old CA refuse it, and their certificates are refused."""
        make_certificates(self.folder)
        self.context = ssl.create_default_context(cafile=self.folder / "ca.crt")
        self.kill()
        self.restart()

    @contextlib.contextmanager
    def node_lifecycle(self):
        """A second controller manager, which marks nodes NotReady soon, and their pods."""
        name = "node-lifecycle"
        self.start_controllers(name, "--controllers=nodelifecycle", "--node-monitor-period=500ms",
                               "--node-monitor-grace-period=4s", "--node-startup-grace-period=4s")
        try:
            yield
        finally:
            self.end(self.processes.pop(name))

    def restart(self):
        """Starts the API server on its port, and waits until it serves."""
        self.run("kube-apiserver", f"--etcd-servers=http://127.0.0.1:{self.etcd_port}",
                 f"--secure-port={self.port}", "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1",
                 "--tls-cert-file=server.crt", "--tls-private-key-file=server.key", "--client-ca-file=ca.crt",
                 "--token-auth-file=tokens.csv", "--service-account-key-file=service-account.key",
                 "--service-account-signing-key-file=service-account.key",
                 "--service-account-issuer=https://kubernetes.test", "--service-cluster-ip-range=10.0.0.0/24",
                 "--authorization-mode=RBAC", "--disable-admission-plugins=ServiceAccount,TaintNodesByCondition")
        eventually(self.is_ready, START_TIMEOUT, lambda: f"no API server:\n{self.log('kube-apiserver')}")

    def is_ready(self):
        assert self.processes["kube-apiserver"].poll() is None, f"ended:\n{self.log('kube-apiserver')}"
        try:
            return self.raw("GET", "/readyz")[0] == 200
        except OSError:
            time.sleep(0.05)
            return False

    def kill(self):
        """Kills the API server by SIGKILL; its connections break at once."""
        process = self.processes["kube-apiserver"]
        process.kill()
        process.wait()

    def stop(self):
        for process in reversed(self.processes.values()):
            self.end(process)

    @staticmethod
    def end(process):
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def log(self, name):
        return (self.folder / f"{name}.log").read_text(errors="replace")[-3000:]

    # ---- access ----

    def write_kubeconfig(self, path, token=ADMIN_TOKEN, token_file=None, client_certificate=None, server=None, **options):
        """The kubeconfig of the administrator, or for another token, a token file, or a (certificate, key); for a server
        in front of this one; with options of kubeconfig()."""
        if token_file or client_certificate:
            token = None
        identity = user(token, token_file, client_certificate, inline=options.get("inline", False))
        path.write_text(kubeconfig({"real": (server or self, identity)}, **options))
        return path

    def service_account_token(self, namespace, name, bound_to_secret=None):
        """A token as a Pod gets it. If it is bound to a Secret, it ends with the Secret."""
        spec = {"audiences": ["https://kubernetes.test"], "expirationSeconds": 3600}
        if bound_to_secret:
            spec["boundObjectRef"] = {"kind": "Secret", "apiVersion": "v1", "name": bound_to_secret}
        answer = self.api("POST", f"{self.path('serviceaccounts', namespace, name)}/token",
                          {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec})
        return answer["status"]["token"]

    def kubectl(self, *arguments):
        return subprocess.run(["kubectl", f"--kubeconfig={self.write_kubeconfig(self.folder / 'admin')}",
                               f"--cache-dir={self.folder}/kubectl", *arguments],
                              capture_output=True, text=True, cwd=self.folder)

    def rollout(self, kind, name, namespace):
        """done, waiting or deadline exceeded; None if kubectl is missing or does not know, as for OnDelete."""
        if not shutil.which("kubectl"):
            return None
        done = self.kubectl("rollout", "status", f"{kind}/{name}", f"--namespace={namespace}", "--watch=false")
        said = done.stdout + done.stderr
        return next((verdict for words, verdict in ROLLOUTS.items() if words in said), None)

    def apply(self, path):
        """Runs kubectl apply or, without kubectl, creates every object once."""
        if shutil.which("kubectl"):
            done = self.kubectl("apply", "-f", path)
            assert done.returncode == 0, done.stderr
            return done.stdout
        import yaml
        for one in yaml.safe_load_all(pathlib.Path(path).read_text()):
            plural = one["kind"].lower() + "s"
            group = one["apiVersion"] if "/" in one["apiVersion"] else None
            parts = [f"/apis/{group}" if group else "/api/v1"]
            parts += ["namespaces", one["metadata"]["namespace"]] if "namespace" in one["metadata"] else []
            self.api("POST", "/".join([*parts, plural]), one)
        return ""
