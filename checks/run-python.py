"""Runs one check of a Python file, or lists the file's checks. See kube-shields-checks(7).

    python3 -I run-python.py FILE FUNCTION [ARGUMENT...]    prints one JSON object
    python3 -I run-python.py --list FILE                    prints the names of its checks, one a line

--allow-writable before these also imports what everybody may write to.
Exit code 1, and one line on standard error that names the file and its line: it failed. What the file itself prints
is dropped, so that it can stand neither in the answer nor before the reason; with KUBE_SHIELDS_VERBOSE=1 it goes to
standard error.

This runs for every Python check, every time: what is imported here is paid for by each. `json` alone would double the
time, so the encoder is our own; it also takes what json refuses."""

import os
import sys
from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import PathFinder

try:
    from _json import encode_basestring_ascii as quote
except ImportError:  # not CPython
    from json.encoder import py_encode_basestring_ascii as quote

KIT = os.path.dirname(os.path.abspath(__file__))
PACKAGE = "kube_config.snowflakes"  # where the ancestor had these files
DEPTH = 24  # levels of lists and dicts that a result may nest; kube-shields itself reads no more than 32
ALLOW = "--allow-writable"
REASON_MOST = 2000  # characters
FUNCTION = type(lambda: None)
try:
    GROUP = BaseExceptionGroup
except NameError:  # before Python 3.11
    GROUP = ()
NONE_FOUND = "no function in it: define one whose name does not begin with '_', or mark one with @snowflake"


class Mistake(Exception):
    """What the file's author should mend; told without a line."""


class Beside:
    """What is in the file's folder. In redis.py, `import redis` means the library, and where there is none it is
    missing: not redis.py once more. And what everybody may write to is not run, as the file itself would not be."""

    def __init__(self, path, allow_writable):
        self.path = path
        self.folder = os.path.dirname(path)
        self.own = os.path.basename(path).partition(".")[0]
        self.allow_writable = allow_writable

    def find_spec(self, name, path=None, target=None):
        is_beside = (PathFinder.find_spec(name, [self.folder]) if path is None else
                     any(os.path.join(where, "").startswith(os.path.join(self.folder, "")) for where in path))
        spec = PathFinder.find_spec(name, path) if is_beside else None
        if not spec or not spec.origin:
            return spec
        if name == self.own and os.path.realpath(spec.origin) == os.path.realpath(self.path):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        if not self.allow_writable and spec.origin.startswith(os.path.join(self.folder, "")):
            judge(spec.origin)
            if os.path.dirname(spec.origin) != self.folder:
                judge(os.path.dirname(spec.origin))
            if spec.cached:
                judge(spec.cached)
                judge(os.path.dirname(spec.cached))
        return spec


def judge(path):
    """Raises ImportError for what everybody may write to; on what is mounted read-only nobody may."""
    try:
        is_writable = os.stat(path).st_mode & 0o002 and not os.statvfs(path).f_flag & os.ST_RDONLY
    except OSError:
        return
    if is_writable:
        raise ImportError(f"{path}: everybody may write to it: chmod o-w it, or set SHIELD_CHECKS_WRITABLE=allow")


def load(path, allow_writable):
    """The file as a module, in a package that its folder makes, so that its name can hide no library's."""
    folder, base = os.path.split(path)
    sys.path.insert(0, os.path.join(KIT, "python"))
    sys.path.append(folder)
    sys.meta_path.insert(sys.meta_path.index(PathFinder), Beside(path, allow_writable))
    for name, where in ((PACKAGE.partition(".")[0], []), (PACKAGE, [folder])):
        package = sys.modules[name] = type(sys)(name)
        package.__path__ = where
        package.__spec__ = ModuleSpec(name, None, is_package=True)
    service = base[:-3] if base.endswith(".py") else base
    name = f"{PACKAGE}.{service.replace('.', '_')}"
    module = sys.modules[name] = type(sys)(name)
    module.__file__ = path
    module.__package__ = PACKAGE
    module.__spec__ = ModuleSpec(name, None, origin=path)
    with open(path, "rb") as file:
        source = file.read()
    exec(compile(source, path, "exec", dont_inherit=True), vars(module))
    return module


def checks_of(module):
    """{name: function}, in the file's order."""
    names = vars(module)
    found = {}
    for function in getattr(sys.modules.get("kube_shields"), "marked", ()):
        name = next((bound for bound, value in names.items() if value is function), None)
        if name is None and getattr(function, "__module__", None) == module.__name__:
            name = function.__name__
        if name is not None:
            # Another decorator may stand above the mark: then what the name leads to is what is meant.
            outer = names.get(name)
            found[name] = outer if callable(outer) else function
    return found or {name: value for name, value in names.items() if name[0] != "_" and is_own(value, module)}


def is_own(value, module):
    """A function that the file defines, also below decorators that tell what they wrap: what functools.wraps made is a
    function, what lru_cache did is not. Looked up in the object itself, since proxies answer for others."""
    if type(value) is FUNCTION:
        return value.__module__ == module.__name__
    try:
        told = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return False
    return "__wrapped__" in told and told.get("__module__") == module.__name__ and callable(value)


def text_of(value):
    """As the ancestor showed it."""
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode(errors="replace")
    return str.__str__(value) if isinstance(value, str) else str(value)


