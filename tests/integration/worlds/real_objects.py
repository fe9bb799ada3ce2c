"""Objects of a test in a real cluster, in its own namespace, with the status that kubelets would report.

    shop = RealNamespace(plane, "shop-1")
    shop.deployment("web", replicas=2)                  # statefulset, daemonset, job, cronjob
    shop.run("web", 2)                                  # waits for the controller's pods, then marks them ready
    shop.set(pod, ready=False)                          # restarts=3, waiting="CrashLoopBackOff", oom_killed=True
"""

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

    def deployment(self, name, replicas=2, **template):
        return self.workload("deployments", name, {"replicas": replicas}, **template)

    def statefulset(self, name, replicas=2, **template):
        return self.workload("statefulsets", name, {"replicas": replicas, "serviceName": name}, **template)

    def daemonset(self, name, **template):
        return self.workload("daemonsets", name, {}, **template)

    def job_spec(self, name):
        return {"backoffLimit": 0, "template": self.template(name, restartPolicy="Never")}

    def job(self, name):
        return self.create("jobs", name, self.job_spec(name))

    def cronjob(self, name):
        return self.create("cronjobs", name, {"schedule": "0 0 1 1 *", "jobTemplate": {"spec": self.job_spec(name)}})

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

    def delete(self, kind, name):
        self.plane.delete(kind, name, self.name)

    # ---- pods ----

    def pod(self, name, owner, phase="Running", containers=1, **state):
        """A pod of a custom controller, which needs no controller manager."""
        reference = {"apiVersion": "apps.kruise.io/v1alpha1", "kind": "CloneSet", "name": owner, "uid": owner,
                     "controller": True}
        pod = self.plane.create("pods", {"metadata": {"name": name, "labels": {"app": owner},
                                                      "ownerReferences": [reference]},
                                         "spec": self.template(owner, containers=containers)["spec"]}, self.name)
        self.set(pod, phase, **state)
        return pod

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

    def set(self, pod, phase="Running", only_first=False, **state):
        """Sets what a kubelet would report: for all containers, or for the first only while the others are ready."""
        containers = pod["spec"]["containers"]
        statuses = [container_status(one, **(state if i == 0 or not only_first else {}))
                    for i, one in enumerate(containers)]
        is_ready = "True" if phase == "Running" and all(status["ready"] for status in statuses) else "False"
        conditions = [{"type": name, "status": is_ready, "lastTransitionTime": now()}
                      for name in ("Ready", "ContainersReady")]
        self.plane.patch_status("pods", pod["metadata"]["name"],
                                {"phase": phase, "startTime": now(), "conditions": conditions,
                                 "containerStatuses": statuses}, self.name)

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
