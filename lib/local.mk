# libkubeshields: knows nothing of FastCGI. The core is a convenience library, so that unit tests reach all of it;
# the shared library exports what libkubeshields.map names.

lib_LTLIBRARIES += lib/libkubeshields.la
noinst_LTLIBRARIES += lib/libkubeshields-core.la

lib_base = \
	lib/base/array.c \
	lib/base/array.h \
	lib/base/backoff.c \
	lib/base/backoff.h \
	lib/base/base64.c \
	lib/base/base64.h \
	lib/base/buf.c \
	lib/base/buf.h \
	lib/base/clock.c \
	lib/base/clock.h \
	lib/base/error.c \
	lib/base/error.h \
	lib/base/escape.c \
	lib/base/escape.h \
	lib/base/file_stamp.c \
	lib/base/file_stamp.h \
	lib/base/hash.h \
	lib/base/hash_table.h \
	lib/base/json.c \
	lib/base/json.h \
	lib/base/link.c \
	lib/base/link.h \
	lib/base/log.c \
	lib/base/log.h \
	lib/base/quantity.c \
	lib/base/quantity.h \
	lib/base/read_all.c \
	lib/base/read_all.h \
	lib/base/secret.c \
	lib/base/secret.h \
	lib/base/secret_read.c \
	lib/base/secret_read.h \
	lib/base/string_list.c \
	lib/base/string_list.h \
	lib/base/trim.c \
	lib/base/trim.h \
	lib/base/url.c \
	lib/base/url.h \
	lib/base/utf8.c \
	lib/base/utf8.h

lib_kube = \
	lib/kube/annotation.c \
	lib/kube/annotation.h \
	lib/kube/condition.c \
	lib/kube/condition.h \
	lib/kube/container.c \
	lib/kube/container.h \
	lib/kube/decode.c \
	lib/kube/decode.h \
	lib/kube/json.c \
	lib/kube/json.h \
	lib/kube/json_budget.c \
	lib/kube/json_meta.c \
	lib/kube/json_piece.c \
	lib/kube/json_pod.c \
	lib/kube/json_stream.c \
	lib/kube/json_value.c \
	lib/kube/json_value.h \
	lib/kube/json_workload.c \
	lib/kube/labels.c \
	lib/kube/labels.h \
	lib/kube/object.c \
	lib/kube/object.h \
	lib/kube/path.c \
	lib/kube/path.h \
	lib/kube/private.h \
	lib/kube/protobuf.c \
	lib/kube/protobuf.h \
	lib/kube/protobuf_budget.c \
	lib/kube/protobuf_field.c \
	lib/kube/protobuf_field.h \
	lib/kube/protobuf_meta.c \
	lib/kube/protobuf_piece.c \
	lib/kube/protobuf_pod.c \
	lib/kube/protobuf_stream.c \
	lib/kube/protobuf_workload.c \
	lib/kube/report.c \
	lib/kube/report.h \
	lib/kube/same.c \
	lib/kube/scratch.c \
	lib/kube/scratch.h \
	lib/kube/time.c \
	lib/kube/time.h

lib_badge = \
	lib/badge/badge.c \
	lib/badge/badge.h \
	lib/badge/color.c \
	lib/badge/color.h \
	lib/badge/color_css.c \
	lib/badge/color_css.h \
	lib/badge/flat.c \
	lib/badge/font_widths.c \
	lib/badge/font_widths.h \
	lib/badge/font_widths_table.c \
	lib/badge/font_widths_table.h \
	lib/badge/for_the_badge.c \
	lib/badge/javascript.c \
	lib/badge/javascript.h \
	lib/badge/logo.c \
	lib/badge/logo.h \
	lib/badge/logo_data_uri.c \
	lib/badge/logo_file.c \
	lib/badge/logo_private.h \
	lib/badge/palette.c \
	lib/badge/palette.h \
	lib/badge/private.h \
	lib/badge/social.c \
	lib/badge/svg.c \
	lib/badge/text.c \
	lib/badge/text.h \
	lib/badge/uppercase_table.c \
	lib/badge/uppercase_table.h

