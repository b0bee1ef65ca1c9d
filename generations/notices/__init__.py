"""What staff must know: raised while it is so, mailed once for each time it comes, cleared when it is over."""

from generations.notices.looking import look, prove_ledger
from generations.notices.telling import mail_unsent, open_notices

__all__ = ["look", "mail_unsent", "open_notices", "prove_ledger"]
