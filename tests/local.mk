# `make check` runs the unit tests; pytest runs the integration tests. The programs that integration tests start, or that
# people run, are built with everything else.

noinst_HEADERS += \
	tests/unit/support/auth_vectors.h \
	tests/unit/support/badge_rows.h \
	tests/unit/support/check_catalog_rows.h \
	tests/unit/support/check_folder.h \
	tests/unit/support/check_kit.h \
	tests/unit/support/check_module_image.h \
	tests/unit/support/clusters_sample.h \
	tests/unit/support/http_server.h \
	tests/unit/support/ignore_list_meta.h \
	tests/unit/support/in_folder.h \
	tests/unit/support/judge_rows.h \
	tests/unit/support/json_text.h \
	tests/unit/support/keyring_sample.h \
	tests/unit/support/kube_decode_input.h \
	tests/unit/support/kube_sample.h \
	tests/unit/support/kube_server.h \
	tests/unit/support/kube_text.h \
	tests/unit/support/kubeconfig_text.h \
	tests/unit/support/open_descriptors.h \
	tests/unit/support/peer_document_rows.h \
	tests/unit/support/peer_document_seen.h \
	tests/unit/support/peer_sample.h \
	tests/unit/support/peer_server.h \
	tests/unit/support/process_run.h \
	tests/unit/support/protobuf_text.h \
	tests/unit/support/request_sample.h \
	tests/unit/support/rollout_rows.h \
	tests/unit/support/scarce_answer.h \
	tests/unit/support/scarce_memory.h \
	tests/unit/support/scarce_store.h \
	tests/unit/support/store_compared.h \
	tests/unit/support/store_guess.h \
	tests/unit/support/store_orders.h \
	tests/unit/support/store_sample.h \
	tests/unit/support/testing.h

noinst_PROGRAMS += \
	tests/integration/drivers/badge \
	tests/integration/drivers/kube_dump \
	tests/integration/drivers/logo
tests_integration_drivers_logo_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS)
tests_integration_drivers_logo_LDADD = lib/libkubeshields-core.la $(JSON_LIBS)
tests_integration_drivers_badge_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS)
tests_integration_drivers_badge_LDADD = lib/libkubeshields-core.la $(JSON_LIBS)
tests_integration_drivers_kube_dump_LDADD = lib/libkubeshields-core.la

# The responder without its fronts, for unit tests.
check_LTLIBRARIES = tests/libresponder.la
tests_libresponder_la_SOURCES = $(responder_sources)
tests_libresponder_la_LIBADD = lib/libkubeshields-core.la

if HAVE_CMOCKA
AM_CPPFLAGS += $(CMOCKA_CFLAGS)
LDADD = lib/libkubeshields-core.la $(CMOCKA_LIBS)