lib_auth = \
	lib/auth/answer.c \
	lib/auth/auth.c \
	lib/auth/auth.h \
	lib/auth/header.c \
	lib/auth/key.c \
	lib/auth/keyring.c \
	lib/auth/keyring.h \
	lib/auth/mac.c \
	lib/auth/nonces.c \
	lib/auth/nonces.h \
	lib/auth/private.h \
	lib/auth/secret_file.c \
	lib/auth/secret_file.h \
	lib/auth/secret_file_create.c

lib_loop = \
	lib/loop/children.h \
	lib/loop/curl.h \
	lib/loop/http.c \
	lib/loop/http.h \
	lib/loop/http_connection.c \
	lib/loop/http_connection.h \
	lib/loop/http_headers.c \
	lib/loop/http_headers.h \
	lib/loop/http_retry_after.c \
	lib/loop/http_retry_after.h \
	lib/loop/loop.c \
	lib/loop/loop.h \
	lib/loop/orphans.c \
	lib/loop/orphans.h \
	lib/loop/process.c \
	lib/loop/process.h \
	lib/loop/process_stat.c \
	lib/loop/process_stat.h \
	lib/loop/watch.c \
	lib/loop/watch.h

lib_health = \
	lib/health/automatic.c \
	lib/health/automatic.h \
	lib/health/batch.c \
	lib/health/batch.h \
	lib/health/controller.h \
	lib/health/crowd.c \
	lib/health/crowd.h \
	lib/health/doubt.c \
	lib/health/doubt.h \
	lib/health/health.c \
	lib/health/health.h \
	lib/health/judgement.c \
	lib/health/judgement.h \
	lib/health/judges.c \
	lib/health/judges.h \
	lib/health/names.c \
	lib/health/names.h \
	lib/health/outcome.c \
	lib/health/outcome.h \
	lib/health/pod.c \
	lib/health/pod.h \
	lib/health/reason.c \
	lib/health/reason.h \
	lib/health/result.c \
	lib/health/result.h \
	lib/health/rollout.c \
	lib/health/rollout.h \
	lib/health/root.c \
	lib/health/root.h \
	lib/health/run.c \
	lib/health/run.h \
	lib/health/tally.c \
	lib/health/tally.h

lib_answers = \
	lib/answers/answer.c \
	lib/answers/answer.h \
	lib/answers/nagios.c \
	lib/answers/nagios.h \
	lib/answers/output.c \
	lib/answers/output.h \
	lib/answers/perfdata.c \
	lib/answers/perfdata.h \
	lib/answers/promql.c \
	lib/answers/promql.h \
	lib/answers/promql_answer.c \
	lib/answers/promql_format.c \
	lib/answers/promql_format.h \
	lib/answers/stderr.c \
	lib/answers/stderr.h \
	lib/answers/sum.c \
	lib/answers/sum.h

lib_store = \
	lib/store/alias.c \
	lib/store/budget.c \
	lib/store/changes.c \
	lib/store/controller.c \
	lib/store/custom.c \
	lib/store/compare.c \
	lib/store/comparison.c \
	lib/store/comparison.h \
	lib/store/custom_read.c \
	lib/store/flush.c \
	lib/store/guess.c \
	lib/store/index.c \
	lib/store/judge.c \
	lib/store/key.c \
	lib/store/lately.c \
	lib/store/node.c \
	lib/store/place.c \
	lib/store/pod.c \
	lib/store/private.h \
	lib/store/read.c \
	lib/store/remote.c \
	lib/store/service.c \
	lib/store/source.c \
	lib/store/space.c \
	lib/store/state.c \
	lib/store/store.c \
	lib/store/store.h \
	lib/store/tombstones.c \
	lib/store/trouble.c \
	lib/store/view.h \
	lib/store/wait.c \
	lib/store/write.c

