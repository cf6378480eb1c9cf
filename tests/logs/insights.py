"""As much of the query language of CloudWatch Logs Insights as docs/queries.md uses, evaluated on log lines.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html. Whatever it does not know is an error, and so
is a field that no line has: in CloudWatch a misspelt field is empty and nobody sees it.
"""

import re
from typing import Any, Callable, NamedTuple

from values import AGGREGATES, COMPARISONS, Row, alike, binned, number, order_of

Expression = Callable[[Row], Any]

TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>\d+(?:\.\d+)?(?![\w.]))      |
    (?P<period>\d+[smhd]\b)                 |
    (?P<string>"(?:[^"\\]|\\.)*")           |
    (?P<name>[@A-Za-z_][\w.@]*)             |
    (?P<symbol>>=|<=|!=|[=<>+\-*(),\[\]])
    )""",
    re.VERBOSE,
)
WORDS = {"and", "or", "not", "like", "in", "as", "by", "asc", "desc"}


class QueryError(Exception):
    """A query that Logs Insights would not take, or whose field no line has."""


class Token(NamedTuple):
    """A piece of a query."""

    kind: str
    text: str


def run(query: str, rows: list[Row]) -> list[Row]:
    """What the query finds in the lines, flattened as `flatten` does it. Shown are the fields of `fields` or `stats`."""
    known = {name for row in rows for name in row}
    shown: list[str] = []
    for command in re.split(r"\n\s*\|\s*", query.strip()):
        parser = Parser(command, known)
        name = parser.take("name")
        match name:
            case "fields":
                columns = parser.columns()
                rows = [row | {label: value(row) for label, value in columns} for row in rows]
                shown += [label for label, _ in columns]
            case "filter":
                condition = parser.condition()
                rows = [row for row in rows if condition(row)]
            case "stats":
                rows, shown = parser.stats(rows)
            case "parse":
                parse, labels = parser.glob()
                rows = [row | parse(row) for row in rows]
                known |= set(labels)
            case "sort":
                by, backwards = parser.order()
                rows = sorted(rows, key=lambda row: order_of(by(row)), reverse=backwards)
            case "limit":
                rows = rows[: int(parser.take("number"))]
            case _:
                raise QueryError(f"no such command: {name}")
        parser.end()
        known |= set(shown)
    if not shown:
        raise QueryError("the query shows nothing: it has neither fields nor stats")
    return [{name: row.get(name) for name in shown} for row in rows]


class Parser:
    """One command of a query, read from left to right."""

    def __init__(self, text: str, known: set[str]):
        self.text, self.known, self.tokens = text, known, tokens(text)

    def columns(self) -> list[tuple[str, Expression]]:
        """`expression [as label], …`"""
        columns = []
        while True:
            start = self.rest()
            value = self.sum()
            label = start[: len(start) - len(self.rest())].strip()
            columns.append((self.take("name") if self.accept("as") else label, value))
            if not self.accept(","):
                return columns

    def stats(self, rows: list[Row]) -> tuple[list[Row], list[str]]:
        """`aggregate(…) [as label], … by expression [as label], …`"""
        aggregates = []
        while True:
            aggregate = self.aggregate()
            self.expect("as")
            aggregates.append((self.take("name"), aggregate))
            if not self.accept(","):
                break
        groups = self.columns() if self.accept("by") else []
        grouped: dict[tuple, list[Row]] = {}
        for row in rows:
            grouped.setdefault(tuple(value(row) for _, value in groups), []).append(row)
        results = [
            dict(zip((label for label, _ in groups), key)) | {label: value(members) for label, value in aggregates}
            for key, members in grouped.items()
        ]
        return results, [label for label, _ in groups + aggregates]

    def aggregate(self) -> Callable[[list[Row]], Any]:
        """One aggregate function."""
        name = self.take("name")
        self.expect("(")
        if name == "count" and self.accept("*"):
            self.expect(")")
            return len
        field = self.sum()
        percent = float(self.take("number")) if name == "pct" and self.expect(",") else 0.0
        self.expect(")")
        aggregate = AGGREGATES.get(name)
        if aggregate is None:
            raise QueryError(f"no such aggregate: {name}")
        return lambda rows: aggregate([(row, field(row)) for row in rows if field(row) is not None], percent)

    def glob(self) -> tuple[Callable[[Row], Row], list[str]]:
        """`field "a*b*" as label, …`: what stands in the place of each asterisk; nothing if the field is not of that shape."""
        field, glob = self.field(self.take("name")), self.string()
        self.expect("as")
        labels = [self.take("name")]
        while self.accept(","):
            labels.append(self.take("name"))
        if glob.count("*") != len(labels):
            raise QueryError(f"{glob!r} has not an asterisk for each of {labels}")
        shape = re.compile("(.*?)".join(map(re.escape, glob.split("*"))), re.DOTALL)

        def parse(row: Row) -> Row:
            found = shape.fullmatch(str(field(row)))
            return dict(zip(labels, found.groups())) if found else {}

        return parse, labels

    def order(self) -> tuple[Expression, bool]:
        """`expression asc` or `expression desc`"""
        by = self.sum()
        backwards = self.accept("desc")
        return by, backwards or not self.expect("asc")

    def condition(self) -> Expression:
        """`or` binds less than `and`."""
        value = self.conjunction()
        while self.accept("or"):
            value = either(value, self.conjunction())
        return value

    def conjunction(self) -> Expression:
        """`and` binds less than `not`."""
        value = self.negation()
        while self.accept("and"):
            value = both(value, self.negation())
        return value

    def negation(self) -> Expression:
        """`not`, or a comparison."""
        if self.accept("not"):
            value = self.negation()
            return lambda row: not value(row)
        return self.comparison()

    def comparison(self) -> Expression:
        """Two values compared; a field that is absent compares to nothing."""
        left = self.sum()
        if self.accept("like"):
            wanted = self.string()
            return lambda row: left(row) is not None and wanted in str(left(row))
        if self.accept("in"):
            choices = self.choices()
            return lambda row: left(row) in choices
        symbol = self.peek().text
        if symbol not in COMPARISONS:
            return left
        self.take("symbol")
        compare, right = COMPARISONS[symbol], self.sum()
        return lambda row: compare(*alike(left(row), right(row))) if None not in (left(row), right(row)) else False

    def choices(self) -> list[str]:
        """`["…", …]`"""
        self.expect("[")
        choices = [self.string()]
        while self.accept(","):
            choices.append(self.string())
        self.expect("]")
        return choices

    def sum(self) -> Expression:
        """A value, with values added to it or taken from it."""
        value = self.value()
        while (symbol := self.peek().text) in ("+", "-"):
            self.take("symbol")
            value = added(value, self.value(), 1 if symbol == "+" else -1)
        return value

    def value(self) -> Expression:
        """A literal, a field, a function or parentheses."""
        kind, text = self.peek()
        if kind == "number":
            number = float(self.take("number"))
            return lambda row: number
        if kind == "string":
            string = self.string()
            return lambda row: string
        if self.accept("("):
            value = self.condition()
            self.expect(")")
            return value
        name = self.take("name")
        if not self.accept("("):
            return self.field(name)
        match name:
            case "ispresent":
                field = self.field(self.take("name"))
                self.expect(")")
                return lambda row: field(row) is not None
            case "coalesce":
                fields = [self.field(self.take("name"))]
                while self.accept(","):
                    fields.append(self.field(self.take("name")))
                self.expect(")")
                return lambda row: next((value for field in fields if (value := field(row)) is not None), None)
            case "bin":
                period = self.take("period")
                self.expect(")")
                return lambda row: binned(row["@timestamp"], period)
            case _:
                raise QueryError(f"no such function: {name}")

    def field(self, name: str) -> Expression:
        """A field that some line has."""
        if name not in self.known:
            raise QueryError(f"no line has a field {name}")
        return lambda row: row.get(name)

    def string(self) -> str:
        """A string."""
        return re.sub(r"\\(.)", r"\1", self.take("string")[1:-1])

    def peek(self) -> Token:
        """The next token."""
        return self.tokens[0] if self.tokens else Token("end", "")

    def take(self, kind: str) -> str:
        """The text of the next token, which must be of that kind."""
        if self.peek().kind != kind:
            raise QueryError(f"expected a {kind} at {self.peek().text!r} in: {self.text}")
        return self.tokens.pop(0).text

    def accept(self, text: str) -> bool:
        """Takes the next token if it is that one."""
        if self.peek().text == text and self.peek().kind != "string":
            self.tokens.pop(0)
            return True
        return False

    def expect(self, text: str) -> bool:
        """Takes the next token, which must be that one."""
        if not self.accept(text):
            raise QueryError(f"expected {text!r} at {self.peek().text!r} in: {self.text}")
        return True

    def rest(self) -> str:
        """What has not been read."""
        return " ".join(token.text for token in self.tokens)

    def end(self) -> None:
        """Nothing may be left."""
        if self.tokens:
            raise QueryError(f"unexpected {self.rest()!r} in: {self.text}")


def tokens(text: str) -> list[Token]:
    """The tokens of a command."""
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        token = TOKEN.match(text, at)
        if token is None:
            raise QueryError(f"cannot read {text[at:]!r}")
        kind = str(token.lastgroup)
        word = token[kind]
        found.append(Token("word" if kind == "name" and word in WORDS else kind, word))
        at = token.end()
    return found


def either(a: Expression, b: Expression) -> Expression:
    """One of two conditions."""
    return lambda row: a(row) or b(row)


def both(a: Expression, b: Expression) -> Expression:
    """Two conditions."""
    return lambda row: a(row) and b(row)


def added(a: Expression, b: Expression, sign: int) -> Expression:
    """A sum or difference; absent if one of the two is."""

    def value(row: Row) -> float | None:
        x, y = number(a(row)), number(b(row))
        return None if x is None or y is None else x + sign * y

    return value
