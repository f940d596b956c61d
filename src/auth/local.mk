libcertwright_a_SOURCES += src/auth/auth.h src/auth/auth_int.h \
	src/auth/grant.c src/auth/mac.c src/auth/match.c src/auth/pattern.c \
	src/auth/revoked.c src/auth/rule.c src/auth/signer.c src/auth/tls.c

check_PROGRAMS += tests/unit/test_auth_rules
tests_unit_test_auth_rules_SOURCES = tests/unit/test_auth_rules.c \
	tests/unit/pki_make.h tests/unit/pki_test.h $(conf_tree)
tests_unit_test_auth_rules_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)
tests_unit_test_auth_rules_LDADD = $(UNIT_LIBS)
