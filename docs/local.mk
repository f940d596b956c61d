dist_man_MANS += docs/certwright.1 docs/certwright.ini.5 docs/certwright.fcgi.8
EXTRA_DIST += HACKING.md NEWS README.md docs/conformance.md docs/keys.md
EXTRA_DIST += docs/deploy-factory.md docs/deploy-3gpp.md docs/deploy-fleet.md \
	docs/examples

# It names tests that are there.
dist_check_SCRIPTS += tests/unit/conformance.t

check_PROGRAMS += tests/unit/test_docs_ini
tests_unit_test_docs_ini_SOURCES = tests/unit/test_docs_ini.c
tests_unit_test_docs_ini_LDADD = $(UNIT_LIBS)

completiondir = $(datadir)/bash-completion/completions
EXTRA_DIST += docs/certwright.bash-completion
install-data-hook:
	$(MKDIR_P) '$(DESTDIR)$(completiondir)'
	$(INSTALL_DATA) '$(srcdir)/docs/certwright.bash-completion' \
		'$(DESTDIR)$(completiondir)/certwright'
uninstall-hook:
	rm -f '$(DESTDIR)$(completiondir)/certwright'
