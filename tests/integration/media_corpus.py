# SPDX-License-Identifier: GPL-3.0-or-later
"""Images of media that other programs made: data that is not ours to keep here, and need not be there."""
import os
import subprocess
from pathlib import Path

PLACE = Path(os.environ.get("VAKTPOST_MEDIA_CORPUS", Path(__file__).resolve().parents[3] / "shared" / "media-corpus"))
WHERE = "VAKTPOST_MEDIA_CORPUS or ../shared/media-corpus"


def unpack(name, folder):
    """The image in a file of its own in the folder, or None."""
    packed = PLACE / f"{name}.img.xz"
    if not packed.exists():
        return None
    copy = folder / packed.name
    copy.write_bytes(packed.read_bytes())  # not its mode: the corpus may be read-only, and an image is written to
    subprocess.run(["xz", "-d", "-f", copy], check=True)  # to a file of its own making, in which it leaves holes
    return copy.with_suffix("")
