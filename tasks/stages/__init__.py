"""The eleven stages of the pipeline over the store: what is pending, a batch, one commit."""

from tasks.stages.run import STAGES, StageCounts, end_run, merged, run_stage, run_stages, start_run
from tasks.stages.work import Progress

__all__ = ["STAGES", "Progress", "StageCounts", "end_run", "merged", "run_stage", "run_stages", "start_run"]