lib_access = \
	lib/access/access.c \
	lib/access/access.h \
	lib/access/host.c \
	lib/access/host.h \
	lib/access/kubeconfig.c \
	lib/access/kubeconfig.h \
	lib/access/kubeconfig_check.c \
	lib/access/kubeconfig_check.h \
	lib/access/kubeconfig_entry.c \
	lib/access/kubeconfig_entry.h \
	lib/access/kubeconfig_exec.c \
	lib/access/kubeconfig_exec.h \
	lib/access/kubeconfig_field.c \
	lib/access/kubeconfig_field.h \
	lib/access/kubeconfig_impersonate.c \
	lib/access/kubeconfig_impersonate.h \
	lib/access/kubeconfig_json.c \
	lib/access/kubeconfig_json.h \
	lib/access/kubeconfig_pairs.c \
	lib/access/kubeconfig_pairs.h \
	lib/access/kubeconfig_scalar.c \
	lib/access/kubeconfig_scalar.h \
	lib/access/kubeconfig_tree.c \
	lib/access/kubeconfig_tree.h \
	lib/access/kubeconfig_warn.c \
	lib/access/kubeconfig_warn.h \
	lib/access/load.c \
	lib/access/pem_file.c \
	lib/access/pem_file.h \
	lib/access/proxy.c \
	lib/access/proxy.h

lib_apiserver = \
	lib/apiserver/client.c \
	lib/apiserver/client.h \
	lib/apiserver/continuity.c \
	lib/apiserver/continuity.h \
	lib/apiserver/credentials.c \
	lib/apiserver/credentials.h \
	lib/apiserver/exec.c \
	lib/apiserver/exec.h \
	lib/apiserver/exec_said.c \
	lib/apiserver/exec_said.h \
	lib/apiserver/file_changes.c \
	lib/apiserver/file_changes.h \
	lib/apiserver/listwatch.c \
	lib/apiserver/listwatch.h \
	lib/apiserver/reflector.c \
	lib/apiserver/reflector.h \
	lib/apiserver/reflector_answer.c \
	lib/apiserver/reflector_cache.c \
	lib/apiserver/reflector_private.h \
	lib/apiserver/relist.c \
	lib/apiserver/relist.h \
	lib/apiserver/retry.c \
	lib/apiserver/retry.h \
	lib/apiserver/series.c \
	lib/apiserver/series.h

lib_catalog = \
	lib/catalog/add.c \
	lib/catalog/catalog.c \
	lib/catalog/catalog.h \
	lib/catalog/conf.c \
	lib/catalog/conf.h \
	lib/catalog/definition.c \
	lib/catalog/definition.h \
	lib/catalog/entry.c \
	lib/catalog/file.c \
	lib/catalog/file.h \
	lib/catalog/lines.c \
	lib/catalog/lines.h \
	lib/catalog/module.c \
	lib/catalog/module.h \
	lib/catalog/module_private.h \
	lib/catalog/module_symbols.c \
	lib/catalog/options.h \
	lib/catalog/private.h \
	lib/catalog/queries.c \
	lib/catalog/queries.h \
	lib/catalog/scan.c \
	lib/catalog/scan.h \
	lib/catalog/watched.c

lib_checks = \
	lib/checks/late.c \
	lib/checks/listing.c \
	lib/checks/listing.h \
	lib/checks/loader.c \
	lib/checks/loader.h \
	lib/checks/merge.c \
	lib/checks/oneshot.c \
	lib/checks/oneshot.h \
	lib/checks/private.h \
	lib/checks/prometheus.c \
	lib/checks/prometheus.h \
	lib/checks/queue.c \
	lib/checks/queue.h \
	lib/checks/run.c \
	lib/checks/run.h \
	lib/checks/sandbox.c \
	lib/checks/sandbox.h \
	lib/checks/scheduled.c \
	lib/checks/scheduler.c \
	lib/checks/scheduler.h

