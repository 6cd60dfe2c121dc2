"""Fails when the domain's coverage by branch is below its bar.   usage: coverage_bar.py COVERAGE.json"""

import json
import sys
from pathlib import Path

BAR = 95.0

files = json.loads(Path(sys.argv[1]).read_text())["files"]
domain = [f["summary"] for name, f in files.items() if "mystage/domain/" in name]
covered = sum(s["covered_lines"] + s["covered_branches"] for s in domain)
total = sum(s["num_statements"] + s["num_branches"] for s in domain)
share = 100 * covered / max(1, total)
print(f"domain coverage (lines and branches): {share:.1f} % (bar {BAR:.0f} %)")
sys.exit(share < BAR)
