/* certwright role import --from-vault: a role of HashiCorp Vault as a section of
 * ours. */
#include "adm/adm.h"

#include <getopt.h>
#include <jansson.h>
#include <string.h>

struct request {
	const char *file, *name, *ttl, *max_ttl;
};

static int
options_read(struct adm *a, int argc, char **argv, struct request *q)
{
	static const struct option options[] = {
		{"from-vault", required_argument, NULL, 'f'},
		{"name", required_argument, NULL, 'n'},
		{"mount-ttl", required_argument, NULL, 't'},
		{"mount-max-ttl", required_argument, NULL, 'm'},
		{NULL, 0, NULL, 0}
	};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'f')
			q->file = optarg;
		else if (c == 'n')
			q->name = optarg;
		else if (c == 't')
			q->ttl = optarg;
		else if (c == 'm')
			q->max_ttl = optarg;
		else
			return ADM_USAGE;
	}
	if (optind < argc || q->file == NULL || q->name == NULL)
		return adm_usage(a, "wanted: import --from-vault FILE --name NAME");
	return ADM_OK;
}

/* What a mount has been told, else what Vault is told at first. */
static int
mount_read(struct adm *a, const struct request *q, struct vault_import *im)
{
	const int64_t most = (int64_t)36500 * 86400;

	im->mount_ttl = im->mount_max_ttl = 768 * 3600;
	if (q->ttl != NULL && (!vault_duration(q->ttl, &im->mount_ttl) ||
	    im->mount_ttl < 1 || im->mount_ttl > most))
		return adm_usage(a, "--mount-ttl %s: wanted a duration", q->ttl);
	if (q->max_ttl != NULL && (!vault_duration(q->max_ttl,
	    &im->mount_max_ttl) || im->mount_max_ttl < 1 ||
	    im->mount_max_ttl > most))
		return adm_usage(a, "--mount-max-ttl %s: wanted a duration",
		    q->max_ttl);
	return ADM_OK;
}

/* The section's name is judged like one in a file. */
static int
name_check(struct adm *a, const char *name)
{
	const char *text = arena_printf(a->j.mem, "[role %s]\n", name), *why;
	struct conf_faults f = {0};

	if (text == NULL)
		no_memory(&a->j);
	else if (strpbrk(name, "]\n") == NULL &&
	    conf_role_text(&a->j, slice_str(text), &f) == RC_OK)
		return ADM_OK;
	if (text == NULL || a->j.fault.code == RC_NO_MEMORY)
		return adm_failed(a);
	why = f.n > 0 ? f.v[0].text : "not a name";
	fprintf(stderr, "certwright role: --name ");
	adm_print(stderr, name);
	fputs(": ", stderr);
	adm_print(stderr, why);
	fputc('\n', stderr);
	return ADM_USAGE;
}

static enum rc
file_get(struct adm *a, const char *file, struct slice *out)
{
	struct secret in = {NULL, 0};
	uint8_t *copy;
	enum rc rc;

	if (strcmp(file, "-") != 0)
		return file_read(&a->j, file, LIMIT_ROLE_JSON, out);
	if ((rc = adm_stdin(a, LIMIT_ROLE_JSON, &in)) != RC_OK)
		return rc;
	copy = arena_dup(a->j.mem, in.p, in.n);
	*out = (struct slice){copy, in.n};
	secret_free(&in);
	return copy == NULL ? no_memory(&a->j) : RC_OK;
}

/* What `vault read -format=json` prints, or its data alone: the one has data, the
 * other never. */
static enum rc
role_find(struct adm *a, const char *file, json_t *all, json_t **role)
{
	json_t *data;

	if (!json_is_object(all))
		return fault(&a->j, RC_CONFIG, "%s: wanted a JSON object", file);
	*role = all;
	if ((data = json_object_get(all, "data")) == NULL)
		return RC_OK;
	if (!json_is_object(data))
		return fault(&a->j, RC_CONFIG, "%s: data is no object: is it what"
		    " vault read -format=json pki/roles/NAME prints?", file);
	*role = data;
	return RC_OK;
}

