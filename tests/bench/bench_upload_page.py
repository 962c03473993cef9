"""Seconds a workbook of participants takes through the page of uploads, from its choice to the message that it is kept.

Run from the project's root: ``python -m tests.bench.bench_upload_page [FOLDER]``; with a folder the layer is kept there
for the next time. 9,000 rows on the five provinces, a server and a real Chromium, new records each time. The clicks
between the steps are made as soon as the page offers them.
"""

import shutil
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import pandas as pd
from playwright.sync_api import Page, sync_playwright

from geodata.layer import load
from geodata.paths import Paths
from planner.web.records import SESSION
from tests.bench.data_folders import five_provinces, layers
from tests.bench.figures import Figure, give, leave_out
from tests.uploads import files
from tests.web.office import Office
from tests.web.server import CHROMIUM, LAPTOP, ROOT, SETTINGS, serving

ROWS, TIMES = 9_000, 3
FILE = "peserta.xlsx"
DONE = {
    "read": ".st-key-upload-check button",
    "checked": ".st-key-upload-keep button",
    "kept": ".notice.success",
}
"""What is on the page at the end of each step."""


def workbook(data: Path) -> bytes:
    villages = pd.DataFrame(load(Paths.of(data).villages).frame.drop(columns="geometry")).head(ROWS)
    rows = [
        [v.village_code, v.village_name, v.regency_name, "Maret 2026", "BPU", i % 80, 3]
        for i, v in enumerate(villages.itertuples(index=False))
    ]
    return files.participants(rows)


def steps(page: Page, address: str, content: bytes) -> dict[str, float]:
    """Take a file through the page; return the seconds of each step."""
    page.goto(f"{address}unggah")
    field = page.get_by_test_id("stFileUploaderDropzoneInput")
    field.wait_for(state="attached", timeout=60_000)
    page.wait_for_load_state("networkidle")
    taken, before = {}, time.perf_counter()
    field.set_input_files({"name": FILE, "mimeType": "", "buffer": content})
    for step, done in DONE.items():
        page.locator(done).first.wait_for(timeout=60_000)
        taken[step] = time.perf_counter() - before
        before = time.perf_counter()
        if done.endswith("button"):
            page.locator(done).click()
    return taken


def measure(folder: Path) -> None:
    data = five_provinces(folder)
    content = workbook(data)
    every: list[dict[str, float]] = []
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(SETTINGS))
        for _ in range(TIMES):
            with TemporaryDirectory() as home:
                own = Path(home) / "data"
                shutil.copytree(data, own)
                with serving(Path(home), ROOT / "app.py", data_dir=own) as address:
                    context = browser.new_context(**LAPTOP)
                    token = Office(own).token("planner")
                    context.add_cookies([{"name": SESSION, "value": token, "url": address}])
                    page = context.new_page()
                    page.on("pageerror", lambda error: complaints.append(str(error)))
                    every.append(steps(page, address, content))
        browser.close()
    for step in every[0]:
        print(f"{step}: {median(one[step] for one in every):.2f} s")
    taken = median(sum(one.values()) for one in every)
    also = {"errors": len(complaints)}
    give(Figure("the same workbook through the page Unggah", ROWS, taken, also=also, note=f"median of {TIMES}"))


if __name__ == "__main__":
    if CHROMIUM is None:
        leave_out("uploads through the page", "install the package chromium")
    else:
        with layers() as kept:
            measure(kept)
