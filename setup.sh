#!/bin/sh
# Installs the Debian packages that are missing. Usage: ./setup.sh run|test|node
set -eu

run="gcc make autoconf automake libtool pkg-config libcurl4-openssl-dev libfcgi-dev libjson-c-dev libsodium-dev
	libyaml-dev libnanopb-dev nanopb protobuf-compiler uthash-dev nginx-light curl ca-certificates python3 openssl"
test="$run g++ clang clang-tidy clang-format cppcheck libclang-rt-14-dev libcmocka-dev mandoc chromium chromium-driver
	spawn-fcgi monitoring-plugins-basic prometheus python3-pytest python3-pytest-xdist python3-cryptography
	python3-yaml iproute2 etcd-server shellcheck binutils git xz-utils"
# For tests on a real node, beside the programs below.
node="containernetworking-plugins iptables iproute2 openssl etcd-server"

case ${1:-} in
run) packages=$run ;;
test) packages=$test ;;
node) packages=$node ;;
*)
	echo "usage: ./setup.sh run|test|node" >&2
	exit 2
	;;
esac

command -v dpkg-query >/dev/null 2>&1 || {
	echo "setup.sh: this is not Debian; install the equivalents of these packages by hand: $(echo "$packages" | tr -s "\n\t " " ")" >&2
	exit 1
}

missing=
for package in $packages; do
	case $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || :) in
	installed) ;;
	*) missing="$missing $package" ;;
	esac
done
# unless_there PROGRAM PACKAGE …: for what can be installed in many ways; Debian's packages are the last resort.
unless_there()
{
	program=$1
	shift
	command -v "$program" >/dev/null 2>&1 || missing="$missing $*"
}

case $1 in
test) unless_there npm nodejs npm ;;
node)
	unless_there containerd containerd
	unless_there runc runc
	unless_there kubectl kubernetes-client
	;;
esac
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
	as_root=
elif command -v sudo >/dev/null 2>&1; then
	as_root=sudo
else
	echo "setup.sh: run as root: apt-get install$missing" >&2
	exit 1
fi
echo "setup: installing$missing"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
# shellcheck disable=SC2086 # split into words
if ! { $as_root apt-get update && $as_root apt-get install --yes --no-install-recommends $missing; } >"$log" 2>&1; then
	cat "$log" >&2
	rm -f "$log"
	echo "setup.sh: apt-get failed" >&2
	exit 1
fi
rm -f "$log"
