/* When CRLs are made, once by whom, and what deltas say upon which base. */
#include "crl_fixture.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <gnutls/x509.h>

/* What is due now: numbers of the full and the delta CRL, 0 where none is. */
static void
due(struct world *w, int64_t full, int64_t delta)
{
	struct ca_made made = {-1, -1};

	must(&w->f->j, ca_crl_due(&w->f->j, w->f->s, &w->pki.issuer, &by, &made));
	assert_int_equal(made.full, full);
	assert_int_equal(made.delta, delta);
}

static void
schedule(void **state)
{
	struct world *w = *state;
	struct store_cert c = cert(w, 90);
	struct job *j = &w->f->j;

	due(w, 1, 0);	/* RFC 9810 6.4: before anything is revoked */
	due(w, 0, 0);
	revoke_for(w, &c, 1);
	due(w, 2, 0);
	due(w, 0, 0);
	/* A third of its life is left. */
	j->now = NOW + 7 * DAY / 3 * 2 - 1;
	due(w, 0, 0);
	j->now++;
	due(w, 3, 0);
	due(w, 0, 0);
	/* Long down: one, not all that were missed. */
	j->now += 365 * DAY;
	due(w, 4, 0);
	due(w, 0, 0);
	/* Who may not sign CRLs has none. */
	w->pki.issuer.cert.ku &= ~(uint32_t)PKI_KU_CRL_SIGN;
	j->now += 365 * DAY;
	due(w, 0, 0);
	w->pki.issuer.cert.ku |= PKI_KU_CRL_SIGN;
	due(w, 5, 0);
}

static void
batch(void **state)
{
	struct world *w = *state;
	struct store_cert a = cert(w, 90), b = cert(w, 90);
	struct job *j = &w->f->j;
	struct store_crl_state st;

	w->pki.issuer.on_revoke = CONF_ON_REVOKE_BATCH;
	due(w, 1, 0);
	revoke_for(w, &a, 1);
	must(j, ca_crl_changed(j, w->f->s, &w->pki.issuer, &by));
	due(w, 0, 0);
	j->now += 19;
	revoke_for(w, &b, 1);
	must(j, store_crl_state(j, w->f->s, w->id, &st));
	assert_int_equal(st.changed, NOW);	/* the older one counts */
	due(w, 0, 0);
	j->now++;
	due(w, 2, 0);	/* one for both */
	due(w, 0, 0);
	must(j, store_crl_state(j, w->f->s, w->id, &st));
	assert_int_equal(st.changed, 0);
	/* A clock that was set back makes nobody wait. */
	revoke_for(w, &(struct store_cert){.issuer = w->id,
	    .serial = cert(w, 90).serial}, 1);
	j->now -= 1000;
	due(w, 3, 0);
}

/* Whose certificate is released, confirmed or only looked at changes nothing. */
static void
changes(void **state)
{
	struct world *w = *state;
	struct store_cert c = cert(w, 90);
	struct job *j = &w->f->j;

	due(w, 1, 0);
	revoke_for(w, &c, CA_REASON_HOLD);
	must(j, ca_crl_changed(j, w->f->s, &w->pki.issuer, &by));
	due(w, 0, 0);
	must(j, store_begin(j, w->f->s));
	assert_rc(store_cert_revoke(j, w->f->s, w->id, c.serial, NOW,
	    CA_REASON_HOLD), RC_NOT_FOUND);
	assert_rc(store_cert_confirm(j, w->f->s, w->id, c.serial), RC_NOT_FOUND);
	must(j, store_commit(j, w->f->s));
	due(w, 0, 0);
	revoke_for(w, &c, CA_REASON_REMOVE);
	due(w, 3, 0);
}

/* One that is claimed is somebody else's for 20 s, and no longer. */
static void
claims(void **state)
{
	struct world *w = *state;
	struct job *j = &w->f->j;
	bool mine = false;

	must(j, store_begin(j, w->f->s));
	must(j, store_crl_claim(j, w->f->s, w->id, NOW + 20, &mine));
	assert_true(mine);
	must(j, store_crl_claim(j, w->f->s, w->id, NOW + 20, &mine));
	assert_false(mine);
	must(j, store_commit(j, w->f->s));
	due(w, 0, 0);
	j->now = NOW + 19;
	due(w, 0, 0);
	/* The command does not ask. */
	must(j, ca_crl_changed(j, w->f->s, &w->pki.issuer, &by));
	j->now = NOW + 7 * DAY;
	due(w, 2, 0);
	/* A claim from a future that a clock was in. */
	must(j, store_begin(j, w->f->s));
	must(j, store_crl_claim(j, w->f->s, w->id, NOW + 99 * DAY, &mine));
	assert_true(mine);
	must(j, store_commit(j, w->f->s));
	j->now = NOW + 14 * DAY;
	due(w, 3, 0);
}

