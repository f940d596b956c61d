dist_man_MANS += docs/certwright.1 docs/certwright.ini.5 docs/certwright.fcgi.8
EXTRA_DIST += HACKING.md NEWS README.md
