"""Handles for the workloads of a test. There are no controllers: a handle does at once what a controller would do in
time, and keeps the status of its objects as the controller would after every step. handles.py has the pods' own."""

from . import controllers, objects
from .controllers import portion
from .handles import Pod


class Workload:
    """A controller's object, with its pods. `old`: pods of an earlier template, during a rollout."""
    owner = ""  # kind of the pods' owner

    def __init__(self, cluster, kind, namespace, name, **pod):
        self.cluster, self.kind, self.namespace, self.name = cluster, kind, namespace, name
        self.pod_options, self.pods, self.old, self.revision, self.observed = pod, [], [], 1, True

    @property
    def hash(self):
        return objects.template_hash(self.name, self.revision)

    @property
    def object(self):
        return self.cluster.get(self.kind, self.namespace, self.name)

    @property
    def desired(self):
        return self.object["spec"].get("replicas", 1)

    def populate(self, count):
        with self.cluster.changed:
            for _ in range(count):
                self.make_pod()
            self.sync()
        return self

    # ---- pods ----

    def labels(self):
        return {"app": self.name}

    def pod_name(self):
        return f"{self.owner_name()}-{objects.suffix()}"

    def owner_name(self):
        return self.name

    def make_pod(self, name=None, **options):
        options = {**self.pod_options, **options}
        labels = {**self.labels(), **options.pop("labels", {})}
        pod = Pod(self.cluster, self.namespace, name or self.pod_name(), self)
        self.cluster.add("pods", objects.pod(pod.name, self.namespace, owner=(self.owner, self.owner_name()),
                                             labels=labels, generate_name=f"{self.owner_name()}-", **options))
        self.pods.append(pod)
        return pod

    def add_pod(self, **options):
        pod = self.make_pod(**options)
        self.sync()
        return pod

    def pods_now(self):
        """The objects of all pods that exist."""
        found = (self.cluster.objects["pods"].get((self.namespace, pod.name)) for pod in self.old + self.pods)
        return [pod for pod in found if pod]

    # ---- the controller's object ----

    def update(self, change):
        self.cluster.update(self.kind, self.namespace, self.name, change)
        return self

    def edit(self, change):
        """Changes the spec, which gets a new generation; the controller sees it unless `observed` is False."""
        def edited(obj):
            change(obj["spec"])
            obj["metadata"]["generation"] += 1
        self.update(edited)
        return self.sync()

    def annotate(self, annotations):
        """Replaces all annotations."""
        return self.update(lambda workload: workload["metadata"].update(annotations=annotations))

    def condition(self, name, status, reason=None):
        return self.update(lambda workload: objects.set_condition(workload["status"], name, status, reason))

    def sync(self):
        """Writes the status that the controller would write now."""
        with self.cluster.changed:
            obj = self.object
            if obj:
                self.write(self.kind, obj, self.set_status)
        return self

    def write(self, kind, obj, change):
        before = repr((obj["spec"], obj["status"]))
        change(obj)
        if repr((obj["spec"], obj["status"])) != before:
            self.cluster.update(kind, self.namespace, obj["metadata"]["name"], lambda stored: stored.update(
                spec=obj["spec"], status=obj["status"]))

    def set_status(self, obj):
        raise NotImplementedError

    def desire(self, replicas):
        """Changes the number of pods that are wanted; the pods stay as they are."""
        return self.edit(lambda spec: spec.update(replicas=replicas))

    def scale(self, replicas):
        self.desire(replicas)
        while len(self.pods) > replicas:
            self.pods.pop().delete()
        while len(self.pods) < replicas:
            self.add_pod()
        return self

    # ---- rollouts ----

    def change(self, image="registry.example/web:2.0.0"):
        """Changes the template; the pods stay as they are."""
        self.old, self.pods = self.old + self.pods, []
        self.revision += 1
        self.pod_options = {**self.pod_options, "image": image}
        return self.edit(lambda spec: [one.update(image=image) for one in spec["template"]["spec"]["containers"]])

    def rolling(self):
        """Changes the template and rolls it out: yields after every step."""
        raise NotImplementedError

    def rollout(self):
        for _ in self.rolling():
            pass
        return self

    def retire(self, pod):
        """Deletes a pod as kubectl does: first its containers end."""
        pod.deleting()
        yield "deleting"
        for pods in (self.old, self.pods):
            if pod in pods:
                pods.remove(pod)
        pod.delete()
        yield "deleted"

    def bring_up(self, **options):
        pod = self.add_pod(**{**options, "statuses": False})
        yield "made"
        pod.set(waiting="ContainerCreating")
        yield "creating"
        pod.set(ready=False)
        yield "started"
        pod.set()
        yield "ready"

    def delete(self):
        self.cluster.delete(self.kind, self.namespace, self.name)
        for pod in self.old + self.pods:
            pod.delete()
        self.old, self.pods = [], []


