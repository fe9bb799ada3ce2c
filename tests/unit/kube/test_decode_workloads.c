/* Controllers, budgets and nodes, from either encoding. */
#include "config.h"

#include "support/kube_decode_input.h"

#define BARE    "/w generate= version= owner=/ created=0 deleting=0"
#define WORK(n) " desired=" #n " containers=0 suspended=0 paused=0 outcome=running"

static const struct object rollouts[] = {
    {"a Deployment", KS_KIND_DEPLOYMENT,
     "1{1'd' 3'n'} 2{1=3 2{} 3{1{1'x'} 2{2{1'a'} 2{1'b'} 20{1'i'} 20{1's' 24'Always'}}} 4{} 7=1} 3{2=3}",
     "{'metadata':{'name':'d','namespace':'n'},'spec':{'replicas':3,'selector':{},'template':{'metadata':{'name':'x'},"
     "'spec':{'containers':[{'name':'a'},{'name':'b'}],'initContainers':[{'name':'i'},{'name':'s','restartPolicy':"
     "'Always'}]}},'paused':true},'status':{'replicas':3}}",
     "n/d generate= version= owner=/ created=0 deleting=0 desired=3 containers=3 suspended=0 paused=1 "
     "outcome=running replicas=3 [regular a image=] [regular b image=] [init i image=] [sidecar s image=]"},
    {"a Deployment without replicas has one", KS_KIND_DEPLOYMENT, "1{1'd'} 2{}", "{'metadata':{'name':'d'},'spec':{}}",
     "/d generate= version= owner=/ created=0 deleting=0 desired=1 containers=0 suspended=0 paused=0 outcome=running"},
    {"a Deployment scaled to zero", KS_KIND_DEPLOYMENT, "1{1'd'} 2{1=0}",
     "{'metadata':{'name':'d'},'spec':{'replicas':0}}",
     "/d generate= version= owner=/ created=0 deleting=0 desired=0 containers=0 suspended=0 paused=0 outcome=running"},
    {"a Deployment in a rollout", KS_KIND_DEPLOYMENT,
     "1{1'w' 7=4} 2{1=3 4{1'RollingUpdate' 2{1{1=1 3'25%'} 2{1=0 2=2}}} 5=30 9=600} 3{1=3 2=5 3=2 4=3 5=2 7=4 9=1 "
     "6{1'Available' 2'True' 4'MinimumReplicasAvailable' 5'x' 6{1=1} 7{1=1}} "
     "6{1'Progressing' 2'True' 4'ReplicaSetUpdated' 5'x'}}",
     "{'metadata':{'name':'w','generation':4},'spec':{'replicas':3,'strategy':{'type':'RollingUpdate','rollingUpdate':"
     "{'maxUnavailable':'25%','maxSurge':2}},'minReadySeconds':30,'progressDeadlineSeconds':600},'status':"
     "{'observedGeneration':3,'replicas':5,'updatedReplicas':2,'availableReplicas':3,'unavailableReplicas':2,"
     "'readyReplicas':4,'terminatingReplicas':1,'conditions':[{'type':'Available','status':'True','reason':"
     "'MinimumReplicasAvailable','message':'x'},{'type':'Progressing','status':'True','reason':'ReplicaSetUpdated',"
     "'message':'x'}]}}",
     BARE " generation=4" WORK(3) " min_ready_seconds=30 max_unavailable=25% max_surge=2 observed=3 replicas=5 "
                                  "updated=2 ready=4 available=3 is_available=true is_progressing=true"},
    {"a Deployment that is rolled out", KS_KIND_DEPLOYMENT,
     "1{1'w'} 2{4{1'Recreate'}} 3{6{1'Progressing' 2'True' 4'NewReplicaSetAvailable'} 6{1'Available' 2'False'}}",
     "{'metadata':{'name':'w'},'spec':{'strategy':{'type':'Recreate'}},'status':{'conditions':[{'type':'Progressing',"
     "'status':'True','reason':'NewReplicaSetAvailable'},{'type':'Available','status':'False'}]}}",
     BARE WORK(1) " is_recreated=1 is_available=false is_progressing=true is_rolled_out=1"},
    {"a rollout that failed twice over, in either order", KS_KIND_DEPLOYMENT,
     "1{1'w'} 3{6{1'ReplicaFailure' 2'True' 4'FailedCreate'} 6{1'Progressing' 2'False' 4'ProgressDeadlineExceeded'}}",
     "{'metadata':{'name':'w'},'status':{'conditions':[{'type':'ReplicaFailure','status':'True','reason':"
     "'FailedCreate'},{'type':'Progressing','status':'False','reason':'ProgressDeadlineExceeded'}]}}",
     BARE WORK(1) " reason=ProgressDeadlineExceeded "
                  "is_progressing=false has_replica_failure=1"},
    {"a failure that is over", KS_KIND_DEPLOYMENT, "1{1'w'} 3{6{1'ReplicaFailure' 2'False' 4'FailedCreate'}}",
     "{'metadata':{'name':'w'},'status':{'conditions':[{'type':'ReplicaFailure','status':'False','reason':"
     "'FailedCreate'}]}}",
     BARE WORK(1)},
    {"conditions that contradict each other", KS_KIND_DEPLOYMENT,
     "1{1'w'} 3{6{1'Available' 2'True'} 6{1'Available' 2'False'} 6{1'Progressing' 2'False' 4'A'} "
     "6{1'Progressing' 2'Unknown' 4'B'}}",
     "{'metadata':{'name':'w'},'status':{'conditions':[{'type':'Available','status':'True'},{'type':'Available',"
     "'status':'False'},{'type':'Progressing','status':'False','reason':'A'},{'type':'Progressing','status':'Unknown',"
     "'reason':'B'}]}}",
     BARE WORK(1) " reason=A is_available=both is_progressing=both has_condition_twice=1"},
    {"counts that cannot be, as they are sent", KS_KIND_DEPLOYMENT,
     "1{1'w'} 2{1=-1 4{2{1{2=-2147483648} 2{1=1 3'-5%'}}} 5=-3} 3{1=-4 2=2147483647 3=-6 4=-7 7=-8}",
     "{'metadata':{'name':'w'},'spec':{'replicas':-1,'strategy':{'rollingUpdate':{'maxUnavailable':-2147483648,"
     "'maxSurge':'-5%'}},'minReadySeconds':-3},'status':{'observedGeneration':-4,'replicas':2147483647,"
     "'updatedReplicas':-6,'availableReplicas':-7,'readyReplicas':-8}}",
     BARE WORK(-1) " min_ready_seconds=-3 max_unavailable=-2147483648 max_surge=-5% observed=-4 replicas=2147483647 "
                   "updated=-6 ready=-8 available=-7"},
    {"a ReplicaSet with a failure", KS_KIND_REPLICASET,
     "1{1'w' 11{1'app' 2'web'}} 2{1=3 2{} 3{1{11{1'app' 2'web'}} 2{2{1'a' 2'web:1'}}} 4=7} "
     "3{1=2 2=2 3=5 4=1 5=1 6{1'ReplicaFailure' 2'True' 3{1=9} 4'FailedCreate' 5'quota'}}",
     "{'metadata':{'name':'w','labels':{'app':'web'}},'spec':{'replicas':3,'template':{'metadata':{'labels':{'app':"
     "'web'}},'spec':{'containers':[{'name':'a','image':'web:1'}]}},'minReadySeconds':7},'status':{'replicas':2,"
     "'fullyLabeledReplicas':2,'observedGeneration':5,'readyReplicas':1,'availableReplicas':1,'conditions':[{'type':"
     "'ReplicaFailure','status':'True','lastTransitionTime':'1970-01-01T00:00:09Z','reason':'FailedCreate','message':"
     "'quota'}]}}",
     BARE
     " labels=app|web| desired=3 containers=1 suspended=0 paused=0 outcome=running reason=FailedCreate "
     "min_ready_seconds=7 observed=5 replicas=2 ready=1 available=1 has_replica_failure=1 [regular a image=web:1]"},
    {"a ReplicaSet without replicas has one", KS_KIND_REPLICASET, "1{1'w'}", "{'metadata':{'name':'w'}}", BARE WORK(1)},
    {"a ReplicationController", KS_KIND_REPLICATIONCONTROLLER,
     "1{1'w-3' 7=2 11{1'deploymentconfig' 2'w'}} 2{1=0 2{1'app' 2'web'} 3{2{2{1'a'} 20{1'i'}}} 4=1} 3{1=4 3=2 4=3 5=2}",
     "{'metadata':{'name':'w-3','generation':2,'labels':{'deploymentconfig':'w'}},'spec':{'replicas':0,'selector':"
     "{'app':'web'},'template':{'spec':{'containers':[{'name':'a'}],'initContainers':[{'name':'i'}]}},"
     "'minReadySeconds':1},'status':{'replicas':4,'observedGeneration':2,'readyReplicas':3,'availableReplicas':2}}",
     "/w-3 generate= version= owner=/ created=0 deleting=0 generation=2 labels=deploymentconfig|w| desired=0 "
     "containers=1 suspended=0 paused=0 outcome=running min_ready_seconds=1 observed=2 replicas=4 ready=3 available=2 "
     "[regular a image=] [init i image=]"},
    {"a StatefulSet that updates a part", KS_KIND_STATEFULSET,
     "1{1'w' 7=9} 2{1=3 7{1'RollingUpdate' 2{1=2 2{1=1 3'34%'}}} 9=15} "
     "3{1=8 2=3 3=2 4=1 5=1 6'w-a' 7'w-b' 9=0 11=2}",
     "{'metadata':{'name':'w','generation':9},'spec':{'replicas':3,'updateStrategy':{'type':'RollingUpdate',"
     "'rollingUpdate':{'partition':2,'maxUnavailable':'34%'}},'minReadySeconds':15},'status':{'observedGeneration':8,"
     "'replicas':3,'readyReplicas':2,'currentReplicas':1,'updatedReplicas':1,'currentRevision':'w-a','updateRevision':"
     "'w-b','collisionCount':0,'availableReplicas':2}}",
     BARE " generation=9" WORK(3) " has_update=1 min_ready_seconds=15 partition=2 max_unavailable=34% observed=8 "
                                  "replicas=3 updated=1 ready=2 available=2"},
    {"a StatefulSet of one revision, updated on delete", KS_KIND_STATEFULSET,
     "1{1'w'} 2{7{1'OnDelete'}} 3{6'w-a' 7'w-a'}",
     "{'metadata':{'name':'w'},'spec':{'updateStrategy':{'type':'OnDelete'}},'status':{'currentRevision':'w-a',"
     "'updateRevision':'w-a'}}",
     BARE WORK(1) " on_delete=1"},
    {"a StatefulSet that knows one revision only", KS_KIND_STATEFULSET, "1{1'w'} 3{7'w-a'}",
     "{'metadata':{'name':'w'},'status':{'updateRevision':'w-a'}}", BARE WORK(1)},
    {"a DaemonSet in a rollout", KS_KIND_DAEMONSET,
     "1{1'w' 7=2} 2{2{2{2{1'a'}}} 3{1'RollingUpdate' 2{1{1=0 2=1} 2{1=1 3'10%'}}} 4=5} 3{1=5 2=1 3=6 4=4 5=2 6=3 7=2 "
     "8=4}",
     "{'metadata':{'name':'w','generation':2},'spec':{'template':{'spec':{'containers':[{'name':'a'}]}},"
     "'updateStrategy':{'type':'RollingUpdate','rollingUpdate':{'maxUnavailable':1,'maxSurge':'10%'}},"
     "'minReadySeconds':5},'status':{'currentNumberScheduled':5,'numberMisscheduled':1,'desiredNumberScheduled':6,"
     "'numberReady':4,'observedGeneration':2,'updatedNumberScheduled':3,'numberAvailable':2,'numberUnavailable':4}}",
     BARE " generation=2 desired=6 containers=1 suspended=0 paused=0 outcome=running min_ready_seconds=5 "
          "max_unavailable=1 max_surge=10% observed=2 replicas=5 updated=3 ready=4 available=2 [regular a image=]"},
    {"a DaemonSet that matches no node, updated on delete", KS_KIND_DAEMONSET, "1{1'w'} 2{3{1'OnDelete'}} 3{1=0 3=0}",
     "{'metadata':{'name':'w'},'spec':{'updateStrategy':{'type':'OnDelete'}},'status':{'currentNumberScheduled':0,"
     "'desiredNumberScheduled':0}}",
     BARE WORK(0) " on_delete=1"},
    {"a template that is hidden", KS_KIND_DEPLOYMENT,
     "1{1'w' 12{1'kube-shields.io/label' 2'Web'}} 2{3{1{12{1'kube-shields.io/hidden' 2'true'} "
     "12{1'kube-shields.io/label' 2'not read here'}}}}",
     "{'metadata':{'name':'w','annotations':{'kube-shields.io/label':'Web'}},'spec':{'template':{'metadata':"
     "{'annotations':{'kube-shields.io/hidden':'true','kube-shields.io/label':'not read here'}}}}}",
     BARE " label=Web hidden" WORK(1)},
    {"a template that is not hidden, of a controller that is", KS_KIND_CRONJOB,
     "1{1'w' 12{1'kube-shields.io/hidden' 2'true'}} 2{5{2{6{1{12{1'kube-shields.io/hidden' 2'false'}}}}}}",
     "{'metadata':{'name':'w','annotations':{'kube-shields.io/hidden':'true'}},'spec':{'jobTemplate':{'spec':"
     "{'template':{'metadata':{'annotations':{'kube-shields.io/hidden':'false'}}}}}}}",
     BARE " hidden" WORK(0)},
};

