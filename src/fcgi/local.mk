# The only program that is linked with libfcgi.
fcgi_sources = src/fcgi/fcgi.h src/fcgi/answer.c src/fcgi/cgi.c \
	src/fcgi/loop.c src/fcgi/main.c src/fcgi/master.c
libexec_PROGRAMS += certwright.fcgi
certwright_fcgi_SOURCES = $(fcgi_sources)
certwright_fcgi_LDADD = $(CW_LIBS) $(FCGI_LIBS)

# The same over a serve that only says what it was given, for the tests.
EXTRA_PROGRAMS += tests/unit/fcgi_fake tests/tools/rawsock
check_DATA += tests/unit/fcgi_fake tests/tools/rawsock
tests_unit_fcgi_fake_SOURCES = $(fcgi_sources) tests/unit/fake_serve.c \
	tests/unit/fake_limits.h
tests_unit_fcgi_fake_CPPFLAGS = $(AM_CPPFLAGS) \
	-include $(srcdir)/tests/unit/fake_limits.h
tests_unit_fcgi_fake_LDADD = $(CW_LIBS) $(FCGI_LIBS)
tests_tools_rawsock_SOURCES = tests/tools/rawsock.c

dist_check_SCRIPTS += tests/unit/fcgi_request.t tests/unit/fcgi_hostile.t \
	tests/unit/fcgi_signals.t tests/unit/fcgi_master.t tests/unit/fcgi_cgi.t
EXTRA_DIST += tests/unit/fcgi.sh tests/unit/fcgi.lsan tests/unit/fcgi.supp
