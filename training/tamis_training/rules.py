"""All rows that are made by rule."""

from . import address, contrast, more, persons, plain, talk

ADDRESSED, PLAIN = 4, 3  # draws of a row of address.py and of plain.py for one of the others: the corpus lacks them most


def rows(draws: float):
    """Gives the rows, each drawn so often an epoch."""
    return words(draws) + persons.rows(draws)


def words(draws: float):
    """The rows that the linear voice learns from too: those of persons.py are not told apart by single words."""
    series = contrast.rows(draws) + more.rows(draws) + talk.rows(draws)
    return series + address.rows(ADDRESSED * draws) + plain.rows(PLAIN * draws)
