#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""One self-contained HTML page from a shift: report.py FOLDER, with shift.json and the screenshots in it.

Everything in events is foreign text, device names above all: it is escaped wherever it is shown.
"""
import base64
import json
import sys
import time
from html import escape
from pathlib import Path

STYLE = """
:root { color-scheme: light dark; --line: #8884; --good: #2a7f4f; --bad: #c0392b; --dim: #8889; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.1rem; margin: 0; }
section { border: 1px solid var(--line); border-radius: 8px; padding: 1rem; margin: 1rem 0; }
section.failed { border-color: var(--bad); border-width: 2px; }
.verdict { font-weight: 600; color: var(--good); } .failed .verdict { color: var(--bad); }
.skipped .verdict { color: var(--dim); }
.seconds { color: var(--dim); }
table { border-collapse: collapse; width: 100%; font-size: .85rem; margin: .5rem 0; }
td, th { border-top: 1px solid var(--line); padding: .2rem .5rem; text-align: left; vertical-align: top; }
td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
code, pre { font: .8rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere; white-space: pre-wrap; }
pre { background: #8881; padding: .6rem; border-radius: 6px; }
figure { display: inline-block; margin: .5rem .5rem 0 0; } figcaption { font-size: .8rem; color: var(--dim); }
img { width: 20rem; border: 1px solid var(--line); border-radius: 4px; }
"""


def write(folder):
    """Writes report.html beside shift.json and returns its path."""
    result = json.loads((folder / "shift.json").read_text())
    path = folder / "report.html"
    path.write_text(_page(result, folder), encoding="utf-8")
    return path


def _page(result, folder):
    steps = result["steps"]
    passed = sum(step["verdict"] == "passed" for step in steps)
    began = time.strftime("%Y-%m-%d %H:%M", time.localtime(result["started"]))
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Vaktpost: a shift on the virtual workstation</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<style>{STYLE}</style></head><body>
<h1>Vaktpost: a shift on the virtual workstation</h1>
<p>{escape(began)}, {result['seconds']:.0f} s, the machine up after {result['boot_seconds']:.0f} s:
<strong>{passed} of {len(steps)} steps passed.</strong></p>
{_overview(steps)}
{"".join(_step(step, folder) for step in steps)}
</body></html>
"""


def _overview(steps):
    rows = "".join(
        f"<tr class='{step['verdict']}'><td><a href='#{escape(step['name'])}'>{escape(step['title'])}</a></td>"
        f"<td class='verdict'>{step['verdict']}</td><td class='number'>{step['seconds']:.1f} s</td>"
        f"<td>{_figures(step)}</td></tr>" for step in steps)
    return f"<table><tr><th>step</th><th>verdict</th><th>time</th><th>figures</th></tr>{rows}</table>"


def _step(step, folder):
    reason = f"<pre>{escape(step['reason'])}</pre>" if step["reason"] else ""
    return (f"<section class='{step['verdict']}' id='{escape(step['name'])}'><h2>{escape(step['title'])}</h2>"
            f"<span class='verdict'>{step['verdict']}</span> <span class='seconds'>{step['seconds']:.1f} s</span> "
            f"{_figures(step)}{reason}{_pictures(step, folder)}{_events(step['events'])}</section>")


def _figures(step):
    return escape(", ".join(f"{name} {value}" for name, value in step["details"].items()))


def _pictures(step, folder):
    return "".join(_picture(folder / name) for name in step["screenshots"])


def _picture(path):
    data = base64.b64encode(path.read_bytes()).decode()
    return f"<figure><img alt='' src='data:image/png;base64,{data}'><figcaption>{escape(path.stem)}</figcaption></figure>"


def _events(events):
    if not events:
        return ""
    rows = "".join(
        f"<tr><td class='number'>{event['boot_us'] / 1e6:.3f} s</td><td class='number'>{int(event['seq'])}</td>"
        f"<td>{escape(event['type'])}</td><td>{escape(str(event.get('outcome', '')))}</td>"
        f"<td><code>{escape(json.dumps(event.get('data', {}), ensure_ascii=False))}</code></td></tr>"
        for event in events)
    return ("<table><tr><th>since boot</th><th>seq</th><th>event</th><th>outcome</th><th>data</th></tr>"
            f"{rows}</table>")


if __name__ == "__main__":
    print(write(Path(sys.argv[1])))
