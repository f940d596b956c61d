# The forge makes messages, the pipeline serves them without a socket.
check_LIBRARIES = tests/tools/libforge.a tests/unit/libpipeline.a
tests_tools_libforge_a_SOURCES = tests/tools/forge.h tests/tools/forge_int.h \
	tests/tools/forge.c tests/tools/forge_body.c tests/tools/forge_key.c \
	tests/tools/lint.h tests/tools/lint.c tests/tools/lint_ext.c \
	tests/tools/lint_name.c tests/tools/lint_strict.c
tests_tools_libforge_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_unit_libpipeline_a_SOURCES = tests/unit/pipeline.h \
	tests/unit/pipeline.c tests/unit/pipeline_check.c \
	tests/unit/pipeline_client.c
tests_unit_libpipeline_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
FORGE_LIBS = tests/tools/libforge.a $(CW_LIBS) -lhogweed -lgmp
PIPELINE_LIBS = tests/unit/libpipeline.a tests/tools/libforge.a $(UNIT_LIBS) \
	-lhogweed -lgmp

# The static vectors: `make vectors` signs all of them anew.
EXTRA_PROGRAMS += tests/tools/vectors
VECTORS = tests/tools/vectors.h tests/tools/vectors_make.c tests/tools/vectors_header.c \
	tests/tools/vectors_request.c tests/tools/vectors_protection.c \
	tests/tools/vectors_conf.c tests/tools/vectors_mac.c \
	tests/tools/vectors_genm.c tests/tools/vectors_kur.c \
	tests/tools/vectors_rr.c tests/tools/vectors_poll.c \
	tests/tools/vectors_nested.c tests/tools/vectors_popo.c \
	tests/tools/vectors_several.c tests/tools/vectors_orig.c
tests_tools_vectors_SOURCES = tests/tools/vectors.c $(VECTORS)
tests_tools_vectors_LDADD = $(FORGE_LIBS)
tests_tools_vectors_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
.PHONY: vectors
vectors: tests/tools/vectors$(EXEEXT)
	tests/tools/vectors$(EXEEXT) $(srcdir)/tests/vectors/pki-pipeline \
		$(srcdir)/tests/vectors

# A client for the protections that openssl cmp 3.0 has not.
EXTRA_PROGRAMS += tests/tools/cmpclient
check_DATA += tests/tools/cmpclient
tests_tools_cmpclient_SOURCES = tests/tools/cmpclient.c
tests_tools_cmpclient_LDADD = $(FORGE_LIBS)
tests_tools_cmpclient_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)

# The linter for certificates: its own test, and as a command.
EXTRA_PROGRAMS += tests/tools/certlint
check_DATA += tests/tools/certlint
tests_tools_certlint_SOURCES = tests/tools/certlint.c
tests_tools_certlint_LDADD = $(FORGE_LIBS)
tests_tools_certlint_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
check_PROGRAMS += tests/unit/test_lint
tests_unit_test_lint_SOURCES = tests/unit/test_lint.c
tests_unit_test_lint_LDADD = $(PIPELINE_LIBS)
tests_unit_test_lint_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)

check_PROGRAMS += tests/unit/test_serve_audit
tests_unit_test_serve_audit_SOURCES = tests/unit/test_serve_audit.c
tests_unit_test_serve_audit_LDADD = $(PIPELINE_LIBS)
tests_unit_test_serve_audit_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)

check_PROGRAMS += tests/unit/test_serve_trans
tests_unit_test_serve_trans_SOURCES = tests/unit/test_serve_trans.c
tests_unit_test_serve_trans_LDADD = $(PIPELINE_LIBS)
tests_unit_test_serve_trans_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)

