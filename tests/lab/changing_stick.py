# SPDX-License-Identifier: GPL-3.0-or-later
"""A hostile memory stick: what it holds changes when it likes, and it tells nobody."""
from dying_stick import DyingStick


class ChangingStick(DyingStick):
    def __init__(self, image):
        super().__init__(image, dead_from=image.stat().st_size)

    def become(self, image):
        """From now on it holds that, which must not be longer."""
        self._content = image.read_bytes()
