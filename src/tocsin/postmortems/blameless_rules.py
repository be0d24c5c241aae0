"""What blames a person, as data: each rule with its patterns, why it is one, and the ways to say it of the system.

The patterns are RE2's (linear whatever the text); `PERSON` and the like stand for words of `blameless_words`. They are
read on text that has one sentence a line.
"""
# ruff: noqa: E501  (a pattern is easier to read on one line)

from typing import NamedTuple

from tocsin.postmortems.blameless_words import ANYBODY, OTHERS, ROLES, SYSTEMS


class Pattern(NamedTuple):
    """`words` match; not where `unless_after` matches what follows, or `unless_in` anything of the sentence, and only
    where `only_in` does.

    `a_person`: the match ends with the word for a person, so that what follows may show that a thing is meant. A group
    `who` is such a word inside the match; `verb`, `did` and `link` are parts that a rewording takes up.
    """

    words: str
    only_in: str = ""
    unless_in: str = ""
    unless_after: str = ""
    a_person: bool = False


class Rule(NamedTuple):
    """`rewordings` are tried in their order: `{before}` and `{rest}` are the sentence around the words,
    `{without}` is the sentence without them, the others are parts of them; one that asks for what is not there is
    passed over, and the last asks for nothing."""

    name: str
    why: str
    patterns: tuple[Pattern, ...]
    rewordings: tuple[str, ...]


# fmt: off
NAME = r"\x{E000}+(?: [A-Z][a-z\x{E0}-\x{FF}]+)?"
DET = r"(?:(?i:the|an?|our|their|his|her|your|this|that|those|these|some|one|two|three|four|any|every|each|another|all|both) )?"
ADJ = r"(?:[\w-]+(?:'s)? ){0,2}?"
ROLE = rf"(?i:\b(?:{ROLES})(?: (?:{ROLES}))?\b)"
ONE = rf"(?:\b(?i:{OTHERS}|{ANYBODY})\b|{NAME}|{ROLE})"
ANYONE = rf"(?:\b(?i:{OTHERS}|{ANYBODY}|we|they)\b|{NAME}|{ROLE})"
NP = rf"{DET}(?:{NAME}|\b(?i:{OTHERS}|him|{ANYBODY})\b|{ADJ}{ROLE})"
NP_ANY = rf"{DET}(?:{NAME}|\b(?i:{OTHERS}|{ANYBODY}|we|they)\b|{ADJ}{ROLE})"
POST = (r"(?: (?i:on duty|on call|on shift|on site|in charge|involved|concerned|responsible|themselves|himself|herself|myself)"
        r"| (?i:of|from|in|at|for|behind) (?i:the |our |this |that )?(?:[\w-]+ ){0,2}[\w-]+|,? (?i:who) [^,.\n]{1,60},)?")
ADV = (r"(?: (?i:also|again|simply|just|then|first|still|once|twice|never|even|always|both|all|almost|indeed|had|has|have"
       r"|who|that|should|may have|might have|must have|seem to have|seems to have|well|[a-z]+ly))*")
SUBJECT, SUBJECT_ANY = ONE + POST + ADV, ANYONE + POST + ADV
DUTY = (r"(?:check|test|follow|read|verify|bother|think|care|consult|ask|tell|inform|communicate|escalate|review|document"
        r"|double-check|listen|look|pay attention|rehearse|plan|prepare|validate|question|watch|call|warn|take)")
DUTY_DONE = (r"(?:checked|tested|followed|read|verified|bothered|thought|cared|consulted|asked|told|informed|communicated"
             r"|escalated|reviewed|documented|double-checked|listened|looked|paid attention|rehearsed|planned|prepared"
             r"|validated|questioned|watched|called|warned|taken|seen|noticed|caught|known|discussed|considered|approved"
             r"|prevented|avoided|anticipated|understood|realized|realised|monitored|coordinated)")
MISTAKE = (r"(?:mistakes?|errors?|faults?|failures?|oversights?|negligence|carelessness|incompetence|blunders?|slips?|lapses?"
           r"|inexperience|ignorance|confusion|laziness|inattention|misjudge?ment|poor judge?ment|bad judge?ment|haste|sloppiness)")
