# libkubeshields: knows nothing of FastCGI. The core is a convenience library, so that unit tests reach all of it;
# the shared library exports what libkubeshields.map names.

lib_LTLIBRARIES += lib/libkubeshields.la
noinst_LTLIBRARIES += lib/libkubeshields-core.la

kubeshieldsincludedir = $(includedir)/kubeshields
kubeshieldsinclude_HEADERS = \
	lib/auth.h \
	lib/badge.h \
	lib/base64.h \
	lib/buf.h \
	lib/check.h \
	lib/check_answer.h \
	lib/check_catalog.h \
	lib/check_once.h \
	lib/check_options.h \
	lib/clock.h \
	lib/collector.h \
	lib/color.h \
	lib/error.h \
	lib/escape.h \
	lib/hash.h \
	lib/hash_table.h \
	lib/health.h \
	lib/intra.h \
	lib/kube_config.h \
	lib/kube_decode.h \
	lib/kube_object.h \
	lib/log.h \
	lib/logo.h \
	lib/name.h \
	lib/option.h \
	lib/option_value.h \
	lib/palette.h \
	lib/peer_address.h \
	lib/peer_document.h \
	lib/peer_get.h \
	lib/peer_options.h \
	lib/promql.h \
	lib/result.h \
	lib/secret_file.h \
	lib/store.h \
	lib/store_view.h \
	lib/tally.h \
	lib/url.h

lib_libkubeshields_core_la_SOURCES = \
	lib/auth.c lib/auth_private.h \
	lib/auth_answer.c \
	lib/auth_header.c \
	lib/auth_key.c \
	lib/auth_mac.c \
	lib/auth_nonces.c lib/auth_nonces.h \
	lib/backoff.c lib/backoff.h \
	lib/badge.c lib/badge_private.h \
	lib/badge_flat.c \
	lib/badge_for_the_badge.c \
	lib/badge_social.c \
	lib/badge_svg.c \
	lib/badge_text.c lib/badge_text.h \
	lib/base64.c \
	lib/buf.c \
	lib/check.c \
	lib/check_answer.c \
	lib/check_catalog.c lib/check_catalog_private.h \
	lib/check_catalog_add.c \
	lib/check_catalog_entry.c \
	lib/check_catalog_scan.c lib/check_catalog_scan.h \
	lib/check_catalog_watched.c \
	lib/check_complaint.c lib/check_complaint.h \
	lib/check_conf.c lib/check_conf.h \
	lib/check_file.c lib/check_file.h \
	lib/check_lesson.c lib/check_lesson.h \
	lib/check_lines.c lib/check_lines.h \
	lib/check_loader.c lib/check_loader.h \
	lib/check_module.c lib/check_module.h lib/check_module_private.h \
	lib/check_module_symbols.c \
	lib/check_once.c \
	lib/check_output.c lib/check_output.h \
	lib/check_prometheus.c lib/check_prometheus.h \
	lib/check_run.c lib/check_run.h \
	lib/check_sandbox.c lib/check_sandbox.h \
	lib/check_scheduler.c lib/check_scheduler.h lib/check_scheduler_private.h \
	lib/check_scheduler_catalog.c lib/check_scheduler_late.c \
	lib/check_turns.c lib/check_turns.h \
	lib/check_watch.c lib/check_watch.h \
	lib/clock.c \
	lib/collector.c lib/collector_private.h \
	lib/collector_peer.c \
	lib/collector_source.c \
	lib/color.c \
	lib/color_css.c lib/color_css.h \
	lib/error.c \
	lib/escape.c \
	lib/font_widths.c lib/font_widths.h \
	lib/font_widths_table.c lib/font_widths_table.h \
	lib/health.c \
	lib/http.c lib/http.h \
	lib/http_response.c lib/http_response.h \
	lib/intra.c \
	lib/javascript.c lib/javascript.h \
	lib/json_error.c lib/json_error.h \
	lib/kube_client.c lib/kube_client.h \
	lib/kube_config.c \
	lib/kube_credentials.c lib/kube_credentials.h \
	lib/kube_decode.c lib/kube_decode_private.h \
	lib/kube_exec.c lib/kube_exec.h \
	lib/kube_failure.c lib/kube_failure.h \
	lib/kube_json.c lib/kube_json.h \
	lib/kube_json_piece.c \
	lib/kube_json_stream.c \
	lib/kube_json_time.c \
	lib/kube_object.c \
	lib/kube_path.c lib/kube_path.h \
	lib/kube_protobuf.c lib/kube_protobuf.h \
	lib/kube_protobuf_piece.c \
	lib/kube_protobuf_stream.c \
	lib/kube_reflector.c lib/kube_reflector.h \
	lib/kubeconfig.c lib/kubeconfig.h \
	lib/kubeconfig_entry.c lib/kubeconfig_entry.h \
	lib/kubeconfig_field.c lib/kubeconfig_field.h \
	lib/kubeconfig_tree.c lib/kubeconfig_tree.h \
	lib/log.c \
	lib/logo.c lib/logo_private.h \
	lib/logo_data_uri.c \
	lib/logo_file.c \
	lib/loop.c lib/loop.h lib/loop_private.h \
	lib/loop_children.h \
	lib/nagios.c lib/nagios.h \
	lib/nagios_perfdata.c lib/nagios_perfdata.h \
	lib/name.c \
	lib/option.c \
	lib/option_value.c \
	lib/palette.c \
	lib/peer.c lib/peer.h lib/peer_private.h \
	lib/peer_address.c \
	lib/peer_apply.c lib/peer_apply.h \
	lib/peer_company.c lib/peer_company.h \
	lib/peer_document.c lib/peer_document_private.h \
	lib/peer_document_custom.c \
	lib/peer_document_keys.c \
	lib/peer_document_service.c \
	lib/peer_document_text.c lib/peer_document_text.h \
	lib/peer_document_value.c lib/peer_document_value.h \
	lib/peer_document_words.c \
	lib/peer_document_write.c \
	lib/peer_get.c \
	lib/peer_headers.c lib/peer_headers.h \
	lib/peer_log.c \
	lib/peer_poll.c \
	lib/process.c lib/process.h \
	lib/process_orphans.c lib/process_orphans.h \
	lib/promql.c \
	lib/promql_answer.c \
	lib/promql_format.c lib/promql_format.h \
	lib/read_all.c lib/read_all.h \
	lib/result.c \
	lib/secret.c lib/secret.h \
	lib/secret_file.c \
	lib/secret_file_create.c \
	lib/store.c lib/store_private.h \
	lib/store_custom.c \
	lib/store_flush.c \
	lib/store_remote.c \
	lib/store_since.c \
	lib/store_source.c \
	lib/store_state.c \
	lib/store_write.c \
	lib/string_list.c lib/string_list.h \
	lib/tally.c \
	lib/uppercase_table.c lib/uppercase_table.h \
	lib/url.c
