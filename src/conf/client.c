/* What [client] rules name beyond words: extensions, CRLs, inventories. */
#include "conf/conf_int.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEX "hex:"

/* "hex:" and octets, in place as text_hex() has them. */
static bool
hex_ok(struct conf_load *l, char *item)
{
	size_t cap = strlen(item) / 2 + 1, n;
	uint8_t *octets;

	if (strncmp(item, HEX, sizeof(HEX) - 1) != 0)
		return true;
	item += sizeof(HEX) - 1;
	if ((octets = conf_scratch(l, cap)) == NULL ||
	    !text_unhex(item, octets, cap, &n) || n == 0)
		return false;
	text_hex((struct slice){octets, n}, item);
	return true;
}

void
conf_parse_ext(struct conf_load *l, struct conf_key *k,
    const struct conf_list *globs, struct conf_exts *exts)
{
	const char *dotted = strchr(k->name, '.') + 1;
	struct conf_ext e = {.dotted = dotted, .globs = *globs}, *v;
	bool ok = der_oid_parse(&l->keep, dotted, &e.oid);
	size_t i;

	fault_clear(&l->keep);
	if (!ok)
		conf_key_bad(l, k, "'%.80s' is no OID in dotted decimal", dotted);
	for (i = 0; i < globs->n; i++)
		if (!hex_ok(l, globs->v[i]))
			conf_key_bad(l, k, "got '%.80s', wanted hex: and octets"
			    " in hex", globs->v[i]);
	v = conf_keep(l, (exts->n + 1) * sizeof(*v));
	if (k->bad || v == NULL)
		return;
	if (exts->n > 0)
		memcpy(v, exts->v, exts->n * sizeof(*v));
	v[exts->n] = e;
	*exts = (struct conf_exts){v, exts->n + 1};
}

/* A CRL of an anchor must be signed by it; that of a CA below one is verified when
 * a chain has brought its certificate. */
static bool
crl_check(struct conf_load *l, struct job *j, struct conf_key *k,
    const struct conf_client_in *in, struct pki_crl *crl, const char *path)
{
	bool named = false;
	struct pki_cert c;
	size_t i;

	for (i = 0; i < in->c.trust_certs.n; i++) {
		if (pki_cert_read(j, in->c.trust_certs.v[i], &c) != RC_OK)
			return false;	/* and trust has said so */
		if (!c.ca || !pki_crl_names(j, crl, &c))
			continue;
		named = true;
		if (pki_crl_verify(j, crl, &c) == RC_OK)
			return true;
	}
	if (named)
		conf_key_bad(l, k, "%s: %s", path, conf_sub_fault(l, j));
	return !named;
}

static void
crl_file(struct conf_load *l, struct conf_key *k, struct conf_client_in *in,
    const char *path, struct job *j)
{
	struct conf_client *c = &in->c;
	struct slice file, *ders;
	struct pki_crl **v;
	const char *why;
	size_t n, i;

	if (file_read(j, path, LIMIT_CRL_FILE, &file) != RC_OK) {
		why = conf_sub_fault(l, j);	/* it names the file */
		conf_key_bad(l, k, "%s", why);
		return;
	}
	if (pki_crl_ders(j, file, &ders, &n) != RC_OK) {
		conf_key_bad(l, k, "%s: %s", path, conf_sub_fault(l, j));
		return;
	}
	if ((v = conf_keep(l, (c->crls_n + n) * sizeof(struct pki_crl *))) == NULL)
		return;
	if (c->crls_n > 0)
		memcpy(v, c->crls, c->crls_n * sizeof(*v));
	c->crls = v;
	for (i = 0; i < n; i++) {
		if (pki_crl_new(j, ders[i], &v[c->crls_n]) != RC_OK) {
			conf_key_bad(l, k, "%s: %s", path, conf_sub_fault(l, j));
			return;
		}
		if (!crl_check(l, j, k, in, v[c->crls_n++], path))
			return;
	}
}

void
conf_check_crls(struct conf_load *l, struct conf_client_in *k)
{
	struct conf_key *key = conf_key_find(k->s, "crls");
	struct arena *mem;
	struct job j;
	size_t i;

	if (key == NULL && k->c.crl_fail_open)
		conf_at_bad(l, k->s, "crl_fail_open", "only with crls");
	if (key == NULL || key->bad)
		return;
	if (k->trust.n == 0)
		conf_key_bad(l, key, "only with trust");
	for (i = 0; i < k->crls.n; i++) {
		/* A CRL is large: each has the scratch memory for itself. */
		if ((mem = arena_new(LIMIT_JOB_MEMORY)) == NULL) {
			l->no_memory = true;
			return;
		}
		job_init(&j, mem, l->j->now);
		crl_file(l, key, k, k->crls.v[i], &j);
		arena_free(mem);
	}
}

/* One that another rule has read already; NULL: none. */
static struct conf_inventory *
inventory_known(const struct conf *c, const char *path)
{
	size_t i;

	for (i = 0; i < c->inventories_n; i++)
		if (strcmp(conf_inventory_path(c->inventories[i]), path) == 0)
			return c->inventories[i];
	return NULL;
}

/* Files come behind those of the INI, in order of the rules. */
static struct conf_source *
source_make(struct conf_load *l, const char *path)
{
	struct conf_source *src = conf_keep(l, sizeof(*src));
	const char *name = conf_show(l, path);

	if (src == NULL ||
	    (src->path = conf_keep_str(l, name, strlen(name))) == NULL)
		return NULL;
	src->index = LIMIT_INI_FILES + l->conf->inventories_n;
	return src;
}

void
conf_check_inventory(struct conf_load *l, struct conf_client_in *k)
{
	struct conf_key *key = conf_key_find(k->s, "inventory");
	struct conf_inventory *v;
	struct conf_source *src;
	struct stat st;
	int fd;

	if (key == NULL || key->bad || k->inventory == NULL)
		return;
	if ((k->c.inventory = inventory_known(l->conf, k->inventory)) != NULL)
		return;
	/* O_NONBLOCK: a pipe would be waited for. */
	fd = open(k->inventory, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) != 0) {
		conf_key_bad(l, key, "%s: %s", k->inventory, strerror(errno));
	} else if (!S_ISREG(st.st_mode)) {
		conf_key_bad(l, key, "%s: not a regular file", k->inventory);
	} else if (st.st_size > (off_t)LIMIT_INVENTORY) {
		conf_key_bad(l, key, "%s: %lld octets, at most %u wanted",
		    k->inventory, (long long)st.st_size, LIMIT_INVENTORY);
	} else if ((st.st_mode & 022) != 0) {
		conf_key_bad(l, key, "%s: mode %04o: others than the owner may"
		    " write to it", k->inventory, (unsigned)(st.st_mode & 07777));
	} else if ((src = source_make(l, k->inventory)) != NULL) {
		v = conf_inventory_read(l, src, k->inventory, fd);
		if (v != NULL)
			l->conf->inventories[l->conf->inventories_n++] = v;
		k->c.inventory = v;
		return;		/* the reader has closed it */
	}
	if (fd >= 0)
		close(fd);
}
