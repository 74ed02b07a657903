"""`/programs/{key}/chain` and `/relations`, `/owners/{email}/links`: the path from learning to the KPI."""

from __future__ import annotations

from typing import Any

from api.chain_answers import plain_chain, plain_link, plain_relation
from api.endpoint import Call, endpoint
from api.pagination import page, read_cursor
from api.program_month import month_asked
from api.schemas.program_chain import ChainAnswer, OwnedLinksAnswer, OwnedLinksQuery, ProgramMonth, RelationsAnswer
from lei.services.chain.find_relations import relations_of_program
from lei.services.chain.list_owned_links import OwnedProgram, list_owned_links
from lei.services.chain.read_chain import read_program_chain
from lei.services.programs.manage_programs import find_program


@endpoint("GET", "/programs/<key>/chain", scope="read", query=ProgramMonth(), answers={200: ChainAnswer()})
def show(call: Call, key: str) -> dict[str, Any]:
    """Show the five links of a program: signals before and now, status, owners, and where the program stands.

    A link is evidenced where its signal has enough cases and moved as planned by 2 score points or more, with an
    interval that excludes 0. What cannot be shown for privacy is not read.
    """
    with call.context.database.reading() as session:
        program, last = find_program(session, key), month_asked(session, call, call.query["to"])
        chain = read_program_chain(session, program, last, call.context.settings.min_group_size)
    return {"program": program.key, **plain_chain(chain)}


@endpoint("GET", "/programs/<key>/relations", scope="read", query=ProgramMonth(), answers={200: RelationsAnswer()})
def relations(call: Call, key: str) -> dict[str, Any]:
    """Show whether the measures of a program tend to move with its KPIs some months later.

    Needs 18 months. The search over delays is corrected for; what is found is a tendency and raises no grade.
    """
    with call.context.database.reading() as session:
        program, last = find_program(session, key), month_asked(session, call, call.query["to"])
        found = relations_of_program(session, program, last, call.context.settings.min_group_size)
    return {"program": program.key, "to": str(last), "relations": [plain_relation(each) for each in found]}


@endpoint("GET", "/owners/<email>/links", scope="read", query=OwnedLinksQuery(), answers={200: OwnedLinksAnswer()})
def owned(call: Call, email: str) -> dict[str, Any]:
    """List the links that a person answers for, program by program, with their status and what is said of them.

    The behavior link shows application on the job to both its owners: what is seen, and what people report.
    """
    after, limit = read_cursor(call.query["cursor"]), call.query["limit"]
    with call.context.database.reading() as session:
        last = month_asked(session, call, call.query["to"])
        least, today = call.context.settings.min_group_size, call.context.today()
        found = list_owned_links(session, email, last, least, today, (after, limit + 1))
    return {"to": str(last), **page(found, limit, lambda each: each.id, _owned)}


def _owned(owned: OwnedProgram) -> dict[str, Any]:
    return {
        "program": owned.key,
        "name": owned.name,
        "status": owned.status,
        "state_sentence": owned.state_sentence,
        "links": [
            {**plain_link(link.view), "side": link.side, "signed_for": list(link.signed_for)} for link in owned.links
        ],
    }