class Deployment(Workload):
    """With one ReplicaSet for every template that it had. `gone`: its object is not there any more, or never was."""
    owner = "ReplicaSet"

    def labels(self):
        return {"app": self.name, "pod-template-hash": self.hash}

    def owner_name(self):
        return f"{self.name}-{self.hash}"

    def set_status(self, obj):
        desired = obj["spec"]["replicas"]
        if self.observed and not obj["spec"].get("paused"):
            self.write_replicaset(obj, self.hash, len(self.pods) if self.old else desired)
        for old_hash in {pod.hash for pod in self.old}:
            self.write_replicaset(obj, old_hash, sum(pod.hash == old_hash for pod in self.old))
        controllers.update_deployment(obj, self.pods_now(), self.hash, self.observed)

    def write_replicaset(self, obj, template_hash, replicas):
        name = f"{self.name}-{template_hash}"
        replicaset = self.cluster.get("replicasets", self.namespace, name)
        if not replicaset:
            labels = {"app": self.name, "pod-template-hash": template_hash}
            replicaset = controllers.replicaset(name, self.namespace, replicas, obj["spec"]["template"], labels=labels,
                                                owner=("Deployment", self.name))
            self.cluster.add("replicasets", replicaset)
        pods = [pod for pod in self.pods_now() if pod["metadata"]["labels"].get("pod-template-hash") == template_hash]

        def change(replicaset):
            replicaset["spec"]["replicas"] = replicas
            controllers.update_replicaset(replicaset, pods)
        self.write("replicasets", replicaset, change)

    def exceed_deadline(self):
        """The rollout has made no progress for progressDeadlineSeconds."""
        return self.condition("Progressing", False, "ProgressDeadlineExceeded")

    def forbid(self):
        """A quota forbids more pods."""
        name = self.owner_name()
        if self.cluster.get("replicasets", self.namespace, name):
            self.cluster.update("replicasets", self.namespace, name, lambda replicaset: objects.set_condition(
                replicaset["status"], "ReplicaFailure", True, "FailedCreate"))
        return self.condition("ReplicaFailure", True, "FailedCreate")

    def orphan(self):
        """kubectl delete --cascade=orphan: ReplicaSets and pods stay."""
        self.cluster.delete(self.kind, self.namespace, self.name)
        for namespace, name in list(self.cluster.objects["replicasets"]):
            if namespace == self.namespace and name.startswith(f"{self.name}-"):
                self.cluster.update("replicasets", namespace, name,
                                    lambda replicaset: replicaset["metadata"].pop("ownerReferences"))

    def change(self, image="registry.example/web:2.0.0"):
        """A new template gets a new progress deadline."""
        if "Progressing" in (one["type"] for one in self.object["status"].get("conditions", [])):
            self.condition("Progressing", True, "ReplicaSetUpdated")
        return super().change(image)

    def rolling(self):
        spec = self.object["spec"]
        limits = spec["strategy"].get("rollingUpdate", {"maxSurge": 0, "maxUnavailable": "100%"})
        desired = spec["replicas"]
        surge = portion(limits["maxSurge"], desired, up=True)
        least = desired - (portion(limits["maxUnavailable"], desired, up=False) or int(not surge))
        self.change()
        yield "changed"
        while self.old or len(self.pods) < desired:
            unready = [pod for pod in self.old if not pod.is_ready]
            if self.old and (unready or sum(pod.is_ready for pod in self.old + self.pods) > least):
                yield from self.retire((unready or self.old)[0])
            elif len(self.pods) < desired and len(self.old) + len(self.pods) < desired + surge:
                yield from self.bring_up()
            else:
                yield from self.retire(self.old[0])
        self.sync()

    def delete(self):
        for namespace, name in list(self.cluster.objects["replicasets"]):
            if namespace == self.namespace and name.startswith(f"{self.name}-"):
                self.cluster.delete("replicasets", namespace, name)
        super().delete()


