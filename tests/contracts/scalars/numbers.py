"""Numbers: choosing among them, arithmetic, rounding."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.contracts.scalars.case import Case, Cases, fixed, of, one


def half_up(x: Decimal, digits: int = 0) -> Decimal:
    return x.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def half_up_float(x: float, digits: int = 0) -> float:
    """The product in double precision, rounded exactly, divided again."""
    return float(half_up(Decimal(x * 10.0**digits))) / 10.0**digits


def toward_zero(a: int, b: int) -> int | None:
    return None if b == 0 else abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def remainder(a: int, b: int) -> int | None:
    whole = toward_zero(a, b)
    return None if whole is None else a - b * whole


def power(x: Any, y: Any) -> float | None:
    real = x > 0 or (x == 0 and y >= 0) or (x < 0 and y == math.floor(y))
    return float(x) ** float(y) if real else None


def ratio(a: Any, b: Any) -> float | None:
    return float(a) / float(b) if b else None


CHOOSING: Cases = {
    "coalesce": [
        Case("coalesce(i, j)", lambda r: r.j if r.i is None else r.i),
        Case("coalesce(s, p, 'none')", lambda r: next(x for x in (r.s, r.p, "none") if x is not None)),
        Case("coalesce(i, 0.5)", lambda r: Decimal("0.5") if r.i is None else Decimal(r.i)),
        Case("coalesce(d, e)", lambda r: r.e if r.d is None else r.d),
    ],
    "nullif": [
        of("nullif(i, 7)", lambda i: None if i == 7 else i, "i"),
        of("nullif(s, '')", lambda s: s or None, "s"),
    ],
    "greatest": [
        of("greatest(i, j, n)", max, "i", "j", "n"),
        of("greatest(m, 0)", lambda m: max(m, Decimal(0)), "m"),
        of("greatest(i, 1.5)", lambda i: max(Decimal(i), Decimal("1.5")), "i"),
        of("greatest(d, e)", max, "d", "e"),
        of("greatest(t, u)", max, "t", "u"),
        of("greatest(s, p)", max, "s", "p"),
    ],
    "least": [
        of("least(i, j, n)", min, "i", "j", "n"),
        of("least(d, e)", min, "d", "e"),
        of("least(m, 1.25, m)", lambda m: min(m, Decimal("1.25")), "m"),
    ],
}

ROUNDING: Cases = {
    "floor": [
        of("floor(m)", lambda x: Decimal(math.floor(x)), "m"),
        of("floor(f)", lambda x: float(math.floor(x)), "f"),
    ],
    "ceil": [
        of("ceil(m)", lambda x: Decimal(math.ceil(x)), "m"),
        of("ceil(f)", lambda x: float(math.ceil(x)), "f"),
    ],
    **one("round", "m", half_up, "m"),
    "round_float": [
        of("round_float(f)", half_up_float, "f"),
        fixed("round_float(safe_divide(5, 2))", 3.0),
        fixed("round_float(safe_divide(-5, 2))", -3.0),
        fixed("round_float(power_by(2, 52) + 1)", 2.0**52 + 1),
    ],
    "round_to": [
        of("round_to(m, 1)", lambda x: half_up(x, 1), "m"),
        of("round_to(m, -1)", lambda x: half_up(x, -1), "m"),
    ],
    "round_to_float": [
        of("round_to_float(f, 1)", lambda x: half_up_float(x, 1), "f"),
        of("round_to_float(f, 2)", lambda x: half_up_float(x, 2), "f"),
        of("round_to_float(f, -1)", lambda x: half_up_float(x, -1), "f"),
        of("round_to_float(divide_by(i, 8), 2)", lambda i: half_up_float(i / 8, 2), "i"),
    ],
    "integer_of_float": [
        of("integer_of_float(f)", lambda x: int(half_up(Decimal(x))), "f"),
        of("integer_of_float(divide_by(n, 2))", lambda n: int(half_up(Decimal(n) / 2)), "n"),
    ],
}

ARITHMETIC: Cases = {
    "abs": [of(f"abs({x})", abs, x) for x in "mif"],
    "sign": [of(f"sign({x})", lambda x: (x > 0) - (x < 0), x) for x in "mif"],
    "power": [
        of("power(j, n)", power, "j", "n"),
        of("power(m, 0.5)", lambda x: power(x, 0.5), "m"),
        of("power(f, -1)", lambda x: power(x, -1), "f"),
    ],
    "power_by": [
        of("power_by(i, 2)", lambda x: float(x) ** 2, "i"),
        of("power_by(m, 3)", lambda x: float(x) ** 3, "m"),
        of("power_by(f, 0)", lambda x: 1.0, "f"),
    ],
    **one("sqrt", "f", lambda x: math.sqrt(x) if x >= 0 else None, "f"),
    **one("exp", "j", math.exp, "j"),
    **one("ln", "f", lambda x: math.log(x) if x > 0 else None, "f"),
    **one("log10", "m", lambda x: math.log10(x) if x > 0 else None, "m"),
    "safe_divide": [
        of("safe_divide(i, j)", ratio, "i", "j"),
        of("safe_divide(m, f)", ratio, "m", "f"),
        of("safe_divide(m, m)", ratio, "m", "m"),
        of("safe_divide(f, n)", ratio, "f", "n"),
        of("safe_divide(i, m)", ratio, "i", "m"),
        of("safe_divide(i - j, j - n)", lambda a, b, n: ratio(a - b, b - n), "i", "j", "n"),
    ],
    "divide_by": [
        of("divide_by(i, 4)", lambda x: x / 4, "i"),
        of("divide_by(m, 0.5)", lambda x: float(x) / 0.5, "m"),
        of("divide_by(f, 3)", lambda x: x / 3, "f"),
    ],
    "safe_int_divide": [
        of("safe_int_divide(n, j)", toward_zero, "n", "j"),
        of("safe_int_divide(n, id)", toward_zero, "n", "id"),
        of("safe_int_divide(i, j)", toward_zero, "i", "j"),
    ],
    "safe_mod": [
        of("safe_mod(i, j)", remainder, "i", "j"),
        of("safe_mod(m, j)", lambda a, b: a % b if b else None, "m", "j"),
        of("safe_mod(n, 7)", lambda n: remainder(n, 7), "n"),
    ],
}

NUMBERS: Cases = {**CHOOSING, **ROUNDING, **ARITHMETIC}
