"""The API of a real Kubernetes API server on loopback.

    api.api("GET", "/api/v1/nodes")                     # decoded JSON; raises ApiError with a status and a message
    api.create("pods", {...}, namespace="shop"); api.get(…); api.list(…); api.delete(…)
    api.patch("pods", "web-x", {...}, namespace="shop"); api.patch_status(…)
"""

import http.client
import json
import threading
from urllib.parse import urlencode

GROUPS = {"/api/v1": "pods nodes namespaces serviceaccounts secrets replicationcontrollers resourcequotas",
          "/apis/apps/v1": "deployments replicasets statefulsets daemonsets",
          "/apis/batch/v1": "jobs cronjobs",
          "/apis/policy/v1": "poddisruptionbudgets",
          "/apis/rbac.authorization.k8s.io/v1": "roles rolebindings clusterroles clusterrolebindings",
          "/apis/apiextensions.k8s.io/v1": "customresourcedefinitions",
          "/apis/kube-shields.test/v1": "clusters"}
GROUPS = {kind: group for group, kinds in GROUPS.items() for kind in kinds.split()}
NEW_IN_1_21 = ("cronjobs", "poddisruptionbudgets")  # before, their group has v1beta1 only


class ApiError(Exception):
    def __init__(self, status, message):
        super().__init__(f"{status}: {message}")
        self.status = status


class KubernetesApi:
    """On a port of 127.0.0.1, whose certificate `context` accepts; `token` is the administrator's."""

    def __init__(self, port, token):
        self.port, self.token, self.context = port, token, None
        self.local = threading.local()
        self.is_old = None

    def raw(self, method, path, body=None, content_type="application/json", token=None, accept="application/json"):
        """(status, content type, body), on the kept connection of this thread. Without a token, the administrator asks."""
        headers = {"Authorization": f"Bearer {token or self.token}", "Accept": accept, "Content-Type": content_type}
        for attempt in (1, 2):
            fresh = not getattr(self.local, "connection", None)
            if fresh:
                self.local.connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=self.context,
                                                                    timeout=60)
            try:
                self.local.connection.request(method, path, body, headers)
                answer = self.local.connection.getresponse()
                return answer.status, answer.getheader("Content-Type"), answer.read()
            except (OSError, http.client.HTTPException):
                # A kept connection may have been closed or killed in the meantime.
                self.local.connection.close()
                self.local.connection = None
                if fresh or attempt == 2:
                    raise

    def api(self, method, path, body=None, content_type="application/json", token=None):
        status, _, data = self.raw(method, path, None if body is None else json.dumps(body), content_type, token)
        answer = json.loads(data) if data[:1] == b"{" else {"message": data.decode(errors="replace")}
        if status >= 300:
            raise ApiError(status, answer.get("message"))
        return answer

    def group(self, kind):
        if kind not in NEW_IN_1_21:
            return GROUPS[kind]
        if self.is_old is None:
            self.is_old = "cronjobs" not in [one["name"] for one in self.api("GET", "/apis/batch/v1")["resources"]]
        return GROUPS[kind] + ("beta1" if self.is_old else "")

    def path(self, kind, namespace=None, name=None, query=None):
        parts = [self.group(kind), *(["namespaces", namespace] if namespace else []), kind, *([name] if name else [])]
        return "/".join(parts) + (f"?{urlencode(query)}" if query else "")

    def create(self, kind, body, namespace=None):
        return self.api("POST", self.path(kind, namespace), body)

    def get(self, kind, name, namespace=None):
        return self.api("GET", self.path(kind, namespace, name))

    def list(self, kind, namespace=None, **query):
        return self.api("GET", self.path(kind, namespace, query=query))["items"]

    def patch(self, kind, name, body, namespace=None, subresource=""):
        return self.api("PATCH", self.path(kind, namespace, name) + subresource, body,
                        "application/strategic-merge-patch+json")

    def patch_status(self, kind, name, status, namespace=None):
        return self.patch(kind, name, {"status": status}, namespace, "/status")

    def delete(self, kind, name, namespace=None, propagation="Background", grace=0):
        return self.api("DELETE", self.path(kind, namespace, name),
                        {"gracePeriodSeconds": grace, "propagationPolicy": propagation})