static const char *
section_text(struct vault_import *im)
{
	size_t n = strlen(im->name) + 16, at, i;
	char *s;

	for (i = 0; i < im->n; i++)
		n += strlen(im->v[i].key) + strlen(im->v[i].value) + 5;
	if ((s = arena_alloc(im->a->j.mem, n)) == NULL) {
		im->no_memory = true;
		return NULL;
	}
	at = (size_t)snprintf(s, n, "[role %s]\n", im->name);
	for (i = 0; i < im->n; i++)
		at += (size_t)snprintf(s + at, n - at, "%s =%s%s\n",
		    im->v[i].key, im->v[i].value[0] == '\0' ? "" : " ",
		    im->v[i].value);
	return s;
}

/* Would a file take it?  A fault's line tells the parameter. */
static void
section_check(struct vault_import *im, const char *text)
{
	struct conf_faults f = {0};
	size_t i, k, n;
	const char *why;
	enum rc rc;

	if ((rc = conf_role_text(&im->a->j, slice_str(text), &f)) == RC_OK)
		return;
	im->no_memory |= rc == RC_NO_MEMORY;
	for (i = 0; i < f.n; i++) {
		k = (size_t)f.v[i].line - 2;	/* behind the section's line */
		why = f.v[i].text;
		if (k >= im->n) {
			vault_bad(im, "role", "%s", why);
			continue;
		}
		n = strlen(im->v[k].key);
		if (strncmp(why, im->v[k].key, n) == 0 && why[n] == ':')
			why += n + 2;
		vault_bad(im, im->v[k].param, "cannot be expressed: %s", why);
	}
	fault_clear(&im->a->j);
}

static int
result(struct vault_import *im, const char *file)
{
	const char *text = section_text(im);
	size_t i;

	if (text != NULL)
		section_check(im, text);
	if (im->no_memory) {
		fault_clear(&im->a->j);
		no_memory(&im->a->j);
		return adm_failed(im->a);
	}
	if (im->bad_n == 0) {
		fputs(text, stdout);
		return adm_done(im->a);
	}
	for (i = 0; i < im->bad_n; i++) {
		adm_print(stderr, file);
		fputs(": ", stderr);
		adm_print(stderr, im->bad[i].param);
		fputs(": ", stderr);
		adm_print(stderr, im->bad[i].value);
		fputc('\n', stderr);
	}
	return ADM_FAILED;
}

static int
import(struct vault_import *im, const char *file, struct slice text)
{
	struct adm *a = im->a;
	json_error_t e;
	json_t *all, *role = NULL;
	int status;

	all = json_loadb((const char *)text.p, text.n, JSON_REJECT_DUPLICATES, &e);
	if (all == NULL) {
		fault(&a->j, RC_CONFIG, "%s:%d: %s", file, e.line, e.text);
		return adm_failed(a);
	}
	if (role_find(a, file, all, &role) != RC_OK) {
		status = adm_failed(a);
	} else {
		vault_params_read(im, role);
		status = result(im, file);
	}
	json_decref(all);
	return status;
}

int
cmd_role_import(struct adm *a, int argc, char **argv)
{
	struct request q = {NULL, NULL, NULL, NULL};
	struct vault_import *im = arena_alloc(a->j.mem, sizeof(*im));
	struct slice text;
	int status;

	if (im == NULL) {
		no_memory(&a->j);
		return adm_failed(a);
	}
	im->a = a;
	if ((status = options_read(a, argc, argv, &q)) != ADM_OK ||
	    (status = mount_read(a, &q, im)) != ADM_OK ||
	    (status = name_check(a, q.name)) != ADM_OK)
		return status;
	im->name = q.name;
	if (file_get(a, q.file, &text) != RC_OK)
		return adm_failed(a);
	return import(im, strcmp(q.file, "-") == 0 ? "standard input" : q.file,
	    text);
}
