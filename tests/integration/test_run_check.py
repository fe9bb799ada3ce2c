"""run-check: the limits it sets before a check runs, and how it calls C modules."""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys

import pytest

import programs

RUN_CHECK = pathlib.Path(os.environ.get("KS_BUILD_DIR", programs.ROOT)) / "checks" / "run-check"
HEADER = programs.ROOT / "include"
LIMITS = {"memory": 1 << 30, "files": 64, "processes": 4096, "file-size": 1 << 20, "cpu": 5}
STRICT = "-Wall -Wextra -Wpedantic -Wmissing-prototypes -Werror".split()
ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root may change its user")


def limit_flags(**changes):
    values = {**LIMITS, **{name.replace("_", "-"): value for name, value in changes.items()}}
    return [word for name, value in values.items() if value is not None for word in (f"--{name}", str(value))]


def run(arguments, environment=None, **options):
    """Runs run-check: its exit code (a negative one is a signal), standard output and standard error."""
    done = subprocess.run([RUN_CHECK, *arguments], env={"PATH": os.environ["PATH"], **(environment or {})},
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=120, **options)
    return done.returncode, done.stdout, done.stderr.decode()


def run_python(code, *arguments, limits=None, environment=None, **options):
    """Runs a Python program inside run-check, and decodes the JSON that it prints."""
    code, output, errors = run([*(limits or limit_flags()), "program", sys.executable, "-I", "-c", code, *arguments],
                               environment, **options)
    assert (code, errors) == (0, "")
    return json.loads(output)


@pytest.fixture
def module(tmp_path):
    """Compiles a module from the body of the check `hits`, or from a whole file; returns its path."""
    def compile_module(body="return 0;", before="", text=None, flags=(), name="web", compiler="cc", ending=".c"):
        source = tmp_path / (name + ending)
        source.write_text(text or f"#include <kube-shields-check.h>\n{before}\n"
                          f"int hits(struct kube_shields_check *check)\n{{\n    (void)check;\n{body}\n}}\n")
        path = tmp_path / f"{name}.so"
        subprocess.run([compiler, "-shared", "-fPIC", f"-I{HEADER}", *flags, "-o", path, source], check=True)
        os.chmod(tmp_path, 0o755)
        return path
    return compile_module


def call(path, *arguments, function="hits", environment=None, **changes):
    return run([*limit_flags(**changes), "module", path, function, *arguments], environment)


def answer(*arguments, **options):
    code, output, errors = call(*arguments, **options)
    assert (code, errors) == (0, "")
    assert output.endswith(b"}\n")
    return json.loads(output)


# Limits and environment

@pytest.mark.parametrize("resource, soft, hard", [
    ("AS", 1 << 30, 1 << 30), ("NOFILE", 64, 64), ("NPROC", 4096, 4096), ("FSIZE", 1 << 20, 1 << 20), ("CPU", 5, 6),
    ("CORE", 0, 0)])
def test_limits_hold_inside(resource, soft, hard):
    seen = run_python(f"import json, resource; print(json.dumps(resource.getrlimit(resource.RLIMIT_{resource})))")
    assert seen == [soft, hard]


def test_limits_are_never_raised():
    lower = ("import os, resource, sys; resource.setrlimit(resource.RLIMIT_NOFILE, (20, 30)); "
             "os.execv(sys.argv[1], sys.argv[1:])")
    inside = "import resource; print(resource.getrlimit(resource.RLIMIT_NOFILE))"
    done = subprocess.run([sys.executable, "-c", lower, RUN_CHECK, *limit_flags(), "program", sys.executable, "-c",
                           inside], capture_output=True, check=True)
    assert done.stdout == b"(20, 30)\n"


@pytest.mark.long
def test_a_program_that_computes_for_ever_is_killed():
    assert run([*limit_flags(cpu=1), "program", "/bin/sh", "-c", "while :; do :; done"])[0] == -signal.SIGXCPU


def test_no_privileges_can_be_gained():
    status = run_python("import json; print(json.dumps(open('/proc/self/status').read()))")
    assert re.search(r"^NoNewPrivs:\s+1$", status, flags=re.MULTILINE)


def test_the_kernel_kills_a_check_first():
    assert run_python("print(open('/proc/self/oom_score_adj').read())") == 1000


