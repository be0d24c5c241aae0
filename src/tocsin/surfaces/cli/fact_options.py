"""What may be known of an impact, as options of a verb that is parsed from its signature: one for each fact."""

from dataclasses import dataclass, fields
from typing import Annotated

from cyclopts import Group, Parameter

from tocsin.catalog.facts import CHOICES, WORDS

KNOWN = Group("What is known of the impact", help="Without --severity the level is assessed from it.", sort_key=1)


def _fact(name: str, sample: str = "yes") -> Parameter:
    return Parameter(help=WORDS[name], metavar="|".join(CHOICES.get(name, (sample,))), group=KNOWN)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class KnownFacts:
    """As they are typed; the server reads them."""

    users_affected: Annotated[str | None, _fact("users_affected", "35%|1200")] = None
    customers: Annotated[str | None, _fact("customers")] = None
    service_status: Annotated[str | None, _fact("service_status")] = None
    error_rate: Annotated[str | None, _fact("error_rate", "5%")] = None
    data_loss_risk: Annotated[str | None, _fact("data_loss_risk")] = None
    data_corruption: Annotated[str | None, _fact("data_corruption")] = None
    breach: Annotated[str | None, _fact("breach")] = None
    revenue_per_hour: Annotated[str | None, _fact("revenue_per_hour", "5000USD")] = None
    revenue_impact: Annotated[str | None, _fact("revenue_impact")] = None
    sla_at_risk: Annotated[str | None, _fact("sla_at_risk")] = None
    systems_down: Annotated[str | None, _fact("systems_down", "2")] = None
    feature: Annotated[str | None, _fact("feature")] = None
    workaround: Annotated[str | None, _fact("workaround")] = None
    internal_only: Annotated[str | None, _fact("internal_only")] = None
    getting_worse: Annotated[str | None, _fact("getting_worse")] = None

    def said(self) -> dict[str, str]:
        """Those that were given."""
        return {each.name: value for each in fields(self) if (value := getattr(self, each.name)) is not None}
