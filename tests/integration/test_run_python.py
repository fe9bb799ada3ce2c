"""The runner of Python checks, run by itself: what it prints, and what it says if a file fails."""

import json
import os
import subprocess

import pytest

import programs

KIT = programs.ROOT / "checks"
PYTHON = "/usr/bin/python3"
VERBOSE = {"KUBE_SHIELDS_VERBOSE": "1"}


@pytest.fixture
def runner(tmp_path):
    """runner(source, function, …) runs the source as web.py, or as `file`, and returns the completed process."""
    def run(source, *words, file="web.py", before=(), environment=None):
        path = tmp_path / file
        path.write_bytes(source if isinstance(source, bytes) else source.encode())
        return subprocess.run([PYTHON, "-I", KIT / "run-python.py", *before, path, *words], cwd="/", timeout=20,
                              capture_output=True, env={"PATH": "/usr/bin:/bin", **(environment or {})})
    return run


@pytest.fixture
def answer(runner):
    """The decoded answer of a function."""
    def ask(source, *words, **options):
        ended = runner(source, *words, **options)
        assert (ended.returncode, ended.stderr) == (0, b"")
        assert ended.stdout.isascii() and ended.stdout.endswith(b"\n") and ended.stdout.count(b"\n") == 1

        def refuse(constant):
            raise AssertionError(f"no JSON: {constant}")
        return json.loads(ended.stdout, parse_constant=refuse)
    return ask


@pytest.fixture
def reason(runner):
    """The one line of standard error that explains a failure."""
    def ask(source, *words, **options):
        ended = runner(source, *words, **options)
        assert (ended.returncode, ended.stdout) == (1, b"")
        assert ended.stderr.endswith(b"\n") and ended.stderr.count(b"\n") == 1
        return ended.stderr.decode().rstrip("\n")
    return ask


@pytest.fixture
def checks(runner):
    """The names of a file's checks, as --list prints them."""
    def ask(source, **options):
        ended = runner(source, before=["--list"], **options)
        assert (ended.returncode, ended.stderr) == (0, b"")
        return ended.stdout.decode().split()
    return ask


RESULTS = {
    "42": {"message": "42", "raw": 42},
    "True": {"message": "True", "raw": True},
    "None": {"message": "None", "raw": None},
    "'grün'": {"message": "grün", "raw": "grün"},
    "b'a\\xff'": {"message": "a\ufffd", "raw": "a\ufffd"},
    "[1, (2, 3)]": {"message": "[1, (2, 3)]", "raw": [1, [2, 3]]},
    "{'status': 7, 'color': 'green'}": {"message": "7", "color": "green", "raw": {"status": 7, "color": "green"}},
    "{'label': 'l', 'status': [1]}": {"label": "l", "message": "[1]", "raw": {"label": "l", "status": [1]}},
    "{'message': 'm'}": {"message": "m", "raw": {"message": "m"}},
    "{'message': 'm', 'status': 's'}": {"message": "s", "raw": {"message": "m", "status": "s"}},
    "{'label': None, 'status': None, 'color': None}":
        {"message": "None", "raw": {"label": None, "status": None, "color": None}},
    "{'more': 1.5}": {"raw": {"more": 1.5}},
    "{}": {"raw": {}},
    "float('nan')": {"message": "nan", "raw": "nan"},
    "{'status': -float('inf')}": {"message": "-inf", "raw": {"status": "-inf"}},
    "{'a': {3, 1}, 2: b'b', None: 1j}": {"raw": {"a": [1, 3], "2": "b", "None": "1j"}},
    "__import__('decimal').Decimal('1.10')": {"message": "1.10", "raw": "1.10"},
    "__import__('datetime').date(2026, 2, 1)": {"message": "2026-02-01", "raw": "2026-02-01"},
    "'\\ud83d\\ude00 \\ud800'": {"message": "\U0001f600 \ufffd", "raw": "\U0001f600 \ufffd"},
    "'\\x00\\n'": {"message": "\x00\n", "raw": "\x00\n"},
    "2 ** 70": {"message": str(2 ** 70), "raw": 2 ** 70},
}


@pytest.mark.parametrize("value", RESULTS)
def test_a_result_is_an_answer(answer, value):
    assert answer(f"def hits():\n    return {value}\n", "hits") == RESULTS[value]


def test_arguments_arrive_as_text(answer):
    assert answer("def both(a, b='?'):\n    return [a, b]\n", "both", "1", "a b")["raw"] == ["1", "a b"]


