"""Ports for servers that a test starts, stops and starts again: each test process has a block of its own.

The block lies outside the range that the kernel gives to clients and to servers that ask for any port, so no program
takes one of these by chance. A socket with an abstract name locks the block: other test processes of the same network
see the lock, and it ends with its process, however that ends."""

import errno
import itertools
import pathlib
import random
import socket

FIRST, END, SIZE = 16384, 32768, 64
_lock = None
_ports = None


def _blocks():
    """The first port of each block, in random order: test processes that begin together seldom ask for the same."""
    low = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    end = low if FIRST + SIZE <= low < END else END
    blocks = list(range(FIRST, end - SIZE + 1, SIZE))
    random.SystemRandom().shuffle(blocks)
    return blocks


def _claim():
    """Locks a block; returns its ports, over and over."""
    global _lock
    for first in _blocks():
        lock = socket.socket(socket.AF_UNIX)
        try:
            lock.bind(f"\0kube-shields-tests-ports-{first}")
        except OSError:
            lock.close()
            continue
        _lock = lock
        return itertools.cycle(range(first, first + SIZE))
    raise OSError(errno.EADDRINUSE, "no ports left: other runs of these tests have them all")


def _is_free(port):
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((address, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
    return True


def free_port():
    """A port of 127.0.0.1 and ::1 where nobody listens, and where nobody but the caller will."""
    global _ports
    _ports = _ports or _claim()
    for port in itertools.islice(_ports, SIZE):
        if _is_free(port):
            return port
    raise OSError(errno.EADDRINUSE, f"somebody listens on every one of this process's {SIZE} ports")
