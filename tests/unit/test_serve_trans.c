#include "pipeline.h"
#include <stdlib.h>

static struct pipeline *p;
static int setup(void **s) { (void)s; p = pipeline_open(NULL); return 0; }
static int teardown(void **s) { (void)s; pipeline_close(p); return 0; }

static void
test_first(void **state)
{
	struct forge_id *ec = forge_id_load(&p->kept, PKI_DIR, "dev-ec");
	struct pki_key *k = forge_key_load(&p->kept, PKI_DIR, "new-ec256");
	struct forge f;
	struct forge_req r;
	struct answer a;

	(void)state;
	forge_init(&f, &p->job, ec, "first");
	forge_extra(&f, forge_cert_load(&p->job, PKI_DIR, "devca"));
	forge_req_init(&r, k, ec->c.subject);
	f.body = forge_reqs(&p->job, CMP_IR, forge_req_msg(&p->job, &r), 1);
	a = pipeline_send(p, forge_message(&f), NULL);
	expect(p, a, "ip 0 -", NULL);
	forge_id_free(ec);
	pki_key_free(k);
}

int
main(void)
{
	const struct CMUnitTest t[] = {
		cmocka_unit_test(test_first),
	};
	return cmocka_run_group_tests(t, setup, teardown);
}