def test_an_async_function_is_awaited(answer):
    source = "import asyncio\nasync def later():\n    await asyncio.sleep(0)\n    return 'now'\n"
    assert answer(source, "later")["message"] == "now"


def test_a_function_below_a_cache_is_called(answer):
    source = "import functools\n@functools.cache\ndef hits(a):\n    return [a]\n"
    assert answer(source, "hits", "1") == {"message": "['1']", "raw": ["1"]}


@pytest.mark.parametrize("body, kind", [
    ("yield 1", "generator"), ("return {'status': (n for n in [1])}", "generator"), ("return object()", "object"),
    ("return {'message': hits}", "function"), ("return [].append", "builtin_function_or_method")])
def test_an_object_whose_text_is_its_address_is_not_an_answer(reason, body, kind):
    assert reason(f"def hits():\n    {body}\n", "hits") == (
        f"web.py line 1: it returned a value of type {kind}, whose text is only its address: return text, a number "
        "or a dict")


def test_an_async_generator_is_not_an_answer(reason):
    assert "type async_generator, whose" in reason("async def hits():\n    yield 1\n", "hits")


NOISE = """
import logging, os, sys, warnings
print("print")
sys.stderr.write("error\\n")
os.system("echo child; echo child >&2")
warnings.warn("old")
logging.warning("log")
def hits(): print("again"); os.write(1, b"one"); os.write(2, b"two"); return 1
def fails(): print("again"); return 1 / 0
"""


def test_output_of_a_file_is_neither_in_the_answer_nor_before_the_reason(answer, reason):
    assert answer(NOISE, "hits") == {"message": "1", "raw": 1}
    assert reason(NOISE, "fails") == "web.py line 9: ZeroDivisionError: division by zero"


def test_a_person_may_see_the_output_of_a_file(runner):
    ended = runner(NOISE, "fails", environment=VERBOSE)
    assert ended.stdout == b""
    lines = ended.stderr.decode().splitlines()
    assert lines[-1] == "web.py line 9: ZeroDivisionError: division by zero"
    assert {"print", "error", "child", "again"} <= set(lines)


def test_nothing_that_a_check_starts_can_write_into_the_answer(answer):
    source = """
import os, subprocess
def hits():
    subprocess.run("for fd in 1 2 3 4 5 6 7 8 9; do eval \\"echo child >&$fd\\"; done", shell=True, close_fds=False)
    if os.fork() == 0:
        return "child"
    os.wait()
    return "parent"
"""
    assert answer(source, "hits") == {"message": "parent", "raw": "parent"}


def test_a_thread_that_never_ends_holds_nothing_up(answer):
    source = "import threading, time\ndef hits():\n    threading.Thread(target=time.sleep, args=[60]).start()\n"
    assert answer(source, "hits")["message"] == "None"


def test_functions_registered_with_atexit_are_run(answer, tmp_path):
    source = f"import atexit\ndef hits():\n    atexit.register(open, {str(tmp_path / 'done')!r}, 'w')\n    return 1\n"
    answer(source, "hits")
    assert (tmp_path / "done").exists()


UNMARKED = """
import functools, os.path
from os.path import join
from _common import helper, decorated, wrapped
def plain(): return 1
def _private(): return 1
@wrapped
def kept(): return 1
@decorated
def lost(): return 1
async def later(): return 1
class Thing: pass
class Called:
    def __call__(self): return 1
called = Called()
@functools.lru_cache
def cached(): return 1
_hidden = functools.lru_cache(plain)
foreign = functools.lru_cache(join)
partial = functools.partial(plain)
class Proxy:
    def __getattribute__(self, name): raise RuntimeError(name)
proxy = Proxy()
def list(): return 1
def health(): return 1
value = 3
alias = plain
"""
COMMON = """
import functools
from kube_shields import snowflake
def helper(): return 1
def decorated(function):
    return lambda: function()
def wrapped(function):
    @functools.wraps(function)
    def call(*arguments): return "wrapped %s" % function(*arguments)
    return call
@snowflake
def shared(): return "shared"
"""


@pytest.fixture
def common(tmp_path):
    (tmp_path / "_common.py").write_text(COMMON)


def test_without_marks_a_files_own_functions_are_checks(checks, common):
    assert checks(UNMARKED) == ["plain", "kept", "later", "cached", "list", "health", "alias"]


