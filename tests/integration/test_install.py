"""`make install` as README.md says it, on a machine that never had kube-shields: a mount namespace whose /usr/local is
empty and whose /etc is a copy. Nothing outside of it is touched."""

import os
import re
import subprocess

import pytest

import programs

pytestmark = [pytest.mark.xdist_group("install"), pytest.mark.long]

CLEAN = r"""
set -eu
mount -t tmpfs none "$1"
mkdir "$1/changed" "$1/work"
mount -t overlay none -o "lowerdir=/etc,upperdir=$1/changed,workdir=$1/work" /etc
mount -t tmpfs none /usr/local
[ ! -d /var/cache/ldconfig ] || mount -t tmpfs none /var/cache/ldconfig
ldconfig
shift
exec sh -euc "$@"
"""


def missing():
    """Why there can be no clean machine here, or None."""
    if os.geteuid() != 0:
        return "only root may mount"
    makefile = programs.BUILD / "Makefile"
    if not makefile.is_file() or not re.search(r"^prefix = /usr/local$", makefile.read_text(), flags=re.MULTILINE):
        return f"{programs.BUILD} was not configured for /usr/local"
    probe = subprocess.run(["unshare", "-m", "sh", "-c", "mount -t tmpfs none /mnt && mkdir /mnt/a /mnt/b && "
                            "mount -t overlay none -o lowerdir=/etc,upperdir=/mnt/a,workdir=/mnt/b /etc"],
                           capture_output=True, text=True)
    return f"no mount namespace: {probe.stderr.strip()}" if probe.returncode else None


@pytest.fixture
def clean(tmp_path):
    """clean(commands) runs them on the clean machine, in the build folder."""
    reason = missing()
    if reason:
        pytest.skip(reason)
    environment = {name: value for name, value in programs.ENVIRONMENT.items() if name != "LD_LIBRARY_PATH"}

    def run(commands):
        return subprocess.run(["unshare", "-m", "sh", "-c", CLEAN, "clean", tmp_path, commands], cwd=programs.BUILD,
                              env=environment, capture_output=True, text=True)
    return run


def test_the_installed_program_runs(clean):
    done = clean("make -s install >&2; kube-shields --version; man -w libkubeshields >/dev/null 2>&1 || :")
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"kube-shields [\d.]+\n", done.stdout)
    assert "ldconfig: programs find /usr/local/lib/libkubeshields.so from now on" in done.stderr


def test_without_ldconfig_the_program_does_not_start(clean):
    """Otherwise the test above proves nothing."""
    done = clean("make -s install >&2; "
                 "printf '/lib\n' >/etc/ld.so.conf; ldconfig; kube-shields --version")
    assert done.returncode == 127 and "libkubeshields.so.0" in done.stderr


def test_a_package_renews_no_cache(clean):
    done = clean("make -s install DESTDIR=/usr/local/package >&2; ls /usr/local/package/usr/local/lib")
    assert done.returncode == 0 and "libkubeshields.so" in done.stdout
    assert "ldconfig: " not in done.stderr


OURS = "find /usr/local -name '*kube*shields*'; ldconfig -p | grep kubeshields || :"


def test_uninstalling_leaves_nothing(clean):
    done = clean(f"make -s install >&2; {{ {OURS}; }} >&2; make -s uninstall >&2; {OURS}")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert "/usr/local/include/kubeshields\n" in done.stderr and "libkubeshields.so.0 (" in done.stderr


def test_uninstalling_keeps_what_others_put_into_our_folders(clean):
    done = clean("make -s install >&2; touch /usr/local/share/kube-shields/mine /usr/local/include/kubeshields/mine; "
                 f"make -s uninstall >&2; find /usr/local -type f; {OURS}")
    assert done.returncode == 0, done.stderr
    folders = ["/usr/local/include/kubeshields", "/usr/local/share/kube-shields"]
    lines = sorted(done.stdout.splitlines())
    assert lines == sorted([*folders, *(f"{folder}/mine" for folder in folders)])
