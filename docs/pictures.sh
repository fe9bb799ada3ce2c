#!/bin/sh
# Draws the shields that the documents show: docs/pictures.sh BADGE_DRIVER FOLDER
set -eu
driver=${1:?usage: pictures.sh BADGE_DRIVER FOLDER}
folder=${2:?usage: pictures.sh BADGE_DRIVER FOLDER}

# draw NAME LABEL MESSAGE COLOR [FURTHER-MEMBERS]
draw()
{
	printf '{"label":"%s","message":"%s","color":"%s"%s}\n' "$2" "$3" "$4" "${5:-}" | "$driver" >"$folder/$1.svg"
}

draw health-green health '2/2 (0 restarts)' green
draw health-yellow health '2/2 (7 restarts)' yellow
draw health-rolling health '3/3 (rolling out)' yellow
draw health-red health '1/2 (0 restarts)' red
draw ambiguous health 'ambiguous: evil, shop' orange
draw health-zero health 'scaled to 0' lightgrey
draw health-unknown health unknown grey
draw version version '1.4.2, 1.5.0' blue
draw replicas replicas 3/3 green
draw restarts restarts 7 yellow
draw age age 3d4h blue
draw state state CrashLoopBackOff red
draw nodes nodes 3/3 green
draw custom hits '42 an hour' green

for style in flat flat-square plastic for-the-badge social; do
	draw "style-$style" health '2/2 (0 restarts)' green ",\"style\":\"$style\""
done
tick='<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 14 14">
<path fill="none" stroke="#fff" stroke-width="2" d="M2 7l4 4 6-8"/></svg>'
tick="data:image/svg+xml;base64,$(printf %s "$tick" | base64 -w 0)"
draw parameter-label web '2/2 (0 restarts)' green
draw parameter-color health '2/2 (0 restarts)' blueviolet
draw parameter-label-color health '2/2 (0 restarts)' green ',"labelColor":"navy"'
draw parameter-logo health '2/2 (0 restarts)' green ",\"logoBase64\":\"$tick\""
draw static 'build time' '3 min' orange
