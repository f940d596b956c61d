libcertwright_a_SOURCES += src/audit/audit.h src/audit/audit.c
