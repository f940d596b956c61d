libcertwright_a_SOURCES += src/cmp/cmp.h src/cmp/cmp_int.h \
	src/cmp/certconf.c src/cmp/certid.c src/cmp/certrep.c \
	src/cmp/certreq.c src/cmp/enckey.c src/cmp/error.c src/cmp/genm.c src/cmp/header.c \
	src/cmp/msg.c src/cmp/nested.c src/cmp/pkiconf.c src/cmp/poll.c \
	src/cmp/rev.c src/cmp/status.c
check_PROGRAMS += tests/unit/test_cmp_corpus
tests_unit_test_cmp_corpus_SOURCES = tests/unit/test_cmp_corpus.c
tests_unit_test_cmp_corpus_LDADD = $(UNIT_LIBS)
EXTRA_DIST += tests/vectors
