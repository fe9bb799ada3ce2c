#!/bin/sh
# Draws the shields that the documents show: docs/pictures.sh BADGE_DRIVER FOLDER
set -eu
driver=${1:?usage: pictures.sh BADGE_DRIVER FOLDER}
folder=${2:?usage: pictures.sh BADGE_DRIVER FOLDER}

draw()
{
	printf '{"label":"%s","message":"%s","color":"%s"}\n' "$2" "$3" "$4" | "$driver" >"$folder/$1.svg"
}

draw health-green health '2/2 (0 restarts)' green
draw health-yellow health '2/2 (7 restarts)' yellow
draw health-red health '1/2 (0 restarts)' red
draw health-zero health 'scaled to 0' lightgrey
draw health-unknown health unknown grey
draw version version '1.4.2, 1.5.0' blue
draw replicas replicas 3/3 green
draw restarts restarts 7 yellow
draw age age 3d4h blue
draw state state CrashLoopBackOff red
draw nodes nodes 3/3 green
