# Unit tests run with `make check`; the integration tests are pytest's. Programs that those start, or that people run,
# are built with everything else.

noinst_HEADERS += \
	tests/unit/auth_vectors.h \
	tests/unit/badge_rows.h \
	tests/unit/check_catalog_rows.h \
	tests/unit/check_folder.h \
	tests/unit/check_kit.h \
	tests/unit/check_module_image.h \
	tests/unit/clusters_sample.h \
	tests/unit/http_server.h \
	tests/unit/intra_sample.h \
	tests/unit/kube_decode_input.h \
	tests/unit/kube_sample.h \
	tests/unit/kube_text.h \
	tests/unit/kubeconfig_text.h \
	tests/unit/peer_document_rows.h \
	tests/unit/peer_document_told.h \
	tests/unit/peer_sample.h \
	tests/unit/peer_server.h \
	tests/unit/process_run.h \
	tests/unit/protobuf_text.h \
	tests/unit/request_sample.h \
	tests/unit/scarce_answer.h \
	tests/unit/scarce_memory.h \
	tests/unit/scarce_store.h \
	tests/unit/store_sample.h \
	tests/unit/testing.h

noinst_PROGRAMS += \
	tests/unit/badge_driver \
	tests/unit/kube_dump \
	tests/unit/logo_driver
tests_unit_logo_driver_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS)
tests_unit_logo_driver_LDADD = lib/libkubeshields-core.la $(JSON_LIBS)
tests_unit_badge_driver_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS)
tests_unit_badge_driver_LDADD = lib/libkubeshields-core.la $(JSON_LIBS)
tests_unit_kube_dump_LDADD = lib/libkubeshields-core.la

# The responder without its fronts.
check_LTLIBRARIES = tests/libresponder.la
tests_libresponder_la_SOURCES = $(responder_sources)
tests_libresponder_la_LIBADD = lib/libkubeshields-core.la

if HAVE_CMOCKA
AM_CPPFLAGS += $(CMOCKA_CFLAGS)
LDADD = lib/libkubeshields-core.la $(CMOCKA_LIBS)

check_PROGRAMS += \
	tests/unit/test_accept \
	tests/unit/test_auth \
	tests/unit/test_auth_answer \
	tests/unit/test_auth_nonces \
	tests/unit/test_backoff \
	tests/unit/test_badge \
	tests/unit/test_base64 \
	tests/unit/test_buf \
	tests/unit/test_check \
	tests/unit/test_check_answer \
	tests/unit/test_check_catalog \
	tests/unit/test_check_catalog_refused \
	tests/unit/test_check_complaint \
	tests/unit/test_check_conf \
	tests/unit/test_check_loader \
	tests/unit/test_check_module \
	tests/unit/test_check_output \
	tests/unit/test_check_run \
	tests/unit/test_check_sandbox \
	tests/unit/test_check_turns \
	tests/unit/test_clock \
	tests/unit/test_collector_peer \
	tests/unit/test_color \
	tests/unit/test_dispatch \
	tests/unit/test_dispatch_peers \
	tests/unit/test_dispatch_signed \
	tests/unit/test_error \
	tests/unit/test_escape \
	tests/unit/test_hash \
	tests/unit/test_health \
	tests/unit/test_health_pod \
	tests/unit/test_http \
	tests/unit/test_intra \
	tests/unit/test_kube_config \
	tests/unit/test_kube_decode \
	tests/unit/test_kube_decode_annotations \
	tests/unit/test_kube_decode_stream \
	tests/unit/test_kube_exec \
	tests/unit/test_kube_failure \
	tests/unit/test_kube_path \
	tests/unit/test_kubeconfig \
	tests/unit/test_kubeconfig_entry \
	tests/unit/test_listen \
	tests/unit/test_log \
	tests/unit/test_logo \
	tests/unit/test_logo_data_uri \
	tests/unit/test_loop \
	tests/unit/test_nagios \
	tests/unit/test_name \
	tests/unit/test_option \
	tests/unit/test_option_value \
	tests/unit/test_palette \
	tests/unit/test_peer \
	tests/unit/test_peer_address \
	tests/unit/test_peer_company \
	tests/unit/test_peer_document \
	tests/unit/test_peer_document_write \
	tests/unit/test_peer_get \
	tests/unit/test_peer_trouble \
	tests/unit/test_process \
	tests/unit/test_process_orphans \
	tests/unit/test_promql \
	tests/unit/test_promql_answer \
	tests/unit/test_read_all \
	tests/unit/test_request \
	tests/unit/test_result \
	tests/unit/test_scarce_answers \
	tests/unit/test_scarce_auth \
	tests/unit/test_scarce_catalog \
	tests/unit/test_scarce_checks \
	tests/unit/test_scarce_dispatch \
	tests/unit/test_scarce_kubernetes \
	tests/unit/test_scarce_peers \
	tests/unit/test_scarce_running \
	tests/unit/test_scarce_secrets \
	tests/unit/test_scarce_settings \
	tests/unit/test_scarce_store \
	tests/unit/test_scarce_store_told \
	tests/unit/test_secret_file \
	tests/unit/test_settings \
	tests/unit/test_shield_options \
	tests/unit/test_store \
	tests/unit/test_store_annotations \
	tests/unit/test_store_custom \
	tests/unit/test_store_remote \
	tests/unit/test_store_since \
	tests/unit/test_store_threads \
	tests/unit/test_tally \
	tests/unit/test_url

