"""Jobs, CronJobs, and runs of workflow engines."""

from fake_kubernetes.objects import timestamp

from .deployments import CREATING, UNKNOWN, UP_1, UP_3
from .row import row

RUNNING = ", Current, Progressing"
DONE = ", Current, Healthy"
FAILED = ", Failed, Degraded"
SUSPENDED = ", Current, Suspended"
IS_DONE = "succeeded green; Succeeded green; 0/0 lightgrey"
HAS_FAILED = "failed red; Failed red; 0/0 lightgrey"
IS_SUSPENDED = "suspended lightgrey; Suspended lightgrey; 0/0 lightgrey"
PENDING = "running yellow; Pending yellow; 0/1 yellow"
DOOMED = "its condition FailureTarget says that it will be Failed"
INDEXED = {"parallelism": 3, "completions": 5, "completionMode": "Indexed"}


def job(c, *pods, owner=None, spec=None, name="web"):
    """A Job with these pods, each the options of Cluster.pod."""
    made = c.job(name, pods=0, owner=owner, spec=spec)
    for pod in pods:
        made.add_pod(**pod)
    return made


DONE_POD, FAILED_POD = {"terminated": (0, "Completed")}, {"terminated": (1, "Error")}
UP, WAITS = {}, {"statuses": False}


def one_container_done(c):
    c.job(count=2).pods[0].set(0, terminated=(0, "Completed"))


def sidecar_is_left(c):
    c.job(sidecars=1).pods[0].set("main", terminated=(0, "Completed"))


def suspended_again(c):
    c.job(spec={"suspend": True}).condition("Suspended", True, "JobSuspended").pods[0].deleting()


def sidecar_killed(c):
    made = c.job(sidecars=1)
    made.pods[0].finish().set("sidecar-0", terminated=(137, "Error"))
    made.end("Complete")


def doomed(c, reason):
    made = job(c, FAILED_POD, UP)
    made.end("FailureTarget", reason).pods[1].deleting()


def disrupted(c):
    made = job(c, {**FAILED_POD, "terminated": (137, "Error"), "conditions": [("DisruptionTarget", True, "Preempted")]})
    made.add_pod(**WAITS)


def without_pod(c):
    made = c.job(outcome="Complete")
    made.pods.pop().delete()


