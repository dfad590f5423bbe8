import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Exists, FilteredRelation, OuterRef, Q
from django.utils import timezone
from rest_framework import serializers

from .models import AuditEntry, Incident, Involvement, Placement, YoungPerson

KINDS = ("bullying", "assault", "self_harm", "complaint", "disclosure", "injury", "use_of_force", "missing", "death")


def held_at(young_person: str, establishment: str) -> Exists:
    """That a young person is there now."""
    return Exists(Placement.objects.filter(young_person=OuterRef(young_person), establishment=establishment, left_at=None))


class InvolvementIn(serializers.Serializer):
    young_person = serializers.RegexField(r"^YP-\d{6,12}$")
    roles = serializers.ListField(child=serializers.CharField(max_length=40), min_length=1, max_length=8)

    def validate_young_person(self, value: str) -> int:
        return int(value[3:])


class IncidentIn(serializers.ModelSerializer):
    kind = serializers.ChoiceField(KINDS)
    account = serializers.CharField(max_length=10_000)
    child_said = serializers.CharField(max_length=10_000, required=False, allow_null=True)
    involvements = serializers.ListField(child=InvolvementIn(), min_length=1, max_length=30)
    answers = serializers.DictField(required=False)

    class Meta:
        model = Incident
        fields = ("kind", "happened_at", "place", "account", "child_said", "told_by", "involvements", "answers")

    def validate_happened_at(self, value: dt.datetime) -> dt.datetime:
        if value > timezone.now():
            raise serializers.ValidationError("The date and time it happened must be in the past")
        return value

    def create(self, validated_data: dict[str, Any]) -> Incident:
        by, parts = validated_data["recorded_by"], validated_data.pop("involvements")
        with transaction.atomic():
            known = self._known([one["young_person"] for one in parts], validated_data["happened_at"], by.establishment)
            incident = Incident.objects.create(**validated_data)
            Involvement.objects.bulk_create(
                _frozen(incident, known[one["young_person"]], role) for one in parts for role in one["roles"]
            )  # fmt: skip
            people = sorted({one["young_person"] for one in parts})
            AuditEntry.objects.create(
                at=incident.recorded_at, event="incident:submitted", actor=by.id, subject=incident.id,
                detail={"kind": incident.kind, "young_people": people},
            )  # fmt: skip
        return incident

    def _known(self, people: list[int], at: dt.datetime, establishment: str) -> dict[int, Any]:
        """Each of them with the facts of that moment. Refused where one is not held here."""
        day = at.date()
        query = (
            YoungPerson.objects.filter(held_at("pk", establishment), id__in=people)
            .annotate(
                there=FilteredRelation(
                    "placements",
                    condition=Q(placements__arrived_at__lte=at) & (Q(placements__left_at=None) | Q(placements__left_at__gt=at)),
                ),
                care=FilteredRelation(
                    "care_periods",
                    condition=Q(care_periods__started_on__lte=day) & (Q(care_periods__ended_on=None) | Q(care_periods__ended_on__gt=day)),
                ),
            )
            .values(
                "id",
                "date_of_birth",
                "there__establishment",
                "there__unit",
                "there__legal_status",
                "there__distance_miles",
                "there__arrived_at",
                "care__status",
            )
        )
        known = {row["id"]: row for row in query}
        if any(person not in known for person in people):
            raise serializers.ValidationError({"involvements": "There is no such young person"})
        return known

    def to_representation(self, instance: Incident) -> dict[str, Any]:
        return {
            "ref": f"IN-{instance.id:06d}", "status": instance.status, "severity": instance.severity, "recorded_at": instance.recorded_at,
            "version": instance.version,
        }  # fmt: skip


def _frozen(incident: Incident, of: dict[str, Any], role: str) -> Involvement:
    day, born, arrived = incident.happened_at.date(), of["date_of_birth"], of["there__arrived_at"]
    return Involvement(
        incident=incident, young_person_id=of["id"], role=role, age=day.year - born.year - ((day.month, day.day) < (born.month, born.day)),
        establishment=of["there__establishment"], unit=of["there__unit"], legal_status=of["there__legal_status"],
        distance_miles=of["there__distance_miles"], care_status=of["care__status"] or "not_known",
        days_since_arrival=(day - arrived.date()).days if arrived else None,
    )  # fmt: skip


class ListedOut(serializers.ModelSerializer):
    ref = serializers.SerializerMethodField()
    young_people = serializers.SerializerMethodField()

    class Meta:
        model = Incident
        fields = ("ref", "kind", "status", "severity", "establishment", "place", "happened_at", "recorded_at", "young_people")

    def get_ref(self, one: Incident) -> str:
        return f"IN-{one.id:06d}"

    def get_young_people(self, one: Incident) -> list[dict[str, Any]]:
        return named(one)


def named(incident: Incident) -> list[dict[str, Any]]:
    """Each young person once, with all their roles."""
    people: dict[int, dict[str, Any]] = {}
    for part in incident.involvements.all():
        person = part.young_person
        there = people.setdefault(
            person.id, {"young_person": f"YP-{person.id:06d}", "name": f"{person.given_names} {person.family_name}", "roles": []}
        )
        there["roles"].append(part.role)
    return list(people.values())
