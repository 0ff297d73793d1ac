# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures: their distribution, the table for people, the rows for programs."""
import math
import statistics
from dataclasses import dataclass

HEADINGS = ("measure", "figure", "unit", "ours", "p99", "max", "n", "peer", "theirs", "p99", "max", "n", "ratio")


@dataclass(frozen=True)
class Row:
    """One figure. `ours` and `theirs` are lists of samples; `peer` names whose the latter are. Without a peer
    `theirs` is empty; a figure of a peer alone has no `ours`."""
    measure: str
    figure: str
    unit: str
    ours: list
    peer: str = ""
    theirs: tuple | list = ()

    def as_json(self):
        return {"measure": self.measure, "figure": self.figure, "unit": self.unit, "ours": distribution(self.ours),
                "peer": self.peer, "theirs": distribution(self.theirs), "ratio": self.ratio()}

    def ratio(self):
        """Ours over theirs, by the medians."""
        if not self.ours or not self.theirs or statistics.median(self.theirs) == 0:
            return None
        return round(statistics.median(self.ours) / statistics.median(self.theirs), 3)

    def cells(self):
        ratio = self.ratio()
        return (self.measure, self.figure, self.unit, *_cells(self.ours), self.peer or "-", *_cells(self.theirs),
                "-" if ratio is None else f"{ratio:.2f}")


def distribution(samples):
    if not samples:
        return None
    return {"n": len(samples), "median": statistics.median(samples), "p99": percentile(samples, 99),
            "max": max(samples), "samples": list(samples)}


def percentile(samples, part):
    """The smallest sample that so many hundredths of all do not exceed."""
    return sorted(samples)[math.ceil(len(samples) * part / 100) - 1]


def text(rows):
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    return "\n".join("  ".join(_aligned(cell, width, column) for column, (cell, width) in enumerate(zip(line, widths)))
                     .rstrip() for line in lines)


def _cells(samples):
    if not samples:
        return "-", "-", "-", "-"
    if len(samples) == 1:
        return _number(samples[0]), "-", "-", "1"
    spread = (percentile(samples, 99), max(samples))
    return _number(statistics.median(samples)), *map(_number, spread), str(len(samples))


def _number(value):
    return f"{value:.0f}" if value == round(value) or abs(value) >= 1000 else f"{value:.2f}"


def _aligned(cell, width, column):
    words = HEADINGS[column] in ("measure", "figure", "unit", "peer")
    return cell.ljust(width) if words else cell.rjust(width)
