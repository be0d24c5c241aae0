"""Who may be blamed, in words: roles, pronouns and given names. Data for `blameless_rules`, and nothing else."""
# ruff: noqa: E501  (a pattern is easier to read on one line)

ROLES = (
    r"engineers?|developers?|devs?|programmers?|coders?|operators?|responders?|on-?call(?:er)?s?|SREs?|admins?"
    r"|administrators?|sysadmins?|DBAs?|authors?|reviewers?|approvers?|managers?|commanders?|leads?|leaders?"
    r"|interns?|trainees?|apprentices?|contractors?|consultants?|juniors?|newcomers?|beginners?|new hires?|colleagues?"
    r"|teams?|team[ -]?members?|squads?|staff|crew|persons?|people|folks|guys?|individuals?|employees?|technicians?"
    r"|testers?|analysts?|architects?|maintainers?|management|leadership|operations|ops|night shift|day shift|department"
    r"|owners?|committers?|deployers?|deputy|deputies|scribes?|coworkers?|co-workers?|executives?|director|boss|CTO"
    r"|specialists?|experts?|supervisors?|agents? on duty|members? of (?:the |our )?(?:[\w-]+ ){0,3}(?:team|staff)"
)
"""Words for people by what they do. A system that is called so too (`SYSTEMS`) is told apart by the word before."""

ANYBODY = (
    r"some(?:one|body)|any(?:one|body)|every(?:one|body)|who(?:ever)?|no ?body|no[ -]one"
    r"|(?:one|two|three|some|none|neither|both|several|many) of (?:us|them|you|the (?:[\w-]+ ){0,2}(?:" + ROLES + "))"
)
OTHERS = r"I|you|he|she"
"""Pronouns that are a person's for certain; "they" and "we" are not: services are meant, too, or the organisation."""

SYSTEMS = (
    r"(?:kubernetes|k8s|prometheus|postgres(?:ql)?|kafka|strimzi|elastic|redis|mysql|vault|cluster"
    r"|helm|sql|logical|bitwise|ternary|search|openshift|certificate|backup|dag|airflow)"
)
"""What stands before "operator" where a program is meant."""

NOT_ALONE = (
    r"^(?:'s?\b)?,? ?(?:rotations?|schedules?|shifts?|calendars?|phones?|pages?|dashboards?|process(?:es)?|tool(?:s|ing)?"
    r"|channels?|apps?|handbooks?|runbooks?|manuals?|polic(?:y|ies)|load|accounts?|pods?|laptops?|console|room|sites?"
    r"|list|terminals?|terms?|training|structure|size|meetings?|rates?|messages?|logs?|budgets?|codes?|counts?|roles?"
    r"|permissions?|access|network|VPN|machines?|environments?|names?|key|keys|certificates?|guides?|interface|panel"
    r"|being\b|having\b|was (?:paged|called|told|informed) late)"
)
"""What may follow a word for a person, so that the two together mean a thing."""

ENDS_A_PERSON = (
    r"^(?:$|[\n.,;:!?)\]–—·]| (?:who|whom|that|of|in|on|at|from|and|or|during|while|when|with|without|for|because|as|alone"
    r"|not|only|again|yesterday|today|after|before|himself|herself|themselves|to|is|was|were|did|had|there|here)\b)"
)
"""What follows where nothing is added to a role: "the operator." is a person, "the operator upgrade" is none."""