/* Neither number nor thisUpdate goes back with the clock; what HTTP compares rises
 * also within a second. */
static void
clock_back(void **state)
{
	struct world *w = *state;
	struct job *j = &w->f->j;
	struct store_crl a, b;
	struct ca_crl crl;

	due(w, 1, 0);
	must(j, store_crl_head(j, w->f->s, w->id, &a));
	assert_int_equal(a.modified, NOW);
	j->now = NOW - 500;
	must(j, ca_crl_make(j, w->f->s, &w->pki.issuer, &by, &crl));
	assert_int_equal(crl.number, 2);
	assert_int_equal(crl.this_update, NOW);
	ca_crl_free(&crl);
	must(j, store_crl_head(j, w->f->s, w->id, &b));
	assert_int_equal(b.this_update, NOW);
	assert_int_equal(b.modified, NOW + 1);
	a.number = 3;
	a.this_update = NOW - 1;
	a.der = SLICE("x");
	must(j, store_begin(j, w->f->s));
	assert_rc(store_crl_put(j, w->f->s, w->id, &a), RC_SYSTEM_FAILURE);
	store_rollback(w->f->s);
	fx_fault(w->f);
}

/* A child: a store of its own, and n times what fn does. */
static pid_t
child(struct world *w, enum rc (*fn)(struct job *, struct store *,
    const struct conf_issuer *), int n)
{
	struct store *s = NULL;
	struct job j;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid != 0)
		return pid;
	job_init(&j, w->f->mem, w->f->j.now);
	if (store_open(&j, w->f->url, false, &s) != RC_OK)
		_exit(10);
	while (n-- > 0)
		if (fn(&j, s, &w->pki.issuer) != RC_OK)
			_exit(11);
	store_close(s);
	store_close(w->f->s);
	_exit(0);
}

static enum rc
do_due(struct job *j, struct store *s, const struct conf_issuer *is)
{
	struct ca_made made;

	return ca_crl_due(j, s, is, &by, &made);
}

static enum rc
do_changed(struct job *j, struct store *s, const struct conf_issuer *is)
{
	return ca_crl_changed(j, s, is, &by);
}

static enum rc
do_make(struct job *j, struct store *s, const struct conf_issuer *is)
{
	struct ca_crl crl;
	enum rc rc = ca_crl_make(j, s, is, &by, &crl);

	if (rc == RC_OK)
		ca_crl_free(&crl);
	return rc;
}

static void
race(struct world *w, enum rc (*fn)(struct job *, struct store *,
    const struct conf_issuer *))
{
	pid_t pids[6];
	int status;
	size_t i;

	for (i = 0; i < COUNT(pids); i++)
		pids[i] = child(w, fn, 5);
	for (i = 0; i < COUNT(pids); i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_int_equal(status, 0);
	}
}

/* Of six that see the same revocation one makes a CRL, whoever they are. */
static void
races(void **state)
{
	struct world *w = *state;
	struct job *j = &w->f->j;
	struct store_cert c[4];
	struct store_crl head;
	int64_t want = 1;
	size_t i;

	for (i = 0; i < COUNT(c); i++)
		c[i] = cert(w, 90);
	due(w, 1, 0);
	for (i = 0; i < COUNT(c); i++) {
		revoke_for(w, &c[i], 1);
		race(w, i % 2 == 0 ? do_due : do_changed);
		must(j, store_crl_head(j, w->f->s, w->id, &head));
		assert_int_equal(head.number, ++want);
	}
}

