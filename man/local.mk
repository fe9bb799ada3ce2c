dist_man_MANS += man/kube-shields.8 man/kube-shields-check.3 man/kube-shields-checks.7
