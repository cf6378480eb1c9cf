"""Two accounts whose every text carries a mark of the account, so that a byte of one in an answer to the other shows."""

from dataclasses import dataclass

import leaks
from server import Caller, Credential, Server

EVENTS = 120
SCOPES = ("users:read", "users:write", "audit:read", "events:write", "events:import")


@dataclass(frozen=True)
class MarkedAccount(Caller):
    """An account, its credential, and the mark that stands in every text of it."""

    mark: str
    account: str
    credential: Credential
    user_ids: list[str]


def make(server: Server, mark: str, ip_address: str) -> MarkedAccount:
    """Makes the account with more users and events than fit on a page, both kinds of subject, both states."""
    account = f"{mark.lower()}-account"
    credential = server.create_credential(account, *SCOPES)
    user_ids = [f"{mark}-user-{number:03d}" for number in range(EVENTS)]
    server.import_users(account, [user(mark, user_id) for user_id in user_ids])
    server.import_events(account, [event(mark, number, ip_address) for number in range(EVENTS * 2)])
    return MarkedAccount(mark, account, credential, user_ids)


def user(mark: str, user_id: str) -> dict:
    return {
        "id": user_id,
        "email_address": f"{user_id}@{mark}.example.com",
        "status": "active",
        "created_at": "2024-01-01T00:00:00Z",
        "name": f"{mark} name of {user_id}",
        "role": "MEMBER",
    }


def event(mark: str, number: int, ip_address: str) -> dict:
    user_id = f"{mark}-user-{number % EVENTS:03d}"
    return {
        "id": f"{mark}-event-{number:04d}",
        "created_at": f"2026-03-01T00:{number // 60:02d}:{number % 60:02d}.000Z",
        "event_type": f"{mark}_CHANGED",
        "event_description": f"{mark} description {number}",
        "principal": {
            "id": f"{mark}-principal-{number}",
            "name": f"{mark} principal {number}",
            "email": f"{user_id}@{mark}.example.com",
            "role": "ADMIN",
            "ip_address": ip_address,
        },
        "subject": {
            "category": ("users", "userAccess")[number % 2],
            "entity_key": f"{mark}:Entity",
            "entity_id": f"{mark}-entity-{number}",
            "user_id": user_id,
        },
        "message_key": f"{mark}:Key",
        "message": {f"{mark}Field": f"{mark} message {number}"},
        "previous_state": {f"{mark}Field": f"{mark} before {number}"},
        "current_state": {f"{mark}Field": f"{mark} after {number}"},
    }


def foreign_bytes(mark: str, answer: bytes) -> list[str]:
    """In which spellings the mark of another account stands in an answer. Its account's name has the mark in lower case."""
    wanted = [pair for text in (mark, mark.lower()) for pair in leaks.spellings(text).items()]
    return sorted({spelling for spelling, needle in wanted if needle in answer})