static const struct object runs[] = {
    {"a Job that runs", KS_KIND_JOB,
     "1{1'j' 13{1'CronJob' 3'c' 6=1}} 2{1=2 2=4 6{2{2{1'a'}}} 10=0} 3{1{1'Complete' 2'False'} 4=2 5=1}",
     "{'metadata':{'name':'j','ownerReferences':[{'kind':'CronJob','name':'c','controller':true}]},'spec':"
     "{'parallelism':2,'completions':4,'template':{'spec':{'containers':[{'name':'a'}]}},'suspend':false},'status':"
     "{'conditions':[{'type':'Complete','status':'False'}],'active':2,'succeeded':1}}",
     "/j generate= version= owner=CronJob/c created=0 deleting=0 desired=2 containers=1 suspended=0 paused=0 "
     "outcome=running succeeded=1 [regular a image=]"},
    {"a Job that is complete", KS_KIND_JOB, "1{1'j'} 3{1{1'SuccessCriteriaMet' 2'True'} 1{1'Complete' 2'True'} 5=1}",
     "{'metadata':{'name':'j'},'status':{'conditions':[{'type':'SuccessCriteriaMet','status':'True'},{'type':"
     "'Complete','status':'True'}],'succeeded':1}}",
     "/j generate= version= owner=/ created=0 deleting=0 desired=0 containers=0 suspended=0 paused=0 outcome=complete "
     "succeeded=1"},
    {"a Job that failed, suspended", KS_KIND_JOB, "1{1'j'} 2{10=1} 3{1{1'Failed' 2'True'} 6=1}",
     "{'metadata':{'name':'j'},'spec':{'suspend':true},'status':{'conditions':[{'type':'Failed','status':'True'}],"
     "'failed':1}}",
     "/j generate= version= owner=/ created=0 deleting=0 desired=0 containers=0 suspended=1 paused=0 outcome=failed "
     "failed=1"},
    {"a CronJob", KS_KIND_CRONJOB, "1{1'c'} 2{1'* * * * *' 4=1 5{1{} 2{1=1 6{2{2{1'a'} 2{1'b'}}}}}}",
     "{'metadata':{'name':'c'},'spec':{'schedule':'* * * * *','suspend':true,'jobTemplate':{'spec':{'parallelism':1,"
     "'template':{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}}}}}",
     "/c generate= version= owner=/ created=0 deleting=0 desired=0 containers=2 suspended=1 paused=0 outcome=running "
     "[regular a image=] [regular b image=]"},
    {"a Job with all its times", KS_KIND_JOB,
     "1{1'w'} 2{1=2 3=600 6{1{12{1'kube-shields.io/hidden' 2'true'}} 2{2{1'a' 2'job:1'}}}} "
     "3{1{1'Complete' 2'True' 3{1=70} 4{1=80} 5'CompletionsReached'} 2{1=60} 3{1=75} 4=0 5=4 6=1 9=0}",
     "{'metadata':{'name':'w'},'spec':{'parallelism':2,'activeDeadlineSeconds':600,'template':{'metadata':"
     "{'annotations':{'kube-shields.io/hidden':'true'}},'spec':{'containers':[{'name':'a','image':'job:1'}]}}},"
     "'status':{'conditions':[{'type':'Complete','status':'True','lastProbeTime':'1970-01-01T00:01:10Z',"
     "'lastTransitionTime':'1970-01-01T00:01:20Z','reason':'CompletionsReached'}],'startTime':'1970-01-01T00:01:00Z',"
     "'completionTime':'1970-01-01T00:01:15Z','active':0,'succeeded':4,'failed':1,'ready':0}}",
     BARE " hidden desired=0 containers=1 suspended=0 paused=0 outcome=complete succeeded=4 failed=1 finished=75 "
          "[regular a image=job:1]"},
    {"a Job that will have failed", KS_KIND_JOB,
     "1{1'w'} 3{1{1'FailureTarget' 2'True' 4{1=50} 5'DeadlineExceeded'} 4=1 6=2 9=1}",
     "{'metadata':{'name':'w'},'status':{'conditions':[{'type':'FailureTarget','status':'True','lastTransitionTime':"
     "'1970-01-01T00:00:50Z','reason':'DeadlineExceeded'}],'active':1,'failed':2,'ready':1}}",
     BARE " desired=1 containers=0 suspended=0 paused=0 outcome=failed reason=DeadlineExceeded ready=1 failed=2 "
          "finished=50"},
    {"a Job that has failed", KS_KIND_JOB,
     "1{1'w'} 3{1{1'FailureTarget' 2'True' 4{1=50} 5'A'} 1{1'Failed' 2'True' 4{1=55} 5'BackoffLimitExceeded'}}",
     "{'metadata':{'name':'w'},'status':{'conditions':[{'type':'FailureTarget','status':'True','lastTransitionTime':"
     "'1970-01-01T00:00:50Z','reason':'A'},{'type':'Failed','status':'True','lastTransitionTime':"
     "'1970-01-01T00:00:55Z','reason':'BackoffLimitExceeded'}]}}",
     BARE " desired=0 containers=0 suspended=0 paused=0 outcome=failed reason=BackoffLimitExceeded finished=55"},
    {"a Job that is both", KS_KIND_JOB, "1{1'w'} 3{1{1'Complete' 2'True'} 1{1'Failed' 2'True'} 4=-2}",
     "{'metadata':{'name':'w'},'status':{'conditions':[{'type':'Complete','status':'True'},{'type':'Failed','status':"
     "'True'}],'active':-2}}",
     BARE " desired=-2 containers=0 suspended=0 paused=0 outcome=both"},
    {"a Job that is complete, and is not", KS_KIND_JOB, "1{1'w'} 3{1{1'Complete' 2'True'} 1{1'Complete' 2'False'}}",
     "{'metadata':{'name':'w'},'status':{'conditions':[{'type':'Complete','status':'True'},{'type':'Complete','status':"
     "'False'}]}}",
     BARE " desired=0 containers=0 suspended=0 paused=0 outcome=complete has_condition_twice=1"},
    {"a Job that did not fail", KS_KIND_JOB, "1{1'w'} 3{1{1'Failed' 2'False' 5'x'} 1{1'Complete' 2'Unknown'}}",
     "{'metadata':{'name':'w'},'status':{'conditions':[{'type':'Failed','status':'False','reason':'x'},{'type':"
     "'Complete','status':'Unknown'}]}}",
     BARE WORK(0)},
    {"a CronJob with runs", KS_KIND_CRONJOB, "1{1'w'} 3{1{1'Job' 3'w-1'} 1{} 4{1=120} 5{1=60}}",
     "{'metadata':{'name':'w'},'status':{'active':[{'kind':'Job','name':'w-1'},{}],'lastScheduleTime':"
     "'1970-01-01T00:02:00Z','lastSuccessfulTime':'1970-01-01T00:01:00Z'}}",
     BARE WORK(0) " active=2 last_schedule=120 last_success=60"},
};