/* The CRL of the store, read and verified by GnuTLS. */
static gnutls_x509_crl_t
crl_open(struct world *w, bool delta, struct store_crl *row)
{
	struct job *j = &w->f->j;
	gnutls_datum_t ca = {(void *)(uintptr_t)w->pki.issuer.certificate.p,
	    (unsigned)w->pki.issuer.certificate.n}, d;
	gnutls_x509_crt_t issuer;
	gnutls_x509_crl_t crl;
	unsigned status = 0;

	must(j, delta ? store_delta_get(j, w->f->s, w->id, row) :
	    store_crl_get(j, w->f->s, w->id, row));
	d = (gnutls_datum_t){(void *)(uintptr_t)row->der.p, (unsigned)row->der.n};
	assert_int_equal(gnutls_x509_crt_init(&issuer), 0);
	assert_int_equal(gnutls_x509_crt_import(issuer, &ca,
	    GNUTLS_X509_FMT_DER), 0);
	assert_int_equal(gnutls_x509_crl_init(&crl), 0);
	assert_int_equal(gnutls_x509_crl_import(crl, &d, GNUTLS_X509_FMT_DER), 0);
	assert_int_equal(gnutls_x509_crl_verify(crl, &issuer, 1,
	    GNUTLS_VERIFY_DISABLE_TIME_CHECKS |
	    GNUTLS_VERIFY_DISABLE_CRL_CHECKS, &status), 0);
	/* GnuTLS has no other clock than the system's. */
	assert_int_equal(status & ~(unsigned)(GNUTLS_CERT_INVALID |
	    GNUTLS_CERT_REVOCATION_DATA_ISSUED_IN_FUTURE |
	    GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED), 0);
	gnutls_x509_crt_deinit(issuer);
	return crl;
}

/* Workers are killed in the midst of it: what is there is whole, and goes on. */
static void
killed(void **state)
{
	struct world *w = *state;
	struct job *j = &w->f->j;
	struct store_cert c;
	struct store_crl row;
	struct audit_state trail;
	int64_t last = 1;
	int i, k, status;

	w->pki.issuer.crl_dir = w->f->dir;
	w->pki.issuer.delta_crl_lifetime = DAY;
	for (i = 0; i < 200; i++) {
		c = cert(w, 90);
		if (i < 100)
			revoke_for(w, &c, 1);
	}
	due(w, 1, 1);
	/* Longer where a machine is so slow that none was made. */
	for (i = 0; i < 25 || (last == 1 && i < 60); i++) {
		long ms = i < 25 ? i + 1 : 100 * (i - 20);
		struct timespec t = {ms / 1000, ms % 1000 * 1000000};
		pid_t pid = child(w, do_make, 10000);

		nanosleep(&t, NULL);
		kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		for (k = 0; k < 2; k++) {
			gnutls_x509_crl_t crl = crl_open(w, k == 1, &row);

			assert_true(row.number >= last);
			assert_int_equal(gnutls_x509_crl_get_crt_count(crl),
			    k == 0 ? 100 : 0);
			gnutls_x509_crl_deinit(crl);
		}
		last = row.number;
	}
	assert_true(last > 1);
	due(w, 0, 0);	/* what is missing in the folder is made up for */
	assert_rc(audit_verify(j, w->f->s, NULL, &trail), RC_OK);
	assert_int_equal(trail.bad, 0);
}

/* An extension's value, or n 0. */
static struct slice
extension(struct world *w, gnutls_x509_crl_t crl, const char *oid,
    unsigned critical)
{
	struct slice s = {NULL, 0};
	unsigned crit = 9, i;
	gnutls_datum_t d;
	char have[64];
	size_t n;

	for (i = 0; n = sizeof(have), gnutls_x509_crl_get_extension_info(crl, i,
	    have, &n, &crit) == 0; i++) {
		if (strcmp(have, oid) != 0)
			continue;
		assert_int_equal(crit, critical);
		assert_int_equal(gnutls_x509_crl_get_extension_data2(crl, i, &d),
		    0);
		s = (struct slice){arena_dup(w->f->mem, d.data, d.size), d.size};
		gnutls_free(d.data);
	}
	return s;
}

/* The delta of that number upon that base has these serials, each with its reason in
 * hex: "0401 0208". */
