"""A program under test with clocks of its own, which a test may set at any time; see drivers/shifted_clock.c."""

import pathlib
import re
import struct
import subprocess
import time

from programs import BINARY, BUILD, ROOT, eventually


def build(folder):
    path = folder / "shifted_clock.so"
    subprocess.run(["cc", "-Wall", "-Werror", "-O1", "-shared", "-fPIC", "-o", path,
                    ROOT / "tests/integration/drivers/shifted_clock.c"], check=True)
    return path


def program():
    """The program itself, not libtool's wrapper script, whose commands would get the preloaded library too."""
    wrapped = pathlib.Path(BINARY).parent / ".libs" / "kube-shields"
    return wrapped if wrapped.exists() else BINARY


def sanitizers():
    """Sanitizer libraries, which must be loaded before any other."""
    needed = subprocess.run(["ldd", program()], capture_output=True, text=True, check=True)
    return re.findall(r"(/\S*/lib[at]san\S*)", needed.stdout)


class Clock:
    """The clocks of one program. `settings` are those of a Responder that listens at `address`."""

    def __init__(self, path, library, address, ahead=0):
        self.path, self.ahead, self.passed = path, ahead, 0
        self.path.write_bytes(bytes(16))
        self.write()
        self.settings = {"command": [program()], "SHIELD_LISTEN": address,
                         "LD_LIBRARY_PATH": BUILD / "lib" / ".libs",
                         "LD_PRELOAD": " ".join([*sanitizers(), str(library)]), "SHIFTED_CLOCK": path}

    def write(self):
        with self.path.open("r+b") as file:
            file.write(struct.pack("qq", self.ahead, self.passed))

    def set(self, ahead):
        """Sets the wall clock `ahead` seconds ahead of this machine's."""
        self.ahead = ahead
        self.write()

    def let_pass(self, seconds):
        """These seconds pass at once, for its timers and ages. What waits for nothing else notices within its heartbeat;
        a request on its way may be timed out."""
        self.ahead, self.passed = self.ahead + seconds, self.passed + seconds
        self.write()

    def let_pass_until(self, condition, seconds):
        """Lets these seconds pass, again and again, since what they are counted from may still be on its way."""
        def is_so():
            if condition():
                return True
            self.let_pass(seconds)
            time.sleep(1)
            return condition()
        eventually(is_so)
