libcertwright_a_SOURCES += src/conf/conf.h src/conf/conf_int.h \
	src/conf/check.c src/conf/doc.c src/conf/include.c src/conf/ini.c \
	src/conf/issuer.c src/conf/list.c src/conf/load.c src/conf/parse.c \
	src/conf/raw.c src/conf/schema.c
