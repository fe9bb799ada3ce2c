EXTRA_DIST += \
	deploy/Dockerfile \
	deploy/Dockerfile.dockerignore \
	deploy/kube-shields.yaml \
	deploy/one-namespace.yaml
