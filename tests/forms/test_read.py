"""What a browser posts, and what comes as JSON, by the same rules."""

import datetime as dt

import pytest

from yosafe.errors import FieldError, Invalid
from yosafe.forms.conditions import answered_with
from yosafe.forms.questions import Kind, Option, Question
from yosafe.forms.read import asked, check, filled, read

TODAY = dt.date(2026, 9, 27)
COLOURS = (
    Option(value="red", label="Red"),
    Option(value="blue", label="Blue", until=dt.date(2026, 9, 1)),
    Option(value="none", label="None of these", exclusive=True),
)


def q(kind, name="it", label="It", **settings):
    return Question(name=name, kind=Kind(kind), label=label, **settings)


WHEN = q("date", "when", "When did it happen?", called="the date of the incident", required=True, past=True)
TYPE = q("radios", "type", "What type of incident was it?", called="the type of incident", required=True, options=COLOURS)
ENDED = q("date", "ended", "Ended", called="the end date", not_before_answer="when")


@pytest.mark.parametrize(
    ("question", "typed", "answer"),
    [
        (q("text"), "  Ty\u0302 \t Gwyn ", "T\u0177 Gwyn"),
        (q("text"), "\u200b \u00a0", None),
        (q("text"), "-", "-"),
        (q("textarea"), "one\r\n\r\ntwo ", "one\n\ntwo"),
        (q("textarea"), "\N{PARTY POPPER}", "\N{PARTY POPPER}"),
        (q("hidden"), "YP-1", "YP-1"),
        (q("yes_no"), "no", "no"),
        (q("radios", options=COLOURS), "red", "red"),
        (q("select", options=COLOURS), "", None),
        (q("rating"), "0", 0),
        (q("rating", options=(*COLOURS, Option(value="3", label="Three"))), "red", "red"),
        (q("rating", code_list="asset_rating"), "not_known", "not_known"),
        (q("time"), "10.05pm", "22:05"),
        (q("number"), " 1,200 ", 1200),
        (q("number"), "12.0", 12),
        (q("number", min=-5), "-3", -3),
        (q("number", decimals=1), "12.55", 12.6),
        (q("number", decimals=2), ".5", 0.5),
        (q("postcode"), "ls14dy", "LS1 4DY"),
        (q("postcode"), " ls1 ", "LS1"),
        (q("email"), "amina@example.org", "amina@example.org"),
        (q("person"), "yp-123", "YP-000123"),
        (q("person"), "YP 000123", "YP-000123"),
        (q("password"), " pass word ", " pass word "),
    ],
)
def test_an_answer(question, typed, answer):
    reading = read([question], {"it": [typed]}, today=TODAY)
    assert reading.errors == ()
    assert reading.answers == ({} if answer is None else {"it": answer})
    assert reading.with_blanks == {"it": answer}


@pytest.mark.parametrize(
    ("question", "typed", "message"),
    [
        (q("text", required=True, label="Name"), "", "Enter name"),
        (q("text", required=True, label="YP reference"), " ", "Enter YP reference"),
        (q("text", required=True, label="How deep?"), "", "Enter an answer to “How deep?”"),
        (q("radios", required=True, label="How deep?", options=COLOURS), "", "Select an answer to “How deep?”"),
        (q("text", required=True, required_message="Say how deep"), "", "Say how deep"),
        (q("yes_no", required=True, called="yes if they went to hospital"), "", "Select yes if they went to hospital"),
        (q("person", required=True, called="a young person"), "", "Select a young person"),
        (q("text", called="the name", max_length=3), "abcd", "Name must be 3 characters or fewer"),
        (q("textarea", called="your reason", min_length=10), "because", "Reason must be 10 characters or more"),
        (
            q("text", called="a name"),
            "a\u202eb",
            "Name contains hidden characters that change reading direction: type it again without them",
        ),
        (q("text", called="a name"), "a\0b", "Name contains a character that can't be kept: type it again rather than pasting it"),
        (q("radios", called="the colour", options=COLOURS), "green", "Select the colour from the list"),
        (q("radios", called="the colour", options=COLOURS), "blue", "Select the colour again: “Blue” is not used on 27 September 2026"),
        (q("yes_no", called="yes or no"), "maybe", "Select yes or no from the list"),
        (q("rating", called="a rating"), "5", "Select a rating from the list"),
        (q("time", called="the time"), "25:00", "Time must be a time, like 10:05am or 22:05"),
        (q("number", called="the age"), "twelve", "Age must be a whole number, like 12"),
        (q("number", called="the age"), "12.5", "Age must be a whole number, like 12"),
        (q("number", called="the age"), "9" * 5000, "Age must be a whole number, like 12"),
        (q("number", called="the age", decimals=1), "1e5", "Age must be a number, like 12.5"),
        (q("number", called="the age", min=10, max=21), "9", "Age must be between 10 and 21"),
        (q("number", called="the age", min=10), "9", "Age must be 10 or more"),
        (q("number", called="the age", max=1000), "1001", "Age must be 1,000 or less"),
        (q("postcode", called="the postcode"), "Leeds", "Postcode must be a postcode, like LS1 4DY, or its first half, like LS1"),
        (q("email", called="an email address"), "amina@example", "Email address must be an email address, like name@example.org"),
        (q("person", called="the young person"), "Jordan", "Select the young person from the list, or enter a reference like YP-000123"),
    ],
)
def test_no_answer(question, typed, message):
    reading = read([question], {"it": [typed]}, today=TODAY)
    assert reading.answers == {}
    assert reading.errors == (FieldError("it", message),)


