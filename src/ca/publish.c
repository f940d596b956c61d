/* When an issuer's CRLs are made, by whom, and where they go.
 *
 * Each revocation notes in its own commit that the CRL is not current any more
 * (store_crl_state.changed).  Whoever finds that, or that an end is near, makes the
 * next one: a worker after an answer or while idle, tidy, the command that
 * revoked.  He looks again within the write transaction that makes it, so what
 * happened once is published once; workers claim it first, so that the others do
 * not wait for him only to find that it is done.
 *
 * All of one is made in one write transaction: no revocation can come between the
 * entries and the number, and a higher number never knows less than a lower one.
 * A process that dies in it leaves the old one, whole. */
#include "ca/ca_int.h"

/* Seconds: what on_revoke = batch waits for more; what a claim lasts.  Both, and a
 * look every few seconds, stay below a minute, also if the first claimant dies. */
#define BATCH 20
#define CLAIM 20

struct publication {
	struct job *j;
	struct store *s;
	const struct conf_issuer *is;
	const struct audit_event *by;
	struct slice id;
	uint8_t buf[PKI_HASH_MAX];
	struct store_crl_state st;
	struct store_crl full, delta;	/* as they are; number 0: none */
};
enum need { NEED_NONE, NEED_DELTA, NEED_FULL };
/* Why one looks: it is asked for; for what changed; for what is due. */
enum why { WHY_ASKED, WHY_CHANGED, WHY_DUE };

static bool
may_sign(const struct conf_issuer *is)
{
	return !is->cert.has_ku || (is->cert.ku & PKI_KU_CRL_SIGN) != 0;
}