static void
delta_is(struct world *w, int number, int base, const char *want)
{
	struct store_crl row;
	gnutls_x509_crl_t crl = crl_open(w, true, &row);
	struct slice n = extension(w, crl, "2.5.29.20", 0);
	struct slice b = extension(w, crl, "2.5.29.27", 1), all, body;
	struct der_tlv tbs, t;
	char got[256] = "", hex[128];
	int i;

	assert_int_equal(row.number, number);
	assert_int_equal(row.base, base);
	assert_true(n.n == 3 && n.p[2] == number);
	assert_true(b.n == 3 && b.p[0] == DER_INTEGER && b.p[2] == base);
	gnutls_x509_crl_deinit(crl);
	assert_true(der_only(row.der, DER_SEQUENCE, &all) && der_next(&all, &tbs));
	body = tbs.body;
	for (i = 0; i < 6; i++)
		assert_true(der_next(&body, &t));
	for (body = t.body; t.tag == DER_SEQUENCE && der_next(&body, &tbs);) {
		/* SEQUENCE { INTEGER of one octet ... ENUMERATED at the end */
		assert_int_equal(tbs.body.p[1], 1);
		text_hex((struct slice){tbs.body.p + 2, 1}, hex);
		text_hex((struct slice){tbs.whole.p + tbs.whole.n - 1, 1},
		    hex + 2);
		snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s%s",
		    got[0] == '\0' ? "" : " ", hex);
	}
	assert_string_equal(got, want);
}

static void
deltas(void **state)
{
	struct world *w = *state;
	struct job *j = &w->f->j;
	struct store_cert c[5];
	struct store_crl full;
	size_t i;

	for (i = 0; i < COUNT(c); i++)
		c[i] = cert(w, 90);
	w->pki.issuer.delta_crl_lifetime = DAY;
	revoke_for(w, &c[0], 1);
	due(w, 1, 1);		/* the base: full CRL and delta know the same */
	delta_is(w, 1, 1, "");
	revoke_for(w, &c[1], CA_REASON_HOLD);
	revoke_for(w, &c[2], 4);
	due(w, 2, 2);
	delta_is(w, 2, 1, "0206 0304");
	/* Released: who has the full CRL 2 must be told. */
	j->now += 60;
	revoke_for(w, &c[1], CA_REASON_REMOVE);
	due(w, 3, 3);
	delta_is(w, 3, 1, "0208 0304");
	/* The delta's own life ends earlier: a delta alone, of the next number. */
	j->now += DAY;
	due(w, 0, 4);
	delta_is(w, 4, 1, "0208 0304");
	must(j, store_crl_head(j, w->f->s, w->id, &full));
	assert_int_equal(full.number, 3);
	due(w, 0, 0);
	revoke_for(w, &c[3], 5);
	due(w, 5, 5);
	delta_is(w, 5, 1, "0208 0304 0405");
	/* The base is old: this delta is the last one upon it. */
	j->now = NOW + 6 * DAY;
	due(w, 6, 6);
	delta_is(w, 6, 1, "0208 0304 0405");
	revoke_for(w, &c[4], 3);
	due(w, 7, 7);
	delta_is(w, 7, 6, "0503");
	/* Without them the base is the last full one. */
	w->pki.issuer.delta_crl_lifetime = 0;
	revoke_for(w, &c[1], 1);
	due(w, 8, 0);
	w->pki.issuer.delta_crl_lifetime = DAY;
	j->now += DAY;
	due(w, 0, 9);
	delta_is(w, 9, 8, "");
}

/* A full CRL and the delta after it know as much as the next full one. */
static void
delta_adds_up(void **state)
{
	struct world *w = *state;
	struct job *j = &w->f->j;
	struct store_crl row;
	gnutls_x509_crl_t crl;
	unsigned known = 0, i, n = 40;
	struct store_cert c[40];

	w->pki.issuer.delta_crl_lifetime = DAY;
	for (i = 0; i < n; i++)
		c[i] = cert(w, 90);
	due(w, 1, 1);
	for (i = 0; i < n; i += 2) {
		j->now++;
		revoke_for(w, &c[i], i % 3 == 0 ? CA_REASON_HOLD : 1);
		if (i % 12 == 0)
			revoke_for(w, &c[i], CA_REASON_REMOVE);
		else
			known++;
		if (i % 8 == 0)
			due(w, (int)i / 8 + 2, (int)i / 8 + 2);
	}
	due(w, 7, 7);
	crl = crl_open(w, false, &row);
	assert_int_equal(gnutls_x509_crl_get_crt_count(crl), known);
	gnutls_x509_crl_deinit(crl);
	crl = crl_open(w, true, &row);
	assert_int_equal(gnutls_x509_crl_get_crt_count(crl), n / 2);
	gnutls_x509_crl_deinit(crl);
}

