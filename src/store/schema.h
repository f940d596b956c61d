/* store, private: the tables.  A driver makes the texts its own by two words: KEY,
 * an integer of 64 bits that numbers the rows, and BLOB.  All else is plain SQL.
 *
 * What an insert costs must not grow with the tables.  So nothing random is
 * indexed but the transactionID, whose table is bounded by tidying:
 * - serials have the time in front (ca), so (serial, issuer) grows at its end; it
 *   also finds a certificate by its DER, whose serial is known;
 * - keys are indexed only where they are known to be compromised, and where a role
 *   forbids to use them again (keyed = 1); subjects where a role counts them;
 * - a CRL is written from an index alone, which grows at its end;
 * - what changed since a CRL is noted in crl_changes, which a new base empties;
 * - the ends of certificates grow at as many places as there are terms of life;
 * - steps hang on the transaction's number, not on its ID.
 *
 * The columns of `certificates` are in the order in which a row is read: the DER
 * stands last, so that what does not ask for it need not walk over it. */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#define STORE_SCHEMA_SQL(KEY, BLOB) \
	"CREATE TABLE certificates (" \
	"serial " BLOB " NOT NULL, issuer " BLOB " NOT NULL, " \
	"status BIGINT NOT NULL CHECK (status BETWEEN 1 AND 3), " \
	"revoked BIGINT NOT NULL, reason BIGINT NOT NULL, " \
	"confirm_until BIGINT NOT NULL, " \
	"not_before BIGINT NOT NULL, not_after BIGINT NOT NULL, " \
	"issued BIGINT NOT NULL, " \
	"invalidity BIGINT NOT NULL, keyed BIGINT NOT NULL, " \
	"hash " BLOB " NOT NULL, spki_hash " BLOB " NOT NULL, " \
	"subject_key " BLOB ", " \
	"role TEXT, client TEXT, subject TEXT, der " BLOB ", " \
	"PRIMARY KEY (serial, issuer))", \
	"CREATE INDEX certificates_overdue ON certificates (confirm_until) " \
	"WHERE status = 1", \
	"CREATE INDEX certificates_revoked ON certificates (issuer, revoked, " \
	"serial, not_after, reason, invalidity, status) " \
	"WHERE status = 3", \
	"CREATE INDEX certificates_compromised ON certificates (spki_hash) " \
	"WHERE reason = 1", \
	"CREATE INDEX certificates_keyed ON certificates (spki_hash) " \
	"WHERE keyed = 1", \
	"CREATE INDEX certificates_subject ON certificates (subject_key, " \
	"not_after) WHERE subject_key IS NOT NULL AND status <> 3", \
	"CREATE INDEX certificates_ended ON certificates (not_after)", \
	"CREATE TABLE calendar (" \
	"day BIGINT NOT NULL, status BIGINT NOT NULL, n BIGINT NOT NULL, " \
	"PRIMARY KEY (day, status))", \
	"CREATE TABLE probe (" \
	"n BIGINT NOT NULL PRIMARY KEY, time BIGINT NOT NULL, " \
	"writes BIGINT NOT NULL)", \
	"CREATE TABLE crls (" \
	"issuer " BLOB " NOT NULL, delta BIGINT NOT NULL, " \
	"number BIGINT NOT NULL, base BIGINT NOT NULL, " \
	"this_update BIGINT NOT NULL, next_update BIGINT NOT NULL, " \
	"modified BIGINT NOT NULL, der " BLOB " NOT NULL, " \
	"PRIMARY KEY (issuer, delta))", \
	"CREATE TABLE crl_state (" \
	"issuer " BLOB " NOT NULL PRIMARY KEY, changed BIGINT NOT NULL, " \
	"claimed BIGINT NOT NULL, base BIGINT NOT NULL, " \
	"based BIGINT NOT NULL)", \
	"CREATE TABLE crl_changes (" \
	"issuer " BLOB " NOT NULL, serial " BLOB " NOT NULL, " \
	"time BIGINT NOT NULL, PRIMARY KEY (issuer, serial))", \
	"CREATE TABLE transactions (" \
	"n " KEY ", id " BLOB " NOT NULL UNIQUE, " \
	"state BIGINT NOT NULL CHECK (state BETWEEN 1 AND 3), " \
	"body BIGINT NOT NULL, who " BLOB ", role TEXT, client TEXT, " \
	"nonce " BLOB ", issuer " BLOB ", serial " BLOB ", " \
	"cert_req_id BIGINT NOT NULL, started BIGINT NOT NULL, " \
	"expires BIGINT NOT NULL, signer " BLOB ", several BIGINT NOT NULL)", \
	"CREATE INDEX transactions_expires ON transactions (expires)", \
	"CREATE TABLE transaction_certs (" \
	"trans BIGINT NOT NULL REFERENCES transactions (n) ON DELETE CASCADE, " \
	"place BIGINT NOT NULL, cert_req_id BIGINT NOT NULL, serial " BLOB ", " \
	"PRIMARY KEY (trans, place))", \
	"CREATE TABLE steps (" \
	"trans BIGINT NOT NULL REFERENCES transactions (n) ON DELETE CASCADE, " \
	"request " BLOB " NOT NULL, reply " BLOB " NOT NULL, " \
	"PRIMARY KEY (trans, request))", \
	"CREATE TABLE requests (" \
	"trans BIGINT NOT NULL PRIMARY KEY " \
	"REFERENCES transactions (n) ON DELETE CASCADE, " \
	"id " BLOB " NOT NULL UNIQUE, " \
	"state BIGINT NOT NULL CHECK (state BETWEEN 1 AND 5), " \
	"body BIGINT NOT NULL, received BIGINT NOT NULL, " \
	"until BIGINT NOT NULL, decided BIGINT NOT NULL, decided_by TEXT, " \
	"reason TEXT, role TEXT, client TEXT, who TEXT, subject TEXT, " \
	"names TEXT, key_text TEXT, message " BLOB " NOT NULL)", \
	"CREATE INDEX requests_until ON requests (until) WHERE state <= 2", \
	"CREATE TABLE audit (" \
	"n " KEY ", chain BIGINT NOT NULL, place BIGINT NOT NULL, " \
	"time BIGINT NOT NULL, text TEXT NOT NULL, hash " BLOB " NOT NULL)", \
	"CREATE TABLE audit_heads (" \
	"chain " KEY ", name TEXT NOT NULL, started BIGINT NOT NULL, " \
	"place BIGINT NOT NULL, hash " BLOB " NOT NULL, " \
	"bind " BLOB " NOT NULL)", \
	"CREATE TABLE secrets (" \
	"reference " BLOB " NOT NULL PRIMARY KEY, sealed " BLOB " NOT NULL, " \
	"roles TEXT, client TEXT, subject TEXT, " \
	"uses BIGINT NOT NULL, expires BIGINT NOT NULL, " \
	"created BIGINT NOT NULL)", \
	"CREATE INDEX secrets_ended ON secrets (expires) WHERE expires <> 0", \
	"CREATE TABLE secret_failures (" \
	"reference " BLOB " NOT NULL, peer TEXT NOT NULL, " \
	"failures BIGINT NOT NULL, locked_until BIGINT NOT NULL, " \
	"last BIGINT NOT NULL, PRIMARY KEY (reference, peer))", \
	"CREATE INDEX secret_failures_last ON secret_failures (last)"

#endif
