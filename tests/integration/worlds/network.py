"""Hosts on one machine: each is a network namespace, with a cable into a switch that is another one. Namespaces have no
names, so they end with their last process and descriptor, whatever happens to the tests.

    missing()                              why this machine has none, or None
    network.host()                         .ipv4, .ipv6 (None if the kernel has no IPv6); .nobodys: two
                                           unused neighbours, tried before others (RFC 6724, rule 9)
    with host: …                           sockets and children of this thread are on that host
    host.unplug(), host.plug()             pulls the cable, and puts it back
    host.loses(other), host.reaches(other) its packets to the other are lost silently; the other's arrive
    host.hears(other)                      whether the other's packets arrive
    host.slow("tbf rate …")                a qdisc, both ways; skips the test if the kernel has none
    Place(world, network, "eu")            a Site whose programs run on their own host
"""

import contextlib
import ctypes
import os
import socket
import subprocess

import pytest

from peers_world import Site

CLONE_NEWNET = 0x40000000
NOBODYS_DEVICE = "02:00:00:00:00:00"
HEARS_TIMEOUT = 2  # seconds
NUMBERS = 8  # reserved for each host, which has an address for the first only
LIBC = ctypes.CDLL(None, use_errno=True)


def call(name, *arguments):
    if getattr(LIBC, name)(*arguments) != 0:
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")


def current():
    """The network namespace of this thread."""
    return open("/proc/thread-self/ns/net", "rb")


def enter(file):
    call("setns", file.fileno(), CLONE_NEWNET)


class Namespace:
    """A separate network for the thread that enters it, and for what the thread starts."""

    def __init__(self):
        self.ways_back = []
        with current() as here:
            call("unshare", CLONE_NEWNET)
            self.file = current()
            enter(here)
        self.ip("link set lo up")

    def __enter__(self):
        self.ways_back.append(current())
        enter(self.file)
        return self

    def __exit__(self, *_):
        with self.ways_back.pop() as back:
            enter(back)

    @property
    def path(self):
        return f"/proc/{os.getpid()}/fd/{self.file.fileno()}"

    def run(self, *command, text=None):
        with self:
            done = subprocess.run(command, input=text, capture_output=True, text=True)
        if done.returncode != 0:
            raise OSError(f"{' '.join(map(str, command))}: {' '.join((text or '').split())}: {done.stderr.strip()}")
        return done.stdout

    def ip(self, *lines):
        return self.run("ip", "-batch", "-", text="\n".join(lines) + "\n")

    def close(self):
        self.file.close()


class Host(Namespace):
    def __init__(self, network, number):
        super().__init__()
        self.switch, self.port = network.switch, f"port{number}"
        self.ipv4, self.ipv6 = self.address(NUMBERS * number)
        self.nobodys = self.address(NUMBERS * number + 1)
        self.ip(f"link add eth0 type veth peer name {self.port} netns {self.switch.path}",
                f"address add {self.ipv4}/24 dev eth0", "link set eth0 up")
        self.switch.ip(f"link set {self.port} master bridge", f"link set {self.port} up")
        try:
            self.ip(f"address add {self.ipv6}/64 dev eth0 nodad")
        except OSError:
            self.ipv6 = None

    @staticmethod
    def address(number):
        return f"192.0.2.{number}", f"2001:db8::{number:x}"

    @property
    def addresses(self):
        return [self.ipv4] + ([f"[{self.ipv6}]"] if self.ipv6 else [])

    def unplug(self):
        self.switch.ip(f"link set {self.port} down")

    def plug(self):
        self.switch.ip(f"link set {self.port} up")

    def loses(self, other):
        self.ip(f"neighbor replace {other.ipv4} lladdr {NOBODYS_DEVICE} nud permanent dev eth0")

    def reaches(self, other):
        self.ip(f"neighbor delete {other.ipv4} dev eth0")

    def hears(self, other):
        """Whether a datagram of the other arrives."""
        with self, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
            ear.bind((self.ipv4, 0))
            ear.settimeout(HEARS_TIMEOUT)
            with other, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mouth:
                mouth.sendto(b"hello", ear.getsockname())
            try:
                return ear.recv(100) == b"hello"
            except TimeoutError:
                return False

    def missed(self, address):
        """Whether the host tried to reach that address, and nobody answered."""
        return address in self.ip("neighbor show nud incomplete nud failed")

    @contextlib.contextmanager
    def slow(self, qdisc):
        ends = [(self, "eth0"), (self.switch, self.port)]
        try:
            for namespace, device in ends:
                namespace.run("tc", "qdisc", "add", "dev", device, "root", *qdisc.split())
        except OSError as error:
            pytest.skip(str(error))
        try:
            yield
        finally:
            for namespace, device in ends:
                namespace.run("tc", "qdisc", "delete", "dev", device, "root")


class Network:
    def __init__(self):
        self.hosts = []
        self.switch = Namespace()
        self.switch.ip("link add bridge type bridge", "link set bridge up")

    def host(self):
        host = Host(self, len(self.hosts) + 1)
        self.hosts.append(host)
        return host

    def close(self):
        for namespace in [*self.hosts, self.switch]:
            namespace.close()


def missing():
    """Why this machine cannot have such a network, or None."""
    try:
        network = Network()
        network.host()
        network.close()
        return None
    except OSError as error:
        return f"no network namespaces here: {error}"


class Place(Site):
    """A cluster on its own host: API server, nginx and kube-shields."""

    def __init__(self, world, network, name):
        self.host = network.host()
        with self.host:
            super().__init__(world, name, also=self.host.addresses)
        world.sites.append(self)

    def at(self, address):
        """The word for OTHER_SHIELDS that names this place by one of its addresses or names."""
        return f"{self.name}=http://{address}:{self.gate.port}"

    @property
    def word(self):
        return self.at(self.host.ipv4)

    @property
    def by_ipv6(self):
        return self.at(self.host.addresses[-1])

    def start(self, *others, **settings):
        with self.host:
            return super().start(*others, **settings)

    def ask(self, target):
        """Requests a page through its nginx, as people there do."""
        with self.host:
            return self.gate.get(target)