static const struct object budgets[] = {
    {"a budget", KS_KIND_BUDGET,
     "1{1'w' 3'n' 7=1 11{1'app' 2'x'}} 2{2{1{1'app' 2'web'} 1{1'tier' 2''} 2{1'env' 2'In' 3'prod' 3'test'} "
     "2{1'old' 2'DoesNotExist'}} 3{1=0 2=1}} 3{1=1 2{1'p' 2{1=5}} 3=1 4=3 5=2 6=4}",
     "{'metadata':{'name':'w','namespace':'n','generation':1,'labels':{'app':'x'}},'spec':{'selector':{'matchLabels':"
     "{'app':'web','tier':''},'matchExpressions':[{'key':'env','operator':'In','values':['prod','test']},{'key':'old',"
     "'operator':'DoesNotExist'}]},'maxUnavailable':1},'status':{'observedGeneration':1,'disruptedPods':{'p':"
     "'1970-01-01T00:00:05Z'},'disruptionsAllowed':1,'currentHealthy':3,'desiredHealthy':2,'expectedPods':4}}",
     "n/w generate= version= owner=/ created=0 deleting=0 generation=1 expected=4 desired_healthy=2 current_healthy=3 "
     "exact=1 selector=app|In|1|web|tier|In|1||env|In|2|prod|test|old|DoesNotExist|0|"},
    {"a minimum in percent", KS_KIND_BUDGET, "1{1'w'} 2{1{1=1 3'50%'}}",
     "{'metadata':{'name':'w'},'spec':{'minAvailable':'50%'}}",
     BARE " expected=0 desired_healthy=0 current_healthy=0 exact=1"},
    {"a minimum in pods", KS_KIND_BUDGET, "1{1'w'} 2{1{1=0 2=2} 2{}}",
     "{'metadata':{'name':'w'},'spec':{'minAvailable':2,'selector':{}}}",
     BARE " expected=0 desired_healthy=0 current_healthy=0 exact=0"},
    {"a maximum of zero", KS_KIND_BUDGET, "1{1'w'} 2{3{}}", "{'metadata':{'name':'w'},'spec':{'maxUnavailable':0}}",
     BARE " expected=0 desired_healthy=0 current_healthy=0 exact=1"},
    {"portions that are none", KS_KIND_BUDGET, "1{1'w'} 2{1{1=1 3'half'} 3{1=1}} 3{4=-1 5=-2 6=2147483647}",
     "{'metadata':{'name':'w'},'spec':{'minAvailable':'half','maxUnavailable':''},'status':{'currentHealthy':-1,"
     "'desiredHealthy':-2,'expectedPods':2147483647}}",
     BARE " expected=2147483647 desired_healthy=-2 current_healthy=-1 exact=0"},
    {"requirements without a key, without an operator, with an odd one", KS_KIND_BUDGET,
     "1{1'w'} 2{2{1{2'a'} 2{2'Exists'} 2{1'b'} 2{1'c' 2'Gt' 3'1'}}}",
     "{'metadata':{'name':'w'},'spec':{'selector':{'matchLabels':{'':'a'},'matchExpressions':[{'operator':'Exists'},"
     "{'key':'b'},{'key':'c','operator':'Gt','values':['1']}]}}}",
     BARE " expected=0 desired_healthy=0 current_healthy=0 exact=0 selector=?||1|a|?||0|b||0|c|Gt|1|1|"},
};