tests_unit_test_check_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS)
tests_unit_test_check_LDADD = $(LDADD) $(JSON_LIBS)
tests_unit_test_log_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS)
tests_unit_test_log_LDADD = $(LDADD) $(JSON_LIBS)

# See tests/unit/scarce_memory.h.
scarce_memory_flags = $(AM_LDFLAGS) -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=reallocarray \
	-Wl,--wrap=aligned_alloc,--wrap=strdup,--wrap=strndup,--wrap=asprintf,--wrap=__asprintf_chk
tests_unit_test_scarce_answers_LDFLAGS = $(scarce_memory_flags)
tests_unit_test_scarce_auth_LDFLAGS = $(scarce_memory_flags)
tests_unit_test_scarce_catalog_LDFLAGS = $(scarce_memory_flags) -Wl,--wrap=realpath,--wrap=fdopendir
tests_unit_test_scarce_checks_LDFLAGS = $(scarce_memory_flags)
tests_unit_test_scarce_kubernetes_LDFLAGS = $(scarce_memory_flags)
tests_unit_test_scarce_peers_LDFLAGS = $(scarce_memory_flags)
tests_unit_test_scarce_running_LDFLAGS = $(scarce_memory_flags)
tests_unit_test_scarce_secrets_LDFLAGS = $(scarce_memory_flags) -Wl,--wrap=sodium_malloc,--wrap=crypto_pwhash
tests_unit_test_scarce_settings_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/fcgi
tests_unit_test_scarce_settings_LDADD = tests/libresponder.la $(CMOCKA_LIBS)
tests_unit_test_scarce_settings_LDFLAGS = $(scarce_memory_flags)
tests_unit_test_scarce_store_LDFLAGS = $(scarce_memory_flags)
tests_unit_test_scarce_store_told_LDFLAGS = $(scarce_memory_flags)

tests_unit_test_accept_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/fcgi
tests_unit_test_accept_LDADD = tests/libresponder.la $(CMOCKA_LIBS)
tests_unit_test_dispatch_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/fcgi
tests_unit_test_dispatch_LDADD = tests/libresponder.la $(CMOCKA_LIBS)
tests_unit_test_dispatch_peers_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/fcgi
tests_unit_test_dispatch_peers_LDADD = tests/libresponder.la $(CMOCKA_LIBS)
tests_unit_test_dispatch_signed_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/fcgi
tests_unit_test_dispatch_signed_LDADD = tests/libresponder.la $(CMOCKA_LIBS)
tests_unit_test_listen_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/fcgi
tests_unit_test_listen_LDADD = tests/libresponder.la $(CMOCKA_LIBS)
tests_unit_test_request_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/fcgi
tests_unit_test_request_LDADD = tests/libresponder.la $(CMOCKA_LIBS)
tests_unit_test_palette_LDADD = $(LDADD) -lm
tests_unit_test_scarce_dispatch_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/fcgi
tests_unit_test_scarce_dispatch_LDADD = tests/libresponder.la $(CMOCKA_LIBS)
tests_unit_test_scarce_dispatch_LDFLAGS = $(scarce_memory_flags)
tests_unit_test_settings_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/fcgi
tests_unit_test_settings_LDADD = tests/libresponder.la $(CMOCKA_LIBS)
tests_unit_test_shield_options_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/fcgi
tests_unit_test_shield_options_LDADD = tests/libresponder.la $(CMOCKA_LIBS)
endif

