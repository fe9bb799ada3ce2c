"""Handles for the workloads of a test. There are no controllers: a handle does at once what a controller would do in
time."""

from . import objects

IMAGE = "registry.example/web:1.2.3"


class Pod:
    def __init__(self, cluster, namespace, name):
        self.cluster, self.namespace, self.name = cluster, namespace, name

    def update(self, change):
        self.cluster.update("pods", self.namespace, self.name, change)
        return self

    def set(self, container=None, **state):
        """Sets the status of the container with that index, or of all: ready, restarts, waiting, terminated, last."""
        def change(pod):
            spec, status = pod["spec"], pod["status"]
            sidecars = [one for one in spec.get("initContainers", []) if one.get("restartPolicy") == "Always"]
            init = [one for one in status.get("initContainerStatuses", [])
                    if one["name"] not in {sidecar["name"] for sidecar in sidecars}]
            old = {one["name"]: one for one in status.get("containerStatuses", [])
                   + status.get("initContainerStatuses", [])}

            def fresh(one, number):
                if container not in (None, number) and one["name"] in old:
                    return old[one["name"]]
                restarts = old.get(one["name"], {}).get("restartCount", 0)
                return objects.container_status(one, **{"restarts": restarts, **state})

            status["containerStatuses"] = [fresh(one, number) for number, one in enumerate(spec["containers"])]
            if sidecars:
                status["initContainerStatuses"] = init + [fresh(one, None) for one in sidecars]
        return self.update(change)

    def phase(self, phase, reason=None):
        def change(pod):
            pod["status"]["phase"] = phase
            if reason:
                pod["status"]["reason"] = reason
        return self.update(change)

    def deleting(self):
        """Marks the pod for deletion while its containers are still ready, as a rollout does to an old pod."""
        return self.update(lambda pod: pod["metadata"].update(deletionTimestamp=objects.timestamp()))

    def delete(self):
        self.cluster.delete("pods", self.namespace, self.name)

    def forget(self):
        """Deletes the pod without an event."""
        self.cluster.forget("pods", self.namespace, self.name)


class Workload:
    def __init__(self, cluster, kind, namespace, name, replicas, owner, **pod):
        self.cluster, self.kind, self.namespace, self.name = cluster, kind, namespace, name
        self.owner, self.pod_options, self.pods, self.revision = owner, pod, [], 1
        for _ in range(replicas):
            self.add_pod()

    @property
    def hash(self):
        return objects.template_hash(self.name, self.revision)

    def add_pod(self, **options):
        kind, owner = self.owner, self.name
        labels = {"app": self.name}
        if kind == "ReplicaSet":
            labels["pod-template-hash"] = self.hash
            owner = f"{self.name}-{self.hash}"
        ordinal = kind == "StatefulSet"
        name = f"{owner}-{len(self.pods)}" if ordinal else f"{owner}-{objects.suffix()}"
        pod = self.cluster.pod(name, self.namespace, owner=(kind, owner), labels=labels,
                               generate_name=f"{owner}-", **{**self.pod_options, **options})
        self.pods.append(pod)
        return pod

    def update(self, change):
        self.cluster.update(self.kind, self.namespace, self.name, change)
        return self

    def annotate(self, annotations):
        """Replaces all annotations."""
        return self.update(lambda workload: workload["metadata"].update(annotations=annotations))

    def desire(self, replicas):
        """Changes the number of pods that are wanted; the pods stay as they are."""
        def change(workload):
            if self.kind == "daemonsets":
                workload["status"]["desiredNumberScheduled"] = replicas
            else:
                workload["spec"]["replicas"] = replicas
        return self.update(change)

    def scale(self, replicas):
        self.desire(replicas)
        while len(self.pods) > replicas:
            self.pods.pop().delete()
        while len(self.pods) < replicas:
            self.add_pod()
        return self

    def rollout(self):
        """Makes new pods with a new template hash, then removes the old ones."""
        old, self.pods = self.pods, []
        self.revision += 1
        for pod in old:
            self.add_pod()
            pod.deleting()
            pod.delete()
        return self

    def delete(self):
        self.cluster.delete(self.kind, self.namespace, self.name)
        for pod in self.pods:
            pod.delete()
        self.pods = []


class CronJob:
    def __init__(self, cluster, namespace, name):
        self.cluster, self.namespace, self.name, self.runs = cluster, namespace, name, 0

    def run(self, outcome=None):
        """Makes one job of this CronJob; see Cluster.job."""
        self.runs += 1
        return self.cluster.job(f"{self.name}-{28000000 + self.runs}", self.namespace, outcome=outcome,
                                owner=("CronJob", self.name))


class Makers:
    """Mixed into Cluster. `pod` options are those of objects.pod: count, image, age, restarts, ready, waiting, …
    `annotations` are those of the controller, with whole keys; its pods have none."""

    def pod(self, name, namespace="default", **options):
        self.add("pods", objects.pod(name, namespace, **options))
        return Pod(self, namespace, name)

    def _workload(self, kind, maker, owner, name, namespace, replicas, pods, annotations, pod):
        self.add(kind, maker(name, namespace, replicas, pod.get("count", 1), pod.get("image", IMAGE),
                             annotations=annotations))
        return Workload(self, kind, namespace, name, replicas if pods is None else pods, owner, **pod)

    def deployment(self, name, namespace="default", replicas=1, pods=None, annotations=None, **pod):
        """`pods`: how many exist, if not `replicas`."""
        return self._workload("deployments", objects.deployment, "ReplicaSet", name, namespace, replicas, pods,
                              annotations, pod)

    def statefulset(self, name, namespace="default", replicas=1, pods=None, annotations=None, **pod):
        return self._workload("statefulsets", objects.statefulset, "StatefulSet", name, namespace, replicas, pods,
                              annotations, pod)

    def daemonset(self, name, namespace="default", replicas=1, pods=None, annotations=None, **pod):
        return self._workload("daemonsets", objects.daemonset, "DaemonSet", name, namespace, replicas, pods,
                              annotations, pod)

    def job(self, name, namespace="default", outcome=None, owner=None, annotations=None, **pod):
        """`outcome`: None while it runs, "Complete" or "Failed"."""
        self.add("jobs", objects.job(name, namespace, 1, pod.get("count", 1), IMAGE, owner, outcome,
                                     annotations=annotations))
        ended = {None: {}, "Complete": {"phase": "Succeeded", "terminated": (0, "Completed")},
                 "Failed": {"phase": "Failed", "terminated": (1, "Error")}}[outcome]
        return Workload(self, "jobs", namespace, name, 1, "Job", **{**ended, **pod})

    def cronjob(self, name, namespace="default", suspended=False, annotations=None):
        self.add("cronjobs", objects.cronjob(name, namespace, 1, IMAGE, suspended, annotations=annotations))
        return CronJob(self, namespace, name)

    def node(self, name, ready=True, unschedulable=False):
        self.add("nodes", objects.node(name, ready, unschedulable))
        return name

    def set_node(self, name, ready):
        def change(node):
            node["status"]["conditions"][-1]["status"] = "True" if ready else "Unknown"
        self.update("nodes", "", name, change)
