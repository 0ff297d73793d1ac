# SPDX-License-Identifier: GPL-3.0-or-later
"""Images of media that other programs made: data that is not ours to keep here, and need not be there."""
import os
import subprocess
from pathlib import Path

PLACE = Path(os.environ.get("VAKTPOST_MEDIA_CORPUS", Path(__file__).resolve().parents[3] / "shared" / "media-corpus"))
WHERE = "VAKTPOST_MEDIA_CORPUS or ../shared/media-corpus"


def unpack(name, folder):
    """The image in a file of its own in the folder, or None."""
    packed, image = PLACE / f"{name}.img.xz", Path(folder) / f"{name}.img"
    if not packed.exists():
        return None
    # Through a file's name: xz leaves holes in a file that it made itself alone.
    (folder / packed.name).write_bytes(packed.read_bytes())
    subprocess.run(["xz", "-d", "-f", folder / packed.name], check=True)
    return image
