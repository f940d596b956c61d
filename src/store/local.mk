libcertwright_a_SOURCES += src/store/store.h src/store/driver.h \
	src/store/files.h src/store/schema.h src/store/sqlite.c \
	src/store/sqlite.h src/store/sqlite_copy.c src/store/sqlite_run.c \
	src/store/store_mark.c \
	src/store/store.c src/store/store_cert.c src/store/store_crl.c \
	src/store/store_figures.c src/store/store_heads.c \
	src/store/store_files.c src/store/store_request.c \
	src/store/store_secret.c \
	src/store/store_sql.c src/store/store_stats.c src/store/store_trail.c \
	src/store/store_trans.c src/store/store_turn.c

STORE_FIXTURE = tests/unit/store_fixture.h tests/unit/store_fixture.c
check_PROGRAMS += tests/unit/test_store_verbs
tests_unit_test_store_verbs_SOURCES = tests/unit/test_store_verbs.c $(STORE_FIXTURE)
tests_unit_test_store_verbs_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_store_secret
tests_unit_test_store_secret_SOURCES = tests/unit/test_store_secret.c $(STORE_FIXTURE)
tests_unit_test_store_secret_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_store_content
tests_unit_test_store_content_SOURCES = tests/unit/test_store_content.c $(STORE_FIXTURE)
tests_unit_test_store_content_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_store_crl
tests_unit_test_store_crl_SOURCES = tests/unit/test_store_crl.c $(STORE_FIXTURE)
tests_unit_test_store_crl_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_store_procs
tests_unit_test_store_procs_SOURCES = tests/unit/test_store_procs.c $(STORE_FIXTURE)
tests_unit_test_store_procs_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_store_sqlite
tests_unit_test_store_sqlite_SOURCES = tests/unit/test_store_sqlite.c $(STORE_FIXTURE)
tests_unit_test_store_sqlite_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_store_faults
tests_unit_test_store_faults_SOURCES = tests/unit/test_store_faults.c $(STORE_FIXTURE)
tests_unit_test_store_faults_LDADD = $(UNIT_LIBS)

EXTRA_PROGRAMS += tests/bench/bench_store
tests_bench_bench_store_SOURCES = tests/bench/bench_store.c
tests_bench_bench_store_LDADD = $(CW_LIBS)

check_PROGRAMS += tests/unit/test_store_requests
tests_unit_test_store_requests_SOURCES = tests/unit/test_store_requests.c $(STORE_FIXTURE)
tests_unit_test_store_requests_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_store_search
tests_unit_test_store_search_SOURCES = tests/unit/test_store_search.c $(STORE_FIXTURE)
tests_unit_test_store_search_LDADD = $(UNIT_LIBS)
