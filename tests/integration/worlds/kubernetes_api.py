"""The API of a real Kubernetes API server on loopback.

    api.api("GET", "/api/v1/nodes")                     # decoded JSON; raises ApiError with a status and a message
    api.create("pods", {...}, namespace="shop"); api.get(…); api.list(…); api.delete(…)
    api.patch("pods", "web-x", {...}, namespace="shop"); api.patch_status(…)
"""

import http.client
import json
import threading
from urllib.parse import urlencode

GROUPS = {"pods": "/api/v1", "nodes": "/api/v1", "namespaces": "/api/v1", "serviceaccounts": "/api/v1",
          "secrets": "/api/v1", "deployments": "/apis/apps/v1", "replicasets": "/apis/apps/v1",
          "statefulsets": "/apis/apps/v1", "daemonsets": "/apis/apps/v1", "jobs": "/apis/batch/v1",
          "roles": "/apis/rbac.authorization.k8s.io/v1", "rolebindings": "/apis/rbac.authorization.k8s.io/v1",
          "clusterroles": "/apis/rbac.authorization.k8s.io/v1",
          "clusterrolebindings": "/apis/rbac.authorization.k8s.io/v1"}


class ApiError(Exception):
    def __init__(self, status, message):
        super().__init__(f"{status}: {message}")
        self.status = status


class KubernetesApi:
    """On a port of 127.0.0.1, whose certificate `context` accepts; `token` is the administrator's."""

    def __init__(self, port, token):
        self.port, self.token, self.context = port, token, None
        self.local = threading.local()
        self.cronjobs = None

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
        if kind != "cronjobs":
            return GROUPS[kind]
        if not self.cronjobs:
            # batch/v1 has cronjobs from 1.21 on.
            names = [one["name"] for one in self.api("GET", "/apis/batch/v1")["resources"]]
            self.cronjobs = "/apis/batch/v1" if "cronjobs" in names else "/apis/batch/v1beta1"
        return self.cronjobs

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

    def delete(self, kind, name, namespace=None, propagation="Background"):
        return self.api("DELETE", self.path(kind, namespace, name),
                        {"gracePeriodSeconds": 0, "propagationPolicy": propagation})