MARKED = """
from kube_shields import snowflake
from _common import wrapped, shared
def helper(): return 1
@snowflake
def hits(): return "hits"
@wrapped
@snowflake
def outer(): return "outer"
@snowflake
@wrapped
def inner(): return "inner"
def make(name):
    @snowflake
    def made(): return name
    made.__name__ = name
for name in ("one", "two"): make(name)
"""


def test_with_marks_only_marked_functions_are_checks(checks, answer, common):
    assert checks(MARKED) == ["shared", "hits", "outer", "inner", "one", "two"]
    messages = {name: answer(MARKED, name)["message"] for name in checks(MARKED)}
    assert messages == {"shared": "shared", "hits": "hits", "outer": "wrapped outer", "inner": "wrapped inner",
                        "one": "one", "two": "two"}


def test_marks_in_a_helper_do_not_hide_a_files_own_functions(checks, common):
    assert checks("import _common\ndef hits(): return 1\n") == ["hits"]


def test_files_may_have_names_that_are_not_python_identifiers(answer):
    for file in ("my-web.py", "a.b.py", "2web.py", "web"):
        assert answer("def hits(): return 1\n", "hits", file=file)["raw"] == 1


def test_a_file_hides_no_library_of_its_name(answer):
    source = "import queue, sys, concurrent.futures\ndef hits(): return queue.Queue.__name__\n"
    assert answer(source, "hits", file="queue.py")["message"] == "Queue"


def test_a_library_of_the_files_name_that_is_missing_is_missing(reason):
    source = "import nosuchlibrary\ndef hits(): return 1\n"
    assert reason(source, "hits", file="nosuchlibrary.py") == \
        "nosuchlibrary.py line 1: ModuleNotFoundError: No module named 'nosuchlibrary'"


@pytest.mark.parametrize("line", ["import _common", "from . import _common",
                                  "from kube_config.snowflakes import _common"])
def test_helpers_beside_a_file_can_be_imported(answer, common, line):
    assert answer(f"{line}\ndef hits(): return _common.helper()\n", "hits")["raw"] == 1


WRITABLE = "everybody may write to it: chmod o-w it, or set SHIELD_CHECKS_WRITABLE=allow"


@pytest.mark.parametrize("name, expected", [
    ("_common.py", "_common.py"), ("other.py", "other.py"), ("pack/__init__.py", "pack/__init__.py"), ("pack", "pack"),
    ("pack/part.py", "pack/part.py"), ("__pycache__", "__pycache__"), ("pack/__pycache__", "pack/__pycache__")])
def test_files_that_everybody_may_write_to_are_not_imported(answer, reason, checks, runner, tmp_path, name, expected):
    for folder in ("pack", "__pycache__", "pack/__pycache__"):
        (tmp_path / folder).mkdir()
    for file in ("_common.py", "other.py", "pack/__init__.py", "pack/part.py"):
        (tmp_path / file).write_text("value = 1\n")
    source = "import _common, other, pack.part\nfrom . import _common\ndef hits(): return _common.value\n"
    assert answer(source, "hits")["raw"] == 1
    (tmp_path / name).chmod(0o777)
    assert reason(source, "hits") == f"web.py line 1: ImportError: {tmp_path}/{expected}: {WRITABLE}"
    ended = runner(source, "hits", before=["--allow-writable"])
    assert (ended.returncode, ended.stderr) == (0, b"")
    ended = runner(source, before=["--allow-writable", "--list"])
    assert (ended.returncode, ended.stdout) == (0, b"hits\n")


def test_dataclasses_work(answer):
    source = ("from __future__ import annotations\nfrom dataclasses import dataclass, asdict\n"
              "@dataclass\nclass Point:\n    x: int\ndef hits(): return asdict(Point(1))\n")
    assert answer(source, "hits")["raw"] == {"x": 1}


def test_nothing_is_written_beside_a_file(answer, common, tmp_path):
    answer("import _common\ndef hits(): return 1\n", "hits")
    assert sorted(os.listdir(tmp_path)) == ["_common.py", "web.py"]
    assert not list(KIT.rglob("__pycache__"))


