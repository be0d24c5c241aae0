"""What goes wrong in the demo: by kind of cause, the words in which people would have written it down."""

from __future__ import annotations

from typing import NamedTuple

from tocsin.incidents.causes import CauseCategory


class Cause(NamedTuple):
    """`title`, `fix`, `lesson` and `first_try` have `{service}` for its name. `lesson` is what is done so that it does
    not come back, `first_try` what did not help, empty: nothing else was tried."""

    category: CauseCategory
    title: str
    seen: str
    root: str
    strategy: str
    fix: str
    lesson: str
    first_try: str = ""


CAUSES = (
    Cause(
        CauseCategory.DEPLOYMENT,
        "{service} answers 500 since the release",
        "the error rate rose with the release, and only on new pods",
        "the new version read a column that the migration had not added yet",
        "rollback",
        "rolled {service} back to the version before",
        "Run migrations before the pods of {service} are replaced",
        "restarted the pods of {service}",
    ),
    Cause(
        CauseCategory.DEPLOYMENT,
        "{service} is slow for some customers",
        "p99 doubled for customers with more than a hundred orders",
        "a query lost its index in the release",
        "rollback",
        "rolled {service} back and put the index in place",
        "Compare the query plans of {service} before a release",
    ),
    Cause(
        CauseCategory.CONFIGURATION,
        "{service} refuses requests of partners",
        "only requests with the partners' header are refused, all with 403",
        "a rule of the gateway was written for another environment",
        "configuration",
        "put the rule of the gateway back",
        "Have each environment keep its gateway rules apart",
    ),
    Cause(
        CauseCategory.RESOURCE_EXHAUSTION,
        "{service} runs out of database connections",
        "the pool is full and waits grow, while the database itself is idle",
        "a job kept its connections open while it waited for another service",
        "restart",
        "stopped the job and gave {service} its connections back",
        "Alert when the pool of {service} is 80 % full",
        "raised the size of the pool of {service}",
    ),
    Cause(
        CauseCategory.RESOURCE_EXHAUSTION,
        "Disk of {service} is almost full",
        "logs grew by 40 GB since midnight",
        "a debug flag had been left on",
        "configuration",
        "turned the flag off and removed the old logs",
        "Have debug flags of {service} end by themselves",
    ),
    Cause(
        CauseCategory.CAPACITY,
        "{service} times out at the peak",
        "latency follows the number of requests, and nothing else has changed",
        "the limit of pods was set for the load of last year",
        "scale",
        "doubled the pods of {service}",
        "Scale {service} by its queue, and test it with twice the load",
    ),
    Cause(
        CauseCategory.DEPENDENCY_FAILURE,
        "{service} fails when it calls its provider",
        "every call to the provider times out after ten seconds",
        "the provider had an outage, and nothing limited how long we waited for it",
        "failover",
        "switched {service} to the second provider",
        "Give each call of {service} to its provider a deadline",
        "waited for the provider with shorter time-outs",
    ),
    Cause(
        CauseCategory.DEPENDENCY_FAILURE,
        "{service} shows old data",
        "the events stopped arriving at 40 minutes of delay",
        "a consumer was stuck on one message that it could not read",
        "restart",
        "set the message aside and restarted the consumer",
        "Set messages that cannot be read aside after three tries",
    ),
    Cause(
        CauseCategory.OTHER,
        "{service} is unreachable from one region",
        "only one region is affected, and traffic from there has halved",
        "a route of the network provider was withdrawn",
        "failover",
        "sent the region's traffic through another one",
        "Practise moving the traffic of a region each quarter",
    ),
    Cause(
        CauseCategory.SECURITY,
        "Unusual sign-ins at {service}",
        "thousands of sign-ins with leaked passwords from one network",
        "the limit of sign-ins counted by address and not by account",
        "block",
        "blocked the network and limited sign-ins by account",
        "Ask for a second factor at {service} from new devices",
    ),
)

AFTER_RELEASES = tuple(cause for cause in CAUSES if cause.category is CauseCategory.DEPLOYMENT)
