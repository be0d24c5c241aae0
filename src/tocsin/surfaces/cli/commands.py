"""The table of verbs: name, module, one line, and the group of the top-level help. Data only, so it costs no start-up.

To add a verb: one module in `verbs/` with `main(argv) -> int`, one line here, then `make docs` (help and reference).
"""

from typing import NamedTuple


class Verb(NamedTuple):
    """`module` is a name below `verbs/`, None: the verb runs a server, and `__main__` knows where that is.

    `words` is how the verb is called, shown in the help.
    """

    module: str | None
    words: str
    summary: str
    group: str


INCIDENTS = "An incident"
PEOPLE = "Who is called, and why"
ALERTS = "Alerts"
INSIGHTS = "What the record teaches"
CONFIGURATION = "Configuration"
SERVER = "The server"
OTHER = "Other"

VERBS: dict[str, Verb] = {
    "declare": Verb("declare", 'declare "TITLE"', "Declare an incident; one line is enough", INCIDENTS),
    "list": Verb("list_incidents", "list", "List incidents, newest first", INCIDENTS),
    "search": Verb("search", 'search "TEXT"', "Find words in incidents and their timelines", INCIDENTS),
    "show": Verb("show", "show INC-1", "Show one incident", INCIDENTS),
    "ack": Verb("ack", "ack INC-1", "Acknowledge: it is yours, and the paging stops", INCIDENTS),
    "decline": Verb("decline", "decline INC-1", "Not me: page the next", INCIDENTS),
    "escalate": Verb("escalate", "escalate INC-1", "Call the next step now", INCIDENTS),
    "snooze": Verb("snooze", "snooze INC-1 30m", "Quiet for a while; then you are called again", INCIDENTS),
    "reassign": Verb("reassign", "reassign INC-1 WHO", "Hand it over: they are called now", INCIDENTS),
    "add-responder": Verb("add_responder", "add-responder INC-1 WHO…", "Call people to help beside you", INCIDENTS),
    "role": Verb("role", "role INC-1 [ROLE WHO]", "Who does what; take a role, or give it", INCIDENTS),
    "handoff": Verb("handoff", "handoff INC-1 --to WHO", "Hand your role on with a brief, or accept one", INCIDENTS),
    "mitigate": Verb("mitigate", 'mitigate INC-1 ["WHAT"]', "Record what is done, and whether it helped", INCIDENTS),
    "room": Verb("room", "room INC-1", "Where its people speak: page and call", INCIDENTS),
    "time": Verb("time", "time INC-1 NAME=TIME", "Correct when something happened", INCIDENTS),
    "eta": Verb("eta", "eta INC-1 [TIME]", "Say when it should be over", INCIDENTS),
    "severity": Verb("severity", "severity INC-1 SEV-2", "Change how bad it is, with a reason", INCIDENTS),
    "status": Verb("status", "status INC-1 STATUS", "Move an incident to a status", INCIDENTS),
    "log": Verb("log", 'log INC-1 ["TEXT"]', "Print the timeline, or write on it", INCIDENTS),
    "attach": Verb("attach", "attach INC-1 FILE", "Attach a file to an incident, or save one", INCIDENTS),
    "redact": Verb("redact", "redact INC-1 ENTRY --why …", "Take a text out of the record, for good", INCIDENTS),
    "task": Verb("task", "task INC-1 add|list|done|…", "What is to be done, by whom, and how far it is", INCIDENTS),
    "private": Verb("private", "private INC-1 --why TEXT", "Only its members see it from now on", INCIDENTS),
    "members": Verb("members", "members INC-1", "Who sees a private incident", INCIDENTS),
    "check": Verb("check", "check INC-1", "Run the checks: does it work again?", INCIDENTS),
    "update": Verb("update", 'update INC-1 "TEXT"', "Post an update, or preview one", INCIDENTS),
    "checklist": Verb("checklist", "checklist INC-1", "What is to be done in this phase, and what is done", INCIDENTS),
    "advise": Verb("advise", "advise INC-1", "Roll back? Escalate? Resolve? With reasons", INCIDENTS),
    "resolve": Verb("resolve", "resolve INC-1", "Say that it is over", INCIDENTS),
    "reopen": Verb("reopen", "reopen INC-1", "Say that it is not over after all", INCIDENTS),
    "close": Verb("close", "close INC-1", "Close it: the follow-ups are done", INCIDENTS),
    "postmortem": Verb("postmortem", "postmortem draft|show|…", "Draft what was learnt, edit, publish", INCIDENTS),
    "merge": Verb("merge", "merge INC-2 --into INC-1", "Two incidents are one: go on in the other", INCIDENTS),
    "split": Verb("split", "split INC-2", "Two after all: on its own again", INCIDENTS),
    "link": Verb("link", "link INC-2 --to INC-1", "They have to do with each other", INCIDENTS),
    "unlink": Verb("unlink", "unlink INC-2 --to INC-1", "They have nothing to do with each other", INCIDENTS),
    "assess": Verb("assess", "assess --FACT …", "Which severity these facts mean, and why", INCIDENTS),
    "oncall": Verb("oncall", "oncall [SCHEDULE]", "Who is on call, now or at another time", PEOPLE),
    "override": Verb("override", "override SCHEDULE …", "Put somebody on call for a while", PEOPLE),
    "swap": Verb("swap", "swap propose|accept …", "Swap shifts, when both sides agree", PEOPLE),
    "cover": Verb("cover", "cover ask|list|take", "Ask the team to take a shift, or take one", PEOPLE),
    "leave": Verb("leave", "leave add|list|end", "Say when you cannot be on call", PEOPLE),
    "explain": Verb("explain", "explain INC-1", "Who was called, how, when and why – or why nobody", PEOPLE),
    "policy": Verb("policy", "policy list|show|copy|…", "The ladders by which people are called", PEOPLE),
    "simulate": Verb("simulate", "simulate --alert …", "What would happen if this alert came", PEOPLE),
    "contact": Verb("contact", "contact list|add|test|…", "How you are reached, and whether it works", PEOPLE),
    "chat": Verb("chat", "chat list|test NAME", "The rooms that are posted to, and whether it works", PEOPLE),
    "channels": Verb("channels", "channels", "By which ways messages leave, and who answers", PEOPLE),
    "replay": Verb("replay", "replay HISTORY -f FILE", "A recorded history against a draft", PEOPLE),
    "alerts": Verb("alerts", "alerts [show ID]", "What fires, and where each alert went", ALERTS),
    "silence": Verb("silence", "silence add|list|expire", "Keep alerts from paging for a while", ALERTS),
    "heartbeat": Verb("heartbeat", "heartbeat [list|pause|…]", "What has to say that it is alive, and does", ALERTS),
    "maintenance": Verb("maintenance", "maintenance add|list|end", "Say that a service is worked on", ALERTS),
    "actions": Verb("actions", "actions list|add|done|…", "What is to change, by whom, until when", INSIGHTS),
    "report": Verb("report", "report monthly 2026-10", "What the last months teach", INSIGHTS),
    "metrics": Verb("metrics", "metrics", "How long incidents take, and how often they come", INSIGHTS),
    "slo": Verb("slo", "slo [SERVICE]", "Error budgets; may a deployment go?", INSIGHTS),
    "plan": Verb("plan", "plan -f FILE", "What a configuration would change", CONFIGURATION),
    "apply": Verb("apply", "apply -f FILE", "Make it so", CONFIGURATION),
    "templates": Verb("templates", "templates list|show|edit", "How messages are worded", CONFIGURATION),
    "serve": Verb(None, "serve", "Run everything on this machine", SERVER),
    "web": Verb(None, "web", "Run only the web part", SERVER),
    "worker": Verb(None, "worker", "Run only a worker", SERVER),
    "demo": Verb(None, "demo", "Try it: a year of history, and a drill", SERVER),
    "admin": Verb("admin", "admin …", "People, tokens, settings, on the server's machine", SERVER),
    "completion": Verb("completion", "completion bash|zsh|fish", "Completion for your shell", OTHER),
}
