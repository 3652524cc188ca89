"""The truths of the scalar functions, by name."""

from tests.contracts.scalars.calendar import CALENDAR, ZONES
from tests.contracts.scalars.case import Cases
from tests.contracts.scalars.numbers import NUMBERS
from tests.contracts.scalars.text import TEXT

SCALARS: Cases = {**NUMBERS, **TEXT, **CALENDAR, **ZONES}