check_PROGRAMS += \
	tests/unit/access/test_access \
	tests/unit/access/test_kubeconfig \
	tests/unit/access/test_kubeconfig_entry \
	tests/unit/access/test_kubeconfig_user \
	tests/unit/access/test_proxy \
	tests/unit/answers/test_answer \
	tests/unit/answers/test_nagios \
	tests/unit/answers/test_output \
	tests/unit/answers/test_promql_answer \
	tests/unit/answers/test_stderr \
	tests/unit/apiserver/test_client \
	tests/unit/apiserver/test_continuity \
	tests/unit/apiserver/test_exec \
	tests/unit/apiserver/test_listwatch \
	tests/unit/apiserver/test_reflector \
	tests/unit/apiserver/test_retry \
	tests/unit/apiserver/test_series \
	tests/unit/auth/test_answer \
	tests/unit/auth/test_auth \
	tests/unit/auth/test_keyring \
	tests/unit/auth/test_nonces \
	tests/unit/auth/test_secret_file \
	tests/unit/badge/test_badge \
	tests/unit/badge/test_color \
	tests/unit/badge/test_logo \
	tests/unit/badge/test_logo_data_uri \
	tests/unit/badge/test_palette \
	tests/unit/base/test_array \
	tests/unit/base/test_backoff \
	tests/unit/base/test_base64 \
	tests/unit/base/test_buf \
	tests/unit/base/test_clock \
	tests/unit/base/test_error \
	tests/unit/base/test_escape \
	tests/unit/base/test_file_stamp \
	tests/unit/base/test_hash \
	tests/unit/base/test_json \
	tests/unit/base/test_log \
	tests/unit/base/test_quantity \
	tests/unit/base/test_read_all \
	tests/unit/base/test_secret_read \
	tests/unit/base/test_string_list \
	tests/unit/base/test_trim \
	tests/unit/base/test_url \
	tests/unit/base/test_utf8 \
	tests/unit/catalog/test_catalog \
	tests/unit/catalog/test_conf \
	tests/unit/catalog/test_module \
	tests/unit/catalog/test_queries \
	tests/unit/catalog/test_refused \
	tests/unit/checks/test_loader \
	tests/unit/checks/test_queue \
	tests/unit/checks/test_run \
	tests/unit/checks/test_sandbox \
	tests/unit/collector/test_cause \
	tests/unit/collector/test_life \
	tests/unit/collector/test_peer \
	tests/unit/document/test_document \
	tests/unit/document/test_downgrade \
	tests/unit/document/test_write \
	tests/unit/facade/test_cluster \
	tests/unit/facade/test_follow \
	tests/unit/facade/test_options \
	tests/unit/facade/test_peer_client \
	tests/unit/facade/test_services \
	tests/unit/fcgi/test_accept \
	tests/unit/fcgi/test_address \
	tests/unit/fcgi/test_dispatch \
	tests/unit/fcgi/test_dispatch_names \
	tests/unit/fcgi/test_dispatch_peers \
	tests/unit/fcgi/test_dispatch_signed \
	tests/unit/fcgi/test_guard \
	tests/unit/fcgi/test_listen \
	tests/unit/fcgi/test_options \
	tests/unit/fcgi/test_request \
	tests/unit/fcgi/test_settings \
	tests/unit/fcgi/test_shield_options \
	tests/unit/health/test_automatic \
	tests/unit/health/test_batch \
	tests/unit/health/test_crowd \
	tests/unit/health/test_doubt \
	tests/unit/health/test_health \
	tests/unit/health/test_judges \
	tests/unit/health/test_names \
	tests/unit/health/test_nodes \
	tests/unit/health/test_outcome \
	tests/unit/health/test_pod \
	tests/unit/health/test_reason \
	tests/unit/health/test_result \
	tests/unit/health/test_rollout \
	tests/unit/health/test_rollout_sets \
	tests/unit/health/test_root \
	tests/unit/health/test_run \
	tests/unit/health/test_sum \
	tests/unit/health/test_tally \
	tests/unit/kube/test_decode \
	tests/unit/kube/test_decode_annotations \
	tests/unit/kube/test_decode_pods \
	tests/unit/kube/test_decode_status \
	tests/unit/kube/test_decode_stream \
	tests/unit/kube/test_decode_workloads \
	tests/unit/kube/test_labels \
	tests/unit/kube/test_path \
	tests/unit/kube/test_same \
	tests/unit/loop/test_http \
	tests/unit/loop/test_http_connection \
	tests/unit/loop/test_http_retry_after \
	tests/unit/loop/test_http_slices \
	tests/unit/loop/test_loop \
	tests/unit/loop/test_orphans \
	tests/unit/loop/test_process \
	tests/unit/peers/test_address \
	tests/unit/peers/test_get \
	tests/unit/peers/test_group \
	tests/unit/peers/test_peer \
	tests/unit/peers/test_trouble \
	tests/unit/scarce/test_answers \
	tests/unit/scarce/test_auth \
	tests/unit/scarce/test_catalog \
	tests/unit/scarce/test_checks \
	tests/unit/scarce/test_dispatch \
	tests/unit/scarce/test_facade \
	tests/unit/scarce/test_kubernetes \
	tests/unit/scarce/test_peers \
	tests/unit/scarce/test_reflector \
	tests/unit/scarce/test_running \
	tests/unit/scarce/test_secrets \
	tests/unit/scarce/test_settings \
	tests/unit/scarce/test_store \
	tests/unit/scarce/test_store_put \
	tests/unit/store/test_annotations \
	tests/unit/store/test_budgets \
	tests/unit/store/test_changes \
	tests/unit/store/test_compare \
	tests/unit/store/test_compare_histories \
	tests/unit/store/test_custom \
	tests/unit/store/test_guess \
	tests/unit/store/test_histories \
	tests/unit/store/test_places \
	tests/unit/store/test_remote \
	tests/unit/store/test_rollouts \
	tests/unit/store/test_sources \
	tests/unit/store/test_store \
	tests/unit/store/test_suspects \
	tests/unit/store/test_threads \
	tests/unit/store/test_unchanged