class ReplicaSet(Workload):
    """A bare one, or a ReplicationController."""

    @property
    def owner(self):
        return {"replicasets": "ReplicaSet", "replicationcontrollers": "ReplicationController"}[self.kind]

    def set_status(self, obj):
        controllers.update_replicaset(obj, self.pods_now())


class StatefulSet(Workload):
    owner = "StatefulSet"
    current = 1  # revision

    def labels(self):
        return {"app": self.name, "controller-revision-hash": self.hash}

    def pod_name(self):
        return f"{self.name}-{len(self.pods)}"

    def set_status(self, obj):
        revisions = objects.template_hash(self.name, self.current), self.hash
        if controllers.update_statefulset(obj, self.pods_now(), revisions, self.observed) == self.hash:
            self.current = self.revision

    def rolling(self):
        self.change()
        yield "changed"
        partition = self.object["spec"]["updateStrategy"].get("rollingUpdate", {}).get("partition", 0)
        while len(self.old) > partition:
            pod = self.old[-1]
            yield from self.retire(pod)
            yield from self.bring_up(name=pod.name)
        self.pods.sort(key=lambda pod: pod.name)


class DaemonSet(Workload):
    owner = "DaemonSet"

    def labels(self):
        return {"app": self.name, "controller-revision-hash": self.hash}

    def make_pod(self, name=None, **options):
        nodes = sorted(node for _, node in self.cluster.objects["nodes"])
        number = len(self.pods)
        node = nodes[number] if number < len(nodes) else f"node-{number + 1}"
        return super().make_pod(name, **{"node": node, **options})

    def set_status(self, obj):
        controllers.update_daemonset(obj, self.pods_now(), self.hash, self.observed)

    def desire(self, replicas):
        self.update(lambda workload: workload["status"].update(desiredNumberScheduled=replicas))
        return self.sync()

    def rolling(self):
        self.change()
        yield "changed"
        while self.old:
            node = self.old[0].object["spec"]["nodeName"]
            yield from self.retire(self.old[0])
            yield from self.bring_up(node=node)


class Job(Workload):
    owner = "Job"

    def set_status(self, obj):
        if not any(one["type"] in ("Complete", "Failed") for one in obj["status"].get("conditions", [])):
            controllers.update_job(obj, self.pods_now())

    def end(self, outcome, reason=None, age=0):
        """"Complete", "Failed", or "FailureTarget" while pods are still being deleted. The pods stay as they are."""
        return self.update(lambda job: controllers.end_job(job, outcome, reason, age))


class CronJob:
    def __init__(self, cluster, namespace, name):
        self.cluster, self.namespace, self.name, self.runs = cluster, namespace, name, 0

    def status(self, **status):
        self.cluster.update("cronjobs", self.namespace, self.name, lambda cronjob: cronjob["status"].update(status))
        return self

    def suspend(self):
        self.cluster.update("cronjobs", self.namespace, self.name,
                            lambda cronjob: cronjob["spec"].update(suspend=True))
        return self

    def run(self, outcome=None, age=0, **options):
        """Makes one job of this CronJob; see Cluster.job."""
        self.runs += 1
        name = f"{self.name}-{28000000 + self.runs}"
        active = [] if outcome else [{"kind": "Job", "namespace": self.namespace, "name": name,
                                      "apiVersion": "batch/v1"}]
        with self.cluster.changed:
            self.status(lastScheduleTime=objects.timestamp(age), active=active)
            job = self.cluster.job(name, self.namespace, outcome=outcome, owner=("CronJob", self.name), age=age,
                                   **options)
        if outcome == "Complete":
            self.status(lastSuccessfulTime=objects.timestamp(age / 2))
        return job

    def ended(self, job, succeeded, ago=0):
        """A run that this made has ended: its pods, its Job, and then the status of the CronJob."""
        for pod in job.pods:
            pod.finish(0 if succeeded else 1)
        job.end("Complete" if succeeded else "Failed", age=ago)
        self.status(active=[], **({"lastSuccessfulTime": objects.timestamp(ago)} if succeeded else {}))