check_PROGRAMS += tests/unit/test_serve_content
tests_unit_test_serve_content_SOURCES = tests/unit/test_serve_content.c
tests_unit_test_serve_content_LDADD = $(PIPELINE_LIBS)
tests_unit_test_serve_content_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_unit_test_serve_content_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=store_begin
check_PROGRAMS += tests/unit/test_serve_encr
tests_unit_test_serve_encr_SOURCES = tests/unit/test_serve_encr.c
tests_unit_test_serve_encr_LDADD = $(PIPELINE_LIBS)
tests_unit_test_serve_encr_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
check_PROGRAMS += tests/unit/test_serve_strength
tests_unit_test_serve_strength_SOURCES = tests/unit/test_serve_strength.c
tests_unit_test_serve_strength_LDADD = $(PIPELINE_LIBS)
tests_unit_test_serve_strength_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
check_PROGRAMS += tests/unit/test_serve_genm
tests_unit_test_serve_genm_SOURCES = tests/unit/test_serve_genm.c
tests_unit_test_serve_genm_LDADD = $(PIPELINE_LIBS)
tests_unit_test_serve_genm_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
check_PROGRAMS += tests/unit/test_serve_pub
tests_unit_test_serve_pub_SOURCES = tests/unit/test_serve_pub.c
tests_unit_test_serve_pub_LDADD = $(PIPELINE_LIBS)
tests_unit_test_serve_pub_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
check_PROGRAMS += tests/unit/test_serve_vectors
tests_unit_test_serve_vectors_SOURCES = tests/unit/test_serve_vectors.c $(VECTORS)
tests_unit_test_serve_vectors_LDADD = $(PIPELINE_LIBS)
tests_unit_test_serve_vectors_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
check_PROGRAMS += tests/unit/test_serve_flips
tests_unit_test_serve_flips_SOURCES = tests/unit/test_serve_flips.c
tests_unit_test_serve_flips_LDADD = $(PIPELINE_LIBS)
tests_unit_test_serve_flips_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
check_PROGRAMS += tests/unit/test_serve_nested
tests_unit_test_serve_nested_SOURCES = tests/unit/test_serve_nested.c
tests_unit_test_serve_nested_LDADD = $(PIPELINE_LIBS)
tests_unit_test_serve_nested_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
check_PROGRAMS += tests/unit/test_serve_waits
tests_unit_test_serve_waits_SOURCES = tests/unit/test_serve_waits.c \
	tests/unit/several_test.h
tests_unit_test_serve_waits_LDADD = $(PIPELINE_LIBS)
tests_unit_test_serve_waits_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
check_PROGRAMS += tests/unit/test_serve_several
tests_unit_test_serve_several_SOURCES = tests/unit/test_serve_several.c \
	tests/unit/several_test.h
tests_unit_test_serve_several_LDADD = $(PIPELINE_LIBS)
tests_unit_test_serve_several_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
check_PROGRAMS += tests/unit/test_serve_poll
tests_unit_test_serve_poll_SOURCES = tests/unit/test_serve_poll.c
tests_unit_test_serve_poll_LDADD = $(PIPELINE_LIBS)
tests_unit_test_serve_poll_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
check_PROGRAMS += tests/unit/test_serve_grants
tests_unit_test_serve_grants_SOURCES = tests/unit/test_serve_grants.c
tests_unit_test_serve_grants_LDADD = $(PIPELINE_LIBS)
tests_unit_test_serve_grants_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
check_PROGRAMS += tests/unit/test_serve_rev
tests_unit_test_serve_rev_SOURCES = tests/unit/test_serve_rev.c
tests_unit_test_serve_rev_LDADD = $(PIPELINE_LIBS)
tests_unit_test_serve_rev_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
check_PROGRAMS += tests/unit/test_serve_rules
tests_unit_test_serve_rules_SOURCES = tests/unit/test_serve_rules.c
tests_unit_test_serve_rules_LDADD = $(PIPELINE_LIBS)
tests_unit_test_serve_rules_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
check_PROGRAMS += tests/unit/test_serve_names
tests_unit_test_serve_names_SOURCES = tests/unit/test_serve_names.c
tests_unit_test_serve_names_LDADD = $(PIPELINE_LIBS)
tests_unit_test_serve_names_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
check_PROGRAMS += tests/unit/test_serve_store
tests_unit_test_serve_store_SOURCES = tests/unit/test_serve_store.c
tests_unit_test_serve_store_LDADD = $(PIPELINE_LIBS)
tests_unit_test_serve_store_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
check_PROGRAMS += tests/unit/test_serve_token
tests_unit_test_serve_token_SOURCES = tests/unit/test_serve_token.c \
	tests/unit/token.h
