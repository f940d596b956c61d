libcertwright_a_SOURCES += src/audit/audit.h src/audit/audit_int.h \
	src/audit/audit.c src/audit/export.c src/audit/verify.c

check_PROGRAMS += tests/unit/test_audit_chain
tests_unit_test_audit_chain_SOURCES = tests/unit/test_audit_chain.c $(STORE_FIXTURE)
tests_unit_test_audit_chain_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_audit_tamper
tests_unit_test_audit_tamper_SOURCES = tests/unit/test_audit_tamper.c $(STORE_FIXTURE)
tests_unit_test_audit_tamper_LDADD = $(UNIT_LIBS)
