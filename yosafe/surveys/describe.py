"""The reference page of questionnaires, made from their files."""

from .questionnaire import Question, Questionnaire, available, columns_of, load


def describe_all() -> str:
    """Every questionnaire with its questions, columns and codes, as Markdown."""
    intro = (
        "# Questionnaires\n\n"
        "What `yosafe survey import --questionnaire ID` understands. A column is found by its name, whatever its case, spaces and hyphens. "
        "A cell may hold an answer's code, its words, or what stands after “or”; an empty cell is no answer. "
        "An answer in **bold** is counted in the headline share, which says nothing of whether it is good or bad.\n\n"
        "Questionnaires are files in `yosafe/surveys/questionnaires`. A version is never edited once it has been used.\n"
    )
    return "\n".join([intro, *(_describe(load(*which)) for which in available())])


def _describe(questionnaire: Questionnaire) -> str:
    lines = [
        f"## {questionnaire.title}\n",
        f"`{questionnaire.id}`, version {questionnaire.version}. {questionnaire.about}\n",
        f"Source: {questionnaire.source}\n",
    ]
    missing = ", ".join(f"`{cell}`" for cell in questionnaire.missing)
    lines += [f"No answer, beside an empty cell: {missing}.\n"] if missing else []
    lines += [f"Weights: the column `{questionnaire.weight}`, which has to be there.\n"] if questionnaire.weight else []
    drawn = " and ".join(f"`{column}`" for column in (questionnaire.stratum, questionnaire.psu) if column)
    lines += [f"How respondents were drawn: the columns {drawn} (stratum and cluster), which have to be there.\n"] if drawn else []
    groups = ", ".join(f"`{group}`" for group in questionnaire.groups)
    lines += [f"Respondents can be parted for a comparison by: {groups}.\n"] if groups else []
    written = "; ".join(f"`{c.column}` ({c.label})" for c in questionnaire.comments)
    lines += [f"Columns with what was written, kept apart from the answers: {written}.\n"] if written else []
    lines += (
        [f"Columns that are not stored: {'; '.join(f'`{c.column}` ({c.why})' for c in questionnaire.left_out)}.\n"] if questionnaire.left_out else []
    )
    lines += [f"Caution: {questionnaire.caution}\n"] if questionnaire.caution else []
    for section in questionnaire.sections:
        lines.append(f"### {section.title}\n\n| question | column | answers |\n| --- | --- | --- |")
        lines += [_row(questionnaire, question) for question in section.questions]
        lines.append("")
    return "\n".join(lines)


def _row(questionnaire: Questionnaire, question: Question) -> str:
    asked = f"{question.label} (`{question.id}`)"
    if question.asked_if:
        asked += f"<br>Asked of those who said {' or '.join(question.asked_if.answers)} to `{question.asked_if.question}`"
    if question.recorded:
        asked += f"<br>May be set beside the recorded fact `{question.recorded}`"
    columns = ", ".join(f"`{column}`" for column in columns_of(question))
    return f"| {asked} | {columns} | {_answers(questionnaire, question)} |"


def _answers(questionnaire: Questionnaire, question: Question) -> str:
    if question.kind == "number":
        return f"a number from {question.minimum:g} to {question.maximum:g}"
    described = []
    for answer in questionnaire.answers_to(question):
        also = "".join(f" or `{cell}`" for cell in answer.also)
        label = f"**{answer.label}**" if answer.code in question.positive else answer.label
        described.append(f"`{answer.code}`{also}: {label}")
    return "<br>".join(described)
