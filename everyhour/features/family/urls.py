from django.urls import path

from everyhour.features.family.views import (
    children,
    households,
    invitations,
    onboarding,
    overview,
    people,
    permissions,
    safety,
)

urlpatterns = [
    path("family/", overview.family, name="family"),
    path("family/mine/", overview.mine, name="mine"),
    path("family/place/", overview.place, name="place"),
    path("family/start/", onboarding.start, name="start"),
    path("family/start/<slug:step>/", onboarding.step, name="start-step"),
    path("family/children/new/", children.new, name="child-new"),
    path("family/children/<str:child_id>/", children.child, name="child"),
    path("family/children/<str:child_id>/never/", children.never, name="child-never"),
    path("family/children/<str:child_id>/big-change/", children.big_change, name="big-change"),
    path("family/people/new/", people.new, name="giver-new"),
    path("family/people/<str:caregiver_id>/", people.caregiver, name="caregiver"),
    path("family/people/<str:caregiver_id>/removal/", people.removal, name="caregiver-removal"),
    path("family/departure/", people.departure, name="departure"),
    path("family/invitations/new/", invitations.new, name="invitation-new"),
    path(
        "family/invitations/<str:invitation_id>/revocation/",
        invitations.revocation,
        name="invitation-revocation",
    ),
    path("family/households/new/", households.new, name="household-new"),
    path("family/sharing/", households.sharing, name="sharing"),
    path("family/safety/", safety.safety, name="safety"),
    path("family/safety/reset/", safety.reset, name="safety-reset"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("permissions/", permissions.table, name="permissions"),
]
