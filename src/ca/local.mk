libcertwright_a_SOURCES += src/ca/ca.h src/ca/ca_int.h \
	src/ca/constraints.c src/ca/content.c src/ca/crl.c src/ca/crl_files.c \
	src/ca/decide.c src/ca/issue.c src/ca/key.c src/ca/names.c src/ca/ocsp.c \
	src/ca/ocsp_read.c src/ca/offer.c src/ca/others.c src/ca/own.c \
	src/ca/publish.c \
	src/ca/own_issue.c src/ca/revoke.c src/ca/rollover.c src/ca/san.c \
	src/ca/serial.c src/ca/signer.c src/ca/subject.c src/ca/update.c \
	src/ca/usage.c src/ca/validity.c src/ca/verbatim.c

check_PROGRAMS += tests/unit/test_ca_names
tests_unit_test_ca_names_SOURCES = tests/unit/test_ca_names.c
tests_unit_test_ca_names_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/test_ca_decide
tests_unit_test_ca_decide_SOURCES = tests/unit/test_ca_decide.c tests/unit/ca_test.h \
	tests/unit/ca_cases.h tests/unit/ca_words.h
tests_unit_test_ca_decide_LDADD = $(PIPELINE_LIBS)
tests_unit_test_ca_decide_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
check_PROGRAMS += tests/unit/test_ca_content
tests_unit_test_ca_content_SOURCES = tests/unit/test_ca_content.c tests/unit/ca_test.h \
	tests/unit/ca_content_cases.h tests/unit/ca_words.h
tests_unit_test_ca_content_LDADD = $(PIPELINE_LIBS)
tests_unit_test_ca_content_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
check_PROGRAMS += tests/unit/test_ca_issue
tests_unit_test_ca_issue_SOURCES = tests/unit/test_ca_issue.c tests/unit/ca_test.h
tests_unit_test_ca_issue_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/test_ca_crl
tests_unit_test_ca_crl_SOURCES = tests/unit/test_ca_crl.c tests/unit/crl_fixture.h \
	tests/unit/ca_test.h $(STORE_FIXTURE)
tests_unit_test_ca_crl_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/test_ca_publish
tests_unit_test_ca_publish_SOURCES = tests/unit/test_ca_publish.c \
	tests/unit/crl_fixture.h tests/unit/ca_test.h $(STORE_FIXTURE)
tests_unit_test_ca_publish_LDADD = $(UNIT_LIBS)

EXTRA_PROGRAMS += tests/bench/bench_crl
tests_bench_bench_crl_SOURCES = tests/bench/bench_crl.c
tests_bench_bench_crl_LDADD = $(CW_LIBS)
check_PROGRAMS += tests/unit/test_ca_constraints
tests_unit_test_ca_constraints_SOURCES = tests/unit/test_ca_constraints.c \
	tests/unit/ca_test.h
tests_unit_test_ca_constraints_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/test_ca_update
tests_unit_test_ca_update_SOURCES = tests/unit/test_ca_update.c tests/unit/ca_test.h
tests_unit_test_ca_update_LDADD = $(UNIT_LIBS)

# Names: by role, by rule, and at random.
names_test = tests/unit/names_test.h tests/unit/ca_test.h $(conf_tree)
check_PROGRAMS += tests/unit/test_ca_cn_san
tests_unit_test_ca_cn_san_SOURCES = tests/unit/test_ca_cn_san.c $(names_test)
tests_unit_test_ca_cn_san_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_unit_test_ca_cn_san_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/test_ca_roles_names
tests_unit_test_ca_roles_names_SOURCES = tests/unit/test_ca_roles_names.c \
	tests/unit/names_cases.h tests/unit/names_filled.h $(names_test)
tests_unit_test_ca_roles_names_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_unit_test_ca_roles_names_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/test_ca_subjects
tests_unit_test_ca_subjects_SOURCES = tests/unit/test_ca_subjects.c $(names_test)
tests_unit_test_ca_subjects_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_unit_test_ca_subjects_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/test_ca_names_random
tests_unit_test_ca_names_random_SOURCES = tests/unit/test_ca_names_random.c \
	$(names_test)
tests_unit_test_ca_names_random_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_unit_test_ca_names_random_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/test_ca_subjects_random
tests_unit_test_ca_subjects_random_SOURCES = tests/unit/test_ca_subjects_random.c \
	$(names_test)
tests_unit_test_ca_subjects_random_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_unit_test_ca_subjects_random_LDADD = $(UNIT_LIBS)
