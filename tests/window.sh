#!/usr/bin/env bash
# Drives the real window under Xvfb: the sample opens, a drag shows its effect, it is undone, and the program lives.
# usage: tests/window.sh path/to/seamline [folder for pictures]
set -euo pipefail
program=$(realpath "$1")
sample=$(realpath "$(dirname "$0")/../sample_projects/storefront")
pictures=${2:-$(mktemp -d)}
mkdir -p "$pictures"
home=$(mktemp -d)
display=:$((RANDOM % 400 + 100))

Xvfb "$display" -screen 0 1600x1000x24 -ac +extension GLX >/dev/null 2>&1 &
server=$!
sleep 1
export DISPLAY=$display HOME=$home XDG_CONFIG_HOME=$home XDG_RUNTIME_DIR=$home
unset WAYLAND_DISPLAY
cd "$home"
"$program" "$sample" >"$home/out.txt" 2>"$home/err.txt" &
window=$!
trap 'kill $window $server 2>/dev/null || true' EXIT

shot() { import -window root "$pictures/$1.png"; }
fail() { echo "window test failed: $1"; cat "$home/err.txt"; exit 1; }
colours() { convert "$pictures/$1.png" -format '%k' info: 2>/dev/null || identify -format '%k' "$pictures/$1.png"; }
different() { [ "$(compare -metric AE "$pictures/$1.png" "$pictures/$2.png" null: 2>&1 | cut -d' ' -f1 | cut -d. -f1)" != 0 ]; }

for _ in $(seq 60); do
  sleep 1
  kill -0 "$window" 2>/dev/null || fail "the program ended"
  shot open
  [ "$(colours open)" -gt 300 ] && break
done
[ "$(colours open)" -gt 300 ] || fail "nothing was drawn"
sleep 2
xdotool mousemove 5 995
sleep 1
shot map

# A tile in the upper left of the map is dragged to its lower right.
read -r x y <<<"${SEAMLINE_DRAG_FROM:-360 240}"
xdotool mousemove "$x" "$y" mousedown 1
for step in 1 2 3 4 5 6 7 8; do
  xdotool mousemove $((x + step * 60)) $((y + step * 45))
  sleep 0.1
done
sleep 0.5
shot dragging
different map dragging || fail "dragging shows nothing"
xdotool key Escape
xdotool mouseup 1
sleep 0.5

xdotool key F1
sleep 1
shot help
different map help || fail "F1 shows nothing"
xdotool key Escape
sleep 0.5
kill -0 "$window" 2>/dev/null || fail "the program ended"
echo "window: 1 passed, 0 failed (pictures in $pictures)"
