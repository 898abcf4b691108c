# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# A Slurm cluster on loopback, for tests: munged, slurmctld and two slurmd's, n1 and n2, all in the folder $C.
# Sourced, not run; behind lib.sh.
# shellcheck disable=SC2154 # T is lib.sh's

C=$T/cluster
export SLURM_CONF="$C/slurm.conf"

# A free port of loopback, and the two behind it.
cluster_port() {
	python3 -c 'import random, socket
for port in random.sample(range(20000, 32000), 100):
    try:
        for p in range(port, port + 3):
            with socket.socket() as s:
                s.bind(("127.0.0.1", p))
    except OSError:
        continue
    print(port)
    break'
}

cluster_up() {
	port=$(cluster_port)
	mkdir -p "$C/munge" "$C/ctld"
	chmod 700 "$C/munge"
	head -c 128 /dev/urandom >"$C/munge/key"
	chmod 400 "$C/munge/key"
	munged --force --key-file="$C/munge/key" --socket="$C/munge/socket" --pid-file="$C/munge/pid" \
		--log-file="$C/munge/log" --seed-file="$C/munge/seed" --num-threads=2 2>"$C/munged" || return 1
	cat >"$SLURM_CONF" <<-E
		ClusterName=loop
		SlurmctldHost=localhost(127.0.0.1)
		SlurmctldPort=$port
		AuthType=auth/munge
		AuthInfo=socket=$C/munge/socket
		CredType=cred/munge
		SlurmUser=$(id -un)
		SlurmdUser=$(id -un)
		StateSaveLocation=$C/ctld
		SlurmdSpoolDir=$C/spool.%n
		SlurmctldPidFile=$C/ctld.pid
		SlurmdPidFile=$C/slurmd.%n.pid
		SlurmctldLogFile=$C/ctld.log
		SlurmdLogFile=$C/slurmd.%n.log
		ProctrackType=proctrack/linuxproc
		TaskPlugin=task/none
		SwitchType=switch/none
		MpiDefault=none
		JobAcctGatherType=jobacct_gather/none
		SelectType=select/cons_tres
		SelectTypeParameters=CR_Core_Memory
		SchedulerParameters=sched_interval=1,bf_interval=1,sched_min_interval=100000
		ReturnToService=2
		SlurmdTimeout=10
		KillWait=2
		MinJobAge=60
		SlurmdParameters=config_overrides
		NodeName=n1 NodeHostname=localhost NodeAddr=127.0.0.1 Port=$((port + 1)) CPUs=4 RealMemory=100000
		NodeName=n2 NodeHostname=localhost NodeAddr=127.0.0.1 Port=$((port + 2)) CPUs=4 RealMemory=100000
		PartitionName=all Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
	E
	mkdir -p "$C/spool.n1" "$C/spool.n2"
	slurmctld -i && slurmd -N n1 && slurmd -N n2 && cluster_wait
}

# Until both nodes are idle.
cluster_wait() {
	for _ in $(seq 300); do
		[ "$(sinfo -h -N -t idle -o %N 2>/dev/null | wc -l)" = 2 ] && return 0
		sleep 0.2
	done
	sinfo -N
	return 1
}

# The processes below process $1, and itself.
processes_of() {
	echo "$1"
	for _child in $(pgrep -P "$1"); do
		processes_of "$_child"
	done
}

# Kills node $1, on which job $2 runs: its slurmd, and all that runs on it.
node_kill() {
	_step=$(pgrep -f "^slurmstepd: \[$2\.batch\]" | head -1)
	# shellcheck disable=SC2046 # words are split on purpose
	kill -9 "$(cat "$C/slurmd.$1.pid")" $([ -z "$_step" ] || processes_of "$_step")
}

cluster_down() {
	scancel --user="$(id -u)" 2>/dev/null
	for _f in "$C"/slurmd.*.pid "$C/ctld.pid" "$C/munge/pid"; do
		[ -s "$_f" ] && kill "$(cat "$_f")" 2>/dev/null
	done
	sleep 1
}
