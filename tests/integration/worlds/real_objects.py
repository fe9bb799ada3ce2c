"""Objects of a test in a real cluster, in its own namespace, with the status that kubelets would report.

    shop = RealNamespace(plane, "shop-1")
    shop.deployment("web", replicas=2)                  # statefulset, daemonset, job, cronjob
    shop.workload("deployments", "web", {"replicas": 2, "paused": True})
    shop.run("web", 2)                                  # waits for the controller's pods, then marks them ready
    shop.set(pod, ready=False)                          # restarts=3, waiting="CrashLoopBackOff", oom_killed=True
    Scene(shop, shields).shows("web", health="2/2 (paused) yellow", state="Paused yellow", rollout="waiting")
"""

import shutil
import time

from kubernetes_api import ApiError
from programs import eventually

CONTROLLER_TIMEOUT = 30  # seconds for the controller manager to do its part


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def container_status(container, ready=True, restarts=0, waiting=None, terminated=None, oom_killed=False):
    state = {"running": {"startedAt": now()}}
    if waiting:
        state = {"waiting": {"reason": waiting}}
    if terminated:
        code, reason = terminated
        state = {"terminated": {"exitCode": code, "reason": reason, "startedAt": now(), "finishedAt": now()}}
    status = {"name": container["name"], "image": container["image"], "imageID": "", "restartCount": restarts,
              "ready": ready and not waiting and not terminated, "started": not waiting, "state": state}
    if oom_killed:
        status["lastState"] = {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}
    return status


