"""sqlglot's scalar functions as canonical calls."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from semantic import faults
from semantic.expr import temporal
from semantic.expr.structure import as_text, converted
from semantic.expr.types import cast_type
from semantic.expr.walk import Canonical, Handler, call

#: Node classes that map to one call: its name, and the keys of its arguments in order.
_DIRECT: dict[type, tuple[str, tuple[str, ...]]] = {
    exp.Abs: ("abs", ("this",)),
    exp.Sign: ("sign", ("this",)),
    exp.Sqrt: ("sqrt", ("this",)),
    exp.Exp: ("exp", ("this",)),
    exp.Ln: ("ln", ("this",)),
    exp.IntDiv: ("safe_int_divide", ("this", "expression")),
    exp.Mod: ("safe_mod", ("this", "expression")),
    exp.Lower: ("lower", ("this",)),
    exp.Upper: ("upper", ("this",)),
    exp.Length: ("length", ("this",)),
    exp.Left: ("left", ("this", "expression")),
    exp.Right: ("right", ("this", "expression")),
    exp.SplitPart: ("split_part", ("this", "delimiter", "part_index")),
    exp.Replace: ("replace", ("this", "expression", "replacement")),
    exp.Reverse: ("reverse", ("this",)),
    exp.MD5: ("md5", ("this",)),
    exp.StrPosition: ("str_position", ("this", "substr")),
    exp.StartsWith: ("starts_with", ("this", "expression")),
    exp.EndsWith: ("ends_with", ("this", "expression")),
    exp.Contains: ("contains", ("this", "expression")),
    exp.RegexpILike: ("regexp_matches_ignore_case", ("this", "expression")),
}
#: Flags that sqlglot sets to tell dialects apart, where the difference is one of meaning.
_TELLING = ("full_match", "zero_on_all_null")


def _direct(c: Canonical, node: Any) -> exp.Expr:
    name, keys = _DIRECT[type(node)]
    others = {key: value for key, value in node.args.items() if key not in keys}
    extra = any(isinstance(value, exp.Expr) or (value and key in _TELLING) for key, value in others.items())
    if extra or any(node.args.get(key) is None for key in keys):
        return c.misfit(faults.unsupported_syntax(f"This form of {name}"), node)
    return call(name, *[c.of(node.args[key]) for key in keys], at=node)


def _alike(name: str, *keys: str) -> Handler:
    """Functions that choose one of their arguments, which are therefore of one kind."""

    def handler(c: Canonical, node: Any) -> exp.Expr:
        parts = [node.this, *(node.args[key] for key in keys), *node.expressions]
        arguments = temporal.comparable(c, [c.of(part) for part in parts], node)
        return arguments[0] if len(arguments) == 1 else call(name, *arguments, at=node)

    return handler


def divide(c: Canonical, node: Any) -> exp.Expr:
    """``a / b``: double precision, NULL on zero; plain where the divisor is a number other than 0."""
    left, right = c.of(node.this), c.of(node.expression)
    known = isinstance(right, exp.Literal) and not right.is_string and float(right.name) != 0
    return call("divide_by" if known else "safe_divide", left, right, at=node)


def _power(c: Canonical, node: exp.Pow) -> exp.Expr:
    """``x ** y``: NULL where no real number is; plain where the exponent is a whole number, not negative."""
    plain = isinstance(node.expression, exp.Literal) and node.expression.is_int
    return call("power_by" if plain else "power", c.of(node.this), c.of(node.expression), at=node)


def _whole(name: str) -> Handler:
    """``floor`` and ``ceil``: nothing to do for an integer."""

    def handler(c: Canonical, node: Any) -> exp.Expr:
        if node.args.get("decimals") or node.args.get("to"):
            return c.misfit(faults.unsupported_syntax(f"This form of {name}"), node)
        this = c.of(node.this)
        return this if c.type(this) == "integer" else call(name, this, at=node)

    return handler


def rounded(c: Canonical, node: Any) -> exp.Expr:
    """``round``, half away from zero in every dialect; exact numbers stay exact."""
    if node.args.get("truncate"):
        return c.misfit(faults.unsupported_syntax("This form of round"), node)
    this, digits = c.of(node.this), node.args.get("decimals")
    if digits is not None and not digits.is_int:
        return c.misfit(faults.unsupported_syntax("A number of digits that is not written out"), node)
    kind = c.type(this)
    if kind == "integer" and digits is None:
        return this
    name = ("round" if digits is None else "round_to") + ("_float" if kind == "float" else "")
    return call(name, this, *([c.of(digits)] if digits is not None else []), at=node)


def _log(c: Canonical, node: exp.Log) -> exp.Expr:
    base, value = node.this, node.args.get("expression")
    if value is None or (isinstance(base, exp.Literal) and base.name == "10"):
        return call("log10", c.of(value or base), at=node)
    return call("safe_divide", call("ln", c.of(value)), call("ln", c.of(base)), at=node)


def _trim(c: Canonical, node: exp.Trim) -> exp.Expr:
    characters, position = node.args.get("expression"), str(node.args.get("position") or "BOTH").upper()
    name = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(position, "trim")
    if characters is None:
        return call(name, c.of(node.this), at=node)
    if name != "trim":
        return c.misfit(
            faults.unsupported_syntax(f"{name} with characters", "Use trim(x, characters)."), node
        )
    return call("trim_characters", c.of(node.this), c.of(characters), at=node)


def _substring(c: Canonical, node: exp.Substring) -> exp.Expr:
    start, length = node.args.get("start"), node.args.get("length")
    if start is None or isinstance(start, exp.Neg) or start.name == "0":
        hint = "Count from 1; for the end of a text write right(x, n)."
        return c.misfit(faults.ambiguous_function("A substring that starts before 1", hint), node)
    arguments = [c.of(node.this), c.of(start)]
    if length is None:
        return call("substring_from", *arguments, at=node)
    return call("substring", *arguments, c.of(length), at=node)


def _end(c: Canonical, node: Any) -> exp.Expr:
    """``left`` and ``right``: a negative number is no number of characters."""
    if isinstance(node.expression, exp.Neg):
        what = f"{type(node).__name__.lower()} with a negative number"
        return c.misfit(faults.ambiguous_function(what, "Write substring(x, n)."), node)
    return _direct(c, node)


def _split_part(c: Canonical, node: exp.SplitPart) -> exp.Expr:
    separator, index = node.args.get("delimiter"), node.args.get("part_index")
    before = isinstance(index, exp.Neg) or (isinstance(index, exp.Literal) and index.name == "0")
    if before or (isinstance(separator, exp.Literal) and not separator.name):
        what = "split_part at '' or of a part before the first"
        return c.misfit(faults.ambiguous_function(what, "Count from 1."), node)
    return _direct(c, node)


def _concat(c: Canonical, node: exp.Concat) -> exp.Expr:
    parts = [as_text(c, c.of(part)) for part in node.expressions]
    if node.args.get("coalesce") or len(parts) == 1:
        return call("concat", *parts, at=node)
    joined = parts[0]
    for part in parts[1:]:
        joined = exp.DPipe(this=joined, expression=part)
    return joined


def _concat_ws(c: Canonical, node: exp.ConcatWs) -> exp.Expr:
    separator, *parts = node.expressions
    return call("concat_ws", c.of(separator), *[as_text(c, c.of(part)) for part in parts], at=node)


def _pad(c: Canonical, node: exp.Pad) -> exp.Expr:
    name = "lpad" if node.args.get("is_left") else "rpad"
    fill = node.args.get("fill_pattern")
    return call(
        name, c.of(node.this), c.of(node.expression), c.of(fill) if fill else exp.Literal.string(" "), at=node
    )


def _regexp_like(c: Canonical, node: exp.RegexpLike) -> exp.Expr:
    flag = node.args.get("flag")
    names = {"": "regexp_matches", "i": "regexp_matches_ignore_case"}
    name = names.get(flag.name if flag else "")
    if name is None or node.args.get("full_match"):
        return c.misfit(faults.unsupported_syntax("This option of regexp_matches", "There is 'i'."), node)
    return call(name, c.of(node.this), c.of(node.expression), at=node)


def _regexp_replace(c: Canonical, node: exp.RegexpReplace) -> exp.Expr:
    modifiers = node.args["modifiers"].name if node.args.get("modifiers") else ""
    if modifiers not in ("", "g") or any(node.args.get(key) for key in ("position", "occurrence")):
        return c.misfit(faults.unsupported_syntax("This form of regexp_replace"), node)
    first = node.args.get("single_replace") and modifiers != "g"
    replacement = node.args.get("replacement") or exp.Literal.string("")
    arguments = [c.of(part) for part in (node.this, node.expression, replacement)]
    return call("regexp_replace_first" if first else "regexp_replace_all", *arguments, at=node)


def _regexp_extract(c: Canonical, node: exp.RegexpExtract) -> exp.Expr:
    group = node.args.get("group")
    names = {"0": "regexp_extract", "1": "regexp_extract_group"}
    name = names.get(group.name if group else "0")
    if name is None or any(node.args.get(key) for key in ("position", "occurrence", "parameters")):
        return c.misfit(faults.unsupported_syntax("This form of regexp_extract"), node)
    return call(name, c.of(node.this), c.of(node.expression), at=node)


def _try_cast(c: Canonical, node: exp.TryCast) -> exp.Expr:
    to, this = cast_type(node.args["to"]), c.of(node.this)
    if to is None or to == "timestamptz":
        return c.misfit(faults.unsupported_syntax("This form of TRY_CAST"), node)
    if to == "text" or c.type(this) not in (None, "text"):
        return converted(c, this, to, node)
    return call(f"try_cast_{to}", this, at=node)


SCALARS: dict[type, Handler] = {
    **dict.fromkeys(_DIRECT, _direct),
    exp.Coalesce: _alike("coalesce"),
    exp.Greatest: _alike("greatest"),
    exp.Least: _alike("least"),
    exp.Nullif: _alike("nullif", "expression"),
    exp.Div: divide,
    exp.SafeDivide: divide,
    exp.Pow: _power,
    exp.Floor: _whole("floor"),
    exp.Ceil: _whole("ceil"),
    exp.Round: rounded,
    exp.Log: _log,
    exp.Trim: _trim,
    exp.Substring: _substring,
    **dict.fromkeys((exp.Left, exp.Right), _end),
    exp.SplitPart: _split_part,
    exp.Concat: _concat,
    exp.ConcatWs: _concat_ws,
    exp.Pad: _pad,
    exp.RegexpLike: _regexp_like,
    exp.RegexpReplace: _regexp_replace,
    exp.RegexpExtract: _regexp_extract,
    exp.TryCast: _try_cast,
}
