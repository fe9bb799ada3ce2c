nginxexamplesdir = $(datadir)/kube-shields/nginx
dist_nginxexamples_DATA = \
	nginx/kube-shields.params \
	nginx/locations.conf \
	nginx/nginx.conf \
	nginx/sidecar.conf
