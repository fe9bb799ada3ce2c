"""Makes the objects of a test, with the handles that change them."""

from . import controllers, objects
from .handles import Pod
from .workloads import CronJob, DaemonSet, Deployment, Job, ReplicaSet, StatefulSet


class Makers:
    """Mixed into Cluster. `pod` options are those of objects.pod: count, image, age, restarts, ready, waiting, …
    `annotations` are those of the controller, with whole keys, `template_annotations` those of its template; its pods
    have none. `spec`: more fields of the controller's spec. `pods`: how many exist, if not `replicas`."""

    def __init__(self):
        self.handles = {}  # pods by (namespace, name)

    def pod(self, name, namespace="default", **options):
        self.add("pods", objects.pod(name, namespace, **options))
        return Pod(self, namespace, name)

    def pods(self, owner, count, namespace="default", **options):
        """Pods of an owner whose object nobody here has, such as ("Cluster", "pg")."""
        return [self.pod(f"{owner[1]}-{number + 1}", namespace, owner=owner, **options) for number in range(count)]

    def _workload(self, kind, handle, name, namespace="default", replicas=1, pods=None, annotations=None, spec=None,
                  template_annotations=None, controller=None, **pod):
        template = controllers.template(name, template_annotations, **pod)
        make = getattr(controllers, kind.removesuffix("s"))
        with self.changed:
            self.add(kind, make(name, namespace, replicas, template, spec, annotations=annotations,
                                **{"age": pod.get("age", 3600), **(controller or {})}))
            return handle(self, kind, namespace, name, **pod).populate(replicas if pods is None else pods)

    def deployment(self, name, namespace="default", **options):
        return self._workload("deployments", Deployment, name, namespace, **options)

    def replicaset(self, name, namespace="default", owner=None, labels=None, **options):
        """Without a Deployment."""
        return self._workload("replicasets", ReplicaSet, name, namespace, controller={"owner": owner, "labels": labels},
                              **({"labels": labels} if labels else {}), **options)

    def replicationcontroller(self, name, namespace="default", owner=None, labels=None, **options):
        return self._workload("replicationcontrollers", ReplicaSet, name, namespace,
                              controller={"owner": owner, "labels": labels},
                              **({"labels": labels} if labels else {}), **options)

    def statefulset(self, name, namespace="default", **options):
        return self._workload("statefulsets", StatefulSet, name, namespace, **options)

    def daemonset(self, name, namespace="default", **options):
        return self._workload("daemonsets", DaemonSet, name, namespace, **options)

    def job(self, name, namespace="default", outcome=None, owner=None, annotations=None, spec=None, pods=1, age=3600,
            template_annotations=None, **pod):
        """`outcome`: None while it runs, "Complete" or "Failed"."""
        ended = {None: {}, "Complete": {"terminated": (0, "Completed")}, "Failed": {"terminated": (1, "Error")}}
        template = controllers.template(name, template_annotations, restart_policy="Never", **pod)
        with self.changed:
            self.add("jobs", controllers.job(name, namespace, template, spec, age, annotations, owner))
            made = Job(self, "jobs", namespace, name, **{"age": age, **ended[outcome], **pod}).populate(pods)
            return made.end(outcome) if outcome else made

    def cronjob(self, name, namespace="default", suspended=False, annotations=None, spec=None, age=3600,
                template_annotations=None, status=None, **pod):
        """It never ran; see CronJob.run."""
        template = controllers.template(name, template_annotations, restart_policy="Never", **pod)
        self.add("cronjobs", controllers.cronjob(name, namespace, template, suspended, spec, age, annotations))
        return CronJob(self, namespace, name).status(**(status or {}))

    def budget(self, name, namespace="default", expected=1, current=None, labels=None, **spec):
        """A PodDisruptionBudget with minAvailable=… or maxUnavailable=…; by default over the pods with app=NAME."""
        self.add("poddisruptionbudgets", objects.budget(name, namespace, labels or {"app": name}, expected,
                                                        expected if current is None else current, spec))
        return name

    def recount(self, name, namespace="default", expected=None):
        """What a budget's controller does after its pods have changed; `expected`: their owner wants another number."""
        def change(budget):
            wanted = budget["spec"]["selector"]["matchLabels"].items()
            healthy = sum(objects.is_active(pod) and objects.is_ready(pod) and pod["metadata"]["namespace"] == namespace
                          and wanted <= pod["metadata"]["labels"].items() for pod in self.objects["pods"].values())
            expected_now = expected or budget["status"]["expectedPods"]
            budget["status"] = objects.budget_status(budget["spec"], expected_now, healthy)
        self.update("poddisruptionbudgets", namespace, name, change)

    def node(self, name, **options):
        self.add("nodes", objects.node(name, **options))
        return name

    def set_node(self, name, ready):
        """A node that is silent takes its pods along: only their condition Ready says so."""
        def change(node):
            objects.set_condition(node["status"], "Ready", True if ready else "Unknown",
                                  "KubeletReady" if ready else "NodeStatusUnknown")
        self.update("nodes", "", name, change)
        for key, pod in list(self.objects["pods"].items()):
            if pod["spec"].get("nodeName") == name and objects.is_active(pod) and key in self.handles:
                if ready:
                    self.handles[key].update(objects.set_kubelet_conditions)
                else:
                    self.handles[key].lose_node()

    def press_node(self, name, pressure, value=True):
        """Sets a condition such as "DiskPressure"."""
        self.update("nodes", "", name, lambda node: objects.set_condition(node["status"], pressure, value))
