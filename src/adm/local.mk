bin_PROGRAMS += certwright
certwright_SOURCES = src/adm/adm.h src/adm/adm.c src/adm/main.c \
	src/adm/cmd_audit.c src/adm/cmd_cert.c src/adm/cmd_check.c \
	src/adm/cmd_init.c src/adm/cmd_tidy.c src/adm/init_ini.c
certwright_LDADD = $(CW_LIBS)
