"""Mappings: what they may say, how they are written, and what a file says through one."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yosafe.errors import Invalid
from yosafe.importing.converting import Unreadable, parsed_day, parsed_time, reader
from yosafe.importing.fields import Field, Kind, Target
from yosafe.importing.kept import keep_mapping, kept_mapping, kept_mappings
from yosafe.importing.mapped import REASON, REMEDY, ROW, MappedTable, grouped, refused_csv
from yosafe.importing.mapping import Mapping, check_mapping, read_mapping, write_mapping
from yosafe.importing.reading import read_table
from yosafe.importing.suggesting import date_order, suggest_columns

LOG = Target(
    name="log",
    title="A log",
    fields=(
        Field(name="number", label="Their number", aliases=("ref", "log no"), required=True, longest=20),
        Field(name="kind", label="Kind", kind=Kind.CODE, codes={"assault": "Assault", "bullying": "Bullying"}, required=True, personal=False),
        Field(name="happened", label="When it happened", kind=Kind.MOMENT, aliases=("date of incident",), required=True),
        Field(name="place", label="Establishment", kind=Kind.PLACE, aliases=("prison",)),
        Field(name="hurt", label="Injured", kind=Kind.YES_NO),
        Field(name="injuries", label="Injuries", kind=Kind.CODES, codes={"cut": "Cut", "bruise": "Bruise"}),
        Field(name="people", label="How many", kind=Kind.NUMBER),
        Field(name="account", label="Account", kind=Kind.WORDS, longest=10_000),
    ),
)
COLUMNS = {"Log no": "number", "Type": "kind", "Date of incident": "happened", "Prison": "place", "Story": "account"}
FILE = """Log no,Type,Date of incident,Prison,Story
1,Assault,27/03/2002 19:40,Feltham,Kai was hit
2,ASLT,28/03/2002,HMYOI Wetherby,Said nothing
3,???,31/02/2002,Feltham,
4,Assault,,Nowhere,
"""


def mapped(text=FILE, **said):
    return MappedTable(read_table(text.encode(), name="log.csv"), LOG, Mapping(target="log", source="old", **{"columns": COLUMNS, **said}))


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        (Kind.DATE, "27/03/2002", dt.date(2002, 3, 27)),
        (Kind.DATE, "2002-03-27 00:00:00", dt.date(2002, 3, 27)),
        (Kind.DATE, "27 March 2002", dt.date(2002, 3, 27)),
        (Kind.DATE, "Wed, 27th Mar 02", dt.date(2002, 3, 27)),
        (Kind.DATE, "March 27, 2002", dt.date(2002, 3, 27)),
        (Kind.DATE, "31/02/2002", None),
        (Kind.DATE, "27/03/1802", None),
        (Kind.MOMENT, "27/03/2002 7.40pm", dt.datetime(2002, 3, 27, 19, 40, tzinfo=dt.UTC)),
        (Kind.MOMENT, "2002-07-01T19:40+01:00", dt.datetime(2002, 7, 1, 18, 40, tzinfo=dt.UTC)),
        (Kind.MOMENT, "2002-07-01 19:40", dt.datetime(2002, 7, 1, 18, 40, tzinfo=dt.UTC)),
        (Kind.MOMENT, "1/7/2002", dt.date(2002, 7, 1)),
        (Kind.MOMENT, "1/7/2002 25:00", None),
        (Kind.TIME, "1940", dt.time(19, 40)),
        (Kind.TIME, "12:05 am", dt.time(0, 5)),
        (Kind.TIME, "13:05 pm", None),
        (Kind.NUMBER, "1,204", 1204),
        (Kind.NUMBER, "3.0", 3),
        (Kind.NUMBER, "3.5", None),
        (Kind.YES_NO, "Y", True),
        (Kind.YES_NO, "0", False),
        (Kind.PLACE, "hmyoi feltham", "FYI"),
        (Kind.PLACE, "Narnia", None),
        (Kind.AREA, "London Borough of Camden", "E09000007"),
        (Kind.CODE, "GBH", "assault"),
        (Kind.CODE, "n/k", ""),
        (Kind.CODE, "bullying ", "bullying"),
        (Kind.CODES, "Cut; bruise", ["cut", "bruise"]),
        (Kind.CODES, "cut and graze", None),
        (Kind.TEXT, "a\u202eb", None),
        (Kind.TEXT, "x" * 201, None),
    ],
)
def test_a_cell_is_read_or_refused_without_being_repeated(kind, cell, value):
    of = Field(name="f", label="Field", kind=kind, codes={"assault": "Assault", "bullying": "Bullying", "cut": "Cut", "bruise": "Bruise"})
    read = reader(of, dates="dmy", values={"gbh": "assault", "N/K": ""})
    if value is None:
        with pytest.raises(Unreadable) as refusal:
            read(cell)
        assert cell not in refusal.value.reason + refusal.value.remedy
        assert refusal.value.remedy
    else:
        assert read(cell) == (None if value == "" else value)


@given(st.dates(dt.date(1930, 1, 1), dt.date(2025, 12, 31)), st.sampled_from(["dmy", "mdy", "ymd"]), st.sampled_from("/-. "))
def test_a_date_is_read_in_the_order_that_is_said(day, order, sign):
    written = {"dmy": "%d{0}%m{0}%Y", "mdy": "%m{0}%d{0}%Y", "ymd": "%Y{0}%m{0}%d"}[order].format(sign)
    assert parsed_day(day.strftime(written), order) == day
    assert parsed_day(day.isoformat(), order) == day


@given(st.text(max_size=20))
def test_any_text_is_a_time_and_a_day_or_none(text):
    assert parsed_time(text) is None or isinstance(parsed_time(text), dt.time)
    assert parsed_day(text, "dmy") is None or isinstance(parsed_day(text, "dmy"), dt.date)


words = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zs", "Zl", "Zp", "Mn"]), min_size=1, max_size=12)


@given(
    st.dictionaries(words, st.sampled_from(sorted(LOG.names)), max_size=4),
    st.dictionaries(words, st.sampled_from(["assault", ""]), max_size=4),
    words,
)
def test_a_mapping_is_read_back_as_it_was_written(columns, values, source):
    one_each = {name: column for column, name in columns.items()}
    columns = {column: name for name, column in one_each.items()}
    mapping = Mapping(target="log", source=source, dates="mdy", columns=columns, values={"kind": values} if values else {}, defaults={"hurt": "yes"})
    assert read_mapping(write_mapping(mapping), LOG) == mapping


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("columns = [", "is not TOML"),
        ('target = "log"', "source"),
        ('target = "log"\nsource = "x"\ntypo = 1', "typo"),
        ('target = "other"\nsource = "x"', "Use another mapping"),
        ('target = "log"\nsource = "x"\n[columns]\n"A" = "when"', "no field"),
        ('target = "log"\nsource = "x"\n[columns]\n"A" = "kind"\n"B" = "kind"', "both fill"),
        ('target = "log"\nsource = "x"\n[values.kind]\n"A" = "murder"', "no code"),
        ('target = "log"\nsource = "x"\n[values.place]\n"A" = "Narnia"', "no code"),
        ('target = "log"\nsource = "x"\n[values.account]\n"A" = "b"', "has no codes"),
    ],
)
def test_a_mapping_that_can_not_be_used_is_refused_with_a_remedy(text, says):
    with pytest.raises(Invalid, match=says):
        read_mapping(text, LOG)


def test_a_mapping_must_fit_the_file():
    with pytest.raises(Invalid) as refusal:
        check_mapping(Mapping(target="log", source="old", columns={"Gone": "number"}, defaults={"kind": "assault"}), LOG, columns=("Other",))
    said = str(refusal.value)
    assert "no column “Gone”" in said
    assert "“When it happened” (happened) is needed" in said
    assert "(kind)" not in said


def test_rows_come_as_values_or_with_their_faults():
    table = mapped(values={"kind": {"ASLT": "assault"}}, defaults={"hurt": "no"})
    one, two, three, four = table.rows()
    assert one.values == {
        "number": "1",
        "kind": "assault",
        "happened": dt.datetime(2002, 3, 27, 19, 40, tzinfo=dt.UTC),
        "place": "FYI",
        "account": "Kai was hit",
        "hurt": False,
    }
    assert (two.values["kind"], two.values["happened"], two.faults) == ("assault", dt.date(2002, 3, 28), [])
    assert [(fault.row, fault.field, fault.value) for fault in three.faults] == [
        (4, "kind", "text of 3 characters"),
        (4, "happened", "a date or time"),
    ]
    assert {fault.field for fault in four.faults} == {"place", "happened"}
    assert [row.number for row in table.rows(after=3)] == [4, 5]
    assert grouped(fault for row in table.rows() for fault in row.faults)[0].rows == 1
    assert [(one.field, one.word, one.rows) for one in table.unknown()] == [("kind", "???", 1), ("place", "Nowhere", 1)]


def test_a_word_that_is_not_known_is_listed_once_with_what_it_may_be():
    [unknown] = mapped("Log no,Type,Date of incident,Prison,Story\n" + "1,Asault,1/1/2002,Feltham,\n" * 3).unknown()
    assert (unknown.word, unknown.rows, unknown.suggestion.code) == ("Asault", 3, "assault")


hostile = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), max_size=8).map(str.strip)


@settings(max_examples=25)
@given(st.lists(st.tuples(hostile, st.sampled_from(["=1+1", "'=x", "'' -x", "@SUM(A1)", "-3", "+44", "plain"])), min_size=1, max_size=5))
def test_refused_rows_are_safe_in_a_spreadsheet_and_read_back_as_they_were(pairs):
    columns = ("Log no", "Story")
    mapping = Mapping(
        target="log", source="old", columns={"Log no": "number", "Story": "account"}, defaults={"kind": "assault", "happened": "2002-01-01"}
    )
    rows = [(f"n{number}{one}", two) for number, (one, two) in enumerate(pairs)]
    sent = refused_csv(columns, [(row, []) for row in rows])
    assert not any(
        cell.startswith(("=", "+", "-", "@")) for line in sent.decode("utf-8-sig").splitlines() for cell in line.replace('"', "").split(",")
    )
    table = read_table(sent, name="refused.csv")
    assert table.columns == (*columns, ROW, REASON, REMEDY)
    back = [row.values for row in MappedTable(table, LOG, mapping).rows()]
    assert [one["account"] for one in back] == [two for _, two in rows]


def test_columns_are_suggested_by_name_and_by_content():
    text = "Log No.,Type of thing,Date-of-incident,Estab,Remarks\n" + "7,Assault,03/27/2002,Feltham,x\n8,Bullying,04/01/2002,Wetherby,y\n"
    found = {one.column: (one.field, one.sure) for one in suggest_columns(LOG, read_table(text.encode(), name="log.csv"))}
    assert found["Log No."] == ("number", 0.95)
    assert found["Type of thing"] == ("kind", 0.6)
    assert found["Date-of-incident"][0] == "happened"
    assert found["Estab"] == ("place", 0.6)
    assert found["Remarks"] == (None, 0.0)


@pytest.mark.parametrize(
    ("cells", "order"), [(["27/03/2002"], ("dmy", True)), (["03/27/2002"], ("mdy", True)), (["01/02/2002"], ("dmy", False)), ([], ("dmy", False))]
)
def test_the_order_of_dates_is_seen_where_a_cell_tells(cells, order):
    assert date_order([cells]) == order


async def test_an_agency_keeps_one_mapping_for_each_source(world):
    first = Mapping(target="log", source="old system", columns={"A": "number"})
    await keep_mapping(by=world.cleo, agency=world.cleo.agency, mapping=first)
    assert await kept_mapping(world.cleo.agency, "log", "old system") == first
    second = Mapping(target="log", source="old system", columns={"B": "number"}, values={"kind": {"x": "assault"}})
    await keep_mapping(by=world.cleo, agency=world.cleo.agency, mapping=second)
    await keep_mapping(by=world.cleo, agency=world.cleo.agency, mapping=second)
    assert await kept_mappings(world.cleo.agency, "log") == [second]
    assert await kept_mapping(world.amina.agency, "log", "old system") is None
