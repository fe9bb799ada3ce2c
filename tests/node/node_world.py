"""What the tests see of the node, and what they make on it.

    shop.deployment("web", [serve(is_ready=False)], replicas=3)
    shop.becomes("web", "0/3 (0 restarts)", "red")
    for pod in shop.running("web", 3):
        shop.tell(pod, "on")                            # see tiny.c for what a container may be told
    with shop.history("web") as seen:                   # (message, color) of all that its health shield was meanwhile
        shop.change("deployments", "web", [serve(version=2)])
    node.signal_kubelet(signal.SIGSTOP)
"""

import contextlib
import http.client
import json
import os
import pathlib
import ssl
import threading

import yaml

from kubernetes_api import KubernetesApi
from programs import eventually
from real_objects import RealNamespace

PATIENCE = 150  # seconds for what a busy node does in five, and for what Kubernetes itself waits with
PORT = 8080
ABSENT = "localhost/absent:1"  # an image that nobody has


class Node(KubernetesApi):
    def __init__(self, kubeconfig):
        self.kubeconfig = kubeconfig
        settings = yaml.safe_load(kubeconfig.read_text())
        cluster = settings["clusters"][0]["cluster"]
        super().__init__(int(cluster["server"].rpartition(":")[2]), settings["users"][0]["user"]["token"])
        self.context = ssl.create_default_context(cafile=cluster["certificate-authority"])

    def kubelet(self):
        """The process number of its kubelet: a child of the node's first process."""
        first = (self.kubeconfig.parent / "pid").read_text().strip()
        for status in pathlib.Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                number, _, rest = status.read_text().partition(" (")
                name, _, fields = rest.rpartition(") ")
                if name == "kubelet" and fields.split()[1] == first:
                    return int(number)
        raise AssertionError(f"process {first} has no kubelet")

    def signal_kubelet(self, number):
        os.kill(self.kubelet(), number)


def container(*arguments, name="main", image=None, version=1, **more):
    return {"name": name, "image": image or f"localhost/tiny:{version}", "args": list(arguments), **more}


def serve(port=PORT, is_ready=True, **more):
    """Listens; it is ready when its readiness probe says so."""
    probe = {"httpGet": {"path": "/ready", "port": port}, "periodSeconds": 1, "failureThreshold": 1}
    return container("serve", str(port), str(int(is_ready)), **{"readinessProbe": probe, **more})


def waits(port=PORT, **more):
    """Listens without a readiness probe, as init containers and those of Jobs do."""
    return container("serve", str(port), "1", **more)


class History:
    """All that a shield was, from the first look on."""

    def __init__(self, shields, path):
        self.shields, self.path, self.seen = shields, path, set()
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        with self.shields.connect() as connection:
            while not self.done.wait(0.005):
                answer = connection.get(f"{self.path}?format=shields", keep=True).json()
                self.seen.add((answer["message"], answer["color"]))

    @property
    def colors(self):
        return {color for _, color in self.seen}

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()


class NodeNamespace(RealNamespace):
    def __init__(self, node, name, shields):
        super().__init__(node, name)
        self.shields = shields
        # Without its service account a namespace refuses pods.
        eventually(lambda: any(one["secrets"] for one in node.list("serviceaccounts", name)), PATIENCE)

    # ---- objects ----

    def template(self, app, containers, **spec):
        return {"metadata": {"labels": {"app": app}}, "spec": {"containers": containers, **spec}}

    def workload(self, kind, name, containers, pod=None, **spec):
        return super().workload(kind, name, spec, containers=containers, **(pod or {}))

    def deployment(self, name, containers, **spec):
        return self.workload("deployments", name, containers, **{"replicas": 1, **spec})

    def statefulset(self, name, containers, **spec):
        return self.workload("statefulsets", name, containers, **{"replicas": 1, "serviceName": name, **spec})

    def daemonset(self, name, containers, **spec):
        return self.workload("daemonsets", name, containers, **spec)

    def job(self, name, containers, **spec):
        template = self.template(name, containers, restartPolicy="Never")
        return self.create("jobs", name, {"template": template, **spec})

    def change(self, kind, name, containers, **spec):
        """Changes containers of the template, by their names."""
        template = {"spec": {"containers": containers}}
        self.plane.patch(kind, name, {"spec": {"template": template, **spec}}, self.name)

    # ---- pods ----

    def pods_where(self, app, count, is_so, but=()):
        """Waits until there are that many pods for which is_so(status), not counting those with a name in `but`."""
        def found():
            pods = [pod for pod in self.pods(app) if pod["metadata"]["name"] not in but and is_so(pod["status"])]
            return pods if len(pods) == count else None
        return eventually(found, PATIENCE, lambda: f"not {count} pods of {app} as wanted:\n{self.explain(app)}")

    def running(self, app, count=1, version=1):
        """Waits until that many pods run, all of their containers with this version."""
        def runs(status):
            return all("running" in one["state"] and one["image"].endswith(f":{version}")
                       for one in status["containerStatuses"])
        return self.pods_where(app, count, runs)

    def waiting(self, app, count):
        """That many pods of version 2, one after another, as soon as each runs without being ready. Tell it `on`."""
        seen = []

        def waits(status):
            one, = status.get("containerStatuses") or [None]
            return one and one["image"].endswith(":2") and "running" in one["state"] and not one["ready"]
        for _ in range(count):
            pod, = self.pods_where(app, 1, waits, seen)
            seen.append(pod["metadata"]["name"])
            yield pod

    def tell(self, pod, what, port=PORT):
        """Makes a request to a container of a pod, and waits for its answer."""
        # A container that runs may not listen yet.
        def told():
            try:
                connection = http.client.HTTPConnection(pod["status"]["podIP"], port, timeout=20)
                connection.request("GET", f"/{what}")
                return connection.getresponse().status == 200
            except OSError as error:
                raise AssertionError(f"{pod['metadata']['name']}: /{what}: {error}") from error
            finally:
                connection.close()
        eventually(told, PATIENCE)

    def explain(self, app):
        return "\n".join(json.dumps({"name": pod["metadata"]["name"], **pod["status"]})
                         for pod in self.plane.list("pods", self.name, labelSelector=f"app={app}"))

    # ---- shields ----

    def url(self, app, page="health"):
        return f"/_/{self.name}/{app}/{page}/"

    def becomes(self, app, message, color, page="health"):
        try:
            self.shields.becomes(self.url(app, page), message, color, PATIENCE)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.explain(app)}") from None

    def becomes_like(self, app, pattern, color, page="health"):
        """The same, for a message that a regular expression matches: a number in it may go on growing."""
        def same():
            message, seen = self.shields.shield(self.url(app, page))
            assert pattern.fullmatch(message) and seen == color, f"{message} {seen}, wanted {pattern.pattern} {color}"
            return True
        eventually(same, PATIENCE)

    def raw(self, app, page="health"):
        return self.shields.raw(self.url(app, page))

    def history(self, app):
        return History(self.shields, self.url(app))
