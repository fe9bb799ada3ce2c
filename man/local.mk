dist_man_MANS += man/libkubeshields.3 man/kube-shields-check.3

# Manual pages that name folders that ./configure chose.
made_manuals = man/kube-shields-checks.7 man/kube-shields.8
man_MANS = $(made_manuals)
EXTRA_DIST += $(made_manuals:=.in)
CLEANFILES += $(made_manuals)
$(made_manuals): %: %.in Makefile
	$(AM_V_GEN)$(MKDIR_P) man && sed -e 's|@datadir[@]|$(datadir)|g' -e 's|@libexecdir[@]|$(libexecdir)|g' \
		$< >$@.tmp && mv $@.tmp $@