static const struct object nodes[] = {
    {"a node that is ready, cordoned", KS_KIND_NODE,
     "1{1'n'} 2{1'10.0.0.0/24' 4=1} 3{1{1'cpu'} 4{1'MemoryPressure' 2'False'} 4{1'Ready' 2'True'}}",
     "{'metadata':{'name':'n'},'spec':{'podCIDR':'10.0.0.0/24','unschedulable':true},'status':{'conditions':"
     "[{'type':'MemoryPressure','status':'False'},{'type':'Ready','status':'True'}]}}",
     "/n generate= version= owner=/ created=0 deleting=0 ready=1 unschedulable=1"},
    {"a lost node", KS_KIND_NODE, "1{1'n'} 3{4{1'Ready' 2'Unknown'}}",
     "{'metadata':{'name':'n'},'status':{'conditions':[{'type':'Ready','status':'Unknown'}]}}",
     "/n generate= version= owner=/ created=0 deleting=0 ready=0 unschedulable=0"},
    {"a node under pressure", KS_KIND_NODE,
     "1{1'w'} 3{4{1'MemoryPressure' 2'True'} 4{1'DiskPressure' 2'True'} 4{1'PIDPressure' 2'Unknown'} "
     "4{1'NetworkUnavailable' 2'True'} 4{1'Ready' 2'True'}}",
     "{'metadata':{'name':'w'},'status':{'conditions':[{'type':'MemoryPressure','status':'True'},{'type':"
     "'DiskPressure','status':'True'},{'type':'PIDPressure','status':'Unknown'},{'type':'NetworkUnavailable','status':"
     "'True'},{'type':'Ready','status':'True'}]}}",
     BARE " ready=1 unschedulable=0 DiskPressure=1 MemoryPressure=1 NetworkUnavailable=1"},
    {"a node that is ready and is not", KS_KIND_NODE, "1{1'w'} 3{4{1'Ready' 2'False'} 4{1'Ready' 2'True'}}",
     "{'metadata':{'name':'w'},'status':{'conditions':[{'type':'Ready','status':'False'},{'type':'Ready','status':"
     "'True'}]}}",
     BARE " ready=0 unschedulable=0"},
};

