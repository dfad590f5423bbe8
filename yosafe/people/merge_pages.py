""" "This is the same child as…": finding the other record, both side by side, merging, and undoing it."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe.accounts.viewer import User
from yosafe.errors import Conflict, FieldError, Invalid, Stale
from yosafe.forms.questions import Kind, Option, Question
from yosafe.forms.read import read
from yosafe.reference.establishments import establishment
from yosafe.web.kit import AnyRequest, page, posted, see_other, terminology

from . import access, merge_actions, merge_queries, queries
from .access import young_person_ref
from .duplicates.queries import alike_to, not_same_as
from .duplicates.rules import STRENGTHS
from .frame import frame
from .merge_actions import MERGE
from .merge_queries import Comparison, Line
from .merge_rules import Which
from .queries import ChildFilter
from .record_pages import DONE, STATUS
from .tables import RecordMerge, YoungPerson

REASON = Question(
    name="reason", kind=Kind.TEXTAREA, label="How do you know that this is one child?", called="how you know that this is one child",
    hint="What you compared, and whom you asked", required=True, min_length=10, max_length=2000, rows=4,
)  # fmt: skip
UNDO_REASON = Question(
    name="reason", kind=Kind.TEXTAREA, label="Why is this merge undone?", called="why this merge is undone", required=True,
    min_length=10, max_length=2000, rows=4,
)  # fmt: skip


class MergePages(Controller):
    path = "/children/{ref:str}/merge"
    include_in_schema = False

    @get("/", opt={"permission": MERGE})
    async def look(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        child = await queries.open_record(user, ref, "merge")
        return await _look(request, user, child, q="", found=await alike_to(user, child, terminology(request)))

    @post("/find", opt={"permission": MERGE}, status_code=200)
    async def find(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        """Names are posted: they must not stand in an address."""
        child, form = await queries.open_record(user, ref, "merge"), await posted(request)
        q = next(iter(form.get("q", [])), "")
        try:
            found = await queries.children(user, ChildFilter(q=q), limit=20) if q.strip() else None
        except Invalid as refusal:
            return await _look(request, user, child, q=q, found=[], errors=refusal.errors)
        here = young_person_ref(child.id)
        return await _look(request, user, child, q=q, found=[one for one in found.items if one.ref != here] if found else [])

    @get("/{other:str}", opt={"permission": MERGE})
    async def compare(self, request: AnyRequest, ref: FromPath[str], other: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        both = await _both(user, ref, other)
        return await _compare(request, user, *both, {}) if both else see_other(f"/children/{ref}/merge")

    @post("/{other:str}", opt={"permission": MERGE}, status_code=200)
    async def merge(self, request: AnyRequest, ref: FromPath[str], other: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        """First what was chosen is shown to be checked, then it is done."""
        both, form, terms = await _both(user, ref, other), await posted(request), terminology(request)
        if both is None:
            return see_other(f"/children/{ref}/merge")
        kept, gone = both
        found = await merge_queries.comparison(user, kept, gone, terms)
        asked = _questions(found, kept, gone)
        reading = read(asked, form, terminology=terms)
        if reading.errors or found.refusal:
            return await _compare(request, user, kept, gone, reading.typed, reading.errors, status=422 if reading.errors else 409)
        answers = reading.answers
        if form.get("checked") == ["change"]:
            return await _compare(request, user, kept, gone, reading.typed)
        if form.get("checked") != ["yes"]:
            return await _check(request, user, kept, gone, found, answers)
        try:
            await merge_actions.merge_records(
                by=user, kept=kept, other=gone, reason=answers["reason"], version=_number(form, "version"),
                other_version=_number(form, "other_version"), choices={name: Which(value) for name, value in answers.items() if name != "reason"},
            )  # fmt: skip
        except Invalid as refusal:
            errors = [FieldError(fault.key.removeprefix("keep."), fault.message) for fault in refusal.errors]
            return await _compare(request, user, kept, gone, reading.typed, errors, status=422)
        except (Conflict, Stale) as refusal:
            kept, gone = await access.get_young_person_for(user, kept.id), await access.get_young_person_for(user, gone.id)
            return await _compare(request, user, kept, gone, reading.typed, [FieldError("", str(refusal))], status=STATUS[type(refusal)])
        seen = await access.may_see(user, kept.id)
        return see_other(f"/children/{young_person_ref(kept.id)}?done=merged" if seen else "/children?done=merged")

    @get("/undo/{merge:int}", opt={"permission": MERGE})
    async def undo_form(self, request: AnyRequest, ref: FromPath[str], merge: FromPath[int], user: NamedDependency[User]) -> Template:
        return await _undo(request, user, await access.get_merge_for(user, ref, merge), {})

    @post("/undo/{merge:int}", opt={"permission": MERGE}, status_code=200)
    async def undo(self, request: AnyRequest, ref: FromPath[str], merge: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        found = await access.get_merge_for(user, ref, merge)
        reading = read((UNDO_REASON,), await posted(request), terminology=terminology(request))
        if reading.errors:
            return await _undo(request, user, found, reading.typed, reading.errors, status=422)
        try:
            await merge_actions.undo_merge(by=user, merge=found, reason=reading.answers["reason"])
        except Conflict as refusal:
            return await _undo(request, user, found, reading.typed, [FieldError("", str(refusal))], status=409)
        seen = await access.may_see(user, found.kept)
        return see_other(f"/children/{young_person_ref(found.kept)}/merge?done=undone" if seen else "/children?done=undone")


def _number(form: Mapping[str, list[str]], name: str) -> int:
    text = next(iter(form.get(name, [])), "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


async def _both(user: User, ref: str, other: str) -> tuple[YoungPerson, YoungPerson] | None:
    """Both records, noted as read; None where they are one."""
    kept, gone = await queries.open_record(user, ref, "merge"), await queries.open_record(user, other, "merge")
    return None if kept.id == gone.id else (kept, gone)


def _questions(found: Comparison, kept: YoungPerson, gone: YoungPerson) -> tuple[Question, ...]:
    """One for each difference that someone has to choose about, and why."""
    return (*(_question(line, young_person_ref(kept.id), young_person_ref(gone.id)) for line in found.lines if line.name), REASON)


def _question(line: Line, kept: str, gone: str) -> Question:
    called = f"{line.label[:1].lower()}{line.label[1:]}"
    options = (Option(value="this", label=line.this, hint=f"As on {kept}"), Option(value="other", label=line.other, hint=f"As on {gone}"))
    return Question(
        name=line.name or "", kind=Kind.RADIOS, label=line.label, required=True, required_message=f"Select which stays: {called}", options=options
    )


async def _look(request: AnyRequest, user: User, child: YoungPerson, *, q: str, found: Sequence[Any], errors: Sequence[FieldError] = ()) -> Template:
    said = await not_same_as(user, child.id)
    return page(
        "people/merge.html", request, status=422 if errors else 200, **await frame(user, child, "overview", terminology=terminology(request)), q=q,
        found=found, errors=errors, merges=await merge_queries.merges_of(user, child, terminology=terminology(request)), place=establishment,
        said=said, two={one.refs[1] for one in said}, strengths=STRENGTHS,
        done=DONE.get(request.query_params.get("done", "")),
    )  # fmt: skip


async def _compare(
    request: AnyRequest, user: User, kept: YoungPerson, gone: YoungPerson, values: Mapping[str, Any], errors: Sequence[FieldError] = (), *,
    status: int = 200,
) -> Template:  # fmt: skip
    terms = terminology(request)
    found = await merge_queries.comparison(user, kept, gone, terms)
    asked = _questions(found, kept, gone)
    return page(
        "people/merge_compare.html", request, status=status, **await frame(user, kept, "overview", terminology=terms), found=found, asked=asked,
        other=gone, other_ref=young_person_ref(gone.id), values=values, errors=errors, said=await not_same_as(user, kept.id, gone.id),
    )  # fmt: skip


async def _check(request: AnyRequest, user: User, kept: YoungPerson, gone: YoungPerson, found: Comparison, answers: Mapping[str, Any]) -> Template:
    stays = [{"key": line.label, "value": line.this if answers[line.name] == "this" else line.other} for line in found.lines if line.name]
    sent = {**answers, "checked": "yes", "version": kept.version, "other_version": gone.version}
    return page(
        "people/merge_check.html", request, **await frame(user, kept, "overview", terminology=terminology(request)), found=found, stays=stays,
        sent=sent, other=gone, other_ref=young_person_ref(gone.id), reason=answers["reason"],
    )  # fmt: skip


async def _undo(
    request: AnyRequest, user: User, merge: RecordMerge, values: Mapping[str, Any], errors: Sequence[FieldError] = (), *, status: int = 200
) -> Template:
    child = await queries.open_record(user, merge.kept, "merge")
    return page(
        "people/merge_undo.html", request, status=status, **await frame(user, child, "overview", terminology=terminology(request)),
        merge=await merge_queries.merge_of(user, merge.kept, merge.id, terminology=terminology(request)),
        asked=(UNDO_REASON,), values=values, errors=errors,
    )  # fmt: skip
