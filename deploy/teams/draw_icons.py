"""Draws the app's icons from the SVGs beside this file, in Chromium: python deploy/teams/draw_icons.py

Teams wants color.png of 192 x 192 pixels, filled to its edges, and outline.png of 32 x 32, white on nothing.
"""

from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
ICONS = HERE.parents[1] / "bot" / "platforms" / "teams" / "icons"
CHROMIUM = "/usr/bin/chromium"
SIZES = {"color": 192, "outline": 32}


def main() -> None:
    ICONS.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        path = CHROMIUM if Path(CHROMIUM).exists() else None
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        for name, size in SIZES.items():
            page = browser.new_page(viewport={"width": size, "height": size})
            drawing = (HERE / f"{name}.svg").read_text(encoding="utf-8")
            page.set_content(f"<style>body{{margin:0}}svg{{display:block}}</style>{drawing}")
            page.screenshot(path=ICONS / f"{name}.png", omit_background=True)
        browser.close()


if __name__ == "__main__":
    main()
