"""A payload with one part missing or odd, for each part in turn."""

import copy
from typing import Any, Iterator

# What a part is replaced with; whatever type it has, most of these are of another.
WRONG: list[Any] = [None, True, -1, 1e300, "", "odd", [], [None], {}, {"odd": {"odd": []}}]

# Parts that are replaced with more than the wrong type.
ODD = {
    "httpMethod": ["get", "BREW", "GET /", "GET\r\nX: y", "\x00", "é", "x" * 10_000],
    "path": ["", "no slash", "//", "/%zz", "/\x00", "/é", "http://example.com/", ":99999", "/" + "x" * 100_000],
    "isBase64Encoded": [True, "true"],
    "body": ["{", "not base64!", "====", "/w==", "\x00", "\ud800", "[" * 100_000, "é" * 1_000_000],
    "headers": [
        *({"": "x"}, {"a b": "x"}, {"é": "x"}, {"x": "a\r\nb"}, {"x": "é"}, {"x": "\x00"}, {"x": None}),
        *({"Host": "a b"}, {"Host": "999.999.999.999"}, {"Host": "x", "X-Forwarded-Proto": ""}),
    ],
    "multiValueHeaders": [{"": ["x"]}, {"a b": ["x"]}, {"x": ["a\nb"]}, {"x": None}, {"x": "not a list"}, {"x": []}],
    "queryStringParameters": [{"": ""}, {"a": None}, {"\x00": "\ud800"}, {"a" * 10_000: "b"}],
    "multiValueQueryStringParameters": [{"a": ["x" * 100_000]}, {"": [""]}, {"a": None}, {"a": []}, {"a": "not a list"}],
    "pathParameters": [{"": ""}, {"accountId": None}, {"accountId": "%"}, {"accountId": "%ff"}, {"category": "%00"}],
    "requestContext.stage": ["é /", "x" * 100_000],
    "requestContext.identity.sourceIp": ["256.0.0.1", "::1%eth0", "test-invoke-source-ip", "192.0.2.1, 192.0.2.2"],
    "requestContext.requestTimeEpoch": [-(2**63), 2**64, "now"],
    "Records": [[{}], [{"eventSource": "aws:sns"}]],
}


def odd_payloads(payload: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every payload, after the name of the part that is odd."""
    for path in paths(payload):
        name = ".".join(str(step) for step in path)
        yield f"{name} absent", changed(payload, path, None, remove=True)
        for value in WRONG + ODD.get(name, []):
            yield f"{name} is {ascii(value)[:40]}", changed(payload, path, value)
    # The two say different things of the body only together.
    for body in ["not base64!", "====", "/w==", "", None]:
        yield f"base64 is {body!r}", payload | {"body": body, "isBase64Encoded": True}


def paths(value: Any, so_far: tuple = ()) -> Iterator[tuple]:
    """Where the parts of a payload are. Headers that no function reads are all alike: of them, one."""
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []:
        if str(key).startswith(("Accept-", "CloudFront-", "X-Amzn-", "X-Forwarded-P", "User-", "cognito")):
            continue
        yield (*so_far, key)
        yield from paths(value[key], (*so_far, key))


def changed(payload: dict[str, Any], path: tuple, value: Any, *, remove: bool = False) -> dict[str, Any]:
    """The payload with one part replaced or removed."""
    result = copy.deepcopy(payload)
    part = result
    for step in path[:-1]:
        part = part[step]
    if remove:
        del part[path[-1]]
    else:
        part[path[-1]] = value
    return result
