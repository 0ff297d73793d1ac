#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of `vaktpost report` in a real browser: what a reviewer sees, filters and prints. Leaves pictures in the folder.

report_browser.py VAKTPOST FOLDER"""
import base64
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import report_world

PATIENCE = 50  # seconds until an answer counts as missing
UNEXPLAINED = 2
HOSTS = 13

vaktpost, folder = sys.argv[1], pathlib.Path(sys.argv[2])

try:
    from selenium import webdriver
    from selenium.common.exceptions import WebDriverException
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.ui import Select, WebDriverWait
except ImportError as missing:
    print(f"skipped: {missing}; installer/requirements test")
    sys.exit(77)


def start(profile):
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,1000",
                 f"--user-data-dir={profile}"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder.mkdir(parents=True, exist_ok=True)
        cls.file = folder / "report.html"
        done = subprocess.run([vaktpost, "report", "--from", report_world.FIRST_DAY, "--to", report_world.LAST_DAY, "--output",
                               cls.file, "-"], input="".join(line + "\n" for line in report_world.week()), text=True,
                              capture_output=True, timeout=PATIENCE, check=False)
        assert done.returncode == UNEXPLAINED, done
        cls.url = cls.file.resolve().as_uri()

    def setUp(self):
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
        browser.get_log("performance")
        browser.get_log("browser")
        browser.get(self.url)

    def tearDown(self):
        self.assertEqual([entry["message"] for entry in browser.get_log("browser")], [])
        asked = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
        urls = {entry["params"]["request"]["url"].split("#")[0] for entry in asked
                if entry["method"] == "Network.requestWillBeSent"}
        self.assertLessEqual(urls, {self.url})

    def find(self, css):
        return browser.find_element(By.CSS_SELECTOR, css)

    def seen(self, table):
        """The rows of that table that can be seen."""
        return browser.execute_script("return Array.from(document.querySelectorAll(arguments[0] + ' tbody tr'))"
                                      ".filter(row => row.checkVisibility()).map(row => row.innerText)", table)

    def emulate(self, media, **features):
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": [
            {"name": name.replace("_", "-"), "value": value} for name, value in features.items()]})

    def picture(self, name):
        size = browser.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
        taken = browser.execute_cdp_cmd("Page.captureScreenshot", {
            "captureBeyondViewport": True, "clip": {"x": 0, "y": 0, "width": 1280, "height": min(size["height"], 8000), "scale": 1}})
        (folder / f"{name}.png").write_bytes(base64.b64decode(taken["data"]))

    def test_the_verdict_stands_on_top_and_the_worst_host_first(self):
        self.picture("light")
        self.assertEqual(self.find("#verdict").text, "10 of 13 hosts complete; 1 with an unexplained gap or tampering; "
                                                     "2 with gaps that are all explained, or silent.")
        rows = self.seen("#hosts")
        self.assertEqual(len(rows), HOSTS)
        self.assertIn("ward-pc-02", rows[0])
        self.assertIn("missing", rows[0])
        self.assertEqual(len(self.seen("#silent table")), 2)

    def test_a_search_hides_other_rows_and_is_undone(self):
        self.find("#completeness input").send_keys("PC-12")
        self.assertEqual(len(self.seen("#hosts")), 1)
        self.assertEqual(self.find("#completeness output").text, f"1 of {HOSTS} rows")
        self.find("#completeness button").click()
        WebDriverWait(browser, PATIENCE).until(lambda _: len(self.seen("#hosts")) == HOSTS)

    def test_hosts_are_filtered_by_verdict(self):
        verdict = Select(self.find("#completeness select"))
        for word, count in (("unexplained", 1), ("explained", 2), ("complete", 10), ("silent", 2), ("all", HOSTS)):
            verdict.select_by_visible_text(word)
            self.assertEqual(len(self.seen("#hosts")), count, word)

    def test_warnings_are_filtered_by_kind_label_and_severity_together(self):
        everything = len(self.seen("#incident-rows"))
        Select(self.find("select[name=ward]")).select_by_visible_text("icu")
        in_icu = len(self.seen("#incident-rows"))
        self.assertTrue(0 < in_icu < everything)
        Select(self.find("select[name=kind]")).select_by_visible_text("Mount past the gate")
        self.assertEqual(len(self.seen("#incident-rows")), 1)
        Select(self.find("select[name=severity]")).select_by_visible_text("urgent")
        self.assertEqual(self.seen("#incident-rows"), [])

    def test_a_filter_is_set_by_the_keyboard_alone(self):
        self.find("#completeness input").send_keys(Keys.TAB, "u")
        self.assertEqual(len(self.seen("#hosts")), 1)

    def test_hostile_text_is_shown_and_does_nothing(self):
        row = next(row for row in self.seen("#incident-rows") if "reason" in row)
        self.assertIn(report_world.HOSTILE_SHOWN, row)
        self.assertEqual(len(browser.find_elements(By.TAG_NAME, "script")), 1)

    def test_a_script_that_slipped_through_would_not_run(self):
        slipped = folder / "slipped.html"
        slipped.write_text(self.file.read_text().replace("</main>", "<script>document.title = 'ran'</script></main>"))
        browser.get(slipped.resolve().as_uri())
        self.assertNotEqual(browser.title, "ran")
        refused = [entry["message"] for entry in browser.get_log("browser")]
        self.assertTrue(refused and all("Content Security Policy" in message for message in refused), refused)
        browser.get(self.url)
        browser.get_log("performance")

    def test_print_shows_every_row_and_no_filter(self):
        self.find("#completeness input").send_keys("PC-12")
        self.emulate("print")
        self.assertEqual(len(self.seen("#hosts")), HOSTS)
        self.assertFalse(self.find("#completeness form").is_displayed())
        self.picture("print")
        printed = browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})
        (folder / "report.pdf").write_bytes(base64.b64decode(printed["data"]))

    def test_without_javascript_everything_is_there(self):
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
        browser.get(self.url)
        self.assertEqual(len([row for row in browser.find_elements(By.CSS_SELECTOR, "#hosts tbody tr")
                              if row.is_displayed()]), HOSTS)
        self.assertFalse(self.find("#completeness form").is_displayed())

    def test_a_dark_desktop_gets_a_dark_page(self):
        self.emulate("", prefers_color_scheme="dark")
        self.picture("dark")
        paper = self.find("body").value_of_css_property("background-color")
        self.assertEqual(paper, "rgba(20, 24, 28, 1)")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="vaktpost-browser-") as profile:
        try:
            browser = start(profile)
        except WebDriverException as failure:
            print(f"skipped: no browser starts here: {failure.msg}")
            sys.exit(77)
        try:
            done = unittest.main(argv=sys.argv[:1], verbosity=2, exit=False)
        finally:
            browser.quit()
    sys.exit(not done.result.wasSuccessful())
