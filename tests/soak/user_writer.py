"""Makes and changes dashboard users. A writer has its users for itself, so that it knows what each must be."""

from session import Session
from told import Outcome, Told, ToldChange, ToldUser

USERS_MAX = 30
MOVES = {"invited": ["active", "deactivated"], "active": ["deactivated"], "deactivated": ["active"]}


class UserWriter:
    """One client that changes the directory of its account."""

    def __init__(self, name: str, session: Session, told: Told):
        self.name, self.session, self.told, self.rng = name, session, told, session.rng
        self.made = self.changed = 0
        self.known: list[ToldUser] = []

    def step(self) -> None:
        """One user more, or one that is changed."""
        if not self.known or (self.made < USERS_MAX and self.rng.random() < 0.3):
            self.create()
        else:
            self.update(self.rng.choice(self.known))

    def create(self) -> None:
        """Sent once: sent again, it would meet its own address. When the answer is lost, nobody knows."""
        self.made += 1
        fields = {"email_address": f"{self.name}.{self.made}@{self.session.account}.example.com", "name": f"New {self.made}"}
        user = ToldUser(self.session.account, [ToldChange(fields)])
        self.told.begin_user(user)
        answer = self.session.once(**self.session.dashboard("create", **fields))
        if answer is None or answer.status >= 500:
            return
        if answer.status == 429:
            user.changes[0].outcome = Outcome.REFUSED
            return
        assert answer.status == 200, answer
        user.changes[0].outcome = Outcome.DONE
        user.id = answer.json()["id"]
        self.known.append(user)

    def update(self, user: ToldUser) -> None:
        """Sent until it is answered: a change that is there already changes nothing, and leaves no event."""
        self.changed += 1
        state = user.states(known=True)[-1]
        fields = {"name": f"Change {self.changed}"}
        if self.rng.random() < 0.4:
            fields["status"] = self.rng.choice(MOVES[str(state["status"])])
        if self.rng.random() < 0.2:
            fields["email_address"] = f"{self.name}.{self.changed}.moved@{self.session.account}.example.com"
        change = ToldChange(fields)
        user.changes.append(change)
        answer = self.session.until_known(**self.session.dashboard("update", dashboard_user_id=user.id, **fields))
        if answer is None:
            self.known.remove(user)
            return
        assert answer.status == 200, answer
        change.outcome = Outcome.DONE
        assert answer.json()["status"] == fields.get("status", state["status"]), answer
