"""The sync's own judgement, on schemas of a few lines. Needs no network."""

import unittest

from shapes import type_shape


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

    def test_what_only_aws_sets_is_no_property(self):
        found = shape({"Arn": {"type": "string"}, "Name": {"type": "string"}},
                      readOnlyProperties=["/properties/Arn"], createOnlyProperties=["/properties/Name"])
        self.assertEqual((found.properties, found.create_only), ("Name", ["Name"]))


if __name__ == "__main__":
    unittest.main()
