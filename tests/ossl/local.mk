# A client over libcrypto, with nothing of ours in it; tests/e2e/ossl.t runs it.
EXTRA_PROGRAMS += tests/ossl/ossl_client
if HAVE_CRYPTO
check_DATA += tests/ossl/ossl_client
endif
tests_ossl_ossl_client_SOURCES = tests/ossl/ossl.h tests/ossl/ossl_client.c \
	tests/ossl/ossl_der.c tests/ossl/ossl_edit.c tests/ossl/ossl_judge.c \
	tests/ossl/ossl_msg.c tests/ossl/ossl_protect.c
tests_ossl_ossl_client_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_ossl_ossl_client_LDADD = $(CRYPTO_LIBS)
EXTRA_DIST += tests/ossl/cases