class RealNamespace:
    def __init__(self, plane, name):
        self.plane, self.name = plane, name
        plane.create("namespaces", {"metadata": {"name": name}})

    def remove(self):
        self.plane.delete("namespaces", self.name)

    # ---- controllers ----

    def template(self, app, image="registry.test/web:1.0", containers=1, **spec):
        return {"metadata": {"labels": {"app": app}},
                "spec": {"containers": [{"name": f"main-{i}", "image": image} for i in range(containers)], **spec}}

    def create(self, kind, name, spec):
        return self.plane.create(kind, {"metadata": {"name": name}, "spec": spec}, self.name)

    def workload(self, kind, name, spec, **template):
        return self.create(kind, name, {"selector": {"matchLabels": {"app": name}},
                                        "template": self.template(name, **template), **spec})

    def update(self, kind, name, **spec):
        self.plane.patch(kind, name, {"spec": spec}, self.name)

    def replicationcontroller(self, name, replicas=2):
        return self.create("replicationcontrollers", name, {"replicas": replicas, "selector": {"app": name},
                                                            "template": self.template(name)})

    def cluster(self, name, replicas):
        """An object of a kind that Kubernetes does not know, and an owner reference to it."""
        made = self.plane.create("clusters", {"apiVersion": "kube-shields.test/v1", "kind": "Cluster",
                                              "metadata": {"name": name}, "spec": {"replicas": replicas}}, self.name)
        return {"apiVersion": "kube-shields.test/v1", "kind": "Cluster", "name": name, "uid": made["metadata"]["uid"],
                "controller": True}

    def budget(self, name, **spec):
        return self.create("poddisruptionbudgets", name, {"selector": {"matchLabels": {"app": name}}, **spec})

    def quota(self, pods):
        """From now on no more than so many pods may be made. There is no controller that counts them, so a pod that is
        deleted makes no room."""
        self.plane.create("resourcequotas", {"metadata": {"name": "few"}, "spec": {"hard": {"pods": pods}}}, self.name)
        self.plane.patch_status("resourcequotas", "few", {"hard": {"pods": pods}, "used": {"pods": pods}}, self.name)

    def deployment(self, name, replicas=2, **template):
        return self.workload("deployments", name, {"replicas": replicas}, **template)

    def statefulset(self, name, replicas=2, **template):
        return self.workload("statefulsets", name, {"replicas": replicas, "serviceName": name}, **template)

    def daemonset(self, name, **template):
        return self.workload("daemonsets", name, {}, **template)

    def job_spec(self, name, containers=1, **spec):
        return {"backoffLimit": 0, "template": self.template(name, containers=containers, restartPolicy="Never"),
                **spec}

    def job(self, name, **spec):
        return self.create("jobs", name, self.job_spec(name, **spec))

    def cronjob(self, name, **spec):
        return self.create("cronjobs", name, {"schedule": "0 0 1 1 *", "jobTemplate": {"spec": self.job_spec(name)},
                                              **spec})

    def run_cronjob(self, cronjob, name):
        """Like `kubectl create job --from=cronjob/…`, with the owner that the CronJob's controller would set."""
        owner = {"apiVersion": cronjob["apiVersion"], "kind": "CronJob", "name": cronjob["metadata"]["name"],
                 "uid": cronjob["metadata"]["uid"], "controller": True}
        return self.plane.create("jobs", {"metadata": {"name": name, "ownerReferences": [owner]},
                                          "spec": cronjob["spec"]["jobTemplate"]["spec"]}, self.name)

    def scale(self, kind, name, replicas):
        self.plane.patch(kind, name, {"spec": {"replicas": replicas}}, self.name)

    def set_image(self, kind, name, image):
        self.plane.patch(kind, name, {"spec": {"template": {"spec": {"containers": [
            {"name": "main-0", "image": image}]}}}}, self.name)

    def delete(self, kind, name, **options):
        self.plane.delete(kind, name, self.name, **options)

    # ---- pods ----

    def pod(self, name, owner, phase="Running", containers=1, reference=None, **state):
        """A pod of a custom controller, which needs no controller manager."""
        reference = reference or {"apiVersion": "apps.kruise.io/v1alpha1", "kind": "CloneSet", "name": owner,
                                  "uid": owner, "controller": True}
        pod = self.plane.create("pods", {"metadata": {"name": name, "labels": {"app": owner},
                                                      "ownerReferences": [reference]},
                                         "spec": self.template(owner, containers=containers)["spec"]}, self.name)
        self.set(pod, phase, **state)
        return pod

    def bind(self, pod, node):
        """What a scheduler does. From then on the pod is deleted only after its grace period."""
        name = pod["metadata"]["name"]
        self.plane.api("POST", self.plane.path("pods", self.name, name) + "/binding", {
            "metadata": {"name": name}, "target": {"kind": "Node", "name": node}})

    def pods(self, app):
        """The pods that are not being deleted."""
        return [pod for pod in self.plane.list("pods", self.name, labelSelector=f"app={app}")
                if "deletionTimestamp" not in pod["metadata"]]

    def wait_pods(self, app, count):
        return eventually(lambda: self.pods_if(app, count), CONTROLLER_TIMEOUT,
                          lambda: f"{len(self.pods(app))} pods of {app}, wanted {count}")

    def pods_if(self, app, count):
        time.sleep(0.02)
        pods = self.pods(app)
        return len(pods) == count and (pods or True)

    def set(self, pod, phase="Running", only_first=False, pod_ready=None, conditions=None, **state):
        """Sets what a kubelet would report: for all containers, or for the first only while the others are ready.
        pod_ready is the Pod's condition, if it is not that of its containers; conditions are more of them."""
        containers = pod["spec"]["containers"]
        statuses = [container_status(one, **(state if i == 0 or not only_first else {}))
                    for i, one in enumerate(containers)]
        all_ready = phase == "Running" and all(status["ready"] for status in statuses)
        said = {"Ready": all_ready if pod_ready is None else pod_ready, "ContainersReady": all_ready,
                **(conditions or {})}
        self.plane.patch_status("pods", pod["metadata"]["name"], {
            "phase": phase, "startTime": now(), "containerStatuses": statuses,
            "conditions": [{"type": name, "status": str(value), "lastTransitionTime": now()}
                           for name, value in said.items()]}, self.name)

    def evict(self, pod):
        self.plane.patch_status("pods", pod["metadata"]["name"], {
            "phase": "Failed", "reason": "Evicted", "conditions": [], "containerStatuses": []}, self.name)

    def pending(self, app, count):
        """Waits until so many pods wait for a kubelet."""
        def waiting():
            pods = [pod for pod in self.pods(app) if pod["status"]["phase"] == "Pending"]
            return pods if len(pods) == count else None
        return eventually(waiting, CONTROLLER_TIMEOUT, lambda: f"{self.pods(app)}")

    def finish(self, pod, succeeded=True):
        phase, terminated = ("Succeeded", (0, "Completed")) if succeeded else ("Failed", (1, "Error"))
        self.set(pod, phase=phase, terminated=terminated)

    def run_pending(self, app):
        for pod in self.pods(app):
            if pod["status"]["phase"] == "Pending":
                try:
                    self.set(pod)
                except ApiError as error:
                    if error.status != 404:
                        raise

    def run(self, app, count):
        """Plays kubelet until `count` pods exist and run. Returns them."""
        def running():
            self.run_pending(app)
            time.sleep(0.02)
            pods = self.pods(app)
            return pods if len(pods) == count and all(one["status"]["phase"] == "Running" for one in pods) else None
        return eventually(running, CONTROLLER_TIMEOUT, lambda: f"{self.pods(app)}")


class Scene:
    """Shields beside what kubectl says of the same workload."""

    def __init__(self, shop, shields):
        self.shop, self.shields = shop, shields

    def url(self, name, check):
        return f"/_/{self.shop.name}/{name}/{check}/"

    def shows(self, name, kind="deployments", rollout=None, **checks):
        """Waits for each check's shield, "message color", and for the verdict of kubectl."""
        for check, wanted in checks.items():
            message, _, color = wanted.rpartition(" ")
            self.shields.becomes(self.url(name, check), message, color)
        if rollout and shutil.which("kubectl"):
            eventually(lambda: self.says(kind, name, rollout))

    def says(self, kind, name, rollout):
        said = self.shop.plane.rollout(kind, name, self.shop.name)
        assert said == rollout, f"kubectl: {said}, wanted {rollout}"
        return True

    def gone(self, name):
        eventually(lambda: self.shields.get(self.url(name, "health")).status == 404)

    def raw(self, name, check="health"):
        return self.shields.raw(self.url(name, check))
