#include "store/driver.h"

/* In the order in which store_request.c reads and writes them; the id of the
 * transaction stands for its number. */
#define REQUEST_COLUMNS "requests.id, requests.state, requests.body, received, " \
	"until, decided, decided_by, reason, requests.role, requests.client, " \
	"requests.who, subject, names, key_text, message"
#define REQUEST_SELECT "SELECT t.id, " REQUEST_COLUMNS " FROM requests " \
	"JOIN transactions t ON t.n = requests.trans "

/* In the order in which store_cert.c reads and writes them. */
#define CERT_HEAD "serial, issuer, status, revoked, reason, confirm_until, " \
	"not_before, not_after, issued, invalidity, hash, spki_hash, role, client, subject"
#define CERT_COLUMNS CERT_HEAD ", der"

/* In the order in which store_secret.c reads them. */
#define SECRET_COLUMNS "reference, sealed, roles, client, subject, uses, expires, " \
	"created, " \
	"(SELECT coalesce(sum(failures), 0) FROM secret_failures f " \
	"WHERE f.reference = secrets.reference), " \
	"(SELECT coalesce(max(locked_until), 0) FROM secret_failures f " \
	"WHERE f.reference = secrets.reference)"

/* In the order in which store_heads.c reads and writes them. */
#define HEAD_COLUMNS "chain, name, started, place, hash, bind"

