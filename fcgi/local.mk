# The responder.

bin_PROGRAMS += kube-shields

# All but the fronts: the unit tests have it, too.
responder_sources = \
	fcgi/accept.c fcgi/accept.h \
	fcgi/authenticate.c fcgi/authenticate.h \
	fcgi/checks.c fcgi/checks.h \
	fcgi/cluster.c fcgi/cluster.h \
	fcgi/dispatch.c fcgi/dispatch.h \
	fcgi/listen.c fcgi/listen.h \
	fcgi/page.h \
	fcgi/page_cluster.c \
	fcgi/page_custom.c \
	fcgi/page_index.c \
	fcgi/page_json.c \
	fcgi/page_metrics.c \
	fcgi/page_private.h \
	fcgi/page_probe.c \
	fcgi/page_result.c \
	fcgi/page_services.c \
	fcgi/page_services_full.c \
	fcgi/page_shield.c \
	fcgi/page_static.c \
	fcgi/page_svg.c \
	fcgi/request.c fcgi/request.h \
	fcgi/settings.c fcgi/settings.h \
	fcgi/settings_table.c \
	fcgi/shield_options.c fcgi/shield_options.h
kube_shields_SOURCES = $(responder_sources) \
	fcgi/command.h \
	fcgi/command_check_list.c \
	fcgi/command_check_run.c \
	fcgi/command_complain.c \
	fcgi/command_get.c \
	fcgi/command_new_secret.c \
	fcgi/front.h \
	fcgi/front_cgi.c \
	fcgi/front_fastcgi.c \
	fcgi/main.c
kube_shields_CFLAGS = $(AM_CFLAGS) $(FCGI_CFLAGS)
kube_shields_LDADD = lib/libkubeshields.la $(FCGI_LIBS)
