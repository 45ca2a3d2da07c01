"""Trace a pipeline run: one span a stage, with what it kept; nothing when traces are off."""

from contextlib import AbstractContextManager

from nightmarket.infra import telemetry
from nightmarket.pipeline.report import StageReport


class StageSpans:
    """An observer of the pipeline that makes spans; queries of a stage lie below its span."""

    def during(self, kind: str, component: str) -> AbstractContextManager[object]:
        """Hold the stage's span open."""
        return telemetry.span(f"{kind} {component}")

    def after(self, report: StageReport) -> None:
        """Write how many candidates came in and went out, and what failed."""
        telemetry.note(
            count_in=report.count_in, count_out=report.count_out, failure=report.failure or ""
        )
