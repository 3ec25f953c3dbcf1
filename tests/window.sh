#!/usr/bin/env bash
# Drives the real window under Xvfb through a workshop: a monolith opens, a drag shows its effect, a piece is found and
# moved, it is undone, services are proposed again, the two are compared, a decision is written down, and the plan is
# exported.
# usage: tests/window.sh path/to/seamline [folder for pictures] [monolith or project file]
# SEAMLINE_TABLE names a table of that monolith that no service is called like, SEAMLINE_DRAG_FROM a place on a tile of
# its map, SEAMLINE_PATIENCE seconds for each step.
set -euo pipefail
program=$(realpath "$1")
monolith=$(realpath "${3:-$(dirname "$0")/../sample_projects/storefront}")
pictures=${2:-$(mktemp -d)}
mkdir -p "$pictures"
pictures=$(realpath "$pictures")
home=$(mktemp -d)
display=:$((RANDOM % 400 + 100))
patience=${SEAMLINE_PATIENCE:-90}

Xvfb "$display" -screen 0 1600x1000x24 -ac +extension GLX >/dev/null 2>&1 &
server=$!
sleep 1
export DISPLAY=$display HOME=$home XDG_CONFIG_HOME=$home XDG_RUNTIME_DIR=$home SEAMLINE_CONFIG_DIR=$home
unset WAYLAND_DISPLAY
cd "$home"
# What is done to a project file, and what is exported beside it, is done to a copy.
if [ -f "$monolith" ]; then
  cp "$monolith" "$home/"
  monolith=$home/$(basename "$monolith")
fi
"$program" "$monolith" >"$home/out.txt" 2>"$home/err.txt" &
window=$!
trap 'kill $window $server 2>/dev/null || true' EXIT
steps=0

shot() { import -window root "$pictures/$1.png"; }
fail() { echo "window test failed: $1 (pictures in $pictures)"; cat "$home/err.txt"; exit 1; }
alive() { kill -0 "$window" 2>/dev/null || fail "the program ended during: $1"; }
colours() { convert "$pictures/$1.png" -format '%k' info: 2>/dev/null || identify -format '%k' "$pictures/$1.png"; }
# Large counts are written as 1.56e+06.
changed() { { compare -metric AE "$pictures/$1.png" "$pictures/$2.png" null: 2>&1 || true; } | awk '{ printf "%d", $1 }'; }
# A step is over when at least so many pixels differ from the picture before it.
differs() { # before after pixels what
  for _ in $(seq "$((patience * 2))"); do
    sleep 0.5
    alive "$4"
    shot "$2"
    local pixels
    pixels=$(changed "$1" "$2")
    [ "${pixels:-0}" -ge "$3" ] && { steps=$((steps + 1)); return; }
  done
  fail "$4 shows nothing"
}
keys() { xdotool key --delay 60 "$@"; }

# Opens: the map is there when many colours are.
for _ in $(seq "$patience"); do
  sleep 1
  alive "opening"
  shot open
  [ "$(colours open)" -gt 300 ] && break
done
[ "$(colours open)" -gt 300 ] || fail "nothing was drawn"
steps=$((steps + 1))
sleep 2
xdotool windowfocus "$(xdotool search --name Seamline | head -1)" || true
xdotool mousemove 5 995
sleep 1
shot map

# A tile in the upper left of the map is dragged to its lower right, and taken back.
read -r x y <<<"${SEAMLINE_DRAG_FROM:-430 400}"
xdotool mousemove "$x" "$y" mousedown 1
for step in 1 2 3 4 5 6 7 8; do
  xdotool mousemove $((x + step * 50)) $((y + step * 20))
  sleep 0.1
done
differs map dragging 2000 "dragging"
keys Escape
xdotool mouseup 1
sleep 0.5
keys Escape

# A table is found by name, moved to the best place by key, and that is undone.
keys ctrl+k; sleep 0.7
xdotool type --delay 40 "${SEAMLINE_TABLE:-orders}"; sleep 0.7
keys Return
differs map found 2000 "finding a piece"
keys m; sleep 1
keys Return
differs found moved 300 "moving by key"
keys ctrl+z
differs moved undone 300 "undo"
keys Escape; sleep 0.3; keys f; sleep 1

# What is locked stays when services are proposed again.
keys ctrl+k; sleep 0.7
xdotool type --delay 40 "${SEAMLINE_TABLE:-orders}"; sleep 0.7
keys Return; sleep 1
shot before-locking
keys l
differs before-locking locked 200 "locking"
keys Escape; sleep 0.3; keys f; sleep 1

# Services are proposed again, and compared with the first proposal.
shot before-proposing
keys ctrl+p
differs before-proposing proposed 3000 "proposing again"
keys ctrl+5
differs proposed compared 20000 "comparing"
sleep 3
shot compared

# Every other view shows something.
before=compared
for view in 2:matrix 3:transactions 4:tables 8:diagnosis 6:plan 7:decisions 1:map-again; do
  keys "ctrl+${view%%:*}"
  differs "$before" "${view##*:}" 2000 "the view ${view##*:}"
  before=${view##*:}
done

# A decision is written down, and the plan is exported.
keys d; sleep 0.7
xdotool type --delay 20 "Orders stay where they are"
shot deciding
keys ctrl+Return; sleep 0.7
keys ctrl+7; sleep 1
shot decided
keys ctrl+e; sleep 0.7
xdotool type --delay 40 "markdown"; sleep 0.7
keys Return
for _ in $(seq "$patience"); do
  sleep 1
  alive "exporting"
  compgen -G "$home/*plan*.md" >/dev/null && break
done
plan=$(compgen -G "$home/*plan*.md" | head -1) || fail "no plan was written"
grep -q "Orders stay where they are" "$plan" || echo "note: the decision is not in the plan"
steps=$((steps + 1))

keys F1
differs decided help 2000 "F1"
keys Escape
sleep 0.5
alive "the end"
echo "window: $steps passed, 0 failed (pictures in $pictures)"