tests_unit_test_serve_token_LDADD = $(PIPELINE_LIBS)
tests_unit_test_serve_token_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
check_PROGRAMS += tests/unit/test_serve_mac
tests_unit_test_serve_mac_SOURCES = tests/unit/test_serve_mac.c
tests_unit_test_serve_mac_LDADD = $(PIPELINE_LIBS)
tests_unit_test_serve_mac_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_unit_test_serve_mac_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=gnutls_hash \
	-Wl,--wrap=gnutls_pbkdf2 -Wl,--wrap=store_begin -Wl,--wrap=store_commit

# Not in `make check`: what an enrolment costs, as a ratio to the floor.
EXTRA_PROGRAMS += tests/bench/bench_serve
tests_bench_bench_serve_SOURCES = tests/bench/bench_serve.c
tests_bench_bench_serve_LDADD = $(PIPELINE_LIBS)
tests_bench_bench_serve_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
EXTRA_PROGRAMS += tests/bench/bench_ocsp
tests_bench_bench_ocsp_SOURCES = tests/bench/bench_ocsp.c
tests_bench_bench_ocsp_LDADD = $(PIPELINE_LIBS)
tests_bench_bench_ocsp_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
OCSP_FIXTURE = tests/unit/ocsp_fixture.h tests/unit/ocsp_fixture.c
check_PROGRAMS += tests/unit/test_serve_ocsp_kept
tests_unit_test_serve_ocsp_kept_SOURCES = tests/unit/test_serve_ocsp_kept.c \
	$(OCSP_FIXTURE)
tests_unit_test_serve_ocsp_kept_LDADD = $(PIPELINE_LIBS)
tests_unit_test_serve_ocsp_kept_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
check_PROGRAMS += tests/unit/test_serve_ocsp
tests_unit_test_serve_ocsp_SOURCES = tests/unit/test_serve_ocsp.c $(OCSP_FIXTURE)
tests_unit_test_serve_ocsp_LDADD = $(PIPELINE_LIBS)
tests_unit_test_serve_ocsp_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
# What a key on a token costs.
EXTRA_PROGRAMS += tests/bench/bench_token
tests_bench_bench_token_SOURCES = tests/bench/bench_token.c tests/unit/token.h
tests_bench_bench_token_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_bench_bench_token_LDADD = $(UNIT_LIBS)
.PHONY: bench
bench: tests/bench/bench_serve$(EXEEXT) tests/bench/bench_token$(EXEEXT) \
	    tests/bench/bench_ocsp$(EXEEXT)
	tests/bench/bench_serve$(EXEEXT)
	tests/bench/bench_ocsp$(EXEEXT)
	tests/bench/bench_token$(EXEEXT)

check_PROGRAMS += tests/unit/test_serve_page tests/unit/test_serve_metrics
tests_unit_test_serve_page_SOURCES = tests/unit/test_serve_page.c
tests_unit_test_serve_page_LDADD = $(UNIT_LIBS)
tests_unit_test_serve_metrics_SOURCES = tests/unit/test_serve_metrics.c
tests_unit_test_serve_metrics_LDADD = $(PIPELINE_LIBS)
check_PROGRAMS += tests/unit/test_serve_tidy
tests_unit_test_serve_tidy_SOURCES = tests/unit/test_serve_tidy.c
tests_unit_test_serve_tidy_LDADD = $(PIPELINE_LIBS)

check_PROGRAMS += tests/unit/test_serve_clients
tests_unit_test_serve_clients_SOURCES = tests/unit/test_serve_clients.c \
	tests/unit/crl_make.h
tests_unit_test_serve_clients_LDADD = $(PIPELINE_LIBS)
tests_unit_test_serve_clients_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
