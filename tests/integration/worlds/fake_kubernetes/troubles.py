"""What happens to whole API servers: a proxy in front of them, an etcd that hangs or is restored, roles that go."""

import contextlib
import uuid

from .store import Snapshot

SIGN_IN = "<!DOCTYPE html><html><body>Sign in to the hotel's network</body></html>"


class Troubles:
    """Mixed into Cluster."""

    def __init__(self):
        self.frozen = False
        self.page = None  # the options of proxy()
        self.etcd_hangs = False
        self.has_cache = False
        self.revoked = set()
        self.future = "silent"
        self.uid = str(uuid.uuid4())

    def is_quiet(self):
        """Whether open watches tell nothing."""
        return self.frozen or self.etcd_hangs or self.page is not None

    def _become(self, **state):
        with self.changed:
            for name, value in state.items():
                setattr(self, name, value)
            self.changed.notify_all()

    def freeze(self):
        self._become(frozen=True)

    def thaw(self):
        self._become(frozen=False)

    def proxy(self, code=503, content_type="text/html", body=SIGN_IN, **options):
        """From now on a proxy answers every request with this page, and holds the watches that are open."""
        self._become(page={"code": code, "content_type": content_type, "body": body, **options})

    def no_proxy(self):
        self._become(page=None)

    def hang_etcd(self, cache=False):
        self._become(etcd_hangs=True, has_cache=cache)

    def wake_etcd(self):
        self._become(etcd_hangs=False)

    # Roles

    def revoke(self, *kinds, watches="stay"):
        """watches="end": those that are open are ended, too; an API server leaves them."""
        self._become(revoked=self.revoked | set(kinds))
        if watches == "end":
            for kind in kinds:
                self.disturb(kind, "end")

    def grant(self, *kinds):
        self._become(revoked=set() if "*" in kinds else self.revoked - set(kinds))

    def is_refused(self, request):
        spaces = self.only_namespaces
        return (request.kind in self.revoked or "*" in self.revoked or
                spaces is not None and request.namespace not in spaces)

    # Other pasts, and other clusters

    def restore(self, snapshot, watches="silent"):
        """etcd is restored from snapshot(): the objects of then, and its version. `watches`, those that are open:
        "silent" until the versions pass those that they told, "bookmark" go on after a bookmark of the lower version,
        "follow" go on with events of lower versions, "end", "reset"."""
        assert watches in ("silent", "bookmark", "follow", "end", "reset"), watches
        with self.changed:
            self.load(snapshot)
            if watches in ("bookmark", "follow"):
                for watch in self.watches:
                    watch.version = snapshot.version
            if watches == "bookmark":
                self._order("*", "restored", version=snapshot.version)
            elif watches in ("end", "reset"):
                self._order("*", watches)

    def become_another(self, version=1000):
        """Another cluster answers at this address: with another uid, no objects, and versions of its own."""
        with self.changed:
            self.uid = str(uuid.uuid4())
            self.load(Snapshot(version, {kind: {} for kind in self.objects}))
        self.server.drop_all()

    @contextlib.contextmanager
    def losing(self, *kinds):
        """What happens to these kinds meanwhile is never told by a watch; lists show it."""
        with self.changed:
            self.loses |= set(kinds)
        try:
            yield
        finally:
            with self.changed:
                self.loses -= set(kinds)

    def identity(self):
        """The namespace whose uid stands for the cluster."""
        return {"metadata": {"name": "kube-system", "uid": self.uid, "resourceVersion": "4"},
                "status": {"phase": "Active"}}