if FUZZING
noinst_PROGRAMS += \
	tests/fuzz/fuzz_auth \
	tests/fuzz/fuzz_badge \
	tests/fuzz/fuzz_check_conf \
	tests/fuzz/fuzz_check_module \
	tests/fuzz/fuzz_check_output \
	tests/fuzz/fuzz_kube_decode \
	tests/fuzz/fuzz_kube_exec \
	tests/fuzz/fuzz_kubeconfig \
	tests/fuzz/fuzz_logo \
	tests/fuzz/fuzz_option \
	tests/fuzz/fuzz_peer_address \
	tests/fuzz/fuzz_peer_document \
	tests/fuzz/fuzz_promql \
	tests/fuzz/fuzz_request \
	tests/fuzz/fuzz_url
fuzzer_flags = $(AM_LDFLAGS) -fsanitize=fuzzer

tests_fuzz_fuzz_auth_LDADD = lib/libkubeshields-core.la
tests_fuzz_fuzz_auth_LDFLAGS = $(fuzzer_flags)
tests_fuzz_fuzz_badge_LDADD = lib/libkubeshields-core.la
tests_fuzz_fuzz_badge_LDFLAGS = $(fuzzer_flags)
tests_fuzz_fuzz_check_conf_LDADD = lib/libkubeshields-core.la
tests_fuzz_fuzz_check_conf_LDFLAGS = $(fuzzer_flags)
tests_fuzz_fuzz_check_module_LDADD = lib/libkubeshields-core.la
tests_fuzz_fuzz_check_module_LDFLAGS = $(fuzzer_flags)
tests_fuzz_fuzz_check_output_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS)
tests_fuzz_fuzz_check_output_LDADD = lib/libkubeshields-core.la $(JSON_LIBS)
tests_fuzz_fuzz_check_output_LDFLAGS = $(fuzzer_flags)
tests_fuzz_fuzz_kube_decode_LDADD = lib/libkubeshields-core.la
tests_fuzz_fuzz_kube_decode_LDFLAGS = $(fuzzer_flags)
tests_fuzz_fuzz_kube_exec_LDADD = lib/libkubeshields-core.la
tests_fuzz_fuzz_kube_exec_LDFLAGS = $(fuzzer_flags)
tests_fuzz_fuzz_kubeconfig_LDADD = lib/libkubeshields-core.la
tests_fuzz_fuzz_kubeconfig_LDFLAGS = $(fuzzer_flags)
tests_fuzz_fuzz_logo_LDADD = lib/libkubeshields-core.la
tests_fuzz_fuzz_logo_LDFLAGS = $(fuzzer_flags)
tests_fuzz_fuzz_option_LDADD = lib/libkubeshields-core.la
tests_fuzz_fuzz_option_LDFLAGS = $(fuzzer_flags)
tests_fuzz_fuzz_peer_address_LDADD = lib/libkubeshields-core.la
tests_fuzz_fuzz_peer_address_LDFLAGS = $(fuzzer_flags)
tests_fuzz_fuzz_peer_document_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS)
tests_fuzz_fuzz_peer_document_LDADD = lib/libkubeshields-core.la $(JSON_LIBS)
tests_fuzz_fuzz_peer_document_LDFLAGS = $(fuzzer_flags)
tests_fuzz_fuzz_promql_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS)
tests_fuzz_fuzz_promql_LDADD = lib/libkubeshields-core.la $(JSON_LIBS)
tests_fuzz_fuzz_promql_LDFLAGS = $(fuzzer_flags)
tests_fuzz_fuzz_request_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS) -I$(top_srcdir)/fcgi
tests_fuzz_fuzz_request_LDADD = tests/libresponder.la $(JSON_LIBS)
tests_fuzz_fuzz_request_LDFLAGS = $(fuzzer_flags)
tests_fuzz_fuzz_url_LDADD = lib/libkubeshields-core.la
tests_fuzz_fuzz_url_LDFLAGS = $(fuzzer_flags)
endif

