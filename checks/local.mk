# The kit for custom checks: the header for modules, the runners, examples.

include_HEADERS = include/kube-shields-check.h
pkgconfig_DATA += checks/kube-shields-check.pc

# Built without sanitizers: run-check limits its own address space, and a sanitizer needs terabytes.
kitdir = $(libexecdir)/kube-shields
kit_PROGRAMS = checks/run-check
checks_run_check_SOURCES = \
	checks/run/main.c checks/run/private.h \
	checks/run/end.c \
	checks/run/limits.c \
	checks/run/module.c \
	checks/run/program.c
checks_run_check_CPPFLAGS = -I$(top_srcdir)/checks -I$(top_srcdir)/include
checks_run_check_CFLAGS = -std=gnu17 $(WARNINGS) $(HARDENING)
checks_run_check_LDFLAGS = -Wl,-z,relro -Wl,-z,now
dist_kit_SCRIPTS = checks/run-python.py
kitpythondir = $(kitdir)/python
dist_kitpython_DATA = checks/python/kube_shields.py

EXTRA_DIST += \
	checks/demo/web.py \
	checks/examples/README.md \
	checks/examples/certificate.c \
	checks/examples/host.conf \
	checks/examples/host/backup \
	checks/examples/host/disk \
	checks/examples/host/load \
	checks/examples/queue.conf \
	checks/examples/queue.py \
	checks/examples/site.conf \
	checks/examples/team.py \
	checks/examples/web.conf \
	checks/examples/web.promql