lib_document = \
	lib/document/custom.c \
	lib/document/document.c \
	lib/document/document.h \
	lib/document/downgrade.c \
	lib/document/keys.c \
	lib/document/private.h \
	lib/document/service.c \
	lib/document/text.c \
	lib/document/text.h \
	lib/document/value.c \
	lib/document/value.h \
	lib/document/words.c \
	lib/document/write.c

lib_peers = \
	lib/peers/address.c \
	lib/peers/address.h \
	lib/peers/copy.c \
	lib/peers/copy.h \
	lib/peers/get.c \
	lib/peers/get.h \
	lib/peers/group.c \
	lib/peers/group.h \
	lib/peers/headers.c \
	lib/peers/headers.h \
	lib/peers/log.c \
	lib/peers/options.h \
	lib/peers/peer.c \
	lib/peers/peer.h \
	lib/peers/poll.c \
	lib/peers/private.h

lib_collector = \
	lib/collector/cause.c \
	lib/collector/cause.h \
	lib/collector/collector.c \
	lib/collector/collector.h \
	lib/collector/heartbeat.c \
	lib/collector/identity.c \
	lib/collector/life.c \
	lib/collector/life.h \
	lib/collector/past.c \
	lib/collector/peer.c \
	lib/collector/private.h \
	lib/collector/publish.c \
	lib/collector/report.c \
	lib/collector/source.c \
	lib/collector/trouble.c

lib_facade = \
	lib/facade/badge.c \
	lib/facade/cluster.c \
	lib/facade/cluster.h \
	lib/facade/cluster_read.c \
	lib/facade/dispatch.c \
	lib/facade/follow.c \
	lib/facade/names.c \
	lib/facade/options.c \
	lib/facade/options.h \
	lib/facade/peer_client.c \
	lib/facade/service.c \
	lib/facade/service.h \
	lib/facade/services.c \
	lib/facade/threads.c \
	lib/facade/threads.h

lib_libkubeshields_core_la_SOURCES = $(lib_base) $(lib_kube) $(lib_badge) $(lib_auth) $(lib_loop) $(lib_health) $(lib_answers) \
	$(lib_store) $(lib_access) $(lib_apiserver) $(lib_catalog) $(lib_checks) $(lib_document) $(lib_peers) $(lib_collector) \
	$(lib_facade)
nodist_lib_libkubeshields_core_la_SOURCES = lib/kube/kubernetes.pb.c lib/kube/kubernetes.pb.h
lib_libkubeshields_core_la_CFLAGS = $(AM_CFLAGS) \
	$(CURL_CFLAGS) $(JSON_CFLAGS) $(SODIUM_CFLAGS) $(YAML_CFLAGS)
lib_libkubeshields_core_la_LIBADD = \
	$(CURL_LIBS) $(JSON_LIBS) $(SODIUM_LIBS) $(YAML_LIBS) $(NANOPB_LIBS) -lm

lib_libkubeshields_la_SOURCES =
lib_libkubeshields_la_LIBADD = lib/libkubeshields-core.la
# dlclose(3) must not unload it: a thread may still run its code, as after ks_cluster_free inside a change function, and
# exit(3) and fork(2) call its handlers.
lib_libkubeshields_la_LDFLAGS = $(AM_LDFLAGS) -version-info 0:0:0 -Wl,-z,nodelete \
	-Wl,--version-script=$(top_srcdir)/lib/libkubeshields.map
lib_libkubeshields_la_DEPENDENCIES = lib/libkubeshields-core.la lib/libkubeshields.map

BUILT_SOURCES += lib/kube/kubernetes.pb.h
CLEANFILES += lib/kube/kubernetes.pb.c lib/kube/kubernetes.pb.h
lib/kube/kubernetes.pb.c: lib/kube/kubernetes.pb.h
lib/kube/kubernetes.pb.h: lib/kube/kubernetes.proto lib/kube/kubernetes.options
	$(AM_V_GEN)$(MKDIR_P) lib/kube && $(PROTOC) --plugin=protoc-gen-nanopb=$(PROTOC_GEN_NANOPB) \
		-I$(top_srcdir)/lib/kube --nanopb_opt=-I$(top_srcdir)/lib/kube --nanopb_out=lib/kube \
		$(top_srcdir)/lib/kube/kubernetes.proto

