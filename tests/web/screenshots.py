"""Pictures of the pages for the README, made from the embedded default: ``make pictures``."""

import io
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from geodata.layer import load
from tests.web.server import CHROMIUM, ROOT, SETTINGS, served

FOLDER = ROOT / "docs" / "pictures"
SCREEN = {"viewport": {"width": 1280, "height": 860}}
COLOURS = 96  # of the palette: the maps have few, and the files stay small
PICTURES = {
    "peta": ("peta?provinsi=19&sektor=fishery", "canvas.village-canvas"),
    "bobot": ("bobot?provinsi=16&bobot=70-20-10-35-25-25-15-30-30-15-15-10-100", "canvas.village-canvas"),
    "pilih": ("pilih?provinsi=16&jumlah=10&hitung=1", "canvas.village-canvas"),
    "desa": ("desa?provinsi=19&desa=19.01.01.1001", "canvas.village-canvas"),
}
"""Address below the root, and what must be drawn inside the map."""


def take(page: Page, address: str, path: Path, drawn: str) -> None:
    """Open an address and keep what the first screen shows."""
    page.goto(address)
    page.frame_locator("iframe").locator(drawn).wait_for(timeout=60_000)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(4_000)
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        picture.convert("RGB").quantize(COLOURS).save(path, optimize=True)
    sys.stdout.write(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB\n")


def main() -> None:
    """Make all pictures."""
    if CHROMIUM is None:
        sys.exit("The pictures need a Chromium: apt install chromium")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as home, served(Path(home), load(None)) as root, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(SETTINGS))
        page = browser.new_context(**SCREEN).new_page()
        for name, (address, drawn) in PICTURES.items():
            take(page, root + address, FOLDER / f"{name}.png", drawn)
        browser.close()


if __name__ == "__main__":
    main()