tests_unit_health_test_automatic_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS)
tests_unit_health_test_automatic_LDADD = $(LDADD) $(JSON_LIBS)
tests_unit_health_test_nodes_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS)
tests_unit_health_test_nodes_LDADD = $(LDADD) $(JSON_LIBS)
tests_unit_base_test_json_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS)
tests_unit_base_test_json_LDADD = $(LDADD) $(JSON_LIBS)
tests_unit_base_test_log_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS)
tests_unit_base_test_log_LDADD = $(LDADD) $(JSON_LIBS)

# ./check.sh model runs it; see the comment at the top of tests/model/model.c.
noinst_PROGRAMS += tests/model/model
tests_model_model_SOURCES = \
	tests/model/answer.c \
	tests/model/answer.h \
	tests/model/cluster.c \
	tests/model/cluster.h \
	tests/model/faults.c \
	tests/model/faults.h \
	tests/model/model.c \
	tests/model/operations.c \
	tests/model/operations.h \
	tests/model/picture.c \
	tests/model/picture.h \
	tests/model/random.h \
	tests/model/record.c \
	tests/model/record.h \
	tests/model/server.c \
	tests/model/server.h \
	tests/model/text.c \
	tests/model/text.h \
	tests/model/world.c \
	tests/model/world.h
tests_model_model_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
tests_model_model_LDADD = lib/libkubeshields-core.la

# See tests/unit/support/scarce_memory.h.
scarce_memory_flags = $(AM_LDFLAGS) -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=reallocarray \
	-Wl,--wrap=aligned_alloc,--wrap=strdup,--wrap=strndup,--wrap=asprintf,--wrap=__asprintf_chk
tests_unit_scarce_test_answers_LDFLAGS = $(scarce_memory_flags)
tests_unit_scarce_test_auth_LDFLAGS = $(scarce_memory_flags)
tests_unit_scarce_test_catalog_LDFLAGS = $(scarce_memory_flags) -Wl,--wrap=realpath,--wrap=fdopendir
tests_unit_scarce_test_checks_LDFLAGS = $(scarce_memory_flags)
tests_unit_scarce_test_facade_LDFLAGS = $(scarce_memory_flags)
tests_unit_scarce_test_kubernetes_LDFLAGS = $(scarce_memory_flags)
tests_unit_scarce_test_peers_LDFLAGS = $(scarce_memory_flags)
tests_unit_scarce_test_reflector_LDFLAGS = $(scarce_memory_flags)
tests_unit_scarce_test_running_LDFLAGS = $(scarce_memory_flags)
tests_unit_scarce_test_secrets_LDFLAGS = $(scarce_memory_flags) -Wl,--wrap=sodium_malloc,--wrap=crypto_pwhash
tests_unit_scarce_test_settings_LDADD = tests/libresponder.la $(CMOCKA_LIBS)
tests_unit_scarce_test_settings_LDFLAGS = $(scarce_memory_flags)
tests_unit_scarce_test_store_LDFLAGS = $(scarce_memory_flags)
tests_unit_scarce_test_store_put_LDFLAGS = $(scarce_memory_flags)

