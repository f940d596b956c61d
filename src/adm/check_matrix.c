/* certwright check --matrix: who may do what in which role, all rules together. */
#include "adm/adm.h"

#include <string.h>

#include "auth/auth.h"

#define PAGE 100

enum column { C_CLIENT, C_BY, C_ROLE, C_OPERATIONS, C_SUBJECT, C_RA, C_IF, C__MAX };
static const char *const names[C__MAX] = {"client", "by", "role", "operations",
    "subject", "ra", "if"};

struct matrix {
	struct adm *a;
	const struct conf *c;
	bool json, first;
	const char *(*row)[C__MAX];
	size_t n;
	bool *mac_used;		/* by client: a secret is for it */
};

/* The roles there are; the built-in one only where it can be reached. */
static const struct conf_role *
role_at(const struct conf *c, size_t i)
{
	if (i < c->roles_n)
		return &c->roles[i];
	return i == c->roles_n && c->default_role == &c->verbatim ?
	    c->default_role : NULL;
}

/* The kinds that must hold, " cn inventory". */
static const char *
conditions(struct matrix *m, const struct conf_client *k)
{
	const struct {
		const char *word;
		bool given;
	} v[] = {
		{"subject", k->match_subject.n > 0}, {"cn", k->match_cn.n > 0},
		{"issuer", k->match_issuer.n > 0}, {"o", k->match_o.n > 0},
		{"ou", k->match_ou.n > 0}, {"serial", k->match_serial.n > 0},
		{"dns", k->match_dns.n > 0}, {"email", k->match_email.n > 0},
		{"uri", k->match_uri.n > 0}, {"ip", k->match_ip.n > 0},
		{"fingerprint", k->match_fingerprint.n > 0},
		{"ext", k->match_ext.n > 0}, {"crls", k->crls_n > 0},
		{"inventory", k->inventory != NULL},
	};
	const char *s = "";
	size_t i;

	for (i = 0; i < COUNT(v) && s != NULL; i++)
		if (v[i].given)
			s = arena_printf(m->a->j.mem, "%s%s%s", s, *s == '\0' ? "" :
			    " ", v[i].word);
	if (k->inventory != NULL && s != NULL)
		s = arena_printf(m->a->j.mem, "%s (%zu devices)", s,
		    conf_inventory_rows(k->inventory));
	return s == NULL ? "?" : *s == '\0' && !m->json ? "-" : s;
}

static void
row_add(struct matrix *m, const struct conf_client *k, const struct conf_role *r)
{
	const char **row = m->row[m->n++];

	row[C_CLIENT] = k->name;
	row[C_BY] = adm_words(m->a, k->by, false);
	row[C_ROLE] = r->name;
	row[C_OPERATIONS] = adm_words(m->a, auth_granted(k, r), true);
	row[C_SUBJECT] = k->subject == CONF_SUBJECT_ANY ? "any" :
	    k->subject == CONF_SUBJECT_OWN ? "own" : k->pattern.text;
	row[C_RA] = k->ra ? "yes" : "no";
	row[C_IF] = conditions(m, k);
}

static void
object(struct matrix *m, const char *kind)
{
	fputs(m->first ? "\n{" : ",\n{", stdout);
	m->first = false;
	adm_json_text(stdout, true, "kind", kind);
}

static void
rows_print(struct matrix *m)
{
	size_t i, k, wide[C__MAX];

	for (k = 0; k < C__MAX; k++)
		wide[k] = strlen(names[k]);
	for (i = 0; i < m->n; i++)
		for (k = 0; k < C__MAX; k++)
			if (strlen(m->row[i][k]) > wide[k])
				wide[k] = strlen(m->row[i][k]);
	for (i = 0; !m->json && i <= m->n; i++) {
		for (k = 0; k < C__MAX - 1; k++)
			printf("%-*s  ", (int)wide[k], i == 0 ? names[k] :
			    m->row[i - 1][k]);
		puts(i == 0 ? names[C_IF] : m->row[i - 1][C_IF]);
	}
	for (i = 0; m->json && i < m->n; i++) {
		object(m, "grant");
		for (k = 0; k < C__MAX; k++)
			adm_json_text(stdout, false, names[k], m->row[i][k]);
		putchar('}');
	}
}

static void
note(struct matrix *m, const char *kind, const char *name, const char *text)
{
	text = text == NULL ? "?" : text;
	if (!m->json) {
		printf("note: %s ", kind);
		adm_print(stdout, name);
		fputs(": ", stdout);
		adm_print(stdout, text);
		putchar('\n');
		return;
	}
	object(m, "note");
	adm_json_text(stdout, false, "of", kind);
	adm_json_text(stdout, false, "name", name);
	adm_json_text(stdout, false, "text", text);
	putchar('}');
}

/* May its holder use the role by this rule? */
static bool
secret_reaches(const struct store_secret *s, const struct conf_client *k,
    const struct conf_role *r)
{
	return (k->by & CONF_BY_MAC) != 0 && auth_granted(k, r) != 0 &&
	    (s->client == NULL || strcmp(s->client, k->name) == 0) &&
	    auth_secret_allows(s, r->name);
}

