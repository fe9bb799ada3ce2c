EXTRA_DIST += \
	docs/architecture.md \
	docs/decisions.md \
	docs/pictures.sh \
	docs/protocol.md \
	docs/pictures/age.svg \
	docs/pictures/custom.svg \
	docs/pictures/health-green.svg \
	docs/pictures/health-red.svg \
	docs/pictures/health-unknown.svg \
	docs/pictures/health-yellow.svg \
	docs/pictures/health-zero.svg \
	docs/pictures/nodes.svg \
	docs/pictures/parameter-color.svg \
	docs/pictures/parameter-label-color.svg \
	docs/pictures/parameter-label.svg \
	docs/pictures/parameter-logo.svg \
	docs/pictures/replicas.svg \
	docs/pictures/restarts.svg \
	docs/pictures/state.svg \
	docs/pictures/static.svg \
	docs/pictures/style-flat-square.svg \
	docs/pictures/style-flat.svg \
	docs/pictures/style-for-the-badge.svg \
	docs/pictures/style-plastic.svg \
	docs/pictures/style-social.svg \
	docs/pictures/version.svg
