"""A headless Chromium, and pages that lscompat writes for it."""

import base64
import os
import shutil
import subprocess
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "templates" / "examples"


def write_page(page: Path, *arguments: str, folder: Path = EXAMPLES) -> None:
    """Has lscompat write the page about what `arguments` name in `folder`."""
    command = [os.environ["LSCOMPAT"], "check", "--fail-on", "never", "--format", "html", "--output", str(page)]
    subprocess.run([*command, *arguments], cwd=folder, check=True, timeout=60)


class Browser:
    """A window of Chromium."""

    def __init__(self) -> None:
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium") or "chromium"
        # Pages are our own, and the sandbox cannot be made inside of most containers.
        for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
        self.driver.set_script_timeout(60)

    def close(self) -> None:
        self.driver.quit()

    def open(self, page: Path, *, width: int = 1180, scheme: str = "light", media: str = "screen") -> None:
        """Opens a page as somebody with this window, system theme and medium sees it."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})
        self.resize(width)
        self.driver.get("about:blank")
        self.driver.get(page.as_uri())

    def resize(self, width: int, height: int = 900) -> None:
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def js(self, expression: str) -> object:
        return self.driver.execute_script(f"return {expression}")

    def complaints(self) -> list[str]:
        """What the browser's console says, such as a refused script or style."""
        return [it["message"] for it in self.driver.get_log("browser")]

    def picture(self, name: str) -> None:
        """Leaves a picture of the whole page, where somebody wants to look at it."""
        folder = os.environ.get("LSCOMPAT_SCREENSHOTS")
        if folder:
            size = self.driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
            clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 8000), "scale": 1}
            shot = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True, "clip": clip})
            Path(folder).mkdir(parents=True, exist_ok=True)
            (Path(folder) / f"{name}.png").write_bytes(base64.b64decode(shot["data"]))