@ROOT_ONLY
def test_the_user_is_changed_for_good():
    code, output, errors = run([*limit_flags(), "--user", "65533", "--group", "65532", "program", "/bin/cat",
                                "/proc/self/status"], extra_groups=[4, 7])
    assert (code, errors) == (0, "")
    fields = dict(line.split(":\t", 1) for line in output.decode().splitlines())
    assert fields["Uid"].split() == ["65533"] * 4
    assert fields["Gid"].split() == ["65532"] * 4
    assert fields["Groups"].split() == []
    assert {int(fields[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")} == {0}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may change its user")
def test_a_user_that_cannot_be_changed_to_is_refused():
    code, output, errors = run([*limit_flags(), "--user", "65533", "--group", "65532", "program", "/bin/true"])
    assert (code, output) == (125, b"")
    assert errors == "run-check: setgroups: Operation not permitted\n"


def test_environment_process_group_and_session_stay_the_callers():
    seen = run_python("import json, os; print(json.dumps([dict(os.environ), os.getpgrp(), os.getsid(0)]))",
                      environment={"KUBE_SHIELDS_SERVICE": "web", "ODD": "a=b\nc"})
    environment, group, session = seen
    environment.pop("LC_CTYPE", None)  # set by Python itself
    assert environment == {"PATH": os.environ["PATH"], "KUBE_SHIELDS_SERVICE": "web", "ODD": "a=b\nc"}
    assert (group, session) == (os.getpgrp(), os.getsid(0))


def test_folder_and_umask_are_set():
    assert run_python("import json, os; print(json.dumps([os.getcwd(), os.umask(0)]))") == ["/", 0o077]


def test_descriptors_are_closed(tmp_path):
    descriptors = [os.open("/", os.O_RDONLY) for _ in range(80)]  # more than the check's limit
    try:
        seen = run_python("import json, os; print(json.dumps(sorted(map(int, os.listdir('/proc/self/fd')))))",
                          pass_fds=descriptors)
    finally:
        for descriptor in descriptors:
            os.close(descriptor)
    assert seen == [0, 1, 2, 3]  # the last one belongs to the listing itself


# Programs

def test_a_program_gets_its_arguments_as_they_are():
    words = ["", "a b", "--memory", "-", "ä\n"]
    assert run_python("import json, sys; print(json.dumps(sys.argv[1:]))", *words) == words


def test_its_exit_code_is_passed_on():
    assert run([*limit_flags(), "program", "/bin/sh", "-c", "echo out; echo err >&2; exit 3"]) == (3, b"out\n", "err\n")


def script(folder, text, mode=0o755):
    path = folder / "hits"
    path.write_text(text, encoding="utf-8", newline="")
    path.chmod(mode)
    return path


@pytest.mark.parametrize("text, mode, code, reason", [
    (None, 0, 127, "not found"),
    ("#!/nowhere/sh\n", 0o755, 127, 'the interpreter "/nowhere/sh" in its first line does not exist'),
    ("#! /nowhere/sh -e\n", 0o755, 127, 'the interpreter "/nowhere/sh" in its first line does not exist'),
    ("#!/bin/sh\r\necho 1\r\n", 0o755, 127,
     'its first line ends with CR LF, so it asks for "/bin/sh\\r": save it with LF line ends'),
    ("\ufeff#!/bin/sh\necho 1\n", 0o755, 126, "it has a byte order mark before #!: save it without"),
    ("#!/bin/sh\n", 0o644, 126, "Permission denied"),
    ("echo 1\n", 0o755, 126, "it has no #! line, or is made for another machine"),
    ("", 0o755, 126, "it has no #! line, or is made for another machine"),
    ("\x7fELF\x02\x01\x01", 0o755, 126, "it has no #! line, or is made for another machine"),
], ids=["absent", "no interpreter", "nor with an argument", "CR LF", "byte order mark", "not executable", "no first line", "empty", "broken"])
def test_a_file_that_cannot_be_executed_is_named(tmp_path, text, mode, code, reason):
    path = script(tmp_path, text, mode) if text is not None else tmp_path / "hits"
    assert run([*limit_flags(), "program", path]) == (code, b"", f"{path}: {reason}\n")


def test_a_folder_cannot_be_executed(tmp_path):
    assert run([*limit_flags(), "program", tmp_path]) == (126, b"", f"{tmp_path}: Permission denied\n")


@pytest.mark.parametrize("path, code, reason", [
    ("{0}", 0, ""), ("/nowhere:{0}", 0, ""), ("/nowhere", 127, "hits: not found\n"), ("", 127, "hits: not found\n"),
    (":{1}:.", 127, "hits: not found\n"), ("{0}/hits:{0}", 0, "")])
def test_a_program_without_a_slash_is_looked_up_in_absolute_folders(tmp_path, path, code, reason):
    script(tmp_path, "#!/bin/sh\necho found\n")
    seen = run([*limit_flags(), "program", "hits"], {"PATH": path.format(tmp_path, str(tmp_path)[1:])}, cwd=tmp_path)
    assert seen == (code, b"" if code else b"found\n", reason)


@pytest.mark.parametrize("arguments, wanted", [
    ([], '--memory is missing'),
    (limit_flags(cpu=None), "--cpu is missing"),
    ([*limit_flags(), "--cpu", "1", "program", "/bin/true"], "--cpu is given twice"),
    (limit_flags(cpu="x"), '--cpu "x": must be a whole number from 1 to 2147483647'),
    (limit_flags(cpu=2147483648), '--cpu "2147483648": must be a whole number from 1 to 2147483647'),
    (limit_flags(files=0), '--files "0": must be a whole number from 1 to 9223372036854775807'),
    (limit_flags(memory=-1), '--memory "-1": must be a whole number from 1 to'),
    (limit_flags(memory="1 "), '--memory "1 ": must be a whole number from 1 to'),
    (limit_flags(memory=""), '--memory "": must be a whole number from 1 to'),
    (limit_flags(memory=1 << 63), '--memory "9223372036854775808": must be a whole number from 1 to'),
    (limit_flags(memory=10 ** 30), '--memory "1000000000000000000000000000000": must be a whole number from 1 to'),
    (["--memory"], '--memory "": must be a whole number from 1 to'),
    (["--loud", "1"], "--loud: must be --memory, "),
    ([*limit_flags(), "--user", "1", "program", "/bin/true"], "--user and --group must be given together"),
    ([*limit_flags(), "--user", "4294967295"], '--user "4294967295": must be a whole number from 1 to 4294967294'),
    (limit_flags(), '"": must be program or module'),
    ([*limit_flags(), "script", "/bin/true"], '"script": must be program or module'),
    ([*limit_flags(), "program"], 'path "": must be absolute'),
    ([*limit_flags(), "program", "bin/true"], 'path "bin/true": must be absolute'),
    ([*limit_flags(), "module", "web.so", "hits"], 'path "web.so": must be absolute'),
    ([*limit_flags(), "module", "/web.so"], 'function "": must be a name that does not begin with'),
    ([*limit_flags(), "module", "/web.so", "_init"], 'function "_init": must be a name that does not begin with'),
])
def test_a_wrong_call_is_refused_with_the_valid_signatures(arguments, wanted):
    code, output, errors = run(arguments)
    assert (code, output) == (125, b"")
    assert errors.startswith(f"run-check: {wanted}") and errors.count("\n") == 1


# Modules: answers

def test_an_answer(module):
    path = module('snprintf(check->message, sizeof check->message, "%d", 42); check->color = "green";\n'
                  'check->label = "visits"; check->raw = "{\\"hits\\":[42]}"; return 0;')
    assert call(path) == (0, b'{"label":"visits","message":"42","color":"green"}\n{"hits":[42]}\n', "")


def test_members_that_are_not_set_are_left_out(module):
    assert call(module()) == (0, b"{}\n", "")
    assert call(module('check->raw = "1"; return 0;')) == (0, b'{}\n1\n', "")
    assert call(module('check->raw = ""; check->color = "red"; return 0;')) == (0, b'{"color":"red"}\n', "")


def test_the_request_to_a_check(module):
    path = module("""
        int length = snprintf(check->message, sizeof check->message, "%s|%s|%s|%d", check->service, check->name,
                              check->namespaces, check->argument_count);
        for (int i = 0; i < check->argument_count; i++)
            length += snprintf(check->message + length, sizeof check->message - (size_t)length, "|%s",
                               check->arguments[i]);
        return check->arguments[check->argument_count] || check->label || check->color || check->raw;""")
    variables = {"KUBE_SHIELDS_SERVICE": "web", "KUBE_SHIELDS_CHECK": "hits", "KUBE_SHIELDS_NAMESPACES": "a b"}
    assert answer(path, environment=variables) == {"message": "web|hits|a b|0"}
    assert answer(path, "", "--x", "a b") == {"message": "|hits||3||--x|a b"}


def test_every_byte_is_escaped_or_replaced(module):
    control = "".join(map(chr, range(1, 32))) + '"\\/\x7f'
    path = module(f"""static const char text[] = {{{", ".join(str(byte) for byte in control.encode())}, 0}};
                  snprintf(check->message, sizeof check->message, "%s", text); return 0;""")
    code, output, _ = call(path)
    assert code == 0
    assert json.loads(output) == {"message": control}
    assert not [byte for byte in output[:-1] if byte < 0x20 or byte == 0x7f]


@pytest.mark.parametrize("given", [
    b"\xff", b"a\x80b", b"\xc3", b"\xc3(", b"\xc0\xaf", b"\xe2\x82", b"\xe2\x82z", b"\xe0\x9f\xbf", b"\xed\xa0\x80",
    b"\xf0\x9f\x98", b"\xf0\x8f\xbf\xbf", b"\xf4\x90\x80\x80", b"\xf5\x80", "äß€😀\U0010ffff".encode()])
def test_invalid_utf8_is_replaced_as_everywhere(module, given):
    text = ", ".join(str(byte) for byte in given)
    path = module(f"static const unsigned char text[] = {{{text}, 0}}; check->label = (const char *)text; return 0;")
    assert answer(path) == {"label": given.decode(errors="replace")}


def test_a_message_without_end_is_ended(module):
    path = module("for (unsigned i = 0; i < sizeof check->message; i++) check->message[i] = 'x'; return 0;")
    assert answer(path) == {"message": "x" * 511}


@pytest.mark.parametrize("member", ["raw", "label", "color"])
def test_an_answer_may_not_be_endless(module, member):
    path = module("static char text[70000]; for (int i = 0; i < 69999; i++) text[i] = '1';\n"
                  f"check->{member} = text; return 0;")
    assert call(path) == (1, b"", "hits: the answer is longer than 65536 bytes\n")


def test_a_modules_prints_go_to_standard_error(module):
    path = module('printf("first\\n"); fflush(stdout); printf("last\\n"); check->color = "red"; return 0;',
                  before='__attribute__((constructor)) static void loud(void) { puts("loaded"); fflush(stdout); }')
    assert call(path) == (0, b'{"color":"red"}\n', "loaded\nfirst\nlast\n")


# Modules: failures

@pytest.mark.parametrize("body, reason", [
    ('snprintf(check->message, sizeof check->message, "no route to %s", "db"); return 1;', "no route to db\n"),
    ('snprintf(check->message, sizeof check->message, "a\\nb\\x1b[1m\\xff"); return -1;', "a b [1m?\n"),
    ('printf("debug\\n"); return 7;', "hits returned 7 and no message\ndebug\n"),
])
def test_a_return_value_says_that_there_is_no_answer(module, body, reason):
    assert call(module(body)) == (1, b"", reason)


@pytest.mark.parametrize("before, body", [
    ("#include <stdlib.h>\n__attribute__((constructor)) static void c(void) { abort(); }", "return 0;"),
    ("#include <stdlib.h>", "abort();"),
], ids=["constructor", "function"])
def test_a_crash_is_a_signal(module, before, body):
    assert call(module(body, before)) == (-signal.SIGABRT, b"", "")


@pytest.mark.parametrize("before, body", [
    ("#include <stdlib.h>", "exit(0);"),
    ("#include <stdlib.h>\nstatic void c(void) { puts(\"bye\"); }", "atexit(c); exit(0);"),
    ("#include <stdlib.h>\n__attribute__((constructor)) static void c(void) { exit(0); }", "return 0;"),
], ids=["function", "handler", "constructor"])
def test_exit_is_not_an_answer(module, before, body):
    code, output, errors = call(module(body, before))
    assert (code, output, errors.splitlines()[0]) == (1, b"", "hits called exit")


def test_nothing_of_the_module_runs_after_its_answer(module):
    before = """#include <stdlib.h>
        static void late(void) { fputs("late\\n", stderr); }
        __attribute__((destructor)) static void later(void) { fputs("later\\n", stderr); }"""
    assert call(module('atexit(late); check->color = "red"; return 0;', before)) == (0, b'{"color":"red"}\n', "")


def test_a_function_that_forks_answers_once(module):
    path = module('if (fork() > 0) wait(NULL); check->color = "red"; return 0;',
                  "#include <sys/wait.h>\n#include <unistd.h>")
    assert call(path) == (0, b'{"color":"red"}\n', "")
    path = module('if (fork() == 0) exit(3); wait(NULL); check->color = "red"; return 0;',
                  "#include <stdlib.h>\n#include <sys/wait.h>\n#include <unistd.h>")
    assert call(path) == (0, b'{"color":"red"}\n', "")


def test_a_check_that_closes_all_descriptors_gives_no_answer(module):
    code, output, errors = call(module("for (int i = 3; i < 10; i++) close(i); return 0;", "#include <unistd.h>"))
    assert (code, output) == (1, b"")
    assert errors == "hits: the answer cannot be written: Bad file descriptor\n"


def test_more_memory_than_allowed_is_refused(module):
    body = 'check->color = malloc(1u << 29) ? "green" : "red"; return 0;'
    path = module(body, "#include <stdlib.h>")
    assert answer(path) == {"color": "green"}
    assert answer(path, memory=1 << 28) == {"color": "red"}


# Files that are not modules

def test_another_abi_is_refused(module):
    path = module(text="const unsigned _kube_shields_check_abi = 2; int hits(void *check) { return !check; }\n")
    assert call(path) == (1, b"", f"{path}: made for ABI 2 of kube-shields-check.h, must be 1: compile it again\n")


def test_a_library_without_the_header_is_refused(module):
    path = module(text="int hits(void *check) { return !check; }\n")
    assert call(path) == (1, b"", f"{path}: no _kube_shields_check_abi: include <kube-shields-check.h>\n")


@pytest.mark.parametrize("function", ["misses", "printf", "strlen", "main", "hidden", "data"])
def test_only_functions_of_the_module_itself_are_called(module, function):
    path = module('return puts("x") < 0;',
                  before="static int hidden(void) { return 0; } int (*_keep)(void) = hidden; int data;")
    assert call(path, function=function) == (1, b"", f"{path}: no function {function} in it\n")


@pytest.mark.parametrize("content", [b"", b"#!/bin/sh\n", b"\x7fELF", b"\x7fELF" + bytes(60)],
                         ids=["empty", "script", "short", "zeros"])
def test_a_file_that_is_not_a_shared_object_is_refused(tmp_path, content):
    path = tmp_path / "web.so"
    path.write_bytes(content)
    code, output, errors = call(path)
    assert (code, output) == (1, b"")
    assert errors.startswith(f"{path}: ") and errors.count("\n") == 1


def test_a_missing_file_is_named(tmp_path):
    code, output, errors = call(tmp_path / "web.so")
    assert (code, output) == (1, b"")
    assert errors.startswith(f"{tmp_path}/web.so: cannot open shared object file")


def test_an_undefined_symbol_is_named(module):
    code, output, errors = call(module("return nowhere();", "int nowhere(void);"))
    assert (code, output) == (1, b"")
    assert errors.endswith("undefined symbol: nowhere\n")


# The header

MARKED = """#include <kube-shields-check.h>
KUBE_SHIELDS_CHECK(hits);
int hits(struct kube_shields_check *check) { check->color = "green"; return 0; }
"""
OTHER = """#include <kube-shields-check.h>
#include <kube-shields-check.h>
KUBE_SHIELDS_CHECK(abi);
int abi(struct kube_shields_check *check) { check->color = "red"; return 0; }
"""


def exported(path):
    lines = subprocess.run(["nm", "-D", "--defined-only", path], check=True, capture_output=True, text=True).stdout
    return {line.split()[-1] for line in lines.splitlines()}


@pytest.mark.parametrize("compiler, ending, standard", [
    ("cc", ".c", "-std=c99"), ("cc", ".c", "-std=c11"), ("clang", ".c", "-std=c11"), ("c++", ".cc", "-std=c++11"),
    ("c++", ".cc", "-std=c++17")])
@pytest.mark.parametrize("visibility", ["default", "hidden"])
def test_marked_checks_of_several_files(module, tmp_path, compiler, ending, standard, visibility):
    if not shutil.which(compiler):
        pytest.skip(f"no {compiler}")
    other = tmp_path / f"other{ending}"
    other.write_text(OTHER)
    path = module(text=MARKED, compiler=compiler, ending=ending,
                  flags=[*(flag for flag in STRICT if ending == ".c" or "prototypes" not in flag), "-O2", standard,
                         f"-fvisibility={visibility}", other])
    assert exported(path) == {"hits", "abi", "_kube_shields_check_abi", "_kube_shields_check_is_hits",
                              "_kube_shields_check_is_abi"}
    assert answer(path) == {"color": "green"}
    assert answer(path, function="abi") == {"color": "red"}


def test_a_marked_check_with_another_signature_does_not_compile(module):
    with pytest.raises(subprocess.CalledProcessError):
        module(text="#include <kube-shields-check.h>\nKUBE_SHIELDS_CHECK(hits);\nint hits(void) { return 0; }\n")


def test_the_example_of_the_header_is_a_check(module):
    comment = (HEADER / "kube-shields-check.h").read_text().partition("cc -shared")[0]
    code = "".join(line[2:] + "\n" for line in comment.splitlines() if re.match(r" \*(     .*)?$", line))
    assert answer(module(text=code)) == {"message": "42", "color": "green"}