# Named logos belong to others, so they are made only if configured with --with-simple-icons.
if WITH_LOGOS
logosdir = $(datadir)/kube-shields
nodist_logos_DATA = lib/logos.txt
CLEANFILES += lib/logos.txt
lib/logos.txt: lib/badge/logos.mjs
	$(AM_V_GEN)$(MKDIR_P) lib && $(NODE) $(top_srcdir)/lib/badge/logos.mjs $(SIMPLE_ICONS) $@
endif

# The public headers; lib/facade implements them.
kubeshieldsincludedir = $(includedir)/kubeshields
kubeshieldsinclude_HEADERS = \
	include/kubeshields/badge.h \
	include/kubeshields/change.h \
	include/kubeshields/cluster.h \
	include/kubeshields/color.h \
	include/kubeshields/error.h \
	include/kubeshields/kubeshields.h \
	include/kubeshields/log.h \
	include/kubeshields/peer_client.h \
	include/kubeshields/secret.h \
	include/kubeshields/service.h \
	include/kubeshields/services.h \
	include/kubeshields/version.h

# Lists again what the library exports, for headers and a responder that have changed. It needs no link, which would fail.
.PHONY: exports
exports: $(kube_shields_OBJECTS)
	$(AM_V_GEN)python3 $(top_srcdir)/lib/exports.py $(top_builddir) --write

# Promises what has been added to the installed headers, see lib/abi.py.
.PHONY: abi
abi:
	$(AM_V_GEN)python3 $(top_srcdir)/lib/abi.py --write

# The dynamic linker finds what is in its cache, which only ldconfig renews. If libdir is one of its folders, as
# /usr/local/lib is on Debian, libtool writes no RUNPATH into programs, so that they would not start before somebody ran
# ldconfig: an installation by root on this machine does it. Elsewhere the RUNPATH does; for a DESTDIR, the package does.
install-exec-hook:
	@PATH="$$PATH:/sbin:/usr/sbin"; \
	if test -z "$(DESTDIR)" && ldconfig -N -X -v 2>/dev/null | grep -q '^$(libdir):'; then \
		if test "$$(id -u)" = 0 && ldconfig; then \
			echo "ldconfig: programs find $(libdir)/libkubeshields.so from now on"; \
		else \
			echo "Run ldconfig as root, or programs will not find $(libdir)/libkubeshields.so" >&2; \
		fi; \
	fi

# Automake removes files only. A folder goes if it is ours and empty: others may have put something into it.
uninstall-hook:
	@PATH="$$PATH:/sbin:/usr/sbin"; \
	for folder in "$(kitpythondir)" "$(kitdir)" "$(nginxexamplesdir)" "$(datadir)/kube-shields" \
		"$(kubeshieldsincludedir)"; do \
		rmdir "$(DESTDIR)$$folder" 2>/dev/null || :; \
	done; \
	if test -z "$(DESTDIR)" && ldconfig -N -X -v 2>/dev/null | grep -q '^$(libdir):'; then \
		if ! test "$$(id -u)" = 0 || ! ldconfig; then \
			echo "Run ldconfig as root, or its cache still names $(libdir)/libkubeshields.so" >&2; \
		fi; \
	fi

pkgconfigdir = $(libdir)/pkgconfig
pkgconfig_DATA = lib/kubeshields.pc

EXTRA_DIST += lib/abi.py lib/exports.py lib/libkubeshields.abi lib/libkubeshields.map lib/kube/kubernetes.proto lib/kube/kubernetes.options \
	lib/badge/font_widths.mjs lib/badge/logos.mjs lib/badge/uppercase.mjs
