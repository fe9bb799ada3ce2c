EXTRA_DIST += \
	docs/architecture.md \
	docs/pictures.sh \
	docs/pictures/age.svg \
	docs/pictures/health-green.svg \
	docs/pictures/health-red.svg \
	docs/pictures/health-unknown.svg \
	docs/pictures/health-yellow.svg \
	docs/pictures/health-zero.svg \
	docs/pictures/nodes.svg \
	docs/pictures/replicas.svg \
	docs/pictures/restarts.svg \
	docs/pictures/state.svg \
	docs/pictures/version.svg
