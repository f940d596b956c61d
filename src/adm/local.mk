bin_PROGRAMS += certwright
certwright_SOURCES = src/adm/adm.h src/adm/adm.c src/adm/main.c \
	src/adm/audit_show.c \
	src/adm/cert_find.c src/adm/cert_list.c src/adm/cert_print.c \
	src/adm/cert_revoke.c src/adm/check_matrix.c src/adm/cmd_audit.c \
	src/adm/cmd_backup.c src/adm/cmd_cert.c \
	src/adm/cmd_check.c src/adm/cmd_crl.c src/adm/cmd_explain.c \
	src/adm/cmd_init.c src/adm/explain_body.c \
	src/adm/explain_header.c src/adm/explain_show.c \
	src/adm/explain_answer.c src/adm/explain_value.c \
	src/adm/explain_verdict.c \
	src/adm/cmd_issuer.c src/adm/cmd_issuer_renew.c \
	src/adm/cmd_request.c src/adm/cmd_role.c src/adm/cmd_stats.c \
	src/adm/record.c \
	src/adm/role_import.c src/adm/role_ini.c src/adm/role_json.c src/adm/role_show.c \
	src/adm/role_test.c src/adm/role_vault.c \
	src/adm/cmd_secret.c src/adm/cmd_tidy.c src/adm/init_ini.c src/adm/init_token.c \
	src/adm/secret_add.c src/adm/secret_read.c \
	src/adm/secret_show.c
certwright_LDADD = $(CW_LIBS) $(JANSSON_LIBS)

# Rows for tidy to take.
EXTRA_PROGRAMS += tests/tools/overdue
check_DATA += tests/tools/overdue
tests_tools_overdue_SOURCES = tests/tools/overdue.c
tests_tools_overdue_LDADD = $(CW_LIBS)

dist_check_SCRIPTS += tests/unit/adm_init.t tests/unit/adm_commands.t \
	tests/unit/adm_cert.t tests/unit/adm_stats.t tests/unit/adm_backup.t tests/unit/adm_completion.t \
	tests/unit/adm_crl.t tests/unit/adm_explain.t \
	tests/unit/adm_secret.t tests/unit/adm_issuer.t \
	tests/unit/adm_matrix.t tests/unit/adm_token.t
EXTRA_DIST += tests/unit/adm.sh

# Requests for an operator to decide.
EXTRA_PROGRAMS += tests/tools/pending
check_DATA += tests/tools/pending
tests_tools_pending_SOURCES = tests/tools/pending.c
tests_tools_pending_LDADD = $(CW_LIBS)
dist_check_SCRIPTS += tests/unit/adm_request.t tests/unit/adm_role.t \
	tests/unit/adm_role_import.t tests/unit/adm_role_decide.t \
	tests/unit/adm_audit.t
EXTRA_DIST += tests/bench/bench_list.sh
