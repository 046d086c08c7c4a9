"""The sync's own judgement, on packages and schemas of a few lines. Needs no network."""

import tempfile
import unittest
import zipfile
from datetime import date
from pathlib import Path

import coverage
import releases
from coverage import Examined, Row
from packages import Archive
from providers import provider, registered
from releases import Release
from report import Report, difference, todo
from shapes import TypeShape, type_shape

PLUGIN = "localstack.services.own.thing_plugin:ThingProviderPlugin"
FILES = {
    "own-1.dist-info/entry_points.txt": f"""[localstack.cloudformation.resource_providers]
aws::own::thing = {PLUGIN}

[other]
AWS::Own::Other = elsewhere:Other
""",
    "localstack/services/own/thing_plugin.py": """
class ThingProviderPlugin:
    def load(self):
        from localstack.services.own.thing import ThingProvider
        self.factory = ThingProvider
""",
    "localstack/services/own/thing.py": """
from localstack.services.own.base import Base
class ThingProvider(Base[int]):
    def create(self, request):
        "Makes one."
        return 1
    def update(self, request):
        "Changes one."
        if not request.custom_context.get("started"):
            return ProgressEvent(status=OperationStatus.IN_PROGRESS)
        raise NotImplementedError
""",
    "localstack/services/own/base.py": """
class Base:
    def delete(self, request):
        return 1
""",
    "localstack/services/own/thing.schema.json": """{"createOnlyProperties":
        ["/properties/Name", "/properties/Rules/*/Id", "/properties/Place/Zone"]}""",
    "localstack/services/cloudformation/models/own.py": """
class Old(GenericBaseModel):
    @staticmethod
    def cloudformation_type():
        return "AWS::Own::Old"
""",
    "localstack/services/cloudformation/resources.py": "AWS_AVAILABLE_CFN_RESOURCES = {'AWS::Own::Thing': ['us-east-1']}\n",
    "localstack/config.py": "CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES = is_env_not_false('X')\n",
}


def wheel(files=FILES) -> Archive:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "own-1-py3-none-any.whl")
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in files.items():
                archive.writestr(zipfile.ZipInfo(name, (2026, 3, 23, 0, 0, 0)), text)
        return Archive(path)


def shape(properties, definitions=None, **more):
    schema = {"typeName": "AWS::Own::Thing", "properties": properties, "definitions": definitions or {}, **more}
    return type_shape(schema, [])


class Shapes(unittest.TestCase):
    def test_scalars_are_told_apart(self):
        kinds = {"Name": {"type": "string"}, "Size": {"type": "integer"}, "On": {"type": "boolean"}}
        self.assertEqual(shape(kinds).properties, "Name On=boolean Size=number")

    def test_lists_maps_and_free_forms(self):
        found = shape({
            "Names": {"type": "array", "items": {"type": "string"}},
            "Labels": {"type": "object", "patternProperties": {".*": {"type": "string"}}},
            "Policy": {"type": ["object", "string"]},
            "Body": {"type": "object"},
        })
        self.assertEqual(found.properties, "Body=any Labels={text} Names=[text] Policy=any")

    def test_definitions_are_shapes_and_can_hold_themselves(self):
        rule = {"type": "object", "properties": {"Next": {"$ref": "#/definitions/rule"}, "Days": {"type": "number"}}}
        found = shape({"Rules": {"type": "array", "items": {"$ref": "#/definitions/rule"}}}, {"rule": rule})
        self.assertEqual(found.properties, "Rules=[Rule]")
        self.assertEqual(found.shapes, {"Rule": "Days=number Next=Rule"})

    def test_an_object_in_its_place_is_named_after_it(self):
        inline = {"type": "object", "properties": {"A": {"type": "string"}}}
        found = shape({"Rule": inline}, {"ThingRule": {"type": "object", "properties": {"B": {}}}})
        self.assertEqual(found.shapes, {"ThingRuleHere": "A"})

    def test_alternatives_are_all_there(self):
        one, other = ({"type": "object", "properties": {it: {"type": "string"}}} for it in "AB")
        self.assertEqual(shape({"Either": {"oneOf": [one, other]}}).shapes, {"ThingEither": "A B"})

    def test_what_must_be_there_is_marked(self):
        inner = {"type": "object", "properties": {"A": {"type": "string"}, "B": {"type": "number"}}, "required": ["B"],
                 "oneOf": [{"required": ["A"]}]}
        found = shape({"Name": {"type": "string"}, "In": inner}, required=["Name"])
        self.assertEqual((found.properties, found.shapes), ("In=ThingIn Name!", {"ThingIn": "A B!=number"}))
        self.assertTrue(found.has("In.B") and found.has("Name"))

    def test_what_only_aws_sets_is_no_property(self):
        found = shape({"Arn": {"type": "string"}, "Name": {"type": "string"}},
                      readOnlyProperties=["/properties/Arn"], createOnlyProperties=["/properties/Name"])
        self.assertEqual((found.properties, found.create_only), ("Name", ["Name"]))

    def test_paths_cross_lists_maps_shapes_and_what_is_free(self):
        found = TypeShape("Name Rules=[Rule] Tags={Tag} Policy=any", shapes={"Rule": "Days=number", "Tag": "Key"})
        for path in ("Name", "Rules.*.Days", "Tags.Own.Key", "Policy.A.B", "Rules"):
            self.assertTrue(found.has(path), path)
        for path in ("Nam", "Rules.Days", "Rules.*.Day", "Name.A"):
            self.assertFalse(found.has(path), path)


