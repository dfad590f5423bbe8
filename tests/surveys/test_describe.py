from yosafe.surveys.describe import describe_all
from yosafe.surveys.questionnaire import available, load


def test_every_question_and_answer_is_described():
    text = describe_all()
    for which in available():
        questionnaire = load(*which)
        for question in questionnaire.questions():
            assert f"{question.label} (`{question.id}`)" in text
            for answer in questionnaire.answers_to(question) if question.kind == "single" else ():
                assert f"`{answer.code}`" in text
                assert answer.label in text


def test_what_the_headline_counts_and_who_is_asked():
    text = describe_all()
    assert "| Have you ever felt unsafe here? (`unsafe-ever`) | `unsafe_ever`, `q_unsafe_01` | `yes` or `1`: **Yes**<br>`no` or `0`: No |" in text
    assert "Asked of those who said yes to `complaint-made`" in text
    assert "Weights: the column `finalwt`, which has to be there." in text
