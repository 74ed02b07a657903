"""Lists the links of programs that a person answers for, each with its status and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from lei.periods import Period
from lei.services.chain.program_chain import LinkView
from lei.services.chain.read_chain import read_program_chain
from lei.services.programs.missing_sign_offs import sides_of
from lei.storage.program_cycles import Side
from lei.storage.programs import Program, Status, list_programs


@dataclass(frozen=True, slots=True)
class OwnedLink:
    """A link on the side that the person is on. signed_for: the periods that this side has signed for."""

    view: LinkView
    side: Side
    signed_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwnedProgram:
    """A program with the links of one person; id: its place in the list."""

    id: int
    key: str
    name: str
    status: Status
    state_sentence: str
    links: tuple[OwnedLink, ...]


def list_owned_links(
    session: Session, email: str, last: Period, min_group_size: int, today: date, page: tuple[int | None, int]
) -> list[OwnedProgram]:
    """The programs of which the person answers for a link, in the order in which they were made.

    page: the id behind which to begin (None: at the first), and how many programs at most. Raises InvalidError where
    `last` is no month.
    """
    after, limit = page
    mine = [program for program in list_programs(session, after) if sides_of(program.plan, email)][:limit]
    return [_owned(session, program, email, last, min_group_size, today) for program in mine]


def _owned(
    session: Session, program: Program, email: str, last: Period, min_group_size: int, today: date
) -> OwnedProgram:
    chain = read_program_chain(session, program, last, min_group_size)
    views = {view.link: view for view in chain.links}
    return OwnedProgram(
        id=program.id,
        key=program.key,
        name=program.plan.name,
        status=program.status_on(today),
        state_sentence=chain.state_sentence,
        links=tuple(
            OwnedLink(
                views[link],
                side,
                tuple(sign.period for sign in program.sign_offs if (sign.link, sign.side) == (link, side)),
            )
            for link, side in sides_of(program.plan, email)
        ),
    )