static enum rc
look(struct publication *p)
{
	enum rc rc;

	p->full = p->delta = (struct store_crl){.number = 0};
	if ((rc = store_crl_state(p->j, p->s, p->id, &p->st)) != RC_OK)
		return rc;
	rc = store_crl_head(p->j, p->s, p->id, &p->full);
	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	rc = store_delta_head(p->j, p->s, p->id, &p->delta);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* A third of its life is left. */
static bool
is_old(const struct job *j, const struct store_crl *c)
{
	return j->now >= c->this_update +
	    (c->next_update - c->this_update) / 3 * 2;
}

static enum need
need_of(const struct publication *p, enum why why)
{
	int64_t now = p->j->now;
	bool batch = p->is->on_revoke == CONF_ON_REVOKE_BATCH;

	if (why == WHY_ASKED || p->full.number == 0 || is_old(p->j, &p->full))
		return NEED_FULL;
	if (p->st.changed != 0 && (why == WHY_CHANGED || !batch ||
	    now >= p->st.changed + BATCH || now < p->st.changed))
		return NEED_FULL;
	if (p->is->delta_crl_lifetime != 0 &&
	    (p->delta.number == 0 || is_old(p->j, &p->delta)))
		return p->st.base == 0 ? NEED_FULL : NEED_DELTA;
	return NEED_NONE;
}

/* RFC 5280 3.3: an entry stays until a CRL issued behind the end of its
 * certificate has shown it, and here for one period more. */
static int64_t
kept_since(const struct publication *p, const struct ca_crl *crl)
{
	int64_t since = crl->this_update - p->is->crl_lifetime;

	if (p->full.number == 0)
		return INT64_MIN;
	return p->full.this_update < since ? p->full.this_update : since;
}

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* Full and delta CRL share the numbers (RFC 5280 5.2.3); neither those nor the dates
 * ever go back, whatever the clock does. */
static enum rc
begin(struct publication *p, struct ca_crl *crl, int64_t lifetime)
{
	int64_t last = later(p->full.number, p->delta.number);

	if (last == INT64_MAX)
		return fault(p->j, RC_SYSTEM_FAILURE, "no CRL number is left");
	crl->number = last + 1;
	crl->this_update = later(p->j->now,
	    later(p->full.this_update, p->delta.this_update));
	crl->next_update = crl->this_update + lifetime;
	return RC_OK;
}

static enum rc
put(struct publication *p, const struct ca_crl *crl, const struct store_crl *old)
{
	const struct store_crl row = {crl->number, crl->this_update,
	    crl->next_update, crl->der, later(crl->this_update, old->modified + 1),
	    crl->base};
	struct audit_event e = *p->by;
	enum rc rc;

	e.kind = AUDIT_CRL;
	e.decision = "issued";
	e.reason = crl->base == 0 ? arena_printf(p->j->mem, "CRL %lld of issuer %s,"
	    " %zu entries", (long long)crl->number, p->is->name, crl->entries) :
	    arena_printf(p->j->mem, "delta CRL %lld of issuer %s upon CRL %lld,"
	    " %zu entries", (long long)crl->number, p->is->name,
	    (long long)crl->base, crl->entries);
	if (e.reason == NULL)
		return no_memory(p->j);
	if ((rc = store_crl_put(p->j, p->s, p->id, &row)) != RC_OK)
		return rc;
	return audit_append(p->j, p->s, &e);
}

/* Everything since the base; of the first one, which is its own base, nothing. */
static enum rc
make_delta(struct publication *p, int64_t *number)
{
	struct ca_crl crl = {.number = 0};
	enum rc rc;

	if (p->is->delta_crl_lifetime == 0)
		return RC_OK;
	if ((rc = begin(p, &crl, p->is->delta_crl_lifetime)) != RC_OK)
		return rc;
	crl.base = p->st.base != 0 ? p->st.base : crl.number;
	if ((rc = ca_crl_write(p->j, p->s, p->is, p->id, 0, &crl)) != RC_OK)
		return rc;
	rc = put(p, &crl, &p->delta);
	if (rc == RC_OK)
		*number = crl.number;
	ca_crl_free(&crl);
	return rc;
}

/* Deltas stay upon one full CRL for two thirds of a period, so that who has any of
 * that time can use them; then the base is this one. */
static enum rc
done(struct publication *p, const struct ca_crl *full)
{
	struct store_crl_state st = p->st;
	bool rebase = false;

	if (full->number != 0) {
		st.changed = 0;
		rebase = st.base == 0 || p->is->delta_crl_lifetime == 0 ||
		    full->this_update >= st.based + p->is->crl_lifetime / 3 * 2;
	}
	if (rebase) {
		st.base = full->number;
		st.based = full->this_update;
	}
	return store_crl_done(p->j, p->s, p->id, &st, rebase);
}

/* Both with the same number and knowledge (RFC 5280 5.2.4). */
static enum rc
make(struct publication *p, enum need need, struct ca_crl *full, int64_t *delta)
{
	enum rc rc = RC_OK;

	if (need == NEED_FULL) {
		if ((rc = begin(p, full, p->is->crl_lifetime)) != RC_OK ||
		    (rc = ca_crl_write(p->j, p->s, p->is, p->id,
		    kept_since(p, full), full)) != RC_OK ||
		    (rc = put(p, full, &p->full)) != RC_OK)
			return rc;
	}
	if ((rc = make_delta(p, delta)) != RC_OK ||
	    (rc = done(p, full)) != RC_OK)
		return rc;
	return store_commit(p->j, p->s);
}

/* What is needed is seen again by who has the right to write. */
static enum rc
publish(struct publication *p, enum why why, struct ca_crl *full,
    int64_t *delta)
{
	enum need need;
	enum rc rc;

	if ((rc = store_begin(p->j, p->s)) != RC_OK)
		return rc;
	rc = look(p);
	need = rc == RC_OK ? need_of(p, why) : NEED_NONE;
	if (need == NEED_NONE) {
		store_rollback(p->s);
		return rc;
	}
	if ((rc = make(p, need, full, delta)) == RC_OK)
		return RC_OK;
	store_rollback(p->s);
	ca_crl_free(full);
	*delta = 0;
	return rc;
}

static enum rc
open_publication(struct publication *p)
{
	return pki_hash(p->j, PKI_SHA256, p->is->cert.spki, p->buf, &p->id);
}

enum rc
ca_crl_make(struct job *j, struct store *s, const struct conf_issuer *is,
    const struct audit_event *by, struct ca_crl *out)
{
	struct publication p = {.j = j, .s = s, .is = is, .by = by};
	struct ca_crl full = {.number = 0};
	int64_t delta = 0;
	enum rc rc;

	if (!may_sign(is))
		return fault(j, RC_CONFIG, "RFC 5280 4.2.1.3: issuer %s: keyUsage"
		    " lacks cRLSign", is->name);
	if ((rc = open_publication(&p)) != RC_OK ||
	    (rc = publish(&p, WHY_ASKED, &full, &delta)) != RC_OK)
		return rc;
	if ((rc = ca_crl_files(j, s, is, p.id)) != RC_OK) {
		ca_crl_free(&full);
		return rc;
	}
	*out = full;
	return RC_OK;
}

static enum rc
publish_once(struct publication *p, enum why why, struct ca_made *out)
{
	struct ca_crl full = {.number = 0};
	struct ca_made made = {0, 0};
	enum rc rc;

	if ((rc = publish(p, why, &full, &made.delta)) != RC_OK)
		return rc;
	made.full = full.number;
	ca_crl_free(&full);
	*out = made;
	return RC_OK;
}

static enum rc
claim(struct publication *p, bool *mine)
{
	enum rc rc;

	if (p->st.claimed > p->j->now && p->st.claimed <= p->j->now + CLAIM)
		return RC_OK;
	if ((rc = store_begin(p->j, p->s)) != RC_OK)
		return rc;
	rc = store_crl_claim(p->j, p->s, p->id, p->j->now + CLAIM, mine);
	if (rc == RC_OK && *mine)
		return store_commit(p->j, p->s);
	store_rollback(p->s);
	return rc;
}

enum rc
ca_crl_due(struct job *j, struct store *s, const struct conf_issuer *is,
    const struct audit_event *by, struct ca_made *made)
{
	struct publication p = {.j = j, .s = s, .is = is, .by = by};
	bool mine = false;
	enum rc rc;

	*made = (struct ca_made){0, 0};
	if (!may_sign(is))
		return RC_OK;
	if ((rc = open_publication(&p)) != RC_OK || (rc = look(&p)) != RC_OK)
		return rc;
	if (need_of(&p, WHY_DUE) == NEED_NONE)
		return ca_crl_files(j, s, is, p.id);
	if ((rc = claim(&p, &mine)) != RC_OK || !mine ||
	    (rc = publish_once(&p, WHY_DUE, made)) != RC_OK)
		return rc;
	return ca_crl_files(j, s, is, p.id);
}

enum rc
ca_crl_changed(struct job *j, struct store *s, const struct conf_issuer *is,
    const struct audit_event *by)
{
	struct publication p = {.j = j, .s = s, .is = is, .by = by};
	struct ca_made made;
	enum rc rc;

	if (is->on_revoke == CONF_ON_REVOKE_BATCH || !may_sign(is))
		return RC_OK;
	if ((rc = open_publication(&p)) != RC_OK ||
	    (rc = publish_once(&p, WHY_CHANGED, &made)) != RC_OK)
		return rc;
	return ca_crl_files(j, s, is, p.id);
}
