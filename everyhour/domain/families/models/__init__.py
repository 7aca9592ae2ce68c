from everyhour.domain.families.models.caregiver import Caregiver, Invitation
from everyhour.domain.families.models.child import BigChange, Child, Home, Level, Sight
from everyhour.domain.families.models.family import Family, Household

__all__ = [
    "BigChange",
    "Caregiver",
    "Child",
    "Family",
    "Home",
    "Household",
    "Invitation",
    "Level",
    "Sight",
]
