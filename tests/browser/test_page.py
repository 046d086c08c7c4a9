"""The page of `--format html` as people use it: with a mouse, a keyboard, a screen reader, on paper and in the dark.

tests/browser/run [TestCase.test]...
"""

import json
import tempfile
import unittest
from pathlib import Path
from typing import ClassVar

from axe_selenium_python import Axe
from browser import Browser, write_page
from selenium.webdriver.common.keys import Keys

HOSTILE = """'"><img src=x onerror="window.hacked = 1"></script><script>window.hacked = 1</script>"""
# Rules of the Web Content Accessibility Guidelines, and what is good practice beside them.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def many() -> str:
    """A stack whose unsupported resources reach 60 others."""
    gateways = {f"Gateway{it:02}": {"Type": "AWS::EC2::NatGateway", "Properties": {
        "AllocationId": {"Fn::GetAtt": [f"Address{it % 10:02}", "AllocationId"]}, "SubnetId": "subnet-1"}}
        for it in range(20)}
    addresses = {f"Address{it:02}": {"Type": "AWS::EC2::EIP"} for it in range(10)}
    routes = {f"Route{it:02}": {"Type": "AWS::EC2::Route", "Properties": {
        "RouteTableId": "rtb-1", "NatGatewayId": {"Ref": f"Gateway{it % 20:02}"}}} for it in range(20)}
    outputs = {f"Output{it}": {"Value": {"Ref": f"Address{it:02}"}} for it in range(10)}
    return json.dumps({"Resources": addresses | gateways | routes, "Outputs": outputs})


def hostile() -> str:
    """A stack that tries to become a part of the page with every text it has."""
    properties = {"Role": {"Fn::GetAtt": [HOSTILE, "Arn"]}, "Timeout": 3, "VpcConfig": {"SubnetIds": [HOSTILE]}}
    return json.dumps({
        "Description": HOSTILE,
        "Resources": {
            HOSTILE: {"Type": f"AWS::GameLift::Fleet{HOSTILE}"},
            f"Function{HOSTILE}": {"Type": "AWS::Lambda::Function", "Properties": properties},
        },
        "Outputs": {HOSTILE: {"Value": {"Ref": HOSTILE}}},
    })


class Page(unittest.TestCase):
    browser: ClassVar[Browser]
    folder: ClassVar[Path]

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.close)
        (cls.folder / "many.json").write_text(many())
        (cls.folder / "hostile.json").write_text(hostile())
        (cls.folder / "clean.yaml").write_text("Resources: {Topic: {Type: AWS::SNS::Topic}}\n")
        write_page(cls.folder / "examples.html", "--plan", "community")
        for name in ("many.json", "hostile.json", "clean.yaml"):
            write_page((cls.folder / name).with_suffix(".html"), "--plan", "community", name, folder=cls.folder)

    def open(self, name: str, **how: object) -> None:
        self.browser.open(self.folder / f"{name}.html", **how)
        self.addCleanup(lambda: self.assertEqual(self.browser.complaints(), []))

    def shown(self) -> int:
        """The findings of the cards that can be seen."""
        cards = self.browser.all(".card")
        return sum(int(it.get_dom_attribute("data-findings")) for it in cards if it.is_displayed())

    def total(self) -> int:
        return sum(int(it.get_dom_attribute("data-findings")) for it in self.browser.all(".card"))

    def said(self) -> str:
        return self.browser.one("#count[role=status]").text

    def click(self, name: str, value: str) -> None:
        self.browser.one(f"input[name={name}][value={value}]").find_element("xpath", "..").click()

    def cards(self, attribute: str) -> set[str]:
        return {it.get_dom_attribute(f"data-{attribute}") for it in self.browser.all(".card") if it.is_displayed()}


