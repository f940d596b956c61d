/* certwright backup and restore: the store to a file, and from one. */
#include "adm/adm.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include "audit/audit.h"

static int
done(struct adm *a, const char *word, const char *file, int64_t rows, bool json)
{
	if (json) {
		fputc('{', stdout);
		adm_json_text(stdout, true, "done", word);
		adm_json_text(stdout, false, "file", file);
		adm_json_int(stdout, false, "audit", rows);
		fputs("}\n", stdout);
	} else {
		printf("%s: ", word);
		adm_print(stdout, file);
		printf(", the trail ends at row %lld\n", (long long)rows);
	}
	return adm_done(a);
}

static int
backup(struct adm *a, const struct conf *c, const char *file, bool json)
{
	struct store *s = NULL;
	struct store_audit last = {.n = 0};
	enum rc rc;

	if (adm_store(a, c, &s) != RC_OK)
		return ADM_FAILED;
	if ((rc = store_audit_last(&a->j, s, &last)) == RC_OK)
		rc = store_backup(&a->j, s, file);
	store_close(s);
	return rc == RC_OK ? done(a, "backup", file, last.n, json) : adm_failed(a);
}

/* One row, which is the new mark; the file of heads tells of no row that is not
 * there any more. */
static enum rc
note(struct adm *a, struct store *s, const char *file, int64_t before, int64_t *now)
{
	const struct audit_pair pairs[] = {{"file", file}, {"rows_before",
	    arena_printf(a->j.mem, "%lld", (long long)before)}};
	const struct audit_event e = {.kind = AUDIT_ADMIN, .who_method = "local",
	    .who_name = adm_user(a), .operation = "restore",
	    .pairs = pairs, .pairs_n = COUNT(pairs)};
	struct store_audit last = {.n = 0};
	enum rc rc;

	if ((rc = store_begin(&a->j, s)) != RC_OK)
		return rc;
	if ((rc = store_lines_write(&a->j, s)) != RC_OK ||
	    (rc = audit_append(&a->j, s, &e)) != RC_OK ||
	    (rc = store_audit_last(&a->j, s, &last)) != RC_OK) {
		store_rollback(s);
		return rc;
	}
	*now = last.n;
	return store_commit(&a->j, s);
}

/* Only who says --force loses what is there; what cannot be opened because it is an
 * old copy itself is opened without its mark. */
static enum rc
open_over(struct adm *a, const struct conf *c, const char *file, bool force,
    struct store **out)
{
	const char *path = strchr(c->store_url, ':');
	bool there = path != NULL && access(path + 1, F_OK) == 0;
	enum rc rc;

	if (there && !force)
		return fault(&a->j, RC_CONFIG, "%s is there, and what it has since"
		    " the backup would be lost; --force does it", path + 1);
	if (there && store_open(&a->j, c->store_url, false, out) == RC_OK)
		return RC_OK;
	fault_clear(&a->j);
	/* An empty store must not stay. */
	if ((rc = store_backup_check(&a->j, c->store_url, file)) != RC_OK)
		return rc;
	if (!store_mark_forget(c->store_url))
		return fault(&a->j, RC_CONFIG, "%s-mark: %s", c->store_url,
		    strerror(errno));
	return store_open(&a->j, c->store_url, !there, out);
}

static int
restore(struct adm *a, const struct conf *c, const char *file, bool force, bool json)
{
	struct store *s = NULL;
	struct store_audit last = {.n = 0};
	int64_t rows = 0;
	enum rc rc;

	if ((rc = open_over(a, c, file, force, &s)) == RC_OK &&
	    (rc = store_audit_last(&a->j, s, &last)) == RC_OK &&
	    (rc = store_restore(&a->j, s, file)) == RC_OK)
		rc = note(a, s, file, last.n, &rows);
	store_close(s);
	return rc == RC_OK ? done(a, "restored", file, rows, json) : adm_failed(a);
}

int
cmd_backup(struct adm *a, int argc, char **argv)
{
	static const struct option options[] = {
		{"json", no_argument, NULL, 'j'},
		{"force", no_argument, NULL, 'f'}, {NULL, 0, NULL, 0}
	};
	bool back = strcmp(argv[0], "backup") == 0, json = false, force = false;
	struct conf *conf = NULL;
	int c, status = ADM_FAILED;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == '?')
			return ADM_USAGE;
		if (c == 'f' && back)
			return adm_usage(a, "nothing is overwritten, by no option");
		if (c == 'f')
			force = true;
		else
			json = true;
	}
	if (argc - optind != 1 || argv[optind][0] == '\0')
		return adm_usage(a, "wanted: FILE");
	if (adm_load(a, &conf) == RC_OK)
		status = back ? backup(a, conf, argv[optind], json) :
		    restore(a, conf, argv[optind], force, json);
	conf_free(conf);
	return status;
}
