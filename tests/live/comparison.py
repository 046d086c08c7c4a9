"""Holds a prediction against what happened. Pure: neither runs lscompat nor LocalStack."""

from __future__ import annotations

from dataclasses import dataclass

from cloudformation import Deployment, Resource
from prediction import Prediction

# The answers that make a statement; `custom` and `unknown` make none.
_CREATES = {"supported"}
_PRETENDS = {"unsupported", "needs-plan"}


@dataclass(frozen=True)
class Difference:
    """One thing predicted otherwise than it happened; `subject` is `verdict` or a logical id."""

    subject: str
    predicted: str
    observed: str


def compare(prediction: Prediction, outcome: Deployment) -> list[Difference]:
    """Every difference between a prediction and the deployment it speaks of."""
    return [*_support(prediction, outcome), *_verdict(prediction, outcome)]


def compare_support(prediction: Prediction, outcome: Deployment) -> list[Difference]:
    """The differences about resource types only, for a stack that could not be deployed to its end."""
    return list(_support(prediction, outcome))


def _support(prediction: Prediction, outcome: Deployment):
    for resource in outcome.resources:
        if not resource.created:
            continue
        support = prediction.support.get(resource.logical_id)
        if support is None:
            # A transform that is not expanded makes no statement about what it expands to.
            if prediction.kind != "sam":
                yield Difference(resource.logical_id, "not deployed", _observed(resource))
        elif support in (_CREATES if resource.pretended else _PRETENDS):
            yield Difference(resource.logical_id, support, _observed(resource))


def _verdict(prediction: Prediction, outcome: Deployment):
    predicted = prediction.verdict
    if predicted == "undetermined":
        return
    if predicted == "fails":
        if outcome.complete:
            yield Difference("verdict", predicted, outcome.status)
        elif not _is_blamed(prediction, outcome):
            blamed = ", ".join(sorted(prediction.failing or ()))
            yield Difference("verdict", f"{predicted}, because of {blamed}", outcome.explanation)
    elif not outcome.complete:
        yield Difference("verdict", predicted, outcome.explanation)
    elif predicted == "deploys" and any(it.pretended for it in outcome.resources):
        pretended = ", ".join(sorted({it.type for it in outcome.resources if it.pretended}))
        yield Difference("verdict", predicted, f"only pretended: {pretended}")


def _is_blamed(prediction: Prediction, outcome: Deployment) -> bool:
    """Whether something failed that the prediction names; a failure that names no resource is anybody's."""
    failed = {it.logical_id for it in outcome.failures}
    return not failed or not prediction.failing or not failed.isdisjoint(prediction.failing)


def _observed(resource: Resource) -> str:
    return f"{'only pretended' if resource.pretended else 'created'}: {resource.type} `{resource.physical_id}`"
