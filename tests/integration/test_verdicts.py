"""Every kind of workload in every state, all in one cluster: what the shields say, and how that compares with others."""

import pytest

from programs import eventually
from scenarios import CHECKS, ROWS, Namespace

RED, GREEN = "red", "green"


def namespace_of(number):
    return f"row-{number}"


@pytest.mark.parametrize("protobuf", [True, False], ids=["protobuf", "json"])
def test_every_row(fake, responder, protobuf):
    fake.protobuf = protobuf
    for number, row in enumerate(ROWS):
        row.build(Namespace(fake, namespace_of(number)))
    shields = responder()

    def differences():
        found = []
        for number, row in enumerate(ROWS):
            for check in CHECKS:
                path = f"/_/{namespace_of(number)}/{row.name}/{check}/"
                seen = shields.shield(path)
                if seen != row.expected[check]:
                    found.append(f"{row.title}: {check} is {' '.join(seen)}, not {' '.join(row.expected[check])}")
        return found
    eventually(lambda: not differences(), message=lambda: "\n".join(differences()))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.title)
def test_the_rule_of_thumb(row):
    """Well is never red, failed never green, and what others wait for is not green; or the row says why."""
    _, color = row.expected["health"]
    waiting, kstatus, argo = row.reference
    is_well = {kstatus, argo} & {"Current", "Healthy"} and not {kstatus, argo} & {
        "InProgress", "Progressing", "Failed", "Degraded", "Suspended"}
    if row.why:
        return
    assert not (is_well and color == RED)
    assert not ({kstatus, argo} & {"Failed", "Degraded"} and color == GREEN)
    assert not (waiting not in ("", "done") and color == GREEN)
