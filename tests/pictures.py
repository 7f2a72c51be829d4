"""Makes the pictures of the README from the demo: the 15:00 letter and the page, as a phone shows them."""

import subprocess
import tempfile
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

from tests.running_demo import SENIM, Running, environment

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
CHROMIUM = "/usr/bin/chromium"
PHONE: ViewportSize = {"width": 390, "height": 992}
LIMIT = 200_000  # bytes: the README opens on a slow line too


def main() -> None:
    """Overwrites docs/pictures/*.png."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        phone = browser.new_page(viewport=PHONE, device_scale_factor=1.5, locale="kk")
        phone.goto(_letter(Path(folder)).as_uri())
        _take(phone, "letter-kk")
        demo = Running(Path(folder))
        try:
            phone.goto(demo.page.partition("?")[0] + "?lang=kk")
            _take(phone, "page-kk")
        finally:
            demo.end()
        browser.close()


def _letter(folder: Path) -> Path:
    """The psychologist's 15:00 letter of a day that the demo plays."""
    subprocess.run((*SENIM, "--once"), cwd=folder, env=environment(), check=True, stdout=subprocess.DEVNULL)
    return next(folder.glob("senim-demo-*/letters/*-daily-kk.html"))


def _take(phone: Page, name: str) -> None:
    path = PICTURES / f"{name}.png"
    phone.screenshot(path=path)
    if path.stat().st_size > LIMIT:
        raise SystemExit(f"{path.name} has {path.stat().st_size} bytes, more than {LIMIT}: show less of it")


if __name__ == "__main__":
    main()
