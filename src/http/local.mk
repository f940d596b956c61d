libcertwright_a_SOURCES += src/http/http.h src/http/request.c src/http/path.c \
	src/http/judge.c src/http/response.c src/http/unchanged.c

check_PROGRAMS += tests/unit/test_http_request tests/unit/test_http_path \
	tests/unit/test_http_judge tests/unit/test_http_response \
	tests/unit/test_http_unchanged
tests_unit_test_http_unchanged_SOURCES = tests/unit/test_http_unchanged.c
tests_unit_test_http_unchanged_LDADD = $(UNIT_LIBS)
tests_unit_test_http_request_SOURCES = tests/unit/test_http_request.c
tests_unit_test_http_request_LDADD = $(UNIT_LIBS)
tests_unit_test_http_path_SOURCES = tests/unit/test_http_path.c
tests_unit_test_http_path_LDADD = $(UNIT_LIBS)
tests_unit_test_http_judge_SOURCES = tests/unit/test_http_judge.c
tests_unit_test_http_judge_LDADD = $(UNIT_LIBS)
tests_unit_test_http_response_SOURCES = tests/unit/test_http_response.c
tests_unit_test_http_response_LDADD = $(UNIT_LIBS)