def is_address(value):
    """Whether all that its text says is where it lies: <generator object hits at 0x7f…>."""
    text = text_of(value)
    return not isinstance(value, (str, bytes, bytearray)) and text[:1] == "<" and " at 0x" in text


def encode_text(text):
    """A JSON string in ASCII. Halves of a character become it where they meet, U+FFFD where they do not."""
    if not text.isascii():
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return quote(text)


def encode_plain(value):
    """None for what is neither null, nor true or false, nor a number that JSON has."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float) and value - value == 0:  # not NaN, not infinite
        return float.__repr__(value)
    return None


def encode(value, depth=0):
    """Any value as strict JSON; what JSON has not, as text."""
    if depth > DEPTH:
        raise ValueError(f"the result nests more than {DEPTH} levels, or holds itself")
    if isinstance(value, dict):
        members = {text_of(name): member for name, member in value.items()}
        return "{" + ",".join(f"{encode_text(name)}:{encode(member, depth + 1)}"
                              for name, member in members.items()) + "}"
    if isinstance(value, (list, tuple, set, frozenset)):
        members = [encode(member, depth + 1) for member in value]
        return "[" + ",".join(sorted(members) if isinstance(value, (set, frozenset)) else members) + "]"
    return encode_plain(value) or encode_text(text_of(value))


def encode_result(value):
    """What the runner prints: label, message, color, raw; `status` is the ancestor's word for the message."""
    raw = encode(value)
    result = value if isinstance(value, dict) else {"message": value}
    said = {"label": result.get("label"), "color": result.get("color")}
    members = {name: text_of(member) for name, member in said.items() if member is not None}
    for name in ("message", "status"):
        if name in result:
            members["message"] = text_of(result[name])
    shown = result.get("status", result.get("message"))
    if is_address(shown):
        raise Mistake(f"it returned a value of type {type(shown).__name__}, which has no text but its address: return "
                      "text, a number or a dict")
    texts = "".join(f'"{name}":{encode_text(text)},' for name, text in members.items())
    return f'{{{texts}"raw":{raw}}}\n'


def call(function, arguments):
    value = function(*arguments)
    if hasattr(type(value), "__await__"):
        import asyncio

        async def wait():
            return await value
        value = asyncio.run(wait())
    return value


def run(path, name, arguments, allow_writable):
    """Whether it failed, and what to print: the answer, or the reason."""
    line = 0
    try:
        checks = checks_of(load(path, allow_writable))
        if not checks:
            raise Mistake(NONE_FOUND)
        if name is None:
            return False, "".join(f"{check}\n" for check in checks)
        if name not in checks:
            raise Mistake(f"no check {name!r} in it: there are {', '.join(checks)}")
        line = getattr(getattr(checks[name], "__code__", None), "co_firstlineno", 0)
        return False, encode_result(call(checks[name], arguments))
    except BaseException as error:  # SystemExit too: whatever the reason, there is no answer
        return True, reason_of(path, error, line)


def reason_of(path, error, line):
    """`web.py line 12: ZeroDivisionError: division by zero`: the innermost line of the file's own. `line` is for what
    went wrong with a function outside of it: arguments that do not fit, a result that cannot be told."""
    while isinstance(error, GROUP):  # says less than the first in it
        error = error.exceptions[0]
    try:
        text = text_of(error)
    except Exception:
        text = "(it has no text)"
    trace = error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == path:
            line = trace.tb_lineno
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and error.filename == path:
        line, text = error.lineno, error.msg
    where = f"{os.path.basename(path)}{f' line {line}' if line else ''}"
    if not isinstance(error, Mistake):
        where += f": {type(error).__name__}"
    reason = f"{where}: {text}" if text else where
    return " ".join(reason[:REASON_MOST].split()) + "\n"


def write_all(descriptor, data):
    while data:
        data = data[os.write(descriptor, data):]


def main(arguments):
    answer, errors = os.dup(1), os.dup(2)  # private: nothing that is started inherits them
    if os.environ.get("KUBE_SHIELDS_VERBOSE") == "1":
        os.dup2(2, 1)
    else:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
    sys.dont_write_bytecode = True
    process = os.getpid()
    allow_writable = arguments[:1] == [ALLOW]
    del arguments[:allow_writable]
    if len(arguments) < 2 or (arguments[0] == "--list" and len(arguments) != 2):
        write_all(errors, b"run-python.py: [--allow-writable] FILE FUNCTION [ARGUMENT...], or --list FILE\n")
        os._exit(2)
    listing = arguments[0] == "--list"
    path = os.path.abspath(arguments[1] if listing else arguments[0])
    sys.argv = [path, *arguments[2:]]
    failed, output = run(path, None if listing else arguments[1], arguments[2:], allow_writable)
    if os.getpid() != process:  # a child that the check forked and forgot
        os._exit(1)
    finish()  # may print, and the last line is ours
    write_all(errors if failed else answer, output.encode("utf-8", "backslashreplace"))
    os._exit(1 if failed else 0)


def finish():
    """Runs what is registered for the end, but waits for no thread that the check has left behind."""
    import atexit
    try:
        atexit._run_exitfuncs()
        sys.stdout.flush()
    except BaseException:
        pass


main(sys.argv[1:])
