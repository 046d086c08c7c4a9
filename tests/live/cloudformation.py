"""Deploys a template to a running LocalStack, tells what became of every resource, and deletes the stack again."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from instance import RESOURCE_SECONDS

# The text by which LocalStack says that it only pretended to create a resource.
_PRETENDED = "was deployed as a fallback"
_STACK_SECONDS = 3 * RESOURCE_SECONDS
_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]


@dataclass(frozen=True)
class Resource:
    """What became of one resource."""

    logical_id: str
    type: str
    status: str
    physical_id: str
    reason: str

    @property
    def created(self) -> bool:
        return self.status == "CREATE_COMPLETE"

    @property
    def failed(self) -> bool:
        return self.status.endswith("_FAILED")

    @property
    def pretended(self) -> bool:
        """Reported as created although nothing was."""
        return self.created and _PRETENDED in self.reason


@dataclass(frozen=True)
class Deployment:
    """What became of one template."""

    status: str
    reason: str
    resources: tuple[Resource, ...] = ()

    @property
    def finished(self) -> bool:
        """Whether LocalStack came to an end with it, good or bad."""
        return not self.status.endswith("IN_PROGRESS")

    @property
    def complete(self) -> bool:
        # A stack can end in CREATE_COMPLETE although a resource of it failed.
        return self.status == "CREATE_COMPLETE" and not self.failures

    @property
    def failures(self) -> tuple[Resource, ...]:
        return tuple(it for it in self.resources if it.failed)

    @property
    def culprits(self) -> tuple[Resource, ...]:
        """The resources that kept the stack from completing: those that failed, else those it still waits for."""
        # One without a reason was never tried: something else had failed.
        tried = tuple(it for it in self.failures if it.reason)
        return tried or self.failures or tuple(it for it in self.resources if it.status == "CREATE_IN_PROGRESS")

    @property
    def explanation(self) -> str:
        """Why it did not complete, on one line."""
        if not self.finished:
            return f"no end after {_STACK_SECONDS} seconds"
        parts = [f"{it.logical_id}: {it.reason or it.status}" for it in self.culprits] or [self.reason]
        return f"{self.status}: {'; '.join(parts)}".replace("\n", " ")


class CloudFormation:
    """CloudFormation of the LocalStack at `endpoint`; may be used by several threads at once."""

    def __init__(self, endpoint: str, region: str = "us-east-1") -> None:
        self._client = boto3.client(
            "cloudformation",
            endpoint_url=endpoint,
            region_name=region,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=30),
        )

    def deploy(self, name: str, template: str, parameters: Mapping[str, str]) -> Deployment:
        """Creates the stack `name` through a change set, watches it to its end, and deletes it."""
        try:
            refused = self._create_change_set(name, template, parameters)
            if refused:
                return Deployment("CHANGE_SET_FAILED", refused)
            self._client.execute_change_set(StackName=name, ChangeSetName=name)
            return self._watch(name)
        except (ClientError, BotoCoreError) as error:
            return Deployment("CHANGE_SET_FAILED", str(error))
        finally:
            self._delete(name)

    def _create_change_set(self, name: str, template: str, parameters: Mapping[str, str]) -> str | None:
        self._client.create_change_set(
            StackName=name,
            ChangeSetName=name,
            ChangeSetType="CREATE",
            TemplateBody=template,
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            Capabilities=_CAPABILITIES,
        )
        deadline = time.monotonic() + _STACK_SECONDS
        while True:
            answer = self._client.describe_change_set(StackName=name, ChangeSetName=name)
            if answer["Status"] == "CREATE_COMPLETE":
                return None
            if answer["Status"] == "FAILED" or time.monotonic() > deadline:
                return str(answer.get("StatusReason", answer["Status"]))
            time.sleep(0.1)

    def _watch(self, name: str) -> Deployment:
        deadline = time.monotonic() + _STACK_SECONDS
        pause = 0.1
        while True:
            stack = self._client.describe_stacks(StackName=name)["Stacks"][0]
            if not stack["StackStatus"].endswith("IN_PROGRESS") or time.monotonic() > deadline:
                break
            time.sleep(pause)
            pause = min(pause * 1.5, 1.0)
        return Deployment(stack["StackStatus"], stack.get("StackStatusReason") or "", self._resources(name))

    def _resources(self, name: str) -> tuple[Resource, ...]:
        """Every resource with its latest status, and the reason of the worst thing that happened to it."""
        failures = {
            event["LogicalResourceId"]: event.get("ResourceStatusReason") or ""
            for event in self._client.describe_stack_events(StackName=name)["StackEvents"]
            if event.get("ResourceStatus", "").endswith("_FAILED")
        }
        found = []
        for it in self._client.describe_stack_resources(StackName=name)["StackResources"]:
            logical_id = it["LogicalResourceId"]
            found.append(
                Resource(
                    logical_id,
                    it["ResourceType"],
                    "CREATE_FAILED" if logical_id in failures else it["ResourceStatus"],
                    it.get("PhysicalResourceId") or "",
                    failures.get(logical_id) or it.get("ResourceStatusReason") or "",
                )
            )
        return tuple(found)

    def _delete(self, name: str) -> None:
        """Best effort: what stays behind is gone when LocalStack stops."""
        try:
            self._client.delete_stack(StackName=name)
            deadline = time.monotonic() + RESOURCE_SECONDS
            while time.monotonic() < deadline:
                stacks = self._client.describe_stacks(StackName=name)["Stacks"]
                if not stacks or not stacks[0]["StackStatus"].endswith("IN_PROGRESS"):
                    return
                time.sleep(0.2)
        except (ClientError, BotoCoreError):
            return
