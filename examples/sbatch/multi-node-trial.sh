# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
#
# In place of a distributed training: each task says which one it is, and the first one prints the metric.
# Usage: multi-node-trial.sh LEARNING-RATE
echo "task $RANK of $WORLD_SIZE on ${SLURMD_NODENAME:-$(hostname)}; task 0 is at $MASTER_ADDR:$MASTER_PORT"
sleep 1
if [ "$RANK" -eq 0 ]; then
  # Smallest at 0.1, as a loss might be.
  awk -v lr="$1" 'BEGIN { d = log(lr / 0.1); printf "loss=%.6f\n", 0.1 + d * d }'
fi
