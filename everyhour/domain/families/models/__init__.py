from everyhour.domain.families.models.caregiver import Caregiver, Invitation
from everyhour.domain.families.models.child import BigChange, Child, Home, HouseholdShare, Level
from everyhour.domain.families.models.family import Family, Household

__all__ = [
    "BigChange",
    "Caregiver",
    "Child",
    "Family",
    "Home",
    "Household",
    "HouseholdShare",
    "Invitation",
    "Level",
]