nodist_lib_libkubeshields_core_la_SOURCES = lib/kubernetes.pb.c lib/kubernetes.pb.h
lib_libkubeshields_core_la_CFLAGS = $(AM_CFLAGS) \
	$(CURL_CFLAGS) $(JSON_CFLAGS) $(SODIUM_CFLAGS) $(YAML_CFLAGS)
lib_libkubeshields_core_la_LIBADD = \
	$(CURL_LIBS) $(JSON_LIBS) $(SODIUM_LIBS) $(YAML_LIBS) $(NANOPB_LIBS) -lm

lib_libkubeshields_la_SOURCES =
lib_libkubeshields_la_LIBADD = lib/libkubeshields-core.la
lib_libkubeshields_la_LDFLAGS = $(AM_LDFLAGS) -version-info 0:0:0 \
	-Wl,--version-script=$(top_srcdir)/lib/libkubeshields.map
lib_libkubeshields_la_DEPENDENCIES = lib/libkubeshields-core.la lib/libkubeshields.map

BUILT_SOURCES += lib/kubernetes.pb.h
CLEANFILES += lib/kubernetes.pb.c lib/kubernetes.pb.h
lib/kubernetes.pb.c: lib/kubernetes.pb.h
lib/kubernetes.pb.h: lib/kubernetes.proto lib/kubernetes.options
	$(AM_V_GEN)$(MKDIR_P) lib && $(PROTOC) --plugin=protoc-gen-nanopb=$(PROTOC_GEN_NANOPB) \
		-I$(top_srcdir)/lib --nanopb_opt=-I$(top_srcdir)/lib --nanopb_out=lib \
		$(top_srcdir)/lib/kubernetes.proto

# Named logos are data of others, made where they are wanted.
if WITH_LOGOS
logosdir = $(datadir)/kube-shields
nodist_logos_DATA = lib/logos.txt
CLEANFILES += lib/logos.txt
lib/logos.txt: lib/logos.mjs
	$(AM_V_GEN)$(MKDIR_P) lib && $(NODE) $(top_srcdir)/lib/logos.mjs $(SIMPLE_ICONS) $@
endif

pkgconfigdir = $(libdir)/pkgconfig
pkgconfig_DATA = lib/kubeshields.pc

EXTRA_DIST += lib/libkubeshields.map lib/kubernetes.proto lib/kubernetes.options \
	lib/font_widths.mjs lib/logos.mjs lib/uppercase.mjs
