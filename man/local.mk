dist_man_MANS += man/libkubeshields.3 man/kube-shields-check.3 man/kube-shields-checks.7

# Manual pages that name folders that ./configure chose.
man_MANS = man/kube-shields.8
EXTRA_DIST += man/kube-shields.8.in
CLEANFILES += man/kube-shields.8
man/kube-shields.8: man/kube-shields.8.in Makefile
	$(AM_V_GEN)$(MKDIR_P) man && sed -e 's|@datadir[@]|$(datadir)|g' -e 's|@libexecdir[@]|$(libexecdir)|g' \
		$(srcdir)/man/kube-shields.8.in >$@.tmp && mv $@.tmp $@
