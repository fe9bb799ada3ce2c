"""What kube-shields must say of every kind of workload, with the verdicts of others beside it: `kubectl rollout status`,
and the health code of kstatus and Argo CD. They were taken from a real Kubernetes 1.36 on which the scenarios were
played; a row without a verdict was not played there."""

from . import deployments, jobs, sets
from .row import CHECKS, Namespace, Row

ROWS = deployments.ROWS + jobs.ROWS + sets.ROWS

__all__ = ["CHECKS", "ROWS", "Namespace", "Row"]
