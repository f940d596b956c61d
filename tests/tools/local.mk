# The way of a request without a socket.
FORGE = tests/tools/forge.h tests/tools/forge_int.h tests/tools/forge.c \
	tests/tools/forge_body.c tests/tools/forge_key.c
PIPELINE = $(FORGE) tests/unit/pipeline.h tests/unit/pipeline.c \
	tests/unit/pipeline_check.c tests/unit/pipeline_client.c
FORGE_LIBS = $(UNIT_LIBS) -lhogweed -lgmp

check_PROGRAMS += tests/unit/test_serve_trans
tests_unit_test_serve_trans_SOURCES = tests/unit/test_serve_trans.c $(PIPELINE)
tests_unit_test_serve_trans_LDADD = $(FORGE_LIBS)
tests_unit_test_serve_trans_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)

# The static vectors: `make vectors` signs all of them anew.
VECTORS = tests/tools/vectors.h tests/tools/vectors_make.c \
	tests/tools/vectors_header.c tests/tools/vectors_request.c \
	tests/tools/vectors_protection.c tests/tools/vectors_conf.c \
	tests/tools/vectors_poll.c
EXTRA_PROGRAMS += tests/tools/vectors
tests_tools_vectors_SOURCES = tests/tools/vectors.c $(VECTORS) $(FORGE)
tests_tools_vectors_LDADD = $(FORGE_LIBS)
tests_tools_vectors_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
.PHONY: vectors
vectors: tests/tools/vectors$(EXEEXT)
	tests/tools/vectors$(EXEEXT) $(srcdir)/tests/vectors/pki-pipeline \
		$(srcdir)/tests/vectors
CLEANFILES += tests/tools/vectors$(EXEEXT)

check_PROGRAMS += tests/unit/test_serve_vectors
tests_unit_test_serve_vectors_SOURCES = tests/unit/test_serve_vectors.c $(PIPELINE)
tests_unit_test_serve_vectors_LDADD = $(FORGE_LIBS)
tests_unit_test_serve_vectors_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)

check_PROGRAMS += tests/unit/test_serve_flips
tests_unit_test_serve_flips_SOURCES = tests/unit/test_serve_flips.c $(PIPELINE)
tests_unit_test_serve_flips_LDADD = $(FORGE_LIBS)
tests_unit_test_serve_flips_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)

check_PROGRAMS += tests/unit/test_serve_poll
tests_unit_test_serve_poll_SOURCES = tests/unit/test_serve_poll.c $(PIPELINE)
tests_unit_test_serve_poll_LDADD = $(FORGE_LIBS)
tests_unit_test_serve_poll_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
