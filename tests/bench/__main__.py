"""Run all benchmarks, each in a process of its own so that its peak memory is its own: ``make bench``."""

import subprocess
import sys

from tests.conftest import SHARED

SCRIPTS = (
    "bench_layer",
    "bench_outlines",
    "bench_export",
    "bench_import",
    "bench_names",
    "bench_upload_page",
    "bench_scoring",
    "bench_selection",
    "bench_territories",
    "bench_routes",
    "bench_map",
    "bench_users",
    "bench_acting",
)

if not SHARED.is_dir():
    sys.exit("The benchmarks need the real input files in ../shared/data.")
for script in SCRIPTS:
    print(f"== {script}", flush=True)
    subprocess.run([sys.executable, "-m", f"tests.bench.{script}"], check=True)
