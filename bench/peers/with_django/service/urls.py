from django.urls import path
from incidents.views import IncidentPage, Incidents

urlpatterns = [path("api/v1/incidents", Incidents.as_view()), path("incidents", IncidentPage.as_view())]
