dist_man_MANS += man/kube-shields.8
