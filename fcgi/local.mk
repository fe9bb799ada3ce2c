# The program kube-shields: responder and commands.

bin_PROGRAMS += kube-shields

# Everything except the fronts and commands. The unit tests link it, too.
responder_sources = \
	fcgi/authenticate.c \
	fcgi/authenticate.h \
	fcgi/backend.c \
	fcgi/backend.h \
	fcgi/dispatch.c \
	fcgi/dispatch.h \
	fcgi/guard.c \
	fcgi/guard.h \
	fcgi/listen.c \
	fcgi/listen.h \
	fcgi/settings/address.c \
	fcgi/settings/address.h \
	fcgi/settings/checks.c \
	fcgi/settings/checks.h \
	fcgi/settings/options.c \
	fcgi/settings/options.h \
	fcgi/settings/settings.c \
	fcgi/settings/settings.h \
	fcgi/settings/table.c \
	fcgi/settings/text.c \
	fcgi/settings/text.h \
	fcgi/request/accept.c \
	fcgi/request/accept.h \
	fcgi/request/app.h \
	fcgi/request/request.c \
	fcgi/request/request.h \
	fcgi/request/response.c \
	fcgi/request/response.h \
	fcgi/request/shield_options.c \
	fcgi/request/shield_options.h \
	fcgi/pages/age.c \
	fcgi/pages/age.h \
	fcgi/pages/ambiguous.c \
	fcgi/pages/ambiguous.h \
	fcgi/pages/cluster.c \
	fcgi/pages/cluster.h \
	fcgi/pages/custom.c \
	fcgi/pages/custom.h \
	fcgi/pages/formats.h \
	fcgi/pages/index.c \
	fcgi/pages/json.c \
	fcgi/pages/look.c \
	fcgi/pages/look.h \
	fcgi/pages/metrics.c \
	fcgi/pages/page.h \
	fcgi/pages/probe.c \
	fcgi/pages/result.c \
	fcgi/pages/result.h \
	fcgi/pages/services.c \
	fcgi/pages/services_full.c \
	fcgi/pages/shield.c \
	fcgi/pages/static.c \
	fcgi/pages/svg.c
kube_shields_SOURCES = $(responder_sources) \
	fcgi/commands/check_list.c \
	fcgi/commands/check_run.c \
	fcgi/commands/command.c \
	fcgi/commands/command.h \
	fcgi/commands/get.c \
	fcgi/commands/new_secret.c \
	fcgi/front.h \
	fcgi/front_cgi.c \
	fcgi/front_fastcgi.c \
	fcgi/main.c
kube_shields_CFLAGS = $(AM_CFLAGS) $(FCGI_CFLAGS)
kube_shields_LDADD = lib/libkubeshields.la $(FCGI_LIBS)
