"""Short links to addresses of the dashboard, for a QR code that a phone at the back can read."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from qmnist_core.classroom.database import Database, insert
from qmnist_core.classroom.names import check_text, digest, new_code, read_code
from qmnist_core.classroom.tables import links
from qmnist_core.errors import ClassError

MOST_IN_LINK = 8_000
"""Characters of an address."""
MOST_LINKS = 100_000
"""Beyond which the oldest go."""


class Links(Database):
    """The part of the store for short links; they belong to no class."""

    def shorten(self, address: str) -> str:
        """An address's short name, 6 letters and digits; the same each time.

        address: of this dashboard, so that no link leads elsewhere: it begins with one "/".
        Errors: ClassError, for another one, or one of more than `MOST_IN_LINK` characters.
        """
        check_text("the address of a link", address, MOST_IN_LINK)
        if not address.startswith("/") or address[1:2] in ("/", "\\"):  # to a browser, the second is as the first
            raise ClassError('the address of a link must begin with one "/": give one of this dashboard')
        with self.reading() as db:
            code = _code(db, address)
        if code is None:
            with self.writing() as db:
                while code is None:  # the code may be taken; or another has just shortened the same address
                    row = {"code": new_code(), "address_digest": digest(address), "address": address}
                    db.execute(insert(db, links).values(row).on_conflict_do_nothing())
                    code = _code(db, address)
                newest = select(func.max(links.c.id)).scalar_subquery()
                db.execute(links.delete().where(links.c.id <= newest - MOST_LINKS))
        return code.lower()

    def address_of(self, link: str) -> str | None:
        """The address of a short name, however it is typed; None if there is none."""
        with self.reading() as db:
            found: str | None = db.execute(select(links.c.address).where(links.c.code == read_code(link))).scalar()
        return found


def _code(db: Connection, address: str) -> str | None:
    code: str | None = db.execute(select(links.c.code).where(links.c.address_digest == digest(address))).scalar()
    return code
