libcertwright_a_SOURCES += src/pki/pki.h src/pki/pki_int.h \
	src/pki/alg.c src/pki/cert.c src/pki/csr.c src/pki/ext.c \
	src/pki/general.c src/pki/hash.c src/pki/key.c src/pki/name.c \
	src/pki/nametext.c src/pki/pem.c src/pki/random.c src/pki/spki.c \
	src/pki/trust.c

check_PROGRAMS += tests/unit/test_pki_sign
tests_unit_test_pki_sign_SOURCES = tests/unit/test_pki_sign.c
tests_unit_test_pki_sign_LDADD = $(UNIT_LIBS)
