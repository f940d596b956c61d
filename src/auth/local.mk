libcertwright_a_SOURCES += src/auth/auth.h src/auth/auth_int.h \
	src/auth/grant.c src/auth/mac.c src/auth/pattern.c src/auth/rule.c \
	src/auth/signer.c src/auth/tls.c
