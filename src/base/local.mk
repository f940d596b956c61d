libcertwright_a_SOURCES += src/base/limits.h src/base/base.h \
	src/base/arena.c src/base/fault.c src/base/file.c src/base/log.c \
	src/base/text.c
