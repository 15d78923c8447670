#!/usr/bin/env bash
# slurm-here.sh FOLDER: a Slurm of this one machine, for tests; whatever the machine has, it gives out 4 cores and 8 GB.
# Its files are in FOLDER, its ports are free ones; it says "ready" when it takes jobs (SLURM_CONF=FOLDER/slurm.conf
# sbatch ...) and ends, its jobs too, when its input does.
# Exit code 3: this machine has no Slurm, or does not let us start one; the last line says what would help.
set -euo pipefail
folder=$(realpath "$1")
user=$(id -un)
export SLURM_CONF=$folder/slurm.conf
PATH=$PATH:/usr/sbin:/sbin
pids=()

cannot() {
    echo "$*"
    exit 3
}

# What was started last goes first: the node before its controller, and the one that vouches for both at the end.
stop() {
    local i
    [[ -z ${ready:-} ]] || scancel --full --signal=KILL --user="$user" 2>/dev/null || true
    for ((i = ${#pids[@]} - 1; i >= 0; i--)); do
        kill "${pids[i]}" 2>/dev/null || true
        wait "${pids[i]}" 2>/dev/null || true
    done
}

# start NAME COMMAND...: a daemon in the foreground of its own process.
start() {
    local name=$1
    shift
    "$@" </dev/null >"$folder/$name.out" 2>&1 &
    pids+=($!)
}

# until_true COMMAND...: for half a minute, and as long as every daemon lives.
until_true() {
    local i pid
    for ((i = 0; i < 300; i++)); do
        for pid in "${pids[@]}"; do
            kill -0 "$pid" 2>/dev/null || return 1
        done
        "$@" && return 0
        sleep 0.1
    done
    return 1
}

said() {
    tail -qn 2 "$folder"/*.out | tr '\n' ' '
}

idle() {
    [[ $(sinfo --noheader --format=%t 2>/dev/null) == idle ]]
}

free_ports() {
    local port
    for ((port = 20000 + RANDOM % 10000; ; port++)); do
        ! (exec 3<>/dev/tcp/127.0.0.1/$port) 2>/dev/null && ! (exec 3<>/dev/tcp/127.0.0.1/$((port + 1))) 2>/dev/null && break
    done
    echo $port
}

for tool in munged slurmctld slurmd sbatch; do
    command -v $tool >/dev/null || cannot "there is no $tool here: apt-get install slurm-wlm munge"
done
trap stop EXIT
port=$(free_ports)
mkdir -p "$folder/state" "$folder/spool"
cat >"$SLURM_CONF" <<END
ClusterName=here
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmUser=$user
SlurmdUser=$user
SlurmctldPort=$port
SlurmdPort=$((port + 1))
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
ReturnToService=2
SlurmdParameters=config_overrides
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,bf_interval=1
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
NodeName=$(hostname -s) NodeAddr=127.0.0.1 CPUs=4 RealMemory=8000 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
# Nothing here uses control groups: from 23.02 on that can be said; before, version 1 is the one that is left alone.
plugin=disabled
[[ $(slurmd -V) < "slurm 23.02" || $(slurmd -V) == slurm-wlm\ 2[0-2].* ]] && plugin=cgroup/v1
printf '%s\n' "CgroupPlugin=$plugin" IgnoreSystemd=yes >"$folder/cgroup.conf"
(umask 077 && head -c 64 /dev/urandom >"$folder/munge.key")
start munged munged --foreground --force --key-file="$folder/munge.key" --socket="$folder/munge.socket" \
    --pid-file="$folder/munged.pid" --log-file="$folder/munged.log" --seed-file="$folder/munged.seed"
until_true test -S "$folder/munge.socket" || cannot "munged does not start: $(said)"
start slurmctld slurmctld -D
start slurmd slurmd -D
until_true idle || cannot "Slurm does not start: $(said)"
ready=yes
echo ready
cat >/dev/null
