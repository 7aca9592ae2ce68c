from everyhour.domain.moments.models.moment import Change, Moment, Note, Rest

__all__ = ["Change", "Moment", "Note", "Rest"]