@pytest.mark.parametrize(
    ("day", "month", "year", "error"),
    [
        ("", "", "", FieldError("when-day", "Enter the date of the incident")),
        ("31", "2", "2026", FieldError("when-day", "Date of the incident must be a real date")),
        ("27", "", "2026", FieldError("when-month", "Date of the incident must include a month")),
        ("27", "9", "26", FieldError("when-year", "Date of the incident must include a year with 4 numbers")),
        ("28", "9", "2026", FieldError("when-day", "Date of the incident must be today or in the past")),
        ("27", "9", "2026", None),
    ],
)
def test_a_date_in_three_boxes(day, month, year, error):
    reading = read([WHEN], {"when-day": [day], "when-month": [month], "when-year": [year]}, today=TODAY)
    assert reading.errors == ((error,) if error else ())
    assert reading.answers == ({} if error else {"when": "2026-09-27"})
    assert reading.typed["when"] == {"day": day, "month": month, "year": year}


@pytest.mark.parametrize(
    ("question", "typed", "message"),
    [
        (q("date", future=True, called="the review"), "26/9/2026", "Review must be today or in the future"),
        (q("date", future=True, called="the review"), "27/9/2026", None),
        (q("date", not_before=dt.date(2002, 10, 1), called="the start"), "30/9/2002", "Start must be the same as or after 1 October 2002"),
        (q("date", not_before=dt.date(2002, 10, 1), called="the start"), "1/10/2002", None),
    ],
)
def test_a_date_in_one_box_and_its_limits(question, typed, message):
    reading = read([question], {"it": [typed]}, today=TODAY)
    assert [error.message for error in reading.errors] == ([message] if message else [])


def test_one_date_after_another():
    posted = {"when": ["27/9/2026"], "ended": ["26/9/2026"]}
    message = "End date must be the same as or after 27 September 2026"
    assert read([WHEN, ENDED], posted, today=TODAY).errors == (FieldError("ended-day", message),)
    assert read([ENDED], posted, today=TODAY, before={"when": "2026-09-27"}).errors == (FieldError("ended-day", message),)
    assert read([WHEN, ENDED], {**posted, "ended": ["27/9/2026"]}, today=TODAY).errors == ()


@pytest.mark.parametrize(
    ("ticked", "answer", "message"),
    [
        ([], None, "Select the colours"),
        ([""], None, "Select the colours"),
        (["none"], ["none"], None),
        (["red", "red"], ["red"], None),
        (["green", "red"], None, "Select the colours from the list"),
        (["none", "red"], None, "Select “None of these” on its own, or take its tick away"),
    ],
)
def test_checkboxes(ticked, answer, message):
    question = q("checkboxes", options=COLOURS, required=True, called="the colours")
    reading = read([question], {"it": ticked}, today=TODAY)
    assert reading.answers.get("it") == answer
    assert [error.message for error in reading.errors] == ([message] if message else [])


REVEALING = q(
    "yes_no",
    "hurt",
    "Was anyone hurt?",
    required=True,
    reveals={"yes": (q("text", "how", "How they were hurt", required=True),)},
)


@pytest.mark.parametrize(
    ("posted", "answers", "keys"),
    [
        ({"hurt": ["yes"], "how": ["fell"]}, {"hurt": "yes", "how": "fell"}, []),
        ({"hurt": ["yes"]}, {"hurt": "yes"}, ["how"]),
        ({"hurt": ["no"], "how": ["fell\0"]}, {"hurt": "no"}, []),
        ({"how": ["fell"]}, {}, ["hurt"]),
    ],
)
def test_what_an_answer_reveals_is_asked_and_the_rest_is_dropped(posted, answers, keys):
    reading = read([REVEALING], posted, today=TODAY)
    assert reading.answers == answers
    assert [error.key for error in reading.errors] == keys


def test_what_is_taken_back_is_taken_out_of_the_draft():
    kept = read([REVEALING], {"hurt": ["yes"], "how": ["fell"]}, today=TODAY).answers
    assert {**kept, **read([REVEALING], {"hurt": ["no"]}, today=TODAY).with_blanks} == {"hurt": "no", "how": None}


