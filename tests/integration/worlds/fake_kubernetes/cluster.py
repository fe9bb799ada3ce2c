"""The cluster of a test: its store, its server, and methods to control both. See the package's docstring."""

from .api import Api
from .faults import WATCH, FaultBook
from .makers import Makers
from .server import Server, tls_context
from .store import KINDS, Store
from .troubles import Troubles

TIMEOUT = 20  # seconds until a wait_… fails the test


class Cluster(Store, Makers, Troubles):
    def __init__(self, certificates=None, host="127.0.0.1", port=0):
        Store.__init__(self)
        Makers.__init__(self)
        Troubles.__init__(self)
        self.certificates = certificates
        self.tokens = None
        self.require_certificate = False
        self.protobuf = True
        self.cronjobs = "v1"
        self.budgets = "v1"
        self.only_namespaces = None
        self.metadata_last = False
        self.faults = FaultBook(self.changed)
        self.requests = []
        self.watches = []
        self.server = Server(Api(self).handle, host, port, tls_context(certificates) if certificates else None)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.clear_faults()
        self.close()

    @property
    def url(self):
        return f"http{'s' if self.certificates else ''}://{self.authority}"

    @property
    def authority(self):
        host = self.server.host
        return f"{f'[{host}]' if ':' in host else host}:{self.server.port}"

    # Faults

    def fault(self, kind, verb, name, times=1, **options):
        return self.faults.add(kind, verb, name, times, options)

    def clear_faults(self):
        self.faults.clear()

    def disturb(self, kind, name, **options):
        """Returns how many open watches it reached."""
        assert name in WATCH, f"no fault {name!r} for a watch"
        return self._order(kind, name, **options)

    def bookmark(self, kind="*"):
        return self._order(kind, "bookmark")

    def _order(self, kind, name, **options):
        with self.changed:
            reached = [watch for watch in self.watches if kind in ("*", watch.request.kind)]
            for watch in reached:
                watch.orders.append((name, options))
            self.changed.notify_all()
            return len(reached)

    def close(self):
        self.server.close()

    def use_certificate(self, name):
        """From the next connection on; the present ones end."""
        self.server.tls = tls_context(self.certificates, name)
        self.server.drop_all()

    def reopen(self):
        self.server.open()

    # Requests received

    def count(self, kind, verb):
        with self.changed:
            return sum(kind in ("*", one.kind) and verb in ("*", one.verb) for one in self.requests)

    def wait_for(self, kind, verb, count=1, timeout=TIMEOUT):
        """Waits until `count` such requests have arrived, counted from the beginning."""
        with self.changed:
            arrived = self.changed.wait_for(lambda: self.count(kind, verb) >= count, timeout)
            assert arrived, f"{self.count(kind, verb)} requests to {verb} {kind} within {timeout} s, wanted {count}"

    def served(self):
        """The kinds that this server has."""
        absent = {"cronjobs": self.cronjobs is None, "poddisruptionbudgets": self.budgets is None}
        return {kind for kind in KINDS if not absent.get(kind)}

    def watched(self):
        """The kinds with an open watch."""
        with self.changed:
            return {watch.request.kind for watch in self.watches}

    def wait_watched(self, *kinds, timeout=TIMEOUT):
        wanted = set(kinds) or self.served()
        with self.changed:
            arrived = self.changed.wait_for(lambda: wanted <= self.watched(), timeout)
            assert arrived, f"no watch of {wanted - self.watched()}"

    # Access

    def write_kubeconfig(self, path, context="fake", token=None, token_file=None, client_certificate=None, exec=None,
                         insecure=False, ca=None, inline=False, server=None, fields={}):
        """`client_certificate`: (crt, key) paths. `exec`: the command and its arguments. `inline`: certificates as
        …-data instead of paths. `ca`: a path, by default that of the CA that signed the server's certificate.
        `server`: instead of our URL; `fields`: more of the cluster, such as proxy-url."""
        from .kubeconfig import kubeconfig, user
        path.write_text(kubeconfig({context: (self, user(token, token_file, client_certificate, exec, inline))},
                                   insecure=insecure, ca=ca, inline=inline, server=server, fields=fields))
        return path
