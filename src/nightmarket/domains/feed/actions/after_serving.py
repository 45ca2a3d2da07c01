"""Do what waits until the answer is out."""

from nightmarket.domains.feed.actions.trace_stages import StageSpans
from nightmarket.domains.feed.side_effects.record_served import RecordServed
from nightmarket.domains.feed.values.steering import Served
from nightmarket.infra.services import Services
from nightmarket.infra.telemetry import log
from nightmarket.pipeline.runner import apply


async def after_serving(services: Services, served: Served) -> None:
    """Run the side effects of one page; failures are logged by name."""
    await apply(
        [RecordServed(services.database)],
        served,
        lambda name, error: log("side_effect_failed", effect=name, error=repr(error)),
        observer=StageSpans(),
    )
