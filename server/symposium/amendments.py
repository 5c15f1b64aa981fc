"""What staff may change of a post: the alt texts of its pictures, and its session. Never what its author wrote."""

from __future__ import annotations

from server.symposium.entries import PostAmended, Record
from server.symposium.outcomes import Changed, Done, Outcome, Refused
from server.symposium.people import STAFF, refusal
from server.symposium.state import Act, State, is_final
from server.symposium.values import ActKind


def post_amended(state: State, record: Record, head: PostAmended) -> Outcome:
    """A new revision that stands as the one before: on the screens with its place, pin and star, or in the queue."""
    if refused := refusal(state, record.seq, head.by, STAFF):
        return refused
    post = state.posts.get(head.post)
    if post is None:
        return Refused(seq=record.seq, code="unknown")
    if is_final(post):
        return Refused(seq=record.seq, code="final", post=post.id)
    if post.revision != head.revision:
        return Refused(seq=record.seq, code="stale-revision", post=post.id)
    post.revision, post.digest, post.session = post.revision + 1, head.digest, head.session
    state.bodies.pop(post.body, None)
    earlier, post.body, post.bodies = post.body, record.seq, (*post.bodies, record.seq)
    state.acts[record.seq] = Act(
        seq=record.seq, at=record.at, by=head.by, kind=ActKind.AMENDED, post=post.id, detail=str(post.revision)
    )
    change = Changed(post=post.id, before=post.status, after=post.status, revision=post.revision)
    return Done(seq=record.seq, changed=(change,), redact=(earlier,))