JOBS = [
    row("Job: pod Pending", RUNNING, PENDING, lambda c: job(c, WAITS)),
    row("Job: pod running", RUNNING, UP_1, lambda c: job(c, UP)),
    row("Job: 1st try failed (backoffLimit 2), between tries", RUNNING, "running yellow; Running yellow; 0/1 yellow",
        lambda c: job(c, FAILED_POD)),
    row("Job: 1st try failed, 2nd pod pending", RUNNING, PENDING, lambda c: job(c, FAILED_POD, WAITS)),
    row("Job: 2nd try running", RUNNING, UP_1, lambda c: job(c, FAILED_POD, UP)),
    row("Job: its pod cannot pull its image", "", "0/1 (0 restarts) red; ImagePullBackOff red; 0/1 red",
        lambda c: job(c, {"waiting": "ImagePullBackOff"})),
    row("Job with restartPolicy OnFailure: its container waits for the next try", "",
        "running yellow; CrashLoopBackOff yellow; 0/1 yellow",
        lambda c: job(c, {"waiting": "CrashLoopBackOff", "restarts": 2, "restart_policy": "OnFailure"})),
    row("Job failed: BackoffLimitExceeded", FAILED, HAS_FAILED, lambda c: c.job(outcome="Failed")),
    row("Indexed Job 5/3: 3 running", RUNNING, UP_3, lambda c: job(c, UP, UP, UP, spec=INDEXED)),
    row("Indexed Job: 2 done, 1 running, 2 next pending", RUNNING, "running yellow; Pending yellow; 1/3 yellow",
        lambda c: job(c, DONE_POD, DONE_POD, UP, WAITS, WAITS, spec=INDEXED)),
    row("Indexed Job: 2 done, 3 running", RUNNING, UP_3,
        lambda c: job(c, DONE_POD, DONE_POD, UP, UP, UP, spec=INDEXED)),
    row("Indexed Job complete", DONE, IS_DONE, lambda c: job(c, *[DONE_POD] * 5, spec=INDEXED).end("Complete")),
    row("suspended Job from start", SUSPENDED, IS_SUSPENDED, lambda c: job(c, spec={"suspend": True})),
    row("unsuspended, running", DONE, UP_1, lambda c: job(c, UP).condition("Suspended", False, "JobResumed")),
    row("suspended again while running (pods terminate)", SUSPENDED, IS_SUSPENDED, suspended_again),
    row("Job pod disrupted, ignored by podFailurePolicy; replacement pending", RUNNING, PENDING, disrupted),
    row("podFailurePolicy FailJob (exit 42)", FAILED, HAS_FAILED,
        lambda c: job(c, {"terminated": (42, "Error")}).end("Failed", "PodFailurePolicy")),
    row("Job doomed (FailureTarget), other pod still terminating", RUNNING, HAS_FAILED,
        lambda c: doomed(c, "PodFailurePolicy"), why=DOOMED),
    row("Job pod of 2 containers: one Completed (exit 0), other still running", RUNNING,
        "2/2 (0 restarts) green; Running green; 1/1 green", one_container_done),
    row("Job with native sidecar running", RUNNING, "2/2 (0 restarts) green; Running green; 1/1 green",
        lambda c: c.job(sidecars=1)),
    row("Job main container done, sidecar still shutting down", RUNNING,
        "running yellow; Running yellow; 0/1 yellow", sidecar_is_left),
    row("Job complete, sidecar killed with 137 (Kubernetes: ignored)", DONE, IS_DONE, sidecar_killed),
    row("Job with ttl 3 s: just finished", DONE, IS_DONE,
        lambda c: c.job(outcome="Complete", spec={"ttlSecondsAfterFinished": 3})),
    row("activeDeadlineSeconds exceeded", RUNNING, HAS_FAILED, lambda c: doomed(c, "DeadlineExceeded"), why=DOOMED),
    row("complete Job whose pod is gone", DONE, IS_DONE, without_pod),
    row("Job both Complete and Failed", "", UNKNOWN,
        lambda c: c.job(outcome="Complete").condition("Failed", True, "BackoffLimitExceeded")),
]


# ---- CronJobs ----

def runs(c, *outcomes, suspended=False, **last):
    """A CronJob that ran with these outcomes, an hour apart; the last run has these options."""
    made = c.cronjob()
    for number, outcome in enumerate(outcomes, 1):
        ago = (len(outcomes) - number) * 3600 + 60
        made.run(outcome, age=ago, **(last if number == len(outcomes) else {}))
    return made.suspend() if suspended else made


def times(scheduled, succeeded=None, **more):
    """The status of a CronJob, in seconds before now."""
    success = {"lastSuccessfulTime": timestamp(succeeded)} if succeeded is not None else {}
    return {"lastScheduleTime": timestamp(scheduled), **success, **more}


CRONJOBS = [
    row("CronJob, never ran", ", Current, ", "scheduled lightgrey; Scheduled lightgrey; 0/0 lightgrey",
        lambda c: c.cronjob()),
    row("CronJob running", "", UP_1, lambda c: runs(c, None)),
    row("CronJob, last run failed", "", HAS_FAILED, lambda c: runs(c, "Complete", "Failed")),
    row("CronJob, last run failed, next one Pending", "", PENDING, lambda c: runs(c, "Failed", None, statuses=False)),
    row("CronJob, last run failed, next one running", "", UP_1, lambda c: runs(c, "Failed", None)),
    row("CronJob suspended while a run runs", "", UP_1, lambda c: runs(c, None, suspended=True)),
    row("CronJob suspended, last run succeeded", "", IS_SUSPENDED, lambda c: runs(c, "Complete", suspended=True)),
    row("CronJob suspended, last run failed", "",
        "suspended, last run failed yellow; SuspendedFailed yellow; 0/0 lightgrey",
        lambda c: runs(c, "Failed", suspended=True)),
    row("CronJob successfulJobsHistoryLimit 0: an old failed run is kept, a later run succeeded", "", IS_DONE,
        lambda c: runs(c, "Failed").status(**times(30, 20))),
    row("CronJob's run failed, ttl 2 s", "", HAS_FAILED, lambda c: runs(c, "Failed")),
    row("… after the ttl: the failed Job is gone", "", HAS_FAILED, lambda c: c.cronjob(status=times(60))),
    row("failedJobsHistoryLimit 0: scheduled 40 min ago, last success 9 days ago, no Job kept", "", HAS_FAILED,
        lambda c: c.cronjob(status=times(2400, 9 * 86400))),
    row("no Job is kept, and the last run succeeded", "", IS_DONE, lambda c: c.cronjob(status=times(60, 30))),
    row("a run was just made, and its Job is not here yet", "",
        "running yellow; Running yellow; 0/0 lightgrey",
        lambda c: c.cronjob(status=times(1, 3600, active=[{"kind": "Job", "namespace": c.name, "name": "web-1"}]))),
    row("suspended, no Job is kept, and the last run failed", "",
        "suspended, last run failed yellow; SuspendedFailed yellow; 0/0 lightgrey",
        lambda c: c.cronjob(suspended=True, status=times(60, 5000))),
    row("an older run still runs beside a newer one that is complete", "", UP_1,
        lambda c: runs(c, None, "Complete")),
]


