#!/usr/bin/env python3
"""Makes the events of the scale benchmark, one JSON object a line: bench/events.py 1000000

An event is as small as one can be that is in all four indexes, 540 bytes as an item,
a third of which are the keys of the indexes.
"""

import sys
import time

# Three years, at whose end every account ends, however many events it has.
BEGIN_MS = 1_640_995_200_000  # 2022-01-01T00:00:00Z
END_MS = 1_735_689_600_000  # 2025-01-01T00:00:00Z
TYPES = ["USER_LOGGED_ON", "INVITED_USER", "CHANGED_PASSWORD", "ENABLED_INTEGRATION", "MUTED_ISSUE"]
# Every second event is of user 0, the others are of the rest in turn. 5 types and 19 others have no common divisor, so
# that every user has every type.
OTHERS = 19
OWNER = 0
# Bytes that an event takes in the embedded engine's file: five copies as JSON, and nine B-trees of keys.
FILE_BYTES_PER_EVENT = 6_000


def at(number, events):
    """Time of an event in milliseconds: two have the same, and the pairs are spread evenly."""
    pairs = (events + 1) // 2
    return BEGIN_MS + (number // 2) * (END_MS - BEGIN_MS) // pairs


def text(ms):
    """A time as the service writes it."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(ms // 1000)) + f".{ms % 1000:03}Z"


def email(user):
    return f"user{user}@example.com"


def small(number, events):
    """An event that is in the index of types only, some 270 bytes as an item."""
    event_type = TYPES[number // 2 % len(TYPES)]
    return (
        f'{{"id":"e{number:08}","created_at":"{text(at(number, events))}","event_type":"{event_type}",'
        f'"event_description":"Signed in","principal":{{"id":"usr_1","role":"MEMBER","ip_address":"192.0.2.1"}}}}\n'
    )


def line(number, events):
    """The event as one line of JSON."""
    user = OWNER if number % 2 == 0 else 1 + number // 2 % OTHERS
    event_type = TYPES[number // 2 % len(TYPES)]
    return (
        f'{{"id":"e{number:08}","created_at":"{text(at(number, events))}","event_type":"{event_type}",'
        f'"event_description":"Signed in","principal":{{"id":"usr_{user}","email":"{email(user)}","role":"MEMBER",'
        f'"ip_address":"192.0.2.1"}},"subject":{{"category":"users","entity_key":"Network:User","entity_id":"usr_{user}",'
        f'"user_id":"usr_{user}"}}}}\n'
    )


def write(events, out, first=0, end=None, line=line):
    """Those of an account's events from one on, up to another or the last."""
    end = events if end is None else end
    for begin in range(first, end, 1_000):
        out.write("".join(line(number, events) for number in range(begin, min(begin + 1_000, end))))


if __name__ == "__main__":
    write(int(sys.argv[1]), sys.stdout)
