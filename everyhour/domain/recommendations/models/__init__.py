from everyhour.domain.recommendations.models.bundle import OfflineBundle
from everyhour.domain.recommendations.models.learning import (
    CandidateSet,
    ChildEstimate,
    Decision,
    ModelVersion,
)

__all__ = ["CandidateSet", "ChildEstimate", "Decision", "ModelVersion", "OfflineBundle"]