class Filter(Page):
    def test_chips_keep_what_they_name_and_say_how_many(self) -> None:
        self.open("examples")
        total = self.total()
        self.assertEqual((self.shown(), self.said()), (total, f"{total} findings"))
        for name, values in (("category", ("A", "B", "C")), ("severity", ("error", "warning", "note"))):
            for value in values:
                with self.subTest(value):
                    self.click(name, value)
                    self.assertEqual(self.cards(name), {value})
                    self.assertTrue(0 < self.shown() < total)
                    self.assertEqual(self.said(), f"{self.shown()} of {total} findings")
                    number = self.browser.one(f"input[value={value}] + span .number").text
                    self.assertEqual(int(number), self.shown())
                    self.click(name, value)
        self.assertEqual(self.shown(), total)

    def test_chips_of_one_group_add_and_of_two_groups_narrow(self) -> None:
        self.open("examples")
        self.click("category", "A")
        only = self.shown()
        self.click("category", "B")
        self.assertEqual(self.cards("category"), {"A", "B"})
        self.assertGreater(self.shown(), only)
        self.click("severity", "error")
        self.assertEqual(self.cards("severity"), {"error"})

    def test_search_takes_every_word(self) -> None:
        self.open("examples")
        self.browser.one("#search").send_keys("natgateway  REFUSED")
        for card in self.browser.all(".card"):
            text = card.get_property("textContent").lower()
            self.assertEqual(card.is_displayed(), "natgateway" in text and "refused" in text)
        self.assertGreater(self.shown(), 0)
        self.assertFalse(any(it.is_displayed() for it in self.browser.all(".reach")))
        self.browser.one("#search").send_keys(" nothingissaidlikethis")
        self.assertEqual((self.shown(), self.said()), (0, f"0 of {self.total()} findings"))
        self.assertTrue(self.browser.one("#nothing").is_displayed())
        self.browser.one("#again").click()
        self.assertEqual(self.shown(), self.total())
        self.assertFalse(self.browser.one("#nothing").is_displayed())

    def test_one_stack_can_be_picked(self) -> None:
        self.open("examples")
        options = self.browser.all("#stack option")
        self.assertGreater(len(options), 2)
        options[1].click()
        anchor = options[1].get_dom_attribute("value")
        shown = [it.get_dom_attribute("id") for it in self.browser.all(".stack") if it.is_displayed()]
        self.assertEqual(shown, [anchor])
        self.browser.one("#clear").click()
        self.assertEqual(self.shown(), self.total())
        self.assertFalse(self.browser.one("#clear").is_enabled())

    def test_a_link_to_a_hidden_finding_shows_it(self) -> None:
        self.open("examples")
        self.click("severity", "note")
        hidden = next(it for it in self.browser.all(".card") if not it.is_displayed())
        self.browser.js(f"location.hash = '{hidden.get_dom_attribute('id')}'")
        self.assertTrue(self.browser.js("new Promise(done => setTimeout(() => done(true), 50))"))
        self.assertTrue(hidden.is_displayed())


class Keyboard(Page):
    def test_the_first_stop_skips_to_the_report(self) -> None:
        self.open("examples")
        self.browser.one("body").send_keys(Keys.TAB)
        self.assertEqual(self.browser.js("document.activeElement.className"), "skip")
        self.browser.driver.switch_to.active_element.send_keys(Keys.ENTER)
        self.assertEqual(self.browser.js("document.activeElement.id"), "main")

    def test_a_slash_goes_to_the_search_and_a_space_sets_a_chip(self) -> None:
        self.open("examples")
        self.browser.one("body").send_keys("/")
        self.assertEqual(self.browser.js("document.activeElement.id"), "search")
        self.assertEqual(self.browser.one("#search").get_property("value"), "")
        chip = self.browser.one("input[value=error]")
        chip.send_keys(Keys.SPACE)
        self.assertEqual(self.cards("severity"), {"error"})
        outline = "getComputedStyle(document.querySelector('input[value=error] + span')).outlineStyle"
        self.assertEqual(self.browser.js(outline), "solid")

    def test_every_control_can_be_reached_and_is_seen_there(self) -> None:
        self.open("examples")
        wanted = {"print", "theme", "search", "stack"}
        reached = set()
        for _ in range(12):
            self.browser.driver.switch_to.active_element.send_keys(Keys.TAB)
            reached.add(self.browser.js("document.activeElement.id"))
            style = "getComputedStyle(document.activeElement).outlineStyle"
            if self.browser.js("document.activeElement.name") not in ("category", "severity", "fails"):
                self.assertEqual(self.browser.js(style), "solid", self.browser.js("document.activeElement.outerHTML"))
        self.assertLessEqual(wanted, reached)

    def test_a_node_of_the_picture_leads_to_its_finding(self) -> None:
        self.open("many")
        node = self.browser.one(".picture a")
        self.browser.js("document.querySelector('.picture a').focus()")
        self.browser.driver.switch_to.active_element.send_keys(Keys.ENTER)
        target = node.get_dom_attribute("href")[1:]
        self.assertEqual(self.browser.js("location.hash.slice(1)"), target)
        self.assertTrue(self.browser.js(f"document.getElementById('{target}').matches(':target')"))