tests_unit_fcgi_test_accept_LDADD = tests/libresponder.la $(CMOCKA_LIBS)
tests_unit_fcgi_test_address_LDADD = tests/libresponder.la $(CMOCKA_LIBS)
tests_unit_fcgi_test_dispatch_LDADD = tests/libresponder.la $(CMOCKA_LIBS)
tests_unit_fcgi_test_dispatch_names_LDADD = tests/libresponder.la $(CMOCKA_LIBS)
tests_unit_fcgi_test_dispatch_peers_LDADD = tests/libresponder.la $(CMOCKA_LIBS)
tests_unit_fcgi_test_dispatch_signed_LDADD = tests/libresponder.la $(CMOCKA_LIBS)
tests_unit_fcgi_test_guard_LDADD = tests/libresponder.la $(CMOCKA_LIBS)
tests_unit_fcgi_test_listen_LDADD = tests/libresponder.la $(CMOCKA_LIBS)
tests_unit_fcgi_test_options_LDADD = tests/libresponder.la $(CMOCKA_LIBS)
tests_unit_fcgi_test_request_LDADD = tests/libresponder.la $(CMOCKA_LIBS)
tests_unit_badge_test_palette_LDADD = $(LDADD) -lm
tests_unit_scarce_test_dispatch_LDADD = tests/libresponder.la $(CMOCKA_LIBS)
tests_unit_scarce_test_dispatch_LDFLAGS = $(scarce_memory_flags)
tests_unit_fcgi_test_settings_LDADD = tests/libresponder.la $(CMOCKA_LIBS)
tests_unit_fcgi_test_shield_options_LDADD = tests/libresponder.la $(CMOCKA_LIBS)
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
tests_fuzz_fuzz_option_LDADD = tests/libresponder.la
tests_fuzz_fuzz_option_LDFLAGS = $(fuzzer_flags)
tests_fuzz_fuzz_peer_address_LDADD = lib/libkubeshields-core.la
tests_fuzz_fuzz_peer_address_LDFLAGS = $(fuzzer_flags)
tests_fuzz_fuzz_peer_document_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS)
tests_fuzz_fuzz_peer_document_LDADD = lib/libkubeshields-core.la $(JSON_LIBS)
tests_fuzz_fuzz_peer_document_LDFLAGS = $(fuzzer_flags)
tests_fuzz_fuzz_promql_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS)
tests_fuzz_fuzz_promql_LDADD = lib/libkubeshields-core.la $(JSON_LIBS)
tests_fuzz_fuzz_promql_LDFLAGS = $(fuzzer_flags)
tests_fuzz_fuzz_request_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS)
tests_fuzz_fuzz_request_LDADD = tests/libresponder.la $(JSON_LIBS)
tests_fuzz_fuzz_request_LDFLAGS = $(fuzzer_flags)
tests_fuzz_fuzz_url_LDADD = lib/libkubeshields-core.la
tests_fuzz_fuzz_url_LDFLAGS = $(fuzzer_flags)
endif

# `make bench` measures and asserts nothing.
EXTRA_PROGRAMS = tests/bench/bench_kube_decode tests/bench/bench_relist
CLEANFILES += $(EXTRA_PROGRAMS)
tests_bench_bench_kube_decode_LDADD = lib/libkubeshields-core.la
tests_bench_bench_relist_LDADD = lib/libkubeshields-core.la

.PHONY: bench
bench: $(EXTRA_PROGRAMS)
	$(AM_V_at)for program in $(EXTRA_PROGRAMS); do echo "$$program"; ./$$program || exit; done

