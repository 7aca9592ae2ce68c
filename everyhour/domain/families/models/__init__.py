from everyhour.domain.families.models.caregiver import Caregiver, Invitation
from everyhour.domain.families.models.child import Child, Home, Level, Sight
from everyhour.domain.families.models.family import Family, Household

__all__ = ["Caregiver", "Child", "Family", "Home", "Household", "Invitation", "Level", "Sight"]