class Look(Page):
    def background(self) -> str:
        return str(self.browser.js("getComputedStyle(document.body).backgroundColor"))

    def test_the_theme_is_the_systems_until_one_is_chosen(self) -> None:
        self.open("examples", scheme="dark")
        dark = self.background()
        self.browser.js("localStorage.clear()")
        self.open("examples", scheme="light")
        light = self.background()
        self.assertNotEqual(light, dark)
        button = self.browser.one("#theme")
        seen = [(button.text, self.background())]
        for _ in range(3):
            button.click()
            seen.append((button.text, self.background()))
        names = ["Theme: system", "Theme: light", "Theme: dark", "Theme: system"]
        self.assertEqual(seen, list(zip(names, [light, light, dark, light], strict=True)))

    def test_nothing_is_wider_than_a_narrow_window(self) -> None:
        for name in ("examples", "many", "hostile", "clean"):
            with self.subTest(name):
                self.open(name, width=360)
                self.assertLessEqual(self.browser.js("document.documentElement.scrollWidth"), 360)
                self.browser.picture(f"{name}-narrow")

    def test_paper_gets_everything_and_no_controls(self) -> None:
        self.open("examples", media="print")
        self.browser.js("window.dispatchEvent(new Event('beforeprint'))")
        for selector in ("#filter", ".tools", ".skip"):
            self.assertFalse(self.browser.one(selector).is_displayed(), selector)
        self.assertTrue(all(it.is_displayed() for it in self.browser.all(".code pre")))
        self.browser.picture("examples-print")
        self.browser.js("window.dispatchEvent(new Event('afterprint'))")
        self.assertEqual(self.browser.all("details[open]"), [])

    def test_sixty_nodes_neither_overlap_nor_hide_their_names(self) -> None:
        self.open("many")
        boxes = [it.rect for it in self.browser.all(".node rect")]
        self.assertEqual(len(boxes), 60)
        for at, one in enumerate(boxes):
            for other in boxes[:at]:
                apart = (abs(one["x"] - other["x"]) >= one["width"] - 1, abs(one["y"] - other["y"]) >= one["height"] - 1)
                self.assertTrue(any(apart), (one, other))
        fits = """[...document.querySelectorAll('.node')].every(node => {
            const box = node.querySelector('rect').getBBox();
            return [...node.querySelectorAll('text')].every(it => it.getBBox().width <= box.width - 16);
        })"""
        self.assertTrue(self.browser.js(fits))
        self.browser.picture("many")

    def test_it_is_for_everybody(self) -> None:
        for scheme in ("light", "dark"):
            for name in ("examples", "many", "clean"):
                with self.subTest(f"{name}, {scheme}"):
                    self.open(name, scheme=scheme)
                    self.browser.js("document.querySelectorAll('details').forEach(it => { it.open = true; })")
                    axe = Axe(self.browser.driver)
                    axe.inject()
                    found = axe.run(options=json.dumps(RULES))["violations"]
                    self.assertEqual([(it["id"], it["nodes"][0]["html"][:300]) for it in found], [])
                    self.browser.picture(f"{name}-{scheme}")


class Safety(Page):
    def test_nothing_is_loaded_but_the_page(self) -> None:
        self.browser.driver.get_log("performance")
        self.open("examples")
        messages = [json.loads(it["message"])["message"] for it in self.browser.driver.get_log("performance")]
        sent = [it["params"]["request"]["url"] for it in messages if it["method"] == "Network.requestWillBeSent"]
        self.assertEqual([it for it in sent if it != "about:blank"], [(self.folder / "examples.html").as_uri()])

    def test_no_text_of_a_template_runs_or_becomes_an_element(self) -> None:
        self.open("hostile")
        self.assertIsNone(self.browser.js("window.hacked"))
        self.assertEqual(len(self.browser.all("script")), 1)
        self.assertEqual(self.browser.all("img"), [])
        names = [it.get_property("textContent") for it in self.browser.all(".subjects code")]
        self.assertIn(HOSTILE, names)

    def test_no_other_script_runs_even_if_it_got_in(self) -> None:
        self.browser.open(self.folder / "clean.html")
        self.browser.js("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.hacked = 1\">')")
        self.browser.js("document.body.append(Object.assign(document.createElement('script'), {text: 'hacked = 1'}))")
        self.assertIsNone(self.browser.js("window.hacked"))
        self.assertTrue(any("Content Security Policy" in it for it in self.browser.complaints()))

    def test_without_scripts_everything_is_there(self) -> None:
        self.browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
        off = {"value": False}
        self.addCleanup(lambda: self.browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", off))
        self.open("examples")
        self.assertEqual(self.shown(), self.total())
        self.assertFalse(self.browser.one("#filter").is_displayed())


if __name__ == "__main__":
    unittest.main(verbosity=2)