EXTRA_DIST += \
	tests/bench/bench_check_start.py \
	tests/bench/peers.py \
	tests/bench/pods_5000.py \
	tests/bench/relist_5000.py \
	tests/integration/conftest.py \
	tests/integration/drivers/badge_maker.mjs \
	tests/integration/drivers/library_exit.c \
	tests/integration/drivers/library_follow.c \
	tests/integration/drivers/library_freeing.c \
	tests/integration/drivers/library_misuse.c \
	tests/integration/drivers/library_nodes.c \
	tests/integration/drivers/library_peer.c \
	tests/integration/drivers/library_unload.c \
	tests/integration/drivers/logos.mjs \
	tests/integration/drivers/shifted_clock.c \
	tests/integration/pytest.ini \
	tests/integration/test_annotations.py \
	tests/integration/test_any_trouble.py \
	tests/integration/test_badge_maker.py \
	tests/integration/test_cache.py \
	tests/integration/test_checks.py \
	tests/integration/test_checks_commands.py \
	tests/integration/test_checks_examples.py \
	tests/integration/test_checks_hostile.py \
	tests/integration/test_checks_running.py \
	tests/integration/test_continuity.py \
	tests/integration/test_credentials.py \
	tests/integration/test_demo.py \
	tests/integration/test_documents.py \
	tests/integration/test_faults.py \
	tests/integration/test_fronts.py \
	tests/integration/test_install.py \
	tests/integration/test_kubeconfig.py \
	tests/integration/test_library.py \
	tests/integration/test_life.py \
	tests/integration/test_logos.py \
	tests/integration/test_page_browser.py \
	tests/integration/test_peers.py \
	tests/integration/test_peers_auth.py \
	tests/integration/test_peers_clocks.py \
	tests/integration/test_peers_formats.py \
	tests/integration/test_peers_hostile.py \
	tests/integration/test_peers_many.py \
	tests/integration/test_peers_modes.py \
	tests/integration/test_peers_partition.py \
	tests/integration/test_peers_polls.py \
	tests/integration/test_prometheus.py \
	tests/integration/test_protocol_document.py \
	tests/integration/test_real_access.py \
	tests/integration/test_real_continuity.py \
	tests/integration/test_real_deployments.py \
	tests/integration/test_real_kubernetes.py \
	tests/integration/test_real_outage.py \
	tests/integration/test_real_owners.py \
	tests/integration/test_real_peers.py \
	tests/integration/test_real_proxy.py \
	tests/integration/test_real_roles.py \
	tests/integration/test_real_rotation.py \
	tests/integration/test_real_runs.py \
	tests/integration/test_real_sets.py \
	tests/integration/test_refusals.py \
	tests/integration/test_retry_after.py \
	tests/integration/test_rotation.py \
	tests/integration/test_routes.py \
	tests/integration/test_run_check.py \
	tests/integration/test_run_python.py \
	tests/integration/test_services.py \
	tests/integration/test_shields.py \
	tests/integration/test_shields_caching.py \
	tests/integration/test_shields_modes.py \
	tests/integration/test_shields_names.py \
	tests/integration/test_source_rules.py \
	tests/integration/test_start.py \
	tests/integration/test_starting.py \
	tests/integration/test_stories.py \
	tests/integration/test_troubled_server.py \
	tests/integration/test_verdicts.py \
	tests/integration/test_ways.py \
	tests/integration/worlds/browser.py \
	tests/integration/worlds/checks_world.py \
	tests/integration/worlds/clocks.py \
	tests/integration/worlds/control_plane.py \
	tests/integration/worlds/fake_kubernetes/__init__.py \
	tests/integration/worlds/fake_kubernetes/api.py \
	tests/integration/worlds/fake_kubernetes/certificates.py \
	tests/integration/worlds/fake_kubernetes/cluster.py \
	tests/integration/worlds/fake_kubernetes/controllers.py \
	tests/integration/worlds/fake_kubernetes/demo.py \
	tests/integration/worlds/fake_kubernetes/encode.py \
	tests/integration/worlds/fake_kubernetes/faults.py \
	tests/integration/worlds/fake_kubernetes/handles.py \
	tests/integration/worlds/fake_kubernetes/kubeconfig.py \
	tests/integration/worlds/fake_kubernetes/makers.py \
	tests/integration/worlds/fake_kubernetes/objects.py \
	tests/integration/worlds/fake_kubernetes/protobuf.py \
	tests/integration/worlds/fake_kubernetes/server.py \
	tests/integration/worlds/fake_kubernetes/store.py \
	tests/integration/worlds/fake_kubernetes/troubles.py \
	tests/integration/worlds/fake_kubernetes/watch.py \
	tests/integration/worlds/fake_kubernetes/workloads.py \
	tests/integration/worlds/fastcgi_client.py \
	tests/integration/worlds/kubernetes_api.py \
	tests/integration/worlds/middlebox.py \
	tests/integration/worlds/network.py \
	tests/integration/worlds/peers_world.py \
	tests/integration/worlds/ports.py \
	tests/integration/worlds/programs.py \
	tests/integration/worlds/proxies.py \
	tests/integration/worlds/prometheus.py \
	tests/integration/worlds/real_objects.py \
	tests/integration/worlds/real_roles.py \
	tests/integration/worlds/scenarios/__init__.py \
	tests/integration/worlds/scenarios/deployments.py \
	tests/integration/worlds/scenarios/jobs.py \
	tests/integration/worlds/scenarios/row.py \
	tests/integration/worlds/scenarios/sets.py \
	tests/integration/worlds/shields_world.py \
	tests/integration/worlds/simulated_peers.py \
	tests/node/conftest.py \
	tests/node/node_world.py \
	tests/node/pytest.ini \
	tests/node/test_jobs.py \
	tests/node/test_pods.py \
	tests/node/test_rollouts.py \
	tests/node/test_stop.py \
	tests/node/tiny.c \
	tests/node/tiny_image.py
