"""The tables of bench/peers/schema.sql."""

from django.db import models


class Account(models.Model):
    role = models.CharField(max_length=40)
    establishment = models.CharField(max_length=8)
    is_authenticated = True

    class Meta:
        managed = False
        db_table = "account"


class ApiKey(models.Model):
    key_hash = models.BinaryField(unique=True)
    account = models.ForeignKey(Account, models.PROTECT, db_column="account")
    expires_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "api_key"


class YoungPerson(models.Model):
    family_name = models.CharField(max_length=100)
    given_names = models.CharField(max_length=100)
    date_of_birth = models.DateField()

    class Meta:
        managed = False
        db_table = "young_person"


class Placement(models.Model):
    young_person = models.ForeignKey(YoungPerson, models.PROTECT, db_column="young_person", related_name="placements")
    establishment = models.CharField(max_length=8)
    unit = models.CharField(max_length=60, null=True)
    legal_status = models.CharField(max_length=40, null=True)
    distance_miles = models.SmallIntegerField(null=True)
    arrived_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "placement"


class CarePeriod(models.Model):
    young_person = models.ForeignKey(YoungPerson, models.PROTECT, db_column="young_person", related_name="care_periods")
    status = models.CharField(max_length=20)
    started_on = models.DateField()
    ended_on = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "care_period"


class Incident(models.Model):
    kind = models.CharField(max_length=40)
    status = models.CharField(max_length=20, default="submitted")
    severity = models.CharField(max_length=20, default="low")
    establishment = models.CharField(max_length=8)
    place = models.CharField(max_length=40)
    happened_at = models.DateTimeField()
    account = models.TextField()
    child_said = models.TextField(null=True)
    told_by = models.CharField(max_length=40)
    answers = models.JSONField(default=dict)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, models.PROTECT, db_column="recorded_by")
    version = models.IntegerField(default=1)

    class Meta:
        managed = False
        db_table = "incident"


class Involvement(models.Model):
    incident = models.ForeignKey(Incident, models.PROTECT, db_column="incident", related_name="involvements")
    young_person = models.ForeignKey(YoungPerson, models.PROTECT, db_column="young_person")
    role = models.CharField(max_length=30)
    age = models.SmallIntegerField()
    establishment = models.CharField(max_length=8, null=True)
    unit = models.CharField(max_length=60, null=True)
    legal_status = models.CharField(max_length=40, null=True)
    care_status = models.CharField(max_length=20)
    distance_miles = models.SmallIntegerField(null=True)
    days_since_arrival = models.IntegerField(null=True)

    class Meta:
        managed = False
        db_table = "involvement"


class AuditEntry(models.Model):
    at = models.DateTimeField()
    event = models.CharField(max_length=80)
    actor = models.BigIntegerField()
    subject = models.BigIntegerField(null=True)
    detail = models.JSONField()

    class Meta:
        managed = False
        db_table = "audit_entry"