DAMAGE = (r"(?:outage|incident|failure|(?:data )?loss|downtime|breakage|damage|mess|disruption|error|bug|problem|delay|leak"
          r"|breach|disaster|crash|corruption)")
NOBODY_IS = r"(?i)\b(?:no ?one|no-one|nobody|not|never|without|isn't|wasn't|nor)\b"
MACHINE = r"(?i)\b(?:automatically|by itself)\b"

RULES: tuple[Rule, ...] = (
    Rule(
        "should-have",
        "What a person should have done is known only afterwards; it does not say why the other thing looked right then.",
        (
            Pattern(SUBJECT_ANY + r" (?i:should|ought to)(?: not|n't| never)?" + ADV + r"(?: have|'ve| of) (?P<verb>[\w-]+)",
                    unless_in=MACHINE, unless_after="^ been (?:re)?(?:started|scheduled|paged)"),
            Pattern(r"\b(?i:should|ought to)(?: not|n't| never)?(?: [a-z]+ly)?(?: have|'ve) been (?P<verb>" + DUTY_DONE + r")\b",
                    unless_in=MACHINE),
            Pattern(r"\b(?i:should|ought to)(?: not|n't| never)?(?: [a-z]+ly)?(?: have|'ve) been (?P<verb>\w+) by " + NP, a_person=True),
            Pattern(SUBJECT + r" (?i:could|might)(?: [a-z]+ly)?(?: have|'ve) (?P<verb>[\w-]+)"),
            Pattern(r"\b(?i:who(?:ever)?) [^,.\n]{1,60}? (?i:should|ought to|could)(?i:n't| not)? (?i:have|'ve) (?P<verb>[\w-]+)"),
            Pattern(SUBJECT_ANY + r" (?i:was|were) supposed to (?P<verb>[\w-]+)"),
            Pattern(SUBJECT_ANY + r" (?i:should know|should've known|knew|known) better"),
            Pattern(r"\b(?i:you|he|she|they|[Tt]he " + ROLES + r") (?i:had) (?:only )?to (?:just )?(?:look|read|ask|check)"),
        ),
        ("Nothing at that moment called for this step: “{verb} {rest}”.", "Say what the system showed at that moment, and which step it did not ask for."),
    ),
    Rule(
        "counterfactual",
        "What did not happen explains nothing: the causes are in what did happen.",
        (
            Pattern(r"\b(?i:if only)\b"),
            Pattern(r"(?m:^|, |; )(?i:had) " + NP_ANY + ADV + r" (?:not )?[\w-]+", unless_in=r"(?i)\?"),
            Pattern(r"\b(?i:if) " + NP_ANY + POST + ADV + r" (?:\w+)", only_in=r"(?i)\b(?:would|wouldn't|could have|might have)\b",
                    unless_in=r"(?i)\b(?:will|can|may|please)\b"),
        ),
        ("Say what happened instead, and what made it the likely thing at that moment.",),
    ),
    Rule(
        "why-didnt",
        "“Why didn't they” asks a person for a justification; “what made it hard to” asks the system for its part.",
        (
            Pattern(r"\b(?i:why) (?i:did|do|does|had|has|have|would|could)(?i:n't| not)? (?P<who>" + NP_ANY + r")(?i: not\b| never\b)?(?: (?P<verb>[\w-]+))?"),
            Pattern(r"\b(?i:why) (?i:was|were|is|are)(?i:n't| not)? (?P<who>" + NP + r")",
                    unless_after="^ (?:paged|called|told|informed|given|able)"),
            Pattern(r"\b(?i:why) (?i:no ?one|no-one|nobody|not a single)\b",
                    unless_after=r"(?i)^(?: (?:was|were|is|are|got|gets|received|has|had)\b|\W*$)"),
            Pattern(r"\b(?i:why) " + NP + POST + r" (?i:did not|didn't|failed|never|ignored|missed|overlooked|would|chose|decided)"),
            Pattern(r"\b(?i:how) (?i:could|can|come) (?P<who>" + NP_ANY + r") (?:not |ever |even |possibly )?(?P<verb>[\w-]+)",
                    unless_in=r"(?i)\b(?:easier|better|next time)\b"),
            Pattern(r"\b(?i:what) (?i:was|were|is|are|on earth was) " + NP_ANY + r" thinking\b"),
        ),
        ("What would have made it easy to {verb} {rest}?", "What did the system show at that moment, and what did it hide?"),
    ),
    Rule(
        "judgement",
        "A word that judges somebody ends the search: what the system allowed, hid or asked for stays unknown.",
        (
            Pattern(r"\b(?i:careless(?:ly|ness)?|negligen(?:t|tly|ce)|slopp(?:y|ily|iness)|incompeten(?:t|tly|ce)|reckless(?:ly|ness)?"
                    r"|irresponsib(?:le|ly|ility)|unprofessional(?:ly)?|thoughtless(?:ly|ness)?|foolish(?:ly|ness)?|stupid(?:ly|ity)?|idiot(?:s|ic)?"
                    r"|inexcusabl[ey]|unforgivabl[ey]|clueless|incapable people|amateur(?:s|ish|ishly)?|lackadaisical|inattenti(?:ve|on)|half-hearted(?:ly)?"
                    r"|embarrassing|shameful(?:ly)?|laziness|lazily|complacen(?:t|cy)|ineptitude|inept|shodd(?:y|ily)|cavalier)\b"),
            Pattern(r"\b(?i:dumb)\b", unless_after="^ (?:pipe|terminal|switch|device|client|init|HTTP|proxy)"),
            Pattern(r"\b(?i:(?:was|were|is|are|being|too|so|just|simply|plain|people are|a|an) lazy)\b",
                    unless_after="^[ -](?:load|eval|init|import|seq|iter|migrat|copy|delet|unmount|bind|fetch|consensus)"),
            Pattern(r"\b(?i:common sense)\b"),
            Pattern(r"\b(?i:(?:rookie|beginner'?s?|newbie|novice|amateur|silly|schoolboy|avoidable|unnecessary|embarrassing)(?:'s)? (?:mistakes?|errors?|blunders?))\b"),
            Pattern(r"\b(?i:silly|idiotic|moronic)\b", unless_after="^ (?:window|name)"),
            Pattern(r"\b(?i:(?:poor|bad|terrible|questionable|lack of|lapse of|lapse in) judge?ment)\b"),
            Pattern(r"\b(?i:lack of (?:attention|care|diligence|discipline|competence|effort|common sense|professionalism|commitment|responsibility|interest))\b"),
            Pattern(r"\b(?i:(?:not|n't|never|without) (?:pay(?:ing)? attention|doing (?:his|her|their|its) jobs?|do (?:his|her|their) jobs?))\b"),
            Pattern(r"\b(?i:(?:asleep at the wheel|dropped the ball|couldn't be bothered|could not be bothered|basic (?:competence|mistake)|should be ashamed))\b"),
            Pattern(SUBJECT + r" (?i:is|are|was|were)(?: [a-z]+ly| too| so| just| not)* (?i:distracted|confused|overconfident|impatient|hasty|ignorant|inexperienced|unqualified|drunk|not (?:careful|competent|qualified))\b"),
        ),
        ("{without}", "Say what was done, and what made it look right at that moment."),
    ),
    Rule(
        "human-error",
        "“Human error” is where the question begins, not an answer: people err, and a system that holds is built for it.",
        (
            Pattern(r"\b(?i:human (?:error|mistake|failure|failing|fault|oversight|carelessness)s?)\b",
                    unless_in=r"(?i)\b(?:not|never|n't|rather than|instead of|beyond|no|hardly ever) [^\n]{0,40}\bhuman \w+",
                    unless_after=r"(?i)^[^\n]{0,40}\b(?:is|are) (?:not|never)|^ is n[eo]"),
            Pattern(r"\b(?i:(?:operator|pilot|manual|administrator|admin|engineer|developer|procedural|personnel|handling) errors?)\b",
                    unless_in=r"(?i)\b(?:not|never|n't|rather than|instead of) [^\n]{0,40}\berror",
                    unless_after=r"(?i)^[ -]?(?:rates?|messages?|logs?|budgets?|codes?|counts?|handling|counters?|pages?|are|shown)\b"),
            Pattern(r"\b(?i:user errors?)\b",
                    only_in=r"(?i)\b(?:due to|caused by|because of|result of|was|were|is|cause:|plain|simple|pure|classic|by|through|a) (?:an? )?(?:[a-z]+ )?user error|^\W*user error\W*$",
                    unless_in=NOBODY_IS, unless_after=r"(?i)^[ -]?(?:rates?|messages?|logs?|pages?|codes?|handling)\b"),
            Pattern(r"\b(?i:(?:mistakes?|errors?|blunders?|oversights?|slips?) (?:by|made by|on the part of|committed by|on behalf of)) " + NP,
                    unless_in=NOBODY_IS, a_person=True),
            Pattern(r"\b(?i:PEBKAC|fat[ -]fingers?|layer 8 (?:problem|issue))\b"),
        ),
        ("{before}a step that the system let go wrong {rest}.", "Say which step the system let go wrong, and what would have stopped it."),
    ),
    Rule(
        "hero-praise",
        "A rescue by one person shows what the system could not do without them; thank people, and describe that gap.",
        (
            Pattern(r"\b(?i:hero(?:es|ic|ics|ically|ism)?|superhero(?:es)?|superstars?|rock-? ?stars?|saviou?rs?|wizardry)\b",
                    unless_after=r"(?i)^ (?:image|banner|section|unit|component|slide|picture|video|text|block|element|header)"),
            Pattern(r"\b(?i:saved? the (?:day|night|launch|company|weekend|release)|single-?handed(?:ly)?|went above and beyond|above and beyond the call|by sheer brilliance)\b"),
            Pattern(r"\b(?i:genius|ninjas?|magician|legend)\b", unless_in=r"(?i)\b(?:graph|chart|colou?r|map|axis|ninja-?build)\b"),
            Pattern(r"\b(?i:wizards?)\b", unless_in=r"(?i)\b(?:setup|set-up|install(?:er|ation)?|config\w*|import|page|step|form|dialog|screen)\b"),
            Pattern(r"\b(?i:only) (?:" + NAME + r"|(?i:he|she)) (?:[^\n.]{0,30} )?(?i:knows?|knew|could|can|was able|understands?|understood|managed)\b"),
            Pattern(r"\b(?i:without) (?:" + NAME + r"|(?i:him|her)),? [^\n.]{0,40}\b(?i:would|lost|still be)\b"),
            Pattern(r"\b(?i:(?:brilliant|outstanding|amazing|incredible|superhuman) (?:work|effort|job|engineer|debugging)) (?i:of|by|from) " + NP),
        ),
        ("Recovery rested on knowledge that is not yet in the runbook: say which, and who else needs it.",),
    ),
    Rule(
        "blaming-verb",
        "People forget and overlook, always; what is missing is the part of the system that would have noticed.",
        (
            Pattern(SUBJECT_ANY + r" (?i:forgot|forgets|forgotten|neglected|neglects|refused|fails|failed)(?: [a-z]+ly)? (?P<to>to) (?P<verb>[\w-]+)",
                    unless_in=r"(?m)^(?:[^\n]*\b)?[Tt]hey (?:\w+ly )?(?:failed|fails) to (?:start|stop|respond|answer|connect|come|boot|mount|load|recover|restart|join|sync|deploy|elect|drain|send|receive|reach|acquire|renew|write|render|compile|parse)"),
            Pattern(SUBJECT_ANY + r" (?P<unseen>(?i:forgot|forgets|forgotten|neglected|neglects))\b"),
            Pattern(r"\b[A-Z][a-zà-ÿ]+[a-rt-zà-ÿ] (?:simply |apparently |just |also )?(?:forgot to|neglected to|didn't bother|did not bother)\b"),
            Pattern(r"\b(?i:we) (?i:ignored|messed up|screwed up|dropped the ball|botched|were careless)\b"),
            Pattern(SUBJECT + r" (?P<unseen>(?i:ignored|ignores|overlooked|disregarded|missed|misread|misunderstood|misinterpreted))\b"),
            Pattern(SUBJECT + r" (?i:misjudged|miscalculated"
                    r"|mishandled|mistook|mistyped|misconfigured|mixed up|panicked|skipped|botched|bungled|blew|wasted|violated|slept through|lost track"
                    r"|lost control|ruined|wrecked|nuked|mislabell?ed|misspell?ed|misdiagnosed|fat-fingered|underestimated|bypassed|slacked|hesitated too|gave up|let us down)\b"),
            Pattern(r"\b(?i:they|we) (?i:didn't|did not|never) (?i:bother(?:ed)?|care(?:d)?)\b"),
            Pattern(SUBJECT + r" (?i:didn't|did not|doesn't|does not|don't|do not|won't|wouldn't|would not) (?:even |ever |properly |really |carefully |actually )*(?P<verb>(?i:" + DUTY + r"))\b",
                    unless_after="^ (?:over|part|place|effect|long)"),
            Pattern(SUBJECT + r" (?i:never|hadn't|had not|haven't|have not)(?: even| ever| properly| really| actually)? (?P<done>(?i:" + DUTY_DONE + r"))\b",
                    unless_after="^ (?:to|about it before|that alert)"),
            Pattern(r"\b(?i:no ?body|no[ -]one|not one of [\w ]{2,30}) (?i:even |ever |had |really |actually )*(?i:bothered|thought|cared|questioned|"
                    r"tested|checked|read|asked|looked|verified|reviewed|took responsibility|took ownership)\b"),
            Pattern(SUBJECT + r" [^\n.,]{1,80}?\b(?P<lacking>(?i:without) (?i:(?:even |first |properly )*(?:testing|checking|asking|telling|reading|verifying|reviewing|"
                    r"looking|informing|thinking|consulting|coordinating|warning|understanding|waiting|notifying|taking a)|(?:a |any |proper |prior )*(?:review|permission|approval|backup|test|tests|testing|notice)))\b",
                    unless_in=r"(?i)\bcould\b[^\n]{0,60}\bwithout\b|\b(?:lets?|allow\w*|possible)\b"),
            Pattern(SUBJECT + r" [^\n.,]{0,60}?\b(?i:accidentally|mistakenly|erroneously|wrongly|by mistake|by accident|carelessly)\b", unless_in=r"(?i)\b(?:was|were) (?:mistakenly|wrongly|erroneously)\b"),
            Pattern(SUBJECT + r" (?i:typed|entered|chose|selected|picked|ran|executed|used|deleted|dropped|pressed|clicked|pushed|changed|edited|"
                    r"restarted|removed|copied|set|applied|merged|uploaded|put|pulled|unplugged|gave|made) [^\n.,]{0,30}?\b(?P<wrong>(?i:wrong|incorrect))\b"),
            Pattern(SUBJECT + r" (?i:made) (?i:a |an |several |some |two |many )?(?:[a-z]+ )?(?i:mistakes?|errors?|blunders?|typos?)\b"),
        ),
        ("Nothing in the process made sure of this step: {verb} {rest}.", "Nothing made {unseen} stand out.",
         "The process let this happen {lacking} {rest}.", "Nothing showed that it was the {wrong} {rest}.", "Say which step nothing reminded of, checked or made visible."),
    ),
    Rule(
        "person-as-cause",
        "A person is where a cause shows, not the cause: ask what made the step possible, likely and unnoticed.",
        (
            Pattern(r"\b(?P<link>(?i:(?:caused|brought about|brought on|created|inflicted) by)) " + NP, unless_in=NOBODY_IS, a_person=True),
            Pattern(r"\b(?P<link>(?i:due to|because of|(?:a |the )?result of)) " + NP,
                    unless_in=NOBODY_IS, a_person=True),
            Pattern(r"\b(?i:(?:the )?fault of|fault lies with|blame lies with|responsibility lies with|down to) " + NP,
                    unless_in=NOBODY_IS, a_person=True),
            Pattern(NAME + r"'s? (?i:change|commit|deploy(?:ment)?|release|edit|fix|script|merge|patch|command|configuration|config|code)"
                    r" (?P<did>(?i:caused|broke|crashed|destroyed|took down|brought down|killed|wiped out))\b"),
            Pattern(r"(?:" + NAME + r"|" + ROLE + r")(?:'s?)(?: own| [a-z]+)? (?i:" + MISTAKE + r")\b", unless_in=NOBODY_IS,
                    unless_after=r"(?i)^[ -]?(?:rates?|messages?|logs?|budgets?|codes?|counts?|handling|pages?|detect|toleran|domain|mode)"),
            Pattern(r"\b(?i:his|her|your)(?: own| [a-z]+)? (?i:" + MISTAKE + r")\b|\b(?i:their) (?i:own )?(?i:fault|negligence|carelessness|mistake|incompetence)\b",
                    unless_in=NOBODY_IS),
            Pattern(SUBJECT_ANY + r" (?i:is|are|was|were|be)(?: [a-z]+ly)? (?i:to blame|at fault|guilty|the culprits?|the (?:root )?cause|responsible for (?:the |this |that |all |our )?(?:[\w-]+ ){0,2}" + DAMAGE + r")\b",
                    unless_in=NOBODY_IS),
            Pattern(r"\b(?i:blam(?:e|es|ed|ing)) (?i:for [^\n.]{1,40} (?:on|lies with) )?" + NP, unless_in=NOBODY_IS, a_person=True),
            Pattern(r"\b(?i:(?:root )?cause|culprit|reason)(?: (?i:of|for) [^\n.]{1,40}?)? (?i:was|is|were)(?: [a-z]+ly)? " + NP + r"(?: who\b|,|\.|$)", a_person=True),
            Pattern(SUBJECT + r" (?P<did>(?i:caused|broke|crashed|destroyed|took down|brought down|tore down|killed|wiped out|screwed up|messed up|screwed|sabotaged))\b",
                    unless_after=r"^ (?:for|into|out|off|down the (?:problem|work|task))"),
            Pattern(SUBJECT + r" (?i:took|brought|knocked) (?i:the |our )?(?:[\w-]+ ){1,3}(?i:down|offline)\b", unless_in=r"(?i)\b(?:maintenance|planned|on purpose|safely|deliberately)\b"),
            Pattern(r"\b(?i:because|since) " + NP + POST + ADV + r" (?i:(?:did not|didn't) (?:know (?:what|how|enough)|understand|look|think|check|notice|care)"
                    r"|(?:was|were) (?:too |so )?(?:tired|at |in a hurry|slow|late|new|careless|distracted|asleep|drunk|inexperienced|confused|lazy|rushing|not paying)|had no idea|knew nothing|wanted to|could not be bothered)", a_person=False),
            Pattern(r"\b(?i:because|since) " + NAME + r" [\w-]+", unless_in=r"(?i)\b(?:quick\w*|fast|good|able|restored|recovered|detected|early|short|well|helped|soon|not find)\b"),
        ),
        ("A change {did} {rest}, and nothing held it back.", "{before}{link} a step that nothing in the system checked.", "Say which step went wrong, and what in the system let it pass."),
    ),
)
"""In the order in which they are told where two find the same words."""

THANKS = r"(?i)\b(?:thanks?(?: you)?(?: again)?(?: to| for|,)|thank (?:you|you all|everyone|everybody|[A-Z@]\w+|the|our|them|all)|(?:many|big|special|our|warm) thanks|grateful|gratitude|kudos|shout-?out|appreciat\w+|hats off)\b"
"""Thanks to people are never a finding."""

NOT_THANKS = r"(?i)\bthanks to [^\n]{0,40}\b(?:careless\w*|negligen\w*|incompeten\w*|slopp\w*|mistakes?|errors?|stupid\w*)\b"
"""Said so, it is irony."""

OPERATOR = rf"(?i)\b(?:{SYSTEMS})['s]* $"
"""What stands right before "operator" where a program is meant."""
# fmt: on