# `make bench` measures; nothing is asserted.
EXTRA_PROGRAMS = tests/bench/bench_kube_decode
CLEANFILES += $(EXTRA_PROGRAMS)
tests_bench_bench_kube_decode_LDADD = lib/libkubeshields-core.la

.PHONY: bench
bench: $(EXTRA_PROGRAMS)
	$(AM_V_at)for program in $(EXTRA_PROGRAMS); do echo "$$program"; ./$$program || exit; done

EXTRA_DIST += \
	tests/bench/bench_check_start.py \
	tests/bench/peers.py \
	tests/bench/pods_5000.py \
	tests/integration/badge_maker.mjs \
	tests/integration/browser.py \
	tests/integration/checks_world.py \
	tests/integration/conftest.py \
	tests/integration/control_plane.py \
	tests/integration/fake_kubernetes/__init__.py \
	tests/integration/fake_kubernetes/api.py \
	tests/integration/fake_kubernetes/certificates.py \
	tests/integration/fake_kubernetes/cluster.py \
	tests/integration/fake_kubernetes/demo.py \
	tests/integration/fake_kubernetes/encode.py \
	tests/integration/fake_kubernetes/faults.py \
	tests/integration/fake_kubernetes/kubeconfig.py \
	tests/integration/fake_kubernetes/objects.py \
	tests/integration/fake_kubernetes/protobuf.py \
	tests/integration/fake_kubernetes/server.py \
	tests/integration/fake_kubernetes/store.py \
	tests/integration/fake_kubernetes/workloads.py \
	tests/integration/fastcgi_client.py \
	tests/integration/logos.mjs \
	tests/integration/network.py \
	tests/integration/peers_world.py \
	tests/integration/programs.py \
	tests/integration/prometheus.py \
	tests/integration/real_objects.py \
	tests/integration/shields_world.py \
	tests/integration/shifted_clock.c \
	tests/integration/simulated_peers.py \
	tests/integration/test_annotations.py \
	tests/integration/test_badge_maker.py \
	tests/integration/test_cache.py \
	tests/integration/test_checks.py \
	tests/integration/test_checks_commands.py \
	tests/integration/test_checks_examples.py \
	tests/integration/test_checks_hostile.py \
	tests/integration/test_checks_running.py \
	tests/integration/test_credentials.py \
	tests/integration/test_demo.py \
	tests/integration/test_documents.py \
	tests/integration/test_faults.py \
	tests/integration/test_fronts.py \
	tests/integration/test_logos.py \
	tests/integration/test_page_browser.py \
	tests/integration/test_peers.py \
	tests/integration/test_peers_auth.py \
	tests/integration/test_peers_clocks.py \
	tests/integration/test_peers_hostile.py \
	tests/integration/test_peers_many.py \
	tests/integration/test_peers_modes.py \
	tests/integration/test_peers_partition.py \
	tests/integration/test_peers_polls.py \
	tests/integration/test_prometheus.py \
	tests/integration/test_protocol_document.py \
	tests/integration/test_real_access.py \
	tests/integration/test_real_kubernetes.py \
	tests/integration/test_real_outage.py \
	tests/integration/test_real_peers.py \
	tests/integration/test_routes.py \
	tests/integration/test_run_check.py \
	tests/integration/test_run_python.py \
	tests/integration/test_services.py \
	tests/integration/test_shields.py \
	tests/integration/test_shields_caching.py \
	tests/integration/test_shields_modes.py \
	tests/integration/test_source_rules.py \
	tests/integration/test_start.py \
	tests/integration/test_troubled_server.py
