libcertwright_a_SOURCES += src/serve/serve.h src/serve/serve_int.h \
	src/serve/count.c src/serve/explain.c src/serve/fields.c \
	src/serve/health.c src/serve/idle.c \
	src/serve/info_ca.c src/serve/info_role.c src/serve/issue.c \
	src/serve/metrics.c src/serve/ocsp_cache.c src/serve/pub_ocsp.c \
	src/serve/on_certconf.c src/serve/on_certreq.c src/serve/on_genm.c \
	src/serve/on_error.c src/serve/on_nested.c src/serve/on_poll.c \
	src/serve/on_kur.c src/serve/on_p10cr.c src/serve/on_rr.c \
	src/serve/open.c src/serve/orig.c src/serve/popo.c src/serve/pub.c src/serve/quiet.c \
	src/serve/reply.c src/serve/rules.c src/serve/serve.c \
	src/serve/several.c src/serve/strength.c src/serve/trans.c \
	src/serve/wait.c
libcertwright_a_SOURCES += src/serve/try.c
libcertwright_a_SOURCES += src/serve/page.c src/serve/page.h src/serve/tidy.c
