#!/bin/sh
# Makes ./configure from configure.ac. Needs autoconf, automake, libtool and pkg-config.
set -eu
cd "$(dirname "$0")"
for program in autoreconf:autoconf automake:automake libtoolize:libtool pkg-config:pkg-config; do
	command -v "${program%:*}" >/dev/null 2>&1 || {
		echo "autogen.sh: ${program%:*} is missing: apt-get install ${program#*:}" >&2
		exit 1
	}
done
mkdir -p m4 # for libtool's macros; aclocal warns if it is missing
exec autoreconf --install --force --warnings=all
