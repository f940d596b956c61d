libcertwright_a_SOURCES += src/conf/conf.h src/conf/conf_int.h \
	src/conf/chain.c src/conf/check.c src/conf/client.c src/conf/content.c \
	src/conf/doc.c src/conf/include.c src/conf/ini.c src/conf/inventory.c \
	src/conf/issuer.c src/conf/list.c src/conf/load.c src/conf/names.c \
	src/conf/parse.c src/conf/pattern.c \
	src/conf/raw.c src/conf/rollover.c src/conf/schema.c src/conf/urls.c \
	src/conf/words.c
libcertwright_a_SOURCES += src/conf/role_text.c src/conf/role_value.c
libcertwright_a_SOURCES += src/conf/expiry.c src/conf/keys.c
libcertwright_a_SOURCES += src/conf/network.c

# tests/vectors/ini/make.sh makes the certificates there.
EXTRA_DIST += tests/vectors/ini
conf_tree = tests/unit/conf_tree.h tests/unit/conf_tree.c
check_PROGRAMS += tests/unit/test_conf_load tests/unit/test_conf_schema \
	tests/unit/test_conf_vectors tests/unit/test_conf_content
tests_unit_test_conf_content_SOURCES = tests/unit/test_conf_content.c $(conf_tree)
tests_unit_test_conf_content_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_unit_test_conf_content_LDADD = $(UNIT_LIBS)
tests_unit_test_conf_load_SOURCES = tests/unit/test_conf_load.c $(conf_tree)
tests_unit_test_conf_load_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_unit_test_conf_load_LDADD = $(UNIT_LIBS)
tests_unit_test_conf_schema_SOURCES = tests/unit/test_conf_schema.c $(conf_tree)
tests_unit_test_conf_schema_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_unit_test_conf_schema_LDADD = $(UNIT_LIBS)
tests_unit_test_conf_vectors_SOURCES = tests/unit/test_conf_vectors.c \
	$(conf_tree)
tests_unit_test_conf_vectors_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_unit_test_conf_vectors_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/test_conf_client
tests_unit_test_conf_client_SOURCES = tests/unit/test_conf_client.c $(conf_tree)
tests_unit_test_conf_client_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_unit_test_conf_client_LDADD = $(UNIT_LIBS)
