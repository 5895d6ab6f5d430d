#!/bin/bash
# A Slurm epilog that moves what a job has recorded, and closes the record of processes that were killed with it.
#
# Epilog (slurm.conf), on each node as root: proves by this node's /proc which processes are dead, and moves what they left.
# EpilogSlurmctld, once, when all nodes are done: closes what no node could judge, such as processes of containers, for the
# scheduler knows that the job is over.
#
# It never fails and never takes longer than PROVML_EPILOG_SECONDS: a failing epilog would drain the node.
PATH=/usr/local/bin:/usr/bin:/bin
: "${PROVML:=provml}" "${PROVML_EPILOG_SECONDS:=60}"

job=${SLURM_ARRAY_JOB_ID:+${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}}
job=${job:-$SLURM_JOB_ID}
folder=${SLURM_JOB_WORK_DIR:-$(scontrol show job -o "$SLURM_JOB_ID" 2>/dev/null | sed -n 's/.* WorkDir=\([^ ]*\).*/\1/p')}

# The nearest .provml upwards from where the job was started.
directory=$folder
while [ -n "$directory" ] && [ ! -d "$directory/.provml" ]; do directory=${directory%/*}; done
[ -n "$directory" ] || exit 0

# As the user, whose files they are: root may be nobody on a network file system.
as_user=()
if [ "$(id -u)" = 0 ] && [ -n "$SLURM_JOB_USER" ] && [ "$SLURM_JOB_USER" != root ]; then
  as_user=(runuser -u "$SLURM_JOB_USER" --)
fi

if [ "$SLURM_SCRIPT_CONTEXT" = epilog_slurmctld ]; then
  command=(close --job "$job" --if-any) # most jobs record nothing
else
  command=(flush)
fi
"${as_user[@]}" timeout "$PROVML_EPILOG_SECONDS" nice -n 19 "$PROVML" "${command[@]}" --dir "$directory/.provml" >&2
code=$?
[ $code = 0 ] || logger -t provml "job $job: provml ${command[*]} ended with $code" 2>/dev/null
exit 0
