libcertwright_a_SOURCES += src/audit/audit.h src/audit/audit.c

check_PROGRAMS += tests/unit/test_audit_chain
tests_unit_test_audit_chain_SOURCES = tests/unit/test_audit_chain.c $(STORE_FIXTURE)
tests_unit_test_audit_chain_LDADD = $(UNIT_LIBS)
