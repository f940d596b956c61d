# The ASN.1 modules, compiled in the build.
ASN1_MODULES = asn1/rfc2986.asn asn1/rfc4055.asn asn1/rfc4211.asn \
	asn1/rfc5280.asn asn1/rfc9480.asn
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