/* Full: freshestCRL; both: issuingDistributionPoint, critical and the same. */
static void
extensions(void **state)
{
	static char crl_url[] = "http://a/c", delta_url[] = "http://a/d";
	static char *crl_urls[] = {crl_url}, *delta_urls[] = {delta_url};
	struct world *w = *state;
	struct store_crl row;
	gnutls_x509_crl_t crl;
	struct slice idp, s;
	char hex[128];

	w->pki.issuer.delta_crl_lifetime = DAY;
	w->pki.issuer.crl_urls = (struct conf_list){crl_urls, 1};
	w->pki.issuer.delta_crl_urls = (struct conf_list){delta_urls, 1};
	w->pki.issuer.crl_idp = true;
	due(w, 1, 1);
	crl = crl_open(w, false, &row);
	idp = extension(w, crl, "2.5.29.28", 1);
	text_hex(idp, hex);
	assert_string_equal(hex, "3010A00EA00C860A687474703A2F2F612F63");
	s = extension(w, crl, "2.5.29.46", 0);
	text_hex(s, hex);
	assert_string_equal(hex, "30123010A00EA00C860A687474703A2F2F612F64");
	s = extension(w, crl, "2.5.29.27", 1);
	assert_int_equal(s.n, 0);
	gnutls_x509_crl_deinit(crl);
	crl = crl_open(w, true, &row);
	assert_slice(extension(w, crl, "2.5.29.28", 1), idp);
	s = extension(w, crl, "2.5.29.46", 0);
	assert_int_equal(s.n, 0);
	gnutls_x509_crl_deinit(crl);
}

static void
file_is(struct world *w, const char *name, struct slice want, int64_t mtime)
{
	const char *path = arena_printf(w->f->mem, "%s/%s", w->f->dir, name);
	struct slice got;
	struct stat st;

	must(&w->f->j, file_read(&w->f->j, path, 1 << 20, &got));
	assert_slice(got, want);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(st.st_mtime, mtime);
}

static void
files_are(struct world *w)
{
	struct job *j = &w->f->j;
	struct store_crl full, delta;
	struct slice pem;

	must(j, store_crl_get(j, w->f->s, w->id, &full));
	must(j, store_delta_get(j, w->f->s, w->id, &delta));
	must(j, pki_pem(j, "X509 CRL", full.der, &pem));
	file_is(w, "default.crl", full.der, full.modified);
	file_is(w, "default.pem", pem, full.modified);
	file_is(w, "default-delta.crl", delta.der, delta.modified);
}

static void
files(void **state)
{
	struct world *w = *state;
	struct job *j = &w->f->j;
	struct store_cert c = cert(w, 90);
	const char *path = arena_printf(w->f->mem, "%s/default.crl", w->f->dir);
	struct ca_made made;
	char gone[] = "/nowhere/at/all";

	umask(022);
	w->pki.issuer.crl_dir = w->f->dir;
	w->pki.issuer.delta_crl_lifetime = DAY;
	due(w, 1, 1);
	files_are(w);
	revoke_for(w, &c, 1);
	must(j, ca_crl_changed(j, w->f->s, &w->pki.issuer, &by));
	files_are(w);
	/* What is lost comes back, as does what somebody overwrote. */
	assert_int_equal(unlink(path), 0);
	due(w, 0, 0);
	files_are(w);
	must(j, file_replace(j, path, 0644, SLICE("old"), 0));
	due(w, 0, 0);
	files_are(w);
	/* A folder that cannot be written: the store has it all the same. */
	w->pki.issuer.crl_dir = gone;
	j->now += 7 * DAY;
	assert_rc(ca_crl_due(j, w->f->s, &w->pki.issuer, &by, &made), RC_CONFIG);
	fx_fault(w->f);
	w->pki.issuer.crl_dir = w->f->dir;
	due(w, 0, 0);
	files_are(w);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(schedule), T(batch), T(changes), T(claims), T(clock_back),
		T(races), T(killed), T(deltas), T(delta_adds_up), T(extensions),
		T(files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
