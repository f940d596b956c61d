libcertwright_a_SOURCES += src/pki/pki.h src/pki/pki_int.h \
	src/pki/alg.c src/pki/cert.c src/pki/constraints.c src/pki/crl.c \
	src/pki/csr.c src/pki/envelope.c src/pki/ext.c \
	src/pki/general.c src/pki/hash.c src/pki/key.c src/pki/mac.c \
	src/pki/name.c \
	src/pki/nametext.c src/pki/pem.c src/pki/random.c src/pki/seal.c \
	src/pki/spki.c src/pki/strength.c \
	src/pki/trust.c
# Keys on tokens.
libcertwright_a_SOURCES += src/pki/pin.c src/pki/pin.h src/pki/token.c \
	src/pki/uri.c

EXTRA_DIST += tests/vectors/pki

check_PROGRAMS += tests/unit/test_pki_sign
tests_unit_test_pki_sign_SOURCES = tests/unit/test_pki_sign.c \
	tests/unit/pki_test.h
tests_unit_test_pki_sign_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_pki_name
tests_unit_test_pki_name_SOURCES = tests/unit/test_pki_name.c \
	tests/unit/pki_test.h
tests_unit_test_pki_name_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_pki_spki
tests_unit_test_pki_spki_SOURCES = tests/unit/test_pki_spki.c \
	tests/unit/pki_test.h tests/unit/pki_make.h
tests_unit_test_pki_spki_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_pki_cert
tests_unit_test_pki_cert_SOURCES = tests/unit/test_pki_cert.c \
	tests/unit/pki_test.h tests/unit/pki_make.h
tests_unit_test_pki_cert_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_pki_trust
tests_unit_test_pki_trust_SOURCES = tests/unit/test_pki_trust.c \
	tests/unit/pki_test.h tests/unit/pki_make.h
tests_unit_test_pki_trust_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_pki_pem
tests_unit_test_pki_pem_SOURCES = tests/unit/test_pki_pem.c \
	tests/unit/pki_test.h
tests_unit_test_pki_pem_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_pki_csr
tests_unit_test_pki_csr_SOURCES = tests/unit/test_pki_csr.c \
	tests/unit/pki_test.h
tests_unit_test_pki_csr_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_pki_mac
tests_unit_test_pki_mac_SOURCES = tests/unit/test_pki_mac.c \
	tests/unit/pki_test.h
tests_unit_test_pki_mac_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_pki_crl
tests_unit_test_pki_crl_SOURCES = tests/unit/test_pki_crl.c \
	tests/unit/pki_make.h tests/unit/pki_test.h tests/unit/crl_make.h
tests_unit_test_pki_crl_LDADD = $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_pki_token
tests_unit_test_pki_token_SOURCES = tests/unit/test_pki_token.c \
	tests/unit/pki_test.h tests/unit/token.h
tests_unit_test_pki_token_LDADD = $(UNIT_LIBS)
