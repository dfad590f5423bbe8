"""What people are told when an answer can't be taken: which thing, and what to do."""

from .questions import CHOICES, Kind, Question

_ARTICLES = ("the ", "a ", "an ", "your ", "their ")


def called(question: Question) -> str:
    """The noun phrase for a question, for use inside a sentence."""
    if question.called:
        return question.called
    label = question.label.strip()
    if label.endswith("?"):
        return f"an answer to “{label}”"
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def subject(question: Question) -> str:
    """The same phrase at the start of a sentence: "the date of the incident" becomes "Date of the incident"."""
    phrase = called(question)
    article = next((a for a in _ARTICLES if phrase.startswith(a)), "")
    phrase = phrase.removeprefix(article)
    return phrase[:1].upper() + phrase[1:]


def needed(question: Question) -> str:
    """The message for no answer at all."""
    if question.required_message:
        return question.required_message
    verb = "Select" if question.kind in CHOICES or question.kind is Kind.PERSON else "Enter"
    return f"{verb} {called(question)}"


def must(question: Question, remedy: str) -> str:
    """ "Date of the incident" + "must be a real date"."""
    return f"{subject(question)} {remedy}"
