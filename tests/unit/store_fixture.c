#include "store_fixture.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

int
fx_setup_dir(void **state)
{
	struct fx *f = calloc(1, sizeof(*f));
	const char *tmp = getenv("TMPDIR");

	assert_non_null(f);
	snprintf(f->dir, sizeof(f->dir), "%s/cwstore.XXXXXX",
	    tmp != NULL ? tmp : "/tmp");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->path, sizeof(f->path), "%s/s.db", f->dir);
	snprintf(f->url, sizeof(f->url), "sqlite:%s", f->path);
	f->mem = arena_new(LIMIT_JOB_MEMORY);
	assert_non_null(f->mem);
	job_init(&f->j, f->mem, NOW);
	*state = f;
	return 0;
}

int
fx_setup(void **state)
{
	const char *url = getenv("CW_TEST_STORE_URL");
	struct fx *f;

	fx_setup_dir(state);
	f = *state;
	if (url != NULL)
		snprintf(f->url, sizeof(f->url), "%s", url);
	assert_rc(store_open(&f->j, f->url, true, &f->s), RC_OK);
	return 0;
}

int
fx_teardown(void **state)
{
	struct fx *f = *state;
	struct dirent *e;
	char name[600];
	DIR *d;

	store_close(f->s);
	if ((d = opendir(f->dir)) != NULL) {
		while ((e = readdir(d)) != NULL) {
			snprintf(name, sizeof(name), "%s/%s", f->dir, e->d_name);
			if (e->d_name[0] != '.')
				unlink(name);
		}
		closedir(d);
	}
	rmdir(f->dir);
	arena_free(f->mem);
	free(f);
	return 0;
}

enum rc
fx_fault(struct fx *f)
{
	enum rc rc = f->j.fault.code;

	fault_clear(&f->j);
	return rc;
}

void
fx_reopen(struct fx *f)
{
	store_close(f->s);
	f->s = NULL;
	assert_rc(store_open(&f->j, f->url, false, &f->s), RC_OK);
}

struct slice
fx_random(struct fx *f, size_t n)
{
	uint8_t *p = arena_alloc(f->mem, n);

	assert_non_null(p);
	assert_int_equal(getrandom(p, n, 0), (ssize_t)n);
	return (struct slice){p, n};
}

struct store_cert
fx_cert(struct fx *f)
{
	return (struct store_cert){
		.issuer = fx_random(f, 32), .serial = fx_random(f, 20),
		.der = fx_random(f, 900), .hash = fx_random(f, 32),
		.spki_hash = fx_random(f, 32), .subject = "CN=a.example.com",
		.role = "device", .client = "factory", .not_before = NOW - 10,
		.not_after = NOW + 86400, .issued = NOW,
		.status = STORE_UNCONFIRMED, .confirm_until = NOW + 300,
		.reason = -1
	};
}

struct store_trans
fx_trans(struct fx *f)
{
	return (struct store_trans){
		.id = fx_random(f, 16), .state = STORE_TRANS_CERT, .body = 2,
		.who = fx_random(f, 32), .role = "device", .client = "factory",
		.nonce = fx_random(f, 16), .issuer = fx_random(f, 32),
		.serial = fx_random(f, 20), .cert_req_id = -1, .started = NOW,
		.expires = NOW + 600, .signer = fx_random(f, 400)
	};
}

void
fx_cert_put(struct fx *f, const struct store_cert *c)
{
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_cert_put(&f->j, f->s, c), RC_OK);
	assert_rc(store_commit(&f->j, f->s), RC_OK);
}

void
fx_trans_put(struct fx *f, const struct store_trans *t)
{
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_trans_put(&f->j, f->s, t), RC_OK);
	assert_rc(store_commit(&f->j, f->s), RC_OK);
}

void
assert_slice(struct slice got, struct slice want)
{
	assert_int_equal(got.p == NULL, want.p == NULL);
	assert_int_equal(got.n, want.n);
	assert_true(slice_eq(got, want));
}

void
assert_cert(const struct store_cert *a, const struct store_cert *b)
{
	assert_slice(a->issuer, b->issuer);
	assert_slice(a->serial, b->serial);
	assert_slice(a->der, b->der);
	assert_slice(a->hash, b->hash);
	assert_slice(a->spki_hash, b->spki_hash);
	assert_string_equal(a->subject, b->subject);
	assert_string_equal(a->role, b->role);
	assert_string_equal(a->client, b->client);
	assert_int_equal(a->not_before, b->not_before);
	assert_int_equal(a->not_after, b->not_after);
	assert_int_equal(a->issued, b->issued);
	assert_int_equal(a->status, b->status);
	assert_int_equal(a->confirm_until, b->confirm_until);
	assert_int_equal(a->revoked, b->revoked);
	assert_int_equal(a->reason, b->reason);
}

void
assert_trans(const struct store_trans *a, const struct store_trans *b)
{
	assert_slice(a->id, b->id);
	assert_int_equal(a->state, b->state);
	assert_int_equal(a->body, b->body);
	assert_slice(a->who, b->who);
	assert_string_equal(a->role, b->role);
	assert_string_equal(a->client, b->client);
	assert_slice(a->nonce, b->nonce);
	assert_slice(a->issuer, b->issuer);
	assert_slice(a->serial, b->serial);
	assert_int_equal(a->cert_req_id, b->cert_req_id);
	assert_int_equal(a->started, b->started);
	assert_int_equal(a->expires, b->expires);
	assert_slice(a->signer, b->signer);
}