const char *const store_sql[SQL__MAX] = {
	[SQL_CERT_PUT] =
	    "INSERT INTO certificates (" CERT_COLUMNS ", keyed, subject_key) VALUES ($1, "
	    "$2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, "
	    "$17, $18) "
	    "ON CONFLICT (serial, issuer) DO NOTHING",
	[SQL_CERT_BY_HASH] =
	    "SELECT " CERT_COLUMNS " FROM certificates "
	    "WHERE serial = $1 AND hash = $2",
	[SQL_CERT_BY_SERIAL] =
	    "SELECT " CERT_COLUMNS " FROM certificates "
	    "WHERE serial = $1 AND issuer = $2",
	/* The first columns of a row, all of which stand before its DER. */
	[SQL_CERT_STATUS] =
	    "SELECT status, revoked, reason, confirm_until, not_after, "
	    "invalidity FROM certificates WHERE serial = $1 AND issuer = $2",
	[SQL_CERT_LIST] =
	    "SELECT " CERT_COLUMNS " FROM certificates "
	    "WHERE (serial, issuer) > ($1, $2) "
	    "ORDER BY serial, issuer LIMIT $3",
	/* The end is open at 21 octets of FF.  Expired (4) is what time makes of a
	 * status.  All but the serial is judged row by row: no index knows it. */
	[SQL_CERT_SEARCH] =
	    "SELECT " CERT_HEAD ", CASE WHEN $1 = 1 THEN der END "
	    "FROM certificates WHERE (serial, issuer) > ($2, $3) "
	    "AND serial <= $4 AND ($5 IS NULL OR hash = $5) "
	    "AND ($6 IS NULL OR issuer = $6) "
	    "AND ($7 IS NULL OR role = $7) AND ($8 IS NULL OR client = $8) "
	    "AND ($9 = 0 OR CASE WHEN status <> 3 AND not_after < $10 THEN 4 "
	    "ELSE status END = $9) AND not_after >= $11 AND not_after < $12 "
	    "AND ($13 IS NULL OR lower(subject) LIKE lower($13) ESCAPE '~') "
	    "ORDER BY serial, issuer LIMIT $14",
	[SQL_CERT_CONFIRM] =
	    "UPDATE certificates SET status = 2 "
	    "WHERE serial = $1 AND issuer = $2 AND status = 1",
	[SQL_CERT_REVOKE] =
	    "UPDATE certificates SET status = 3, "
	    "revoked = CASE WHEN status = 3 THEN revoked ELSE $1 END, "
	    "reason = $2, invalidity = $3 WHERE serial = $4 AND issuer = $5 "
	    "AND (status <> 3 OR (reason = 6 AND $2 <> 6))",
	[SQL_CERT_RELEASE] =
	    "UPDATE certificates SET status = 2, revoked = 0, reason = -1, "
	    "invalidity = 0 WHERE serial = $1 AND issuer = $2 AND status = 3 "
	    "AND reason = 6",
	/* status = 1, reason = 1 and the like are literals: they name the partial index. */
	[SQL_CERT_OVERDUE] =
	    "SELECT " CERT_COLUMNS " FROM certificates "
	    "WHERE status = 1 AND confirm_until < $1 "
	    "ORDER BY confirm_until LIMIT $2",
	[SQL_KEY_COMPROMISED] =
	    "SELECT 1 FROM certificates "
	    "WHERE spki_hash = $1 AND reason = 1 LIMIT 1",
	[SQL_KEY_USED] =
	    "SELECT 1 FROM certificates WHERE spki_hash = $1 AND keyed = 1 "
	    "AND ($2 IS NULL OR subject IS NULL OR subject <> $2) LIMIT 1",
	[SQL_SUBJECT_COUNT] =
	    "SELECT count(*) FROM (SELECT 1 FROM certificates "
	    "WHERE subject_key = $1 AND status <> 3 AND not_after >= $2 "
	    "AND (status <> 1 OR confirm_until >= $2) "
	    "AND (serial <> $3 OR issuer <> $4) LIMIT $5) AS valid",
	[SQL_SUBJECT_FORGET] =
	    "UPDATE certificates SET subject_key = NULL "
	    "WHERE serial = $1 AND issuer = $2",
	[SQL_CERT_DROP] =
	    "UPDATE certificates SET der = NULL "
	    "WHERE serial = $1 AND issuer = $2",

	[SQL_REVOKED] =
	    "SELECT serial, revoked, reason, not_after, invalidity "
	    "FROM certificates WHERE issuer = $1 AND status = 3 "
	    "AND not_after >= $2 ORDER BY revoked",
	[SQL_CHANGED] =
	    "SELECT c.serial, c.status, c.revoked, c.reason, c.not_after, "
	    "c.invalidity, d.time FROM crl_changes d JOIN certificates c "
	    "ON c.serial = d.serial AND c.issuer = d.issuer "
	    "WHERE d.issuer = $1 ORDER BY d.serial",
	[SQL_CRL_GET] =
	    "SELECT number, base, this_update, next_update, modified, der "
	    "FROM crls WHERE issuer = $1 AND delta = $2",
	[SQL_CRL_HEAD] =
	    "SELECT number, base, this_update, next_update, modified "
	    "FROM crls WHERE issuer = $1 AND delta = $2",
	/* A number that does not rise, or a date that falls, changes no row. */
	[SQL_CRL_PUT] =
	    "INSERT INTO crls (issuer, delta, number, base, this_update, "
	    "next_update, modified, der) VALUES ($1, $2, $3, $4, $5, $6, "
	    "$7, $8) ON CONFLICT (issuer, delta) DO UPDATE SET "
	    "number = excluded.number, base = excluded.base, "
	    "this_update = excluded.this_update, "
	    "next_update = excluded.next_update, "
	    "modified = excluded.modified, der = excluded.der "
	    "WHERE excluded.number > crls.number "
	    "AND excluded.this_update >= crls.this_update",
	[SQL_CRL_STATE] =
	    "SELECT changed, claimed, base, based FROM crl_state "
	    "WHERE issuer = $1",
	[SQL_CRL_CHANGE] =
	    "INSERT INTO crl_changes (issuer, serial, time) "
	    "VALUES ($1, $2, $3) ON CONFLICT (issuer, serial) "
	    "DO UPDATE SET time = excluded.time",
	/* The oldest change that waits says how long. */
	[SQL_CRL_CHANGED] =
	    "INSERT INTO crl_state (issuer, changed, claimed, base, based) "
	    "VALUES ($1, $2, 0, 0, 0) ON CONFLICT (issuer) DO UPDATE SET "
	    "changed = excluded.changed WHERE crl_state.changed = 0",
	[SQL_CRL_CLAIM] =
	    "INSERT INTO crl_state (issuer, changed, claimed, base, based) "
	    "VALUES ($1, 0, $2, 0, 0) ON CONFLICT (issuer) DO UPDATE SET "
	    "claimed = excluded.claimed WHERE crl_state.claimed > $2 "
	    "OR crl_state.claimed <= $3",
	[SQL_CRL_DONE] =
	    "INSERT INTO crl_state (issuer, changed, claimed, base, based) "
	    "VALUES ($1, $2, 0, $3, $4) ON CONFLICT (issuer) DO UPDATE SET "
	    "changed = excluded.changed, claimed = 0, base = excluded.base, "
	    "based = excluded.based",
	[SQL_CRL_REBASE] =
	    "DELETE FROM crl_changes WHERE issuer = $1",

	[SQL_TRANS_PUT] =
	    "INSERT INTO transactions (id, state, body, who, role, client, nonce, "
	    "issuer, serial, cert_req_id, started, expires, signer, several) "
	    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) "
	    "ON CONFLICT (id) DO NOTHING",
	[SQL_TRANS_GET] =
	    "SELECT state, body, who, role, client, nonce, issuer, serial, "
	    "cert_req_id, started, expires, signer, several FROM transactions WHERE "
	    "id = $1",
	[SQL_TRANS_UPDATE] =
	    "UPDATE transactions SET state = $1, nonce = $2, issuer = $3, "
	    "serial = $4, expires = $5, several = $6 WHERE id = $7 AND "
	    "nonce = $8",
	[SQL_TRANS_CERTS] =
	    "SELECT cert_req_id, serial FROM transaction_certs WHERE trans = "
	    "(SELECT n FROM transactions WHERE id = $1) ORDER BY place",
	[SQL_TRANS_CERTS_CLEAR] =
	    "DELETE FROM transaction_certs WHERE trans = "
	    "(SELECT n FROM transactions WHERE id = $1)",
	[SQL_TRANS_CERT_PUT] =
	    "INSERT INTO transaction_certs (trans, place, cert_req_id, serial) "
	    "VALUES ((SELECT n FROM transactions WHERE id = $1), $2, $3, $4)",
	[SQL_TRANS_EXPIRED] =
	    "SELECT 1 FROM transactions WHERE expires < $1 LIMIT 1",
	[SQL_TRANS_TIDY] =
	    "DELETE FROM transactions WHERE n IN (SELECT n FROM transactions "
	    "WHERE expires < $1 ORDER BY expires LIMIT $2)",
	/* No such transaction: NULL, which the table refuses. */
	[SQL_STEP_PUT] =
	    "INSERT INTO steps (trans, request, reply) VALUES "
	    "((SELECT n FROM transactions WHERE id = $1), $2, $3)",
	[SQL_STEP_GET] =
	    "SELECT reply FROM steps WHERE trans = "
	    "(SELECT n FROM transactions WHERE id = $1) AND request = $2",

	[SQL_STEP_TRIM] =
	    "DELETE FROM steps WHERE trans = "
	    "(SELECT n FROM transactions WHERE id = $1) AND request <> $2",

	[SQL_REQUEST_PUT] =
	    "INSERT INTO requests (trans, id, state, body, received, until, "
	    "decided, decided_by, reason, role, client, who, subject, names, "
	    "key_text, message) VALUES ((SELECT n FROM transactions WHERE "
	    "id = $1), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, "
	    "$14, $15, $16)",
	[SQL_REQUEST_OF] =
	    REQUEST_SELECT "WHERE t.id = $1",
	[SQL_REQUEST_FROM] =
	    REQUEST_SELECT "WHERE requests.id >= $1 ORDER BY requests.id LIMIT $2",
	[SQL_REQUEST_LIST] =
	    REQUEST_SELECT "WHERE (received, requests.id) > ($1, $2) "
	    "ORDER BY received, requests.id LIMIT $3",
	/* state <= 2 is literal: it names the partial index. */
	[SQL_REQUEST_OVERDUE] =
	    REQUEST_SELECT "WHERE requests.state <= 2 AND until < $1 "
	    "ORDER BY until LIMIT $2",
	[SQL_REQUEST_CHANGE] =
	    "UPDATE requests SET state = $1, decided = $2, decided_by = $3, "
	    "reason = $4 WHERE id = $5 AND state = $6",

	[SQL_AUDIT_LAST] =
	    "SELECT n, time, text, hash, chain, place FROM audit ORDER BY n DESC LIMIT 1",
	[SQL_AUDIT_FROM] =
	    "SELECT n, time, text, hash, chain, place FROM audit WHERE n >= $1 "
	    "ORDER BY n LIMIT $2",
	[SQL_AUDIT_AT] =
	    "SELECT n, time, '', hash, chain, place FROM audit WHERE n = $1",
	[SQL_AUDIT_APPEND] =
	    "INSERT INTO audit (n, time, text, hash, chain, place) "
	    "VALUES ($1, $2, $3, $4, $5, $6)",
	[SQL_HEAD_LAST] =
	    "SELECT " HEAD_COLUMNS " FROM audit_heads ORDER BY chain DESC LIMIT 1",
	[SQL_HEAD_FROM] =
	    "SELECT " HEAD_COLUMNS " FROM audit_heads WHERE chain > $1 "
	    "ORDER BY chain LIMIT $2",
	[SQL_HEAD_PUT] =
	    "INSERT INTO audit_heads (" HEAD_COLUMNS ") "
	    "VALUES ($1, $2, $3, $4, $5, $6)",
	[SQL_HEAD_MARK] =
	    "UPDATE audit_heads SET place = $1, hash = $2 WHERE chain = $3",

	[SQL_SECRET_PUT] =
	    "INSERT INTO secrets (reference, sealed, roles, client, subject, uses, "
	    "expires, created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
	    "ON CONFLICT (reference) DO NOTHING",
	[SQL_SECRET_GET] =
	    "SELECT " SECRET_COLUMNS " FROM secrets "
	    "WHERE reference IN ($1, $2) "
	    "ORDER BY CASE WHEN reference = $1 THEN 0 ELSE 1 END LIMIT 1",
	[SQL_SECRET_LIST] =
	    "SELECT " SECRET_COLUMNS " FROM secrets WHERE reference > $1 "
	    "ORDER BY reference LIMIT $2",
	[SQL_SECRET_REMOVE] = "DELETE FROM secrets WHERE reference = $1",
	[SQL_SECRET_USE] =
	    "UPDATE secrets SET uses = CASE WHEN uses > 0 THEN uses - $1 ELSE uses "
	    "END WHERE reference = $2 AND (uses < 0 OR uses >= $1) AND "
	    "(expires = 0 OR expires > $3)",
	/* '*' is the row of those that have none of their own. */
	[SQL_FAILURES_GET] =
	    "SELECT peer, failures, locked_until FROM secret_failures "
	    "WHERE reference = $1 AND peer IN ($2, '*') AND last > $3 "
	    "ORDER BY CASE WHEN peer = '*' THEN 1 ELSE 0 END LIMIT 1",
	[SQL_FAILURES_PEERS] =
	    "SELECT count(*) FROM secret_failures WHERE reference = $1",
	[SQL_FAILURES_PUT] =
	    "INSERT INTO secret_failures (reference, peer, failures, locked_until, "
	    "last) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (reference, peer) DO "
	    "UPDATE SET failures = excluded.failures, "
	    "locked_until = excluded.locked_until, last = excluded.last",
	[SQL_FAILURES_FORGET] =
	    "DELETE FROM secret_failures WHERE reference = $1 AND peer = $2",
	[SQL_FAILURES_REMOVE] = "DELETE FROM secret_failures WHERE reference = $1",
	[SQL_FAILURES_TIDY] =
	    "DELETE FROM secret_failures WHERE reference = $1 AND last <= $2",

	[SQL_CALENDAR_LEAVE] =
	    "UPDATE calendar SET n = n - 1 WHERE (day, status) = "
	    "(SELECT not_after / 86400, status FROM certificates "
	    "WHERE serial = $1 AND issuer = $2)",
	[SQL_CALENDAR_ENTER] =
	    "INSERT INTO calendar (day, status, n) "
	    "SELECT not_after / 86400, status, 1 FROM certificates "
	    "WHERE serial = $1 AND issuer = $2 "
	    "ON CONFLICT (day, status) DO UPDATE SET n = calendar.n + 1",
	[SQL_FIGURES] =
	    "SELECT coalesce(sum(CASE WHEN day >= $1 AND status = 1 THEN n END), 0), "
	    "coalesce(sum(CASE WHEN day >= $1 AND status = 2 THEN n END), 0), "
	    "coalesce(sum(CASE WHEN day >= $1 AND status = 2 AND day < $2 THEN n "
	    "END), 0), "
	    "coalesce(sum(CASE WHEN day >= $1 AND status = 2 AND day < $3 THEN n "
	    "END), 0), "
	    "coalesce(sum(CASE WHEN day >= $1 AND status = 3 THEN n END), 0), "
	    "coalesce(sum(CASE WHEN day < $1 THEN n END), 0) FROM calendar",
	/* state <= 2 is literal: it names the partial index. */
	[SQL_REQUESTS_PENDING] =
	    "SELECT count(*) FROM (SELECT 1 FROM requests WHERE state <= 2 "
	    "AND state = 1 LIMIT $1) AS pending",
	/* Never what is there already: SQLite does not write that. */
	[SQL_PROBE] =
	    "INSERT INTO probe (n, time, writes) VALUES (1, $1, 1) "
	    "ON CONFLICT (n) DO UPDATE SET time = excluded.time, "
	    "writes = probe.writes + 1",

	/* A revoked one stays until a CRL made that long behind its end has shown it, and
	 * one whose key is compromised for ever. */
	[SQL_CERT_ENDED] =
	    "SELECT " CERT_COLUMNS " FROM certificates WHERE not_after < $1 "
	    "AND status <> 1 AND reason <> 1 AND (status <> 3 OR not_after < "
	    "(SELECT this_update FROM crls WHERE delta = 0 AND crls.issuer = "
	    "certificates.issuer) - $2) ORDER BY not_after LIMIT $3",
	[SQL_CERT_DELETE] =
	    "DELETE FROM certificates WHERE serial = $1 AND issuer = $2",
	/* expires <> 0 is literal: it names the partial index. */
	[SQL_SECRET_ENDED] =
	    "SELECT " SECRET_COLUMNS " FROM secrets WHERE expires <> 0 "
	    "AND expires < $1 ORDER BY expires LIMIT $2",
	[SQL_FAILURES_OLD] =
	    "SELECT 1 FROM secret_failures WHERE last <= $1 LIMIT 1",
	[SQL_FAILURES_TIDY_ALL] =
	    "DELETE FROM secret_failures WHERE (reference, peer) IN "
	    "(SELECT reference, peer FROM secret_failures WHERE last <= $1 "
	    "ORDER BY last LIMIT $2)",

	/* Each count is answered by an index that holds little else. */
	[SQL_COUNT] =
	    "SELECT (SELECT count(*) FROM certificates), "
	    "(SELECT count(*) FROM certificates WHERE status = 1), "
	    "(SELECT count(*) FROM certificates WHERE status = 3), "
	    "(SELECT count(*) FROM transactions), "
	    "(SELECT coalesce(max(n), 0) FROM audit)",

	/* In the order of the rows: nothing is sorted. */
	[SQL_CERT_BRIEFS] = "SELECT role, status, not_after FROM certificates",
	[SQL_STATS] =
	    "SELECT 1, state, count(*) FROM transactions GROUP BY state UNION ALL "
	    "SELECT 2, state, count(*) FROM requests GROUP BY state UNION ALL "
	    "SELECT 3, 0, count(*) FROM secrets UNION ALL "
	    "SELECT 4, 0, coalesce(max(n), 0) FROM audit",
};
