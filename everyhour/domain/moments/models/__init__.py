from everyhour.domain.moments.models.learning import Belief, Decision, Fit, Shelf
from everyhour.domain.moments.models.moment import Change, Moment, Note, Rest
from everyhour.domain.moments.models.pocket import Pocket

__all__ = ["Belief", "Change", "Decision", "Fit", "Moment", "Note", "Pocket", "Rest", "Shelf"]