# ---- runs of engines ----

def workflow(c, *steps, run="web-x7k2p", owner="Workflow"):
    """Pods of one run, (step, options) each, a minute after one another; retries share a step."""
    tries = {}
    for number, (step, options) in enumerate(steps):
        tries[step] = tries.get(step, -1) + 1
        ago = (len(steps) - number) * 60
        c.pod(f"{run}-{step}-{number}", owner=(owner, run), age=ago, labels={"workflows.argoproj.io/workflow": run},
              annotations={"workflows.argoproj.io/node-name": f"{run}.{step}({tries[step]})"},
              **{"ago": ago - 30, **options})


def waits_beside(c):
    c.pod("web-x7k2p-build-1", owner=("Workflow", "web-x7k2p"), count=2).set(1, terminated=(0, "Completed"))


def executors(c):
    c.pod("web-driver", owner=("SparkApplication", "web"))
    c.pods(("Pod", "web-driver"), 2)


RUNS = [
    row("Argo Workflow run, all steps succeeded", "", IS_DONE,
        lambda c: workflow(c, ("build", DONE_POD), ("test", DONE_POD))),
    row("Argo Workflow: a step failed once, its retry succeeded (the Workflow is Succeeded)", "", IS_DONE,
        lambda c: workflow(c, ("build", FAILED_POD), ("build", DONE_POD), ("test", DONE_POD))),
    row("Argo Workflow: a step failed, its retry failed, too", "", HAS_FAILED,
        lambda c: workflow(c, ("build", FAILED_POD), ("build", FAILED_POD))),
    row("Argo Workflow: a step failed, another one succeeded later", "", HAS_FAILED,
        lambda c: workflow(c, ("build", FAILED_POD), ("notify", DONE_POD))),
    row("Argo Workflow step: wait container done, main running (pod Running 1/2)", "",
        "2/2 (0 restarts) green; Running green; 1/1 green", waits_beside),
    row("Argo Workflow: its next step is being created", "", "running yellow; ContainerCreating yellow; 0/1 yellow",
        lambda c: workflow(c, ("build", DONE_POD), ("test", CREATING))),
    row("two runs of a Workflow: the older one failed", "", IS_DONE,
        lambda c: (c.pod("old", owner=("Workflow", "web-bcd4f"), age=7200, terminated=(1, "Error")),
                   workflow(c, ("build", DONE_POD)))),
    row("runs of a Tekton task: the last one succeeded", "", IS_DONE, lambda c: [
        c.pod(f"{run}-pod", owner=("TaskRun", run), labels={"tekton.dev/task": "web"}, age=age, terminated=ended)
        for run, age, ended in (("ci-abcde", 7200, (1, "Error")), ("ci-fghij", 60, (0, "Completed")))]),
    row("a CronWorkflow's run", "", IS_DONE, lambda c: c.pod(
        "x", owner=("Workflow", "nightly-1690000000"), labels={"workflows.argoproj.io/cron-workflow": "web"},
        terminated=(0, "Completed"))),
    row("SparkApplication driver", "", UP_1, lambda c: c.pod("web-driver", owner=("SparkApplication", "web"))),
    row("Spark executors, owned by the driver Pod", "", UP_3, executors),
]

ROWS = JOBS + CRONJOBS + RUNS
