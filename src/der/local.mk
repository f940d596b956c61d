# The ASN.1 modules, compiled in the build.
ASN1_MODULES = asn1/rfc2986.asn asn1/rfc4055.asn asn1/rfc4211.asn \
	asn1/rfc5280.asn asn1/rfc5652.asn asn1/rfc6960.asn asn1/rfc9480.asn
ASN1_TABLES = $(ASN1_MODULES:.asn=_tab.h)
EXTRA_DIST += $(ASN1_MODULES)
BUILT_SOURCES += $(ASN1_TABLES)
CLEANFILES += $(ASN1_TABLES)
SUFFIXES = .asn _tab.h
.asn_tab.h:
	$(AM_V_GEN)$(MKDIR_P) $(@D) && \
	$(ASN1PARSER) -o $@.tmp -n $(*F)_tab $< >/dev/null && mv $@.tmp $@

libcertwright_a_SOURCES += src/der/der.h src/der/oids.def src/der/types.def \
	src/der/oid.c src/der/read.c src/der/scan.c src/der/tlv.c \
	src/der/write.c

check_PROGRAMS += tests/unit/test_der_scan
tests_unit_test_der_scan_SOURCES = tests/unit/test_der_scan.c \
	tests/unit/pki_test.h
tests_unit_test_der_scan_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_der_tlv
tests_unit_test_der_tlv_SOURCES = tests/unit/test_der_tlv.c \
	tests/unit/pki_test.h
tests_unit_test_der_tlv_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_der_read
tests_unit_test_der_read_SOURCES = tests/unit/test_der_read.c \
	tests/unit/pki_test.h
tests_unit_test_der_read_LDADD = $(UNIT_LIBS)