GIVEN_NAMES = frozenset(
    """
    Aaron Abdul Abdullah Abigail Adam Adrian Agnes Ahmad Ahmed Aisha Alan Albert Alberto Alejandro Aleksandr
    Alessandro Alex Alexander Alexandra Alexei Alfred Ali Alice Alicia Alina Alisa Allison Alyssa Amanda Amelia
    Amina Amir Amit Amy Ana Anastasia Anders Andre Andrea Andreas Andrei Andrej Andres Andrew Andrzej Angela Anika
    Anil Anita Anja Anjali Ann Anna Anne Annika Anthony Antoine Anton Antonio Arjun Armin Arnold Artem Arthur Arun
    Ashley Astrid Axel Ayesha Barbara Bart Beatrice Ben Benjamin Bernard Bernd Bettina Björn Bob Bogdan Boris
    Brandon Brenda Brian Brigitte Bruno Camille Carina Carl Carla Carlos Carmen Carol Carolina Caroline Catherine
    Cecilia Charles Charlie Charlotte Chen Chiara Chloe Chris Christian Christina Christine Christoph Christopher
    Claire Clara Claudia Colin Connor Craig Cristina Cynthia Damian Dan Daniel Daniela Danielle Darren Dave David
    Dawn Deborah Denis Dennis Derek Diana Diego Dieter Dimitri Dirk Divya Dmitri Dmitry Dominik Don Donald Donna
    Dora Doris Dorothy Doug Douglas Dylan Eduardo Edward Edwin Ekaterina Elena Eli Elias Elif Elisa Elisabeth
    Elizabeth Ella Ellen Emil Emilia Emily Emma Enrique Eric Erica Erik Erika Ernesto Ethan Eugene Eva Eve Evelyn
    Fabian Fatima Federico Felipe Felix Fernando Filip Florian Frances Francesca Francesco Francisco Frank Franz
    Fred Frederik Friedrich Gabriel Gabriela Gary Gavin George Georg Gerald Gerhard Gianni Giovanni Giulia
    Giuseppe Gloria Gordon Greg Gregory Guillaume Gustav Hana Hannah Hans Harald Harold Harry Hassan Heather Heidi
    Heike Heinz Helen Helena Helga Henrik Henry Hiro Hiroshi Holger Hugo Ian Ibrahim Ines Inga Ingrid Irene Irina
    Isaac Isabel Isabella Ivan Ivana Jack Jackie Jacob Jakob Jakub James Jamie Jan Jana Jane Janet Jason Javier
    Jean Jeff Jeffrey Jennifer Jeremy Jerry Jesse Jessica Jill Jim Jin Joan Joana Joanna Joe Joel Johan Johannes
    John Johnny Jonas Jonathan Jordan Jorge José Jose Joseph Josh Joshua Juan Judith Judy Julian Juliana Julie Jun
    Justin Jürgen Kai Karen Karin Karl Karolina Kate Katharina Katherine Kathleen Kathy Katie Katja Keith Kelly
    Ken Kenji Kenneth Kevin Khalid Kim Kirsten Klaus Kristina Kumar Kurt Kyle Lars Larry Laura Lauren Lea Leah Lee
    Leila Lena Leo Leon Leonardo Leonie Li Liam Lin Linda Lisa Liu Liz Lorenzo Louis Louise Luca Lucas Lucia Lucy
    Luis Luisa Lukas Luke Lydia Lynn Maciej Madison Magdalena Manfred Manuel Marco Marcel Marcin Marcus Marek
    Margaret Maria Mariana Marie Marina Mario Marion Marius Marta Martha Martin Martina Mary Mateo Mathias Matt
    Matteo Matthew Matthias Maurice Max Maya Megan Mehmet Mei Melanie Melissa Mia Michael Michaela Michal Michelle
    Miguel Mike Mila Milan Milena Ming Mira Miriam Mohamed Mohammed Monica Monika Muhammad Nadia Nadine Nancy
    Naomi Natalia Natalie Natasha Nathan Neha Neil Nicholas Nick Nicola Nicolas Nicole Nikhil Nikita Niklas Nikola
    Nikolai Nils Nina Noah Nora Olaf Oleg Olga Oliver Olivia Olivier Omar Oscar Oskar Otto Pablo Pamela Paolo
    Pascal Patricia Patrick Paul Paula Paulo Pavel Pawel Pedro Peter Petra Phil Philip Philipp Philippe Pierre
    Piotr Pooja Priya Rachel Rafael Raj Rajesh Ralf Ralph Ramon Raphael Ravi Raymond Rebecca Regina Renate Ricardo
    Richard Rita Rob Robert Roberto Robin Roger Rohan Roland Roman Ron Ronald Rosa Ross Roy Ruth Ryan Sabine
    Sabrina Sadia Said Sally Sam Samantha Samir Samuel Sandra Sanjay Sara Sarah Sascha Scott Sean Sebastian Sergei
    Sergey Sergio Sharon Shane Shirley Silke Silvia Simon Simone Sofia Sofie Sonia Sonja Sophia Sophie Stan Stefan
    Stefanie Steffen Stella Stephan Stephanie Stephen Steve Steven Stuart Sunil Sunita Susan Susanne Suresh Sven
    Sylvia Takeshi Tamara Tanja Tanya Tara Tatiana Ted Teresa Theo Theresa Thomas Thorsten Tim Timo Timothy Tina
    Tobias Todd Tom Tomas Tomasz Tony Tracy Ulrich Ulrike Ursula Ute Uwe Valentina Valeria Vanessa Vera Veronica
    Victor Victoria Vijay Viktor Vikram Vincent Virginia Vladimir Walter Wang Wei Wendy Werner Wilhelm William
    Wolfgang Xavier Xin Yan Yang Yasmin Ying Yoko Yuki Yuri Yusuf Yvonne Zainab Zhang Zoe Zofia
    """.split()  # noqa: SIM905  a list of strings would be seven pages
)
"""Common given names of many languages. Left out are those that are words, months or programs as well (Will, May,
Mark, Ruby, Julia, Jenkins, Cassandra, Aurora)."""