class Providers(unittest.TestCase):
    def test_plugins_and_old_models_are_registered(self):
        self.assertEqual(registered(wheel()), {"aws::own::thing": PLUGIN, "AWS::Own::Old": ""})

    def test_a_method_that_refuses_does_nothing_and_bases_count(self):
        found = provider(wheel(), "AWS::Own::Thing", PLUGIN)
        self.assertEqual(found.operations, {"create": True, "update": False, "delete": True})

    def test_create_only_properties_are_paths(self):
        self.assertEqual(provider(wheel(), "AWS::Own::Thing", PLUGIN).create_only, ["Name", "Place.Zone", "Rules.*.Id"])

    def test_code_that_cannot_be_read_tells_nothing(self):
        encrypted = {name: text for name, text in FILES.items() if not name.endswith(".py")}
        found = provider(wheel(encrypted), "AWS::Own::Thing", PLUGIN)
        self.assertEqual((found.operations, found.create_only[0]), ({}, "Name"))

    def test_the_list_of_public_types_is_read(self):
        self.assertEqual(coverage.available_types(wheel()), ["AWS::Own::Thing"])


class Coverage(unittest.TestCase):
    def rows(self):
        examined = [
            Examined("3.0.0", {"AWS::Own::Old": ""}, {"AWS::Own::Gone": "x:Y"}),
            Examined("4.0.0", {"aws::own::thing": PLUGIN}, {"aws::own::licensed": "x:Y"}),
        ]
        public = {"AWS::Own::Thing", "AWS::Own::Licensed", "AWS::Own::None"}
        coverage.respell(examined, public)
        shape = TypeShape("Name Place=Place Size=number", shapes={"Place": "Zone"})
        flags = {"AWS::Own::Licensed": {"create": True}, "AWS::Own::Thing": {"update": True}}
        curated = {"plans": {"services": {"Own": "base"}, "types": {"AWS::Own::Thing": "hobby"}}, "flags": flags}
        return coverage.rows(examined, public, {"AWS::Own::Thing": shape}, (wheel(), wheel({})), curated), curated

    def test_a_type_has_the_releases_that_register_it(self):
        rows, _ = self.rows()
        self.assertEqual((rows["AWS::Own::Thing"].community, rows["AWS::Own::Thing"].pro), (">=4.0.0", ">=4.0.0"))
        self.assertEqual((rows["AWS::Own::Licensed"].community, rows["AWS::Own::Licensed"].pro), (None, ">=4.0.0"))
        self.assertEqual(rows["AWS::Own::Gone"].pro, ">=3.0.0, <4.0.0")
        self.assertEqual(rows["AWS::Own::None"], Row())

    def test_code_says_more_than_documents(self):
        rows, _ = self.rows()
        self.assertEqual(rows["AWS::Own::Thing"].flags, {"create": True, "update": False, "delete": True})
        self.assertEqual(rows["AWS::Own::Licensed"].flags, {"create": True})

    def test_what_is_written_reads_back(self):
        rows, curated = self.rows()
        files = coverage.coverage_files(rows, curated)
        self.assertEqual(list(files), ["own.toml"])
        self.assertEqual(coverage.parse(files), rows)

    def test_the_report_names_what_changed_and_what_is_to_do(self):
        rows, _ = self.rows()
        old = {name: Row(**vars(it)) for name, it in rows.items() if name != "AWS::Own::None"}
        old["AWS::Own::Thing"].flags = {"update": True}
        old["AWS::Own::Thing"].replaces = ["Name", "Size"]
        old["AWS::Own::Licensed"].pro = None
        report = Report()
        difference(report, old, rows)
        todo(report, rows, {"AWS::Own::Licensed"}, {"AWS::Own::Thing", "AWS::Own::Lost"})
        for line in ("AWS::Own::None", "AWS::Own::Licensed: >=4.0.0", "AWS::Own::Thing: yes -> no",
                     "AWS::Own::Thing: +Place.Zone -Size", "AWS::Own::Lost"):
            self.assertIn(f"\n  {line}\n", f"{report}\n")

    def test_nothing_new_is_no_report(self):
        rows, _ = self.rows()
        report = Report()
        difference(report, rows, rows)
        self.assertEqual(str(report), "")


class Releases(unittest.TestCase):
    def test_the_ends_of_each_minor_release_and_what_was_examined(self):
        known = [Release("3.0.1", covered=True), Release("2026.4.0")]
        published = ["2026.3.0", "4.10.1", "4.10.0", "4.9.2", "4.9.1", "4.9.0", "3.0.2", "3.0.0", "2.3.0"]
        self.assertEqual(releases.to_examine(known, published),
                         ["3.0.0", "3.0.1", "3.0.2", "4.9.0", "4.9.2", "4.10.0", "4.10.1", "2026.3.0"])

    def test_a_package_tells_its_default_and_its_day(self):
        known = [Release("3.0.0", date=date(2023, 11, 16)), Release("4.0.0")]
        found = releases.updated(known, {"2026.3.0": wheel(), "3.0.0": wheel()})
        self.assertEqual(found[0], Release("3.0.0", date(2023, 11, 16), True, True))
        self.assertEqual(found[2], Release("2026.3.0", date(2026, 3, 23), True, True))
        self.assertEqual(releases.parse(releases.text(found)), found)


if __name__ == "__main__":
    unittest.main()
