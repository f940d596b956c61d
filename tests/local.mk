# Tests of the whole: a CA behind a real web server.
E2E_SERVER_TESTS = tests/e2e/sandbox.t tests/e2e/http.t tests/e2e/spoof.t \
	tests/e2e/reload.t tests/e2e/roundtrip.t tests/e2e/mac.t tests/e2e/kill.t \
	tests/e2e/genm.t tests/e2e/signers.t tests/e2e/revoke.t \
	tests/e2e/poll.t tests/e2e/nested.t tests/e2e/encr.t \
	tests/e2e/content.t tests/e2e/names.t tests/e2e/several.t tests/e2e/ossl.t \
	tests/e2e/deploy.t tests/e2e/crl.t tests/e2e/ocsp.t
# Where the keys are.
E2E_SERVER_TESTS += tests/e2e/issuers.t tests/e2e/token.t
E2E_SERVER_TESTS += tests/e2e/deploy_fleet.t
E2E_SERVER_TESTS += tests/e2e/metrics.t tests/e2e/tidy.t
dist_check_SCRIPTS += tests/e2e/layers.t $(E2E_SERVER_TESTS)
EXTRA_DIST += tests/e2e/lib.sh tests/e2e/forge.sh tests/e2e/protection \
	tests/e2e/prometheus.awk

# They use the scripts, which use the pages and the servers' files.
EXTRA_DIST += scripts/lib.sh scripts/servers.sh scripts/credentials.sh \
	scripts/token.sh \
	scripts/sandbox scripts/quickstart scripts/check scripts/debian13
wwwdir = $(pkgdatadir)/www
dist_www_DATA = www/index.html www/style.css
deploydir = $(docdir)/deploy
dist_deploy_DATA = docs/deploy/apache.conf docs/deploy/lighttpd.conf \
	docs/deploy/nginx.conf docs/deploy/certwright.socket \
	docs/deploy/certwright.service docs/deploy/certwright-keys.service \
	docs/deploy/certwright-tidy.service \
	docs/deploy/certwright.tmpfiles

# The way of a request without a socket.
include tests/tools/local.mk
include tests/ossl/local.mk
