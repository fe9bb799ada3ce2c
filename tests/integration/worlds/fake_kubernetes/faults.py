"""Faults, and the requests that meet them."""

import threading

ANY = {"status", "redirect", "page", "content-type", "too-large", "silence", "hang-up"}
LIST = {"truncated", "cut", "reset", "stall", "hold", "garbage", "slow", "endless", "no-resource-version", "empty",
        "continue", "stale"}
WATCH = {"gone", "garbage", "truncated", "reset", "stall", "end", "too-large", "error"}


class Fault:
    def __init__(self, book, kind, verb, name, times, options):
        allowed = {"list": ANY | LIST, "watch": ANY | WATCH, "heartbeat": ANY | LIST, "identity": ANY,
                   "*": ANY}[verb]
        assert name in allowed, f"no fault {name!r} for {verb!r}"
        self.book, self.kind, self.verb, self.name, self.times = book, kind, verb, name, times
        self.options = options
        self.over = threading.Event()
        self.met = 0  # requests that ran into it

    def clear(self):
        """Ends the fault: no request meets it any more, and requests that it holds up go on."""
        with self.book.changed:
            if self in self.book.faults:
                self.book.faults.remove(self)
        self.over.set()
        self.book.wake()

    release = clear


class FaultBook:
    def __init__(self, changed):
        self.changed = changed
        self.faults = []

    def wake(self):
        with self.changed:
            self.changed.notify_all()

    def add(self, kind, verb, name, times, options):
        fault = Fault(self, kind, verb, name, times, options)
        with self.changed:
            self.faults.append(fault)
        return fault

    def take(self, kind, verb):
        """The oldest fault that is meant for this request, or None."""
        with self.changed:
            for fault in self.faults:
                if fault.kind in (kind, "*") and fault.verb in (verb, "*"):
                    fault.met += 1
                    if fault.times is not None:
                        fault.times -= 1
                        if fault.times <= 0:
                            self.faults.remove(fault)
                    return fault
        return None

    def clear(self):
        for fault in list(self.faults):
            fault.clear()