@pytest.mark.parametrize(("before", "keys"), [({"hurt": "yes"}, ["nights"]), ({"hurt": "no"}, []), ({}, [])])
def test_a_condition_on_an_earlier_page(before, keys):
    nights = q("number", "nights", "Nights", required=True, when=answered_with("hurt", "yes"))
    assert [error.key for error in read([nights], {}, today=TODAY, before=before).errors] == keys
    assert [question.name for question in asked([nights], before, on=TODAY)] == keys


def test_an_earlier_answer_to_the_same_question_does_not_count():
    nights = q("number", "nights", "Nights", required=True, when=answered_with("hurt", "yes"))
    assert read([REVEALING, nights], {"hurt": ["no"]}, today=TODAY, before={"hurt": "yes"}).errors == ()


def test_what_was_typed_comes_back_but_no_password_and_nothing_that_hides():
    secret = q("password", "secret", "Password", max_length=3)
    reading = read([REVEALING, secret], {"hurt": ["perhaps"], "how": ["a\u202eb\0c"], "secret": ["open sesame"], "other": ["x"]}, today=TODAY)
    assert reading.typed == {"hurt": "perhaps", "how": "abc"}
    assert "sesame" not in str(reading.errors)


def test_a_page_offers_what_can_be_chosen_that_day():
    assert [option.value for option in asked([TYPE], {}, on=TODAY)[0].options] == ["red", "none"]
    assert [option.value for option in asked([TYPE], {}, on=dt.date(2026, 9, 1))[0].options] == ["red", "blue", "none"]


def test_words_follow_the_terminology():
    told = q("radios", label="When was the {yot} told?", required=True, options=(Option(value="a", label="{Yot} worker"),))
    assert asked([told], {}, on=TODAY)[0].options[0].label == "Youth offending team worker"
    assert asked([told], {}, on=TODAY, terminology="today")[0].label == "When was the youth justice service told?"
    assert read([told], {}, terminology="today").errors[0].message == "Select an answer to “When was the youth justice service told?”"


GOOD = {
    "seen_on": "2009-02-28",
    "seen_at": "10:05",
    "cause": "other",
    "other_cause": "A door",
    "told": ["family", "yot"],
    "hospital": "yes",
    "nights": 2,
    "worry": 4,
    "hospital_postcode": "LS1 3EX",
    "account": "It shut.\nHard.",
}


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({}, []),
        ({"hospital": True}, []),
        ({"seen_on": "28/2/2009"}, []),
        ({"hospital": False}, []),
        ({"seen_on": None}, [("seen_on", "Enter the date it was seen")]),
        ({"seen_on": "2026-09-28"}, [("seen_on", "Date it was seen must be today or in the past")]),
        ({"seen_on": 20090228}, [("seen_on", "Date it was seen must be a real date")]),
        ({"nights": "many"}, [("nights", "Nights must be a whole number, like 12")]),
        ({"nights": 2.5}, [("nights", "Nights must be a whole number, like 12")]),
        ({"nights": True}, [("nights", "“nights” must be a text or a number")]),
        ({"told": ["family"]}, []),
        ({"told": "family"}, [("told", "“told” must be a list of texts")]),
        ({"told": [1]}, [("told", "“told” must be a list of texts")]),
        ({"told": {"family": True}}, [("told", "“told” must be a list of texts")]),
        ({"cause": ["other"]}, [("cause", "“cause” must be a text or a number")]),
        ({"colour": "red"}, [("colour", "There is no question “colour” here: take it out, or look at the list of questions")]),
    ],
)
def test_check_json_answers(wound, change, errors):
    assert list(check(wound, {**GOOD, **change}, today=TODAY).errors) == errors


def test_checked_answers_are_those_that_count(wound):
    assert check(wound, GOOD, today=TODAY).checked() == GOOD
    moot = check(wound, {**GOOD, "hospital": "no", "cause": "fall"}, today=TODAY).checked()
    assert moot == {key: GOOD[key] for key in ("seen_on", "seen_at", "told")} | {"hospital": "no", "cause": "fall"}
    with pytest.raises(Invalid) as fault:
        check(wound, {}, today=TODAY).checked()
    assert [error.key for error in fault.value.errors] == ["seen_on", "cause", "hospital"]


def test_kept_answers_fill_the_boxes(wound):
    boxes = filled(wound.questions, {**GOOD, "worry": 0})
    assert boxes["seen_on"] == {"day": "28", "month": "2", "year": "2009"}
    assert boxes["told"] == ["family", "yot"]
    assert boxes["worry"] == "0"
    assert boxes["other_cause"] == "A door"
    assert filled([q("password")], {"it": "secret"}) == {}
