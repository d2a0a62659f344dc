"""People: what they say of items, what is known of them, and that it be forgotten."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi import Path as InPath
from fastapi.responses import JSONResponse

from agent.serialise import plain
from agent.understand.validation import MAX_USER_CHARS
from ui.api.dependencies import Address, Filled, Served, known_query
from ui.api.openapi import answers
from ui.api.schema import (
    ExportOut,
    FeedbackBody,
    FeedbackOut,
    ForgottenOut,
    OptedOut,
    OptOutBody,
    ProfileOut,
    ReviewBody,
    ReviewOut,
)

router = APIRouter(prefix="/v1", tags=["people"], dependencies=[Depends(known_query)])

FAILURES = (400, 401, 403, 408, 422, 429, 503, 507)
User = Annotated[str, InPath(min_length=1, max_length=MAX_USER_CHARS, examples=["ada"])]


@router.post("/feedback", responses=answers(FeedbackOut, *FAILURES))
def give_feedback(body: FeedbackBody, service: Filled, address: Address) -> JSONResponse:
    """Keep what a person says of an item; it counts from their next request on."""
    service.allowance.take(body.user, address)
    feedback = service.run(lambda agent: agent.feedback(body.user, body.item_id, body.kind, body.reason, body.value))
    return JSONResponse(plain(feedback))


@router.post("/reviews", responses=answers(ReviewOut, *FAILURES))
def give_review(body: ReviewBody, service: Filled, address: Address) -> JSONResponse:
    """Keep what somebody wrote of an item; it counts from the next request on."""
    if body.user:
        service.allowance.take(body.user, address)
    review = service.run(
        lambda agent: agent.review(body.item_id, body.text, user=body.user, title=body.title, stars=body.stars)
    )
    return JSONResponse(plain(review))


@router.get("/users/{user_id:path}/profile", responses=answers(ProfileOut, *FAILURES))
def get_profile(user_id: User, service: Filled) -> JSONResponse:
    """What is known of a person's taste, each line with what it rests on."""
    from agent.people.privacy import profile_json

    return JSONResponse(service.run(lambda agent: profile_json(agent.profile(user_id))))


@router.put("/users/{user_id:path}/opt-out", responses=answers(OptedOut, *FAILURES))
def opt_out(user_id: User, body: OptOutBody, service: Served) -> JSONResponse:
    """Use nothing that a person did and keep nothing more of them; or do so again."""
    service.run(lambda agent: agent.opt_out(user_id, body.opted_out))
    return JSONResponse({"user": user_id, "opted_out": body.opted_out})


@router.get("/users/{user_id:path}", responses=answers(ExportOut, *FAILURES))
def export_user(user_id: User, service: Filled) -> JSONResponse:
    """Everything that is known of a person."""
    return JSONResponse(service.run(lambda agent: agent.export_user(user_id)))


@router.delete("/users/{user_id:path}", responses=answers(ForgottenOut, *FAILURES))
def forget_user(user_id: User, service: Served) -> JSONResponse:
    """Erase every trace of a person."""
    forgotten = service.run(lambda agent: agent.forget_user(user_id))
    return JSONResponse({**plain(forgotten), "uploads": forgotten.memory.get("uploads", 0)})
