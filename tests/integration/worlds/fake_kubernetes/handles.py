"""Handles for the pods of a test."""

from . import objects


class Pod:
    """`workload`: whose status follows this pod, or None."""

    def __init__(self, cluster, namespace, name, workload=None):
        self.cluster, self.namespace, self.name, self.workload = cluster, namespace, name, workload
        self.hash = getattr(workload, "hash", None)
        cluster.handles[(namespace, name)] = self

    @property
    def object(self):
        return self.cluster.get("pods", self.namespace, self.name)

    @property
    def is_ready(self):
        return objects.is_active(self.object) and objects.is_ready(self.object)

    def update(self, change):
        with self.cluster.changed:
            self.cluster.update("pods", self.namespace, self.name, change)
            self.sync()
        return self

    def sync(self):
        if self.workload:
            self.workload.sync()

    def set(self, container=None, **state):
        """Sets the status of the container with that name or index, or of all but plain init containers: ready,
        restarts, waiting, terminated, last, ago. The phase and the conditions follow."""
        def change(pod):
            spec, status = pod["spec"], pod["status"]
            for kind in ("containerStatuses", "initContainerStatuses"):
                of_spec = spec.get(kind.removesuffix("Statuses").replace("ontainer", "ontainers"), [])
                old = {one["name"]: one for one in status.get(kind, [])}
                lasting = [one for one in of_spec if kind == "containerStatuses" or objects.is_sidecar(one)]
                for number, one in enumerate(of_spec):
                    meant = one in lasting if container is None else container in (
                        one["name"], number if kind == "containerStatuses" else None)
                    if meant or one["name"] not in old and one in lasting:
                        old[one["name"]] = fresh(one, old.get(one["name"]), state if meant else {})
                if old:
                    status[kind] = [old[one["name"]] for one in of_spec if one["name"] in old]
            status["phase"] = objects.phase_of(pod)
            objects.set_kubelet_conditions(pod)
        return self.update(change)

    def phase(self, phase, reason=None):
        def change(pod):
            pod["status"]["phase"] = phase
            if reason:
                pod["status"]["reason"] = reason
            objects.set_kubelet_conditions(pod)
        return self.update(change)

    def condition(self, name, status, reason=None):
        return self.update(lambda pod: objects.set_condition(pod["status"], name, status, reason))

    def finish(self, code=0):
        """All containers end, and the pod with them if its owner does not restart it."""
        return self.set(terminated=(code, "Error" if code else "Completed"), ago=0)

    def lose_node(self):
        """Its node is silent: only the condition Ready says so."""
        return self.condition("Ready", False)

    def deleting(self):
        """Marks the pod for deletion while its containers are still ready, as a rollout does to an old pod."""
        return self.update(lambda pod: pod["metadata"].update(deletionTimestamp=objects.timestamp()))

    def delete(self):
        with self.cluster.changed:
            self.cluster.delete("pods", self.namespace, self.name)
            self.sync()

    def forget(self):
        """Deletes the pod without an event."""
        self.cluster.forget("pods", self.namespace, self.name)


def fresh(container, old, state):
    restarts = old["restartCount"] if old else 0
    if state.get("restarts", restarts) != restarts:
        state = {"ago": 0, **state}
    return objects.container_status(container, **{"restarts": restarts, **state})
