"""`tocsin admin doctor`: everything that would make a page fail, before it does (OPS-1).

Facts are read from the database, the machine and the network – connections are opened, nothing is ever sent –, and pure
rules say what is wrong with them, what that means for a page, and how to mend it.
"""

from tocsin.auditor.doctor.examine import examine
from tocsin.auditor.doctor.model import Ailment, Severity

__all__ = ["Ailment", "Severity", "examine"]