FAILURES = {
    "raise ValueError": "web.py line 2: ValueError",
    "raise ValueError('two\\n\\tlines')": "web.py line 2: ValueError: two lines",
    "raise SystemExit(0)": "web.py line 2: SystemExit: 0",
    "__import__('sys').exit()": "web.py line 2: SystemExit",
    "raise KeyboardInterrupt": "web.py line 2: KeyboardInterrupt",
    "import nosuchlibrary": "web.py line 2: ModuleNotFoundError: No module named 'nosuchlibrary'",
    "return __import__('json').loads('x')":
        "web.py line 2: JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
    "return eval('1 +')": "web.py line 2: SyntaxError: ",
    "hits()": "web.py line 2: RecursionError: maximum recursion depth exceeded",
    "a = []; a.append(a); return a": "web.py line 1: ValueError: the result nests more than 24 levels, or contains itself",
    "return type('Mute', (), {'__str__': lambda self: 1 / 0})()":
        "web.py line 2: ZeroDivisionError: division by zero",
    "raise type('Mute', (Exception,), {'__str__': lambda self: 1 / 0})()": "web.py line 2: Mute: (it has no text)",
}


@pytest.mark.parametrize("statement", FAILURES)
def test_a_failure_names_file_and_line(reason, statement):
    assert reason(f"def hits():\n    {statement}\n", "hits").startswith(FAILURES[statement])


def test_the_line_is_the_files_own_and_the_innermost(reason):
    source = "import json\ndef _read():\n    return json.loads('x')\n\ndef hits():\n    return _read()\n"
    assert reason(source, "hits").startswith("web.py line 3: JSONDecodeError: ")


@pytest.mark.parametrize("source, expected", [
    ("x = 1\ndef hits(:\n", "web.py line 2: SyntaxError: "),
    ("def hits():\n    print 'old'\n", "web.py line 2: SyntaxError: "),
    ("def hits():\nreturn 1\n", "web.py line 2: IndentationError: "),
    ("x = 1\n1 / 0\n", "web.py line 2: ZeroDivisionError: division by zero"),
    ("\nraise SystemExit(0)\n", "web.py line 2: SystemExit: 0"),
    (b"x = 1\ny = '\xff'\n", "web.py line 2: SyntaxError: "),
    (b"def hits(): return 1\0\n", "web.py"),
])
@pytest.mark.parametrize("listed", [False, True])
def test_a_file_that_cannot_be_loaded_says_why(reason, source, expected, listed):
    words, before = ([], ["--list"]) if listed else (["hits"], [])
    assert reason(source, *words, before=before).startswith(expected)


def test_arguments_that_do_not_fit_name_the_function(reason):
    assert reason("\n\ndef hits(a): return 1\n", "hits") == \
        "web.py line 3: TypeError: hits() missing 1 required positional argument: 'a'"


@pytest.mark.parametrize("level", ["{'a': [a]}", "[a]"])
def test_a_result_too_deep_is_a_failure(reason, level):
    source = f"def hits():\n    a = []\n    for _ in range(100000): a = {level}\n    return a\n"
    assert reason(source, "hits") == "web.py line 1: ValueError: the result nests more than 24 levels, or contains itself"


def test_a_file_without_checks_says_what_to_do(reason):
    assert reason("from os.path import join\nvalue = 1\n", before=["--list"]).startswith(
        "web.py: no function in it: define one")


def test_a_missing_function_is_reported_with_those_that_exist(reason):
    assert reason("def hits(): return 1\ndef users(): return 1\n", "hist") == \
        "web.py: no check 'hist' in it: must be one of hits, users"


def test_a_missing_file_is_reported(runner, tmp_path):
    ended = subprocess.run([PYTHON, "-I", KIT / "run-python.py", tmp_path / "no.py", "hits"], capture_output=True)
    assert ended.returncode == 1
    assert ended.stderr.startswith(b"no.py: FileNotFoundError: ")


@pytest.mark.parametrize("words", [[], ["--list"], ["web.py"], ["--list", "a.py", "b"]])
def test_a_wrong_call_shows_the_usage(words):
    ended = subprocess.run([PYTHON, "-I", KIT / "run-python.py", *words], capture_output=True)
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert b"FILE FUNCTION" in ended.stderr


def test_the_example_of_0_0_6_runs(answer):
    """The example in the documentation of kube-shields 0.0.6."""
    source = """
from kube_shields import snowflake

def hits_since(*args, **kwargs):
    return 1200

@snowflake
def hits():
    hits_in_last_hour = hits_since(minutes=60)
    if hits_in_last_hour > 9000:
        return {"status": hits_in_last_hour, "color": "green"}
    return {"status": hits_in_last_hour, "color": "yellow"}
"""
    assert answer(source, "hits") == {"message": "1200", "color": "yellow", "raw": {"status": 1200, "color": "yellow"}}
