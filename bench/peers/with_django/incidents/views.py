from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch
from django.utils import timezone
from rest_framework import generics
from rest_framework.renderers import TemplateHTMLRenderer
from rest_framework.response import Response
from rest_framework.views import APIView

from .models import Account, AuditEntry, Incident, Involvement
from .serializers import IncidentIn, ListedOut, held_at, named

MOST = 100


def newest(account: Account, limit: int) -> list[Incident]:
    """Those of the place of whoever asks that concern someone held there, and the audit entry that they were read."""
    concerns = Involvement.objects.filter(held_at("young_person", account.establishment), incident=OuterRef("pk"))
    query = (
        Incident.objects.filter(Exists(concerns), establishment=account.establishment)
        .order_by("-happened_at", "-id")
        .prefetch_related(Prefetch("involvements", Involvement.objects.select_related("young_person").order_by("id")))
    )
    with transaction.atomic():
        found = list(query[:limit])
        people = sorted({part.young_person_id for one in found for part in one.involvements.all()})
        AuditEntry.objects.create(
            at=timezone.now(), event="young-person:listed", actor=account.id, detail={"by": "incidents", "young_people": people}
        )
    return found


class Incidents(generics.CreateAPIView):
    serializer_class = IncidentIn

    def perform_create(self, serializer: IncidentIn) -> None:
        account = self.request.user
        serializer.save(recorded_by=account, establishment=account.establishment, recorded_at=timezone.now())

    def get(self, request: Any) -> Response:
        limit = min(int(request.query_params.get("limit", 50)), MOST)
        return Response({"items": ListedOut(newest(request.user, limit), many=True).data})


class IncidentPage(APIView):
    renderer_classes = (TemplateHTMLRenderer,)

    def get(self, request: Any) -> Response:
        rows = [{"ref": f"IN-{one.id:06d}", "incident": one, "young_people": named(one)} for one in newest(request.user, 50)]
        return Response({"incidents": rows}, template_name="incidents.html")