static void check_objects(const struct object *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        check_object(&rows[i]);
    }
}

static void both_encodings_give_the_same_rollout(void **state)
{
    (void)state;
    check_objects(rollouts, COUNT(rollouts));
}

static void both_encodings_give_the_same_run(void **state)
{
    (void)state;
    check_objects(runs, COUNT(runs));
}

static void both_encodings_give_the_same_budget(void **state)
{
    (void)state;
    check_objects(budgets, COUNT(budgets));
}

static void both_encodings_give_the_same_node(void **state)
{
    (void)state;
    check_objects(nodes, COUNT(nodes));
}

/* maxSurge of a Deployment, if it is a text. */
static void a_portion_is_a_number_or_a_percentage(void **state)
{
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {"25%", " max_surge=25%"},
        {"0%", " max_surge=0%"},
        {"-5%", " max_surge=-5%"},
        {"007%", " max_surge=7%"},
        {"99999999999999999999%", " max_surge=2147483647%"},
        {"-99999999999%", " max_surge=-2147483648%"},
        {"25", ""},
        {"", ""},
        {"%", ""},
        {"-%", ""},
        {"+25%", ""},
        {" 25%", ""},
        {"25 %", ""},
        {"25%%", ""},
        {"2.5%", ""},
        {"0x19%", ""},
        {"half", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char protobuf[100], json[200], expected[300];

        snprintf(protobuf, sizeof protobuf, "1{1'w'} 2{4{2{2{1=1 3'%s'}}}}", rows[i].text);
        snprintf(json, sizeof json, "{'metadata':{'name':'w'},'spec':{'strategy':{'rollingUpdate':{'maxSurge':'%s'}}}}",
                 rows[i].text);
        snprintf(expected, sizeof expected, BARE WORK(1) "%s", rows[i].expected);
        check_object(&(struct object){rows[i].text, KS_KIND_DEPLOYMENT, protobuf, json, expected});
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_encodings_give_the_same_rollout),  cmocka_unit_test(both_encodings_give_the_same_run),
        cmocka_unit_test(both_encodings_give_the_same_budget),   cmocka_unit_test(both_encodings_give_the_same_node),
        cmocka_unit_test(a_portion_is_a_number_or_a_percentage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
