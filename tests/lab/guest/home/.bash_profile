# SPDX-License-Identifier: GPL-3.0-or-later
export LANG=C.UTF-8 WLR_RENDERER=pixman WLR_NO_HARDWARE_CURSORS=1 XDG_CURRENT_DESKTOP=sway
case $(tty) in
/dev/tty[12]) exec sway >"$HOME/sway.log" 2>&1 ;;
esac
