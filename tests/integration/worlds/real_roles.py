"""What a service account may do in a real cluster.

    grants = Grants(plane, "shop-1", "reader")
    grants(RULES)                           # a Role in its namespace, and a RoleBinding
    grants(RULES, everywhere=True)          # a ClusterRole and a ClusterRoleBinding
    grants.revoke(); grants.restore()       # deletes the bindings, and makes them again
    grants.change(rules)                    # gives all roles other rules
"""

import contextlib

from kubernetes_api import ApiError

READ = ["get", "list", "watch"]
OLDER_RULES = [{"apiGroups": [""], "resources": ["pods"], "verbs": READ},
               {"apiGroups": ["apps"], "resources": ["deployments", "statefulsets", "daemonsets"], "verbs": READ},
               {"apiGroups": ["batch"], "resources": ["jobs", "cronjobs"], "verbs": READ}]
RULES = OLDER_RULES + [{"apiGroups": [""], "resources": ["replicationcontrollers"], "verbs": READ},
                       {"apiGroups": ["apps"], "resources": ["replicasets"], "verbs": READ},
                       {"apiGroups": ["policy"], "resources": ["poddisruptionbudgets"], "verbs": READ}]
GROUP = "rbac.authorization.k8s.io"


class Grants:
    def __init__(self, plane, namespace, account):
        self.plane, self.namespace = plane, namespace
        self.subject = {"kind": "ServiceAccount", "name": account, "namespace": namespace}
        self.name = f"{account}-{namespace}"
        self.kinds = []  # "Role" or "ClusterRole"

    def __call__(self, rules, everywhere=False):
        kind = "ClusterRole" if everywhere else "Role"
        self.plane.create(f"{kind.lower()}s", {"metadata": {"name": self.name}, "rules": rules}, self.of(kind))
        self.kinds.append(kind)
        self.bind(kind)

    def of(self, kind):
        return self.namespace if kind == "Role" else None

    def bind(self, kind):
        self.plane.create(f"{kind.lower()}bindings", {"metadata": {"name": self.name}, "subjects": [self.subject],
                          "roleRef": {"apiGroup": GROUP, "kind": kind, "name": self.name}}, self.of(kind))

    def revoke(self):
        for kind in self.kinds:
            with contextlib.suppress(ApiError):  # it may be revoked already
                self.plane.delete(f"{kind.lower()}bindings", self.name, self.of(kind))

    def restore(self):
        for kind in self.kinds:
            self.bind(kind)

    def change(self, rules):
        for kind in self.kinds:
            self.plane.patch(f"{kind.lower()}s", self.name, {"rules": rules}, self.of(kind))

    def remove(self):
        self.revoke()
        for kind in self.kinds:
            self.plane.delete(f"{kind.lower()}s", self.name, self.of(kind))
