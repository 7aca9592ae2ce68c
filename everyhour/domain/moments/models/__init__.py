from everyhour.domain.moments.models.moment import Change, Moment, Note, Rest
from everyhour.domain.moments.models.pocket import Pocket

__all__ = ["Change", "Moment", "Note", "Pocket", "Rest"]
