"""Runs one check of a Python file, or lists the file's checks. See kube-shields-checks(7).

    python3 -I run-python.py FILE FUNCTION [ARGUMENT...]    prints one JSON object
    python3 -I run-python.py --list FILE                    prints the names of its checks, one a line

With --allow-writable before these, files that everybody may write to are imported too.
If a check fails, the exit code is 1, and one line on standard error names the file, its line and the reason. Whatever
the file itself prints is dropped, so that it cannot get into the answer or before the reason; with
KUBE_SHIELDS_VERBOSE=1 it goes to standard error.

This program runs for every Python check, every time, so each import here costs. `json` alone would double the time:
therefore the encoder is our own. It also takes values that json refuses."""

import os
import sys
from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import PathFinder

try:
    from _json import encode_basestring_ascii as quote
except ImportError:  # not CPython
    from json.encoder import py_encode_basestring_ascii as quote

KIT = os.path.dirname(os.path.abspath(__file__))
PACKAGE = "kube_config.snowflakes"  # where kube-shields 0.0.6 had these files
DEPTH = 24  # levels of lists and dicts in a result; kube-shields itself reads up to 32
ALLOW = "--allow-writable"
REASON_MOST = 2000  # characters
FUNCTION = type(lambda: None)
try:
    GROUP = BaseExceptionGroup
except NameError:  # before Python 3.11
    GROUP = ()
NONE_FOUND = "no function in it: define one whose name does not begin with '_', or mark one with @snowflake"


class Mistake(Exception):
    """Something that the file's author should fix; reported without a line."""


class FolderFinder:
    """Finds modules in the file's folder. In redis.py, `import redis` means the library: if it is not installed, the
    import fails and does not run redis.py a second time. And like the file itself, a module that everybody may write to
    is not run."""

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
    """Raises ImportError if everybody may write to a file or folder, unless its mount is read-only."""
    try:
        is_writable = os.stat(path).st_mode & 0o002 and not os.statvfs(path).f_flag & os.ST_RDONLY
    except OSError:
        return
    if is_writable:
        raise ImportError(f"{path}: everybody may write to it: chmod o-w it, or set SHIELD_CHECKS_WRITABLE=allow")


def load(path, allow_writable):
    """Returns the file as a module, in a package of its folder, so that its name cannot hide a library's."""
    folder, base = os.path.split(path)
    sys.path.insert(0, os.path.join(KIT, "python"))
    sys.path.append(folder)
    sys.meta_path.insert(sys.meta_path.index(PathFinder), FolderFinder(path, allow_writable))
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
    """Returns {name: function}, in the file's order."""
    names = vars(module)
    found = {}
    for function in getattr(sys.modules.get("kube_shields"), "marked", ()):
        name = next((bound for bound, value in names.items() if value is function), None)
        if name is None and getattr(function, "__module__", None) == module.__name__:
            name = function.__name__
        if name is not None:
            # Another decorator may stand above the mark. Then the check is the object that has the name.
            outer = names.get(name)
            found[name] = outer if callable(outer) else function
    return found or {name: value for name, value in names.items() if name[0] != "_" and is_own(value, module)}


def is_own(value, module):
    """Returns whether the file defines this function. Below a decorator, __wrapped__ shows it: functools.wraps makes a
    function, but lru_cache makes another object. Looks into the object itself, since proxies answer for others."""
    if type(value) is FUNCTION:
        return value.__module__ == module.__name__
    try:
        members = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return False
    return "__wrapped__" in members and members.get("__module__") == module.__name__ and callable(value)


def text_of(value):
    """Returns the text of a value as kube-shields 0.0.6 showed it."""
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode(errors="replace")
    return str.__str__(value) if isinstance(value, str) else str(value)


def is_address(value):
    """Returns whether a value has only the default text with its address: <generator object hits at 0x7f…>."""
    text = text_of(value)
    return not isinstance(value, (str, bytes, bytearray)) and text[:1] == "<" and " at 0x" in text


def encode_text(text):
    """Returns a JSON string in ASCII. Surrogates become their character if they are a pair, otherwise U+FFFD."""
    if not text.isascii():
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return quote(text)


def encode_plain(value):
    """Returns JSON for null, booleans and finite numbers, otherwise None."""
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
    """Returns any value as strict JSON. Types that JSON does not have become text."""
    if depth > DEPTH:
        raise ValueError(f"the result nests more than {DEPTH} levels, or contains itself")
    if isinstance(value, dict):
        members = {text_of(name): member for name, member in value.items()}
        return "{" + ",".join(f"{encode_text(name)}:{encode(member, depth + 1)}"
                              for name, member in members.items()) + "}"
    if isinstance(value, (list, tuple, set, frozenset)):
        members = [encode(member, depth + 1) for member in value]
        return "[" + ",".join(sorted(members) if isinstance(value, (set, frozenset)) else members) + "]"
    return encode_plain(value) or encode_text(text_of(value))


def encode_result(value):
    """Returns the answer that is printed: label, message, color, raw. kube-shields 0.0.6 said `status` for message."""
    raw = encode(value)
    result = value if isinstance(value, dict) else {"message": value}
    look = {"label": result.get("label"), "color": result.get("color")}
    members = {name: text_of(member) for name, member in look.items() if member is not None}
    for name in ("message", "status"):
        if name in result:
            members["message"] = text_of(result[name])
    shown = result.get("status", result.get("message"))
    if is_address(shown):
        raise Mistake(f"it returned a value of type {type(shown).__name__}, whose text is only its address: return "
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
    """Runs a check, or lists the checks if name is None. Returns whether it failed, and the answer or the reason."""
    line = 0
    try:
        checks = checks_of(load(path, allow_writable))
        if not checks:
            raise Mistake(NONE_FOUND)
        if name is None:
            return False, "".join(f"{check}\n" for check in checks)
        if name not in checks:
            raise Mistake(f"no check {name!r} in it: must be one of {', '.join(checks)}")
        line = getattr(getattr(checks[name], "__code__", None), "co_firstlineno", 0)
        return False, encode_result(call(checks[name], arguments))
    except BaseException as error:  # SystemExit too: there is no answer either way
        return True, reason_of(path, error, line)


def reason_of(path, error, line):
    """Returns a reason such as `web.py line 12: ZeroDivisionError: division by zero`, with the innermost line of the
    file itself. `line` is for errors outside the function: arguments that do not fit, a result without JSON."""
    while isinstance(error, GROUP):  # the first error in a group says more
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
    answer, errors = os.dup(1), os.dup(2)  # private: started programs do not inherit them
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
        write_all(errors, b"usage: run-python.py [--allow-writable] FILE FUNCTION [ARGUMENT...], or --list FILE\n")
        os._exit(2)
    listing = arguments[0] == "--list"
    path = os.path.abspath(arguments[1] if listing else arguments[0])
    sys.argv = [path, *arguments[2:]]
    failed, output = run(path, None if listing else arguments[1], arguments[2:], allow_writable)
    if os.getpid() != process:  # a child that the check forked
        os._exit(1)
    finish()  # may print, but the last line must be ours
    write_all(errors if failed else answer, output.encode("utf-8", "backslashreplace"))
    os._exit(1 if failed else 0)


def finish():
    """Runs the functions registered for the exit, but does not wait for threads that the check left behind."""
    import atexit
    try:
        atexit._run_exitfuncs()
        sys.stdout.flush()
    except BaseException:
        pass


main(sys.argv[1:])
