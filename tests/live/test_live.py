"""Tests of the suite's own judgement; needs neither lscompat nor a running LocalStack.

tests/live/run test_live.py
"""

import unittest

from adaptation import works
from cloudformation import Deployment, Resource
from comparison import Difference, compare
from machine import Limits
from prediction import Prediction, Target, read_target

QUEUE = Resource("Queue", "AWS::SQS::Queue", "CREATE_COMPLETE", "http://queue", "")
ADDRESS = Resource("Address", "AWS::EC2::EIP", "CREATE_COMPLETE", "unknown", "was deployed as a fallback")
GATEWAY = Resource("Gateway", "AWS::EC2::NatGateway", "CREATE_FAILED", "", "InvalidAllocationID.NotFound")
FUNCTION = Resource("Function", "AWS::Lambda::Function", "CREATE_FAILED", "", "Installation of lambda-runtime failed")
NEVER_TRIED = Resource("Alias", "AWS::Lambda::Alias", "CREATE_FAILED", "", "")


def prediction(verdict: str, kind: str = "cloudformation", failing: tuple[str, ...] = (), **support: str) -> Prediction:
    return Prediction(verdict, kind, support, dict.fromkeys(support, ""), frozenset(failing))


class Adaptation(unittest.TestCase):
    def test_a_stack_works_when_all_of_it_was_created(self) -> None:
        self.assertTrue(works(Deployment("CREATE_COMPLETE", "", (QUEUE,))))

    def test_a_placeholder_or_failure_does_not_work(self) -> None:
        for resource in (ADDRESS, GATEWAY):
            self.assertFalse(works(Deployment("CREATE_COMPLETE", "", (QUEUE, resource))))
        self.assertFalse(works(Deployment("CHANGE_SET_FAILED", "not supported")))


class Comparison(unittest.TestCase):
    def test_a_placeholder_predicted_as_unsupported_agrees(self) -> None:
        outcome = Deployment("CREATE_COMPLETE", "", (QUEUE, ADDRESS))
        self.assertEqual(
            compare(prediction("deploys-with-gaps", Queue="supported", Address="unsupported"), outcome), []
        )

    def test_a_placeholder_predicted_as_supported_differs_in_both_ways(self) -> None:
        outcome = Deployment("CREATE_COMPLETE", "", (QUEUE, ADDRESS))
        found = compare(prediction("deploys", Queue="supported", Address="supported"), outcome)
        self.assertEqual([it.subject for it in found], ["Address", "verdict"])

    def test_a_resource_created_although_unsupported_differs(self) -> None:
        found = compare(
            prediction("deploys-with-gaps", Queue="unsupported"), Deployment("CREATE_COMPLETE", "", (QUEUE,))
        )
        self.assertEqual([it.subject for it in found], ["Queue"])

    def test_custom_and_unknown_make_no_statement(self) -> None:
        outcome = Deployment("CREATE_COMPLETE", "", (QUEUE, ADDRESS))
        self.assertEqual(compare(prediction("deploys-with-gaps", Queue="unknown", Address="custom"), outcome), [])

    def test_a_resource_that_was_not_predicted_differs_unless_a_transform_made_it(self) -> None:
        outcome = Deployment("CREATE_COMPLETE", "", (QUEUE,))
        self.assertEqual([it.subject for it in compare(prediction("deploys"), outcome)], ["Queue"])
        self.assertEqual(compare(prediction("deploys", kind="sam"), outcome), [])

    def test_a_failure_must_come_from_the_resource_that_was_blamed(self) -> None:
        outcome = Deployment("ROLLBACK_COMPLETE", "", (ADDRESS, GATEWAY))
        right = prediction("fails", failing=("Gateway",), Address="unsupported", Gateway="supported")
        wrong = prediction("fails", failing=("Address",), Address="unsupported", Gateway="supported")
        self.assertEqual(compare(right, outcome), [])
        self.assertEqual([it.subject for it in compare(wrong, outcome)], ["verdict"])

    def test_a_failed_resource_fails_a_stack_that_reports_completion(self) -> None:
        outcome = Deployment("CREATE_COMPLETE", "", (QUEUE, GATEWAY))
        found = compare(prediction("deploys", Queue="supported", Gateway="supported"), outcome)
        self.assertEqual(
            found, [Difference("verdict", "deploys", "CREATE_COMPLETE: Gateway: InvalidAllocationID.NotFound")]
        )

    def test_a_refused_change_set_is_a_failure(self) -> None:
        self.assertEqual(compare(prediction("fails"), Deployment("CHANGE_SET_FAILED", "not supported")), [])

    def test_undetermined_agrees_with_everything(self) -> None:
        self.assertEqual(compare(prediction("undetermined"), Deployment("ROLLBACK_COMPLETE", "")), [])


class Machine(unittest.TestCase):
    limits = Limits(
        {"AWS::Lambda::Function": "no runtime", "AWS::DynamoDB::Table": "no engine"},
        frozenset({"AWS::DynamoDB::Table"}),
    )

    def test_a_stack_stopped_by_a_missing_engine_says_nothing(self) -> None:
        outcome = Deployment("ROLLBACK_COMPLETE", "", (QUEUE, FUNCTION, NEVER_TRIED))
        self.assertEqual(self.limits.after(outcome), "no runtime")

    def test_a_stack_stopped_by_something_else_too_is_compared(self) -> None:
        self.assertIsNone(self.limits.after(Deployment("ROLLBACK_COMPLETE", "", (FUNCTION, GATEWAY))))
        self.assertIsNone(self.limits.after(Deployment("CREATE_COMPLETE", "", (QUEUE,))))

    def test_only_engines_that_hang_keep_a_stack_from_being_tried(self) -> None:
        self.assertIsNone(self.limits.before(["AWS::Lambda::Function"]))
        self.assertEqual(self.limits.before(["AWS::SQS::Queue", "AWS::DynamoDB::Table"]), "no engine")


class Targets(unittest.TestCase):
    def test_no_comment_means_the_open_core(self) -> None:
        self.assertEqual(read_target("Resources: {}\n"), Target())

    def test_a_comment_names_plan_configuration_and_parameters(self) -> None:
        found = read_target("# target: --plan=base --config-var ENFORCE_IAM=1 --parameter Stage='a b'\nResources: {}\n")
        self.assertEqual(found, Target(plan="base", config=(("ENFORCE_IAM", "1"),), parameters=(("Stage", "a b"),)))

    def test_an_unknown_option_is_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, "--colour"):
            read_target("# target: --colour red\n")


if __name__ == "__main__":
    unittest.main()