static bool
secret_used(struct matrix *m, const struct store_secret *s)
{
	const struct conf_role *r;
	bool any = false;
	size_t i, k;

	for (i = 0; i < m->c->clients_n; i++)
		for (k = 0; (r = role_at(m->c, k)) != NULL; k++)
			if (secret_reaches(s, &m->c->clients[i], r))
				any = m->mac_used[i] = true;
	return any;
}

static void
secret_print(struct matrix *m, const struct store_secret *s, const char *name)
{
	if (m->json) {
		object(m, "secret");
		adm_json_text(stdout, false, "reference", name);
		adm_json_text(stdout, false, "roles", s->roles);
		adm_json_text(stdout, false, "client", s->client);
		adm_json_text(stdout, false, "subject", s->subject);
		putchar('}');
		return;
	}
	fputs("secret ", stdout);
	adm_print(stdout, name);
	fputs(": roles ", stdout);
	adm_print(stdout, s->roles != NULL ? s->roles : "any");
	fputs(", client ", stdout);
	adm_print(stdout, s->client != NULL ? s->client : "any");
	fputs(", subject ", stdout);
	adm_print(stdout, s->subject != NULL ? s->subject : "as the client");
	putchar('\n');
}

/* Each secret, as what it narrows; for people the first page alone. */
static enum rc
secrets(struct matrix *m, struct store *s)
{
	uint8_t reference[LIMIT_REFERENCE];
	struct slice at = {reference, 0};
	struct store_secret *v;
	size_t n, i, all = 0;
	enum rc rc;

	do {
		rc = store_secret_list(&m->a->j, s, at, PAGE, &v, &n);
		if (rc != RC_OK)
			return rc;
		for (i = 0; i < n; i++, all++) {
			const char *name = arena_str(m->a->j.mem, v[i].reference);
			bool used = secret_used(m, &v[i]);

			if (name == NULL)
				return no_memory(&m->a->j);
			if (all < PAGE || m->json)
				secret_print(m, &v[i], name);
			if (!used)
				note(m, "secret", name, "no rule and role are for"
				    " it");
		}
		if (n > 0) {
			at.n = v[n - 1].reference.n;
			memcpy(reference, v[n - 1].reference.p, at.n);
		}
	} while (n == PAGE);
	if (all > PAGE && !m->json)
		printf("secrets: %zu in all, see certwright secret list\n", all);
	return RC_OK;
}

static void
crl_notes(struct matrix *m, const struct conf_client *k)
{
	struct pki_name n;
	char end[21];
	size_t i;

	for (i = 0; i < k->crls_n; i++) {
		if (pki_crl_in_time(&m->a->j, k->crls[i]))
			continue;
		text_time_str(pki_crl_until(k->crls[i]), end);
		if (pki_name_read(&m->a->j, pki_crl_issuer(k->crls[i]), &n) !=
		    RC_OK)
			continue;
		note(m, "client", k->name, arena_printf(m->a->j.mem, "the CRL of"
		    " \"%s\" is out of time, its nextUpdate is %s",
		    pki_name_text(&m->a->j, &n), end));
	}
}

static void
notes(struct matrix *m)
{
	const struct conf_role *r;
	const struct conf_client *k;
	size_t i, n;
	bool any;

	for (n = 0; (r = role_at(m->c, n)) != NULL; n++) {
		for (any = false, i = 0; i < m->c->clients_n; i++)
			any = any || auth_granted(&m->c->clients[i], r) != 0;
		if (!any)
			note(m, "role", r->name, "nobody may use it");
	}
	for (i = 0; i < m->c->clients_n; i++) {
		k = &m->c->clients[i];
		for (any = false, n = 0; (r = role_at(m->c, n)) != NULL; n++)
			any = any || auth_granted(k, r) != 0;
		if (!any)
			note(m, "client", k->name, "it may do nothing in any"
			    " role");
		else if (k->by == CONF_BY_MAC && !m->mac_used[i])
			note(m, "client", k->name, "no shared secret is for it");
		if (k->inventory != NULL && conf_inventory_rows(k->inventory) == 0)
			note(m, "client", k->name, "its inventory is empty");
		crl_notes(m, k);
	}
}

enum rc
check_matrix(struct adm *a, const struct conf *c, struct store *s, bool json)
{
	struct matrix m = {.a = a, .c = c, .json = json, .first = true};
	size_t most = c->clients_n * (c->roles_n + 1) + 1, i, k;
	const struct conf_role *r;
	enum rc rc;

	m.row = arena_alloc(a->j.mem, most * sizeof(*m.row));
	m.mac_used = arena_alloc(a->j.mem, c->clients_n + 1);
	if (m.row == NULL || m.mac_used == NULL)
		return no_memory(&a->j);
	for (i = 0; i < c->clients_n; i++)
		for (k = 0; (r = role_at(c, k)) != NULL; k++)
			if (auth_granted(&c->clients[i], r) != 0)
				row_add(&m, &c->clients[i], r);
	if (json)
		putchar('[');
	rows_print(&m);
	if ((rc = secrets(&m, s)) != RC_OK)
		return rc;
	notes(&m);
	if (json)
		fputs("\n]\n", stdout);
	return RC_OK;
}
