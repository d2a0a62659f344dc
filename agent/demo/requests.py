"""What the demonstration asks for."""

from __future__ import annotations

from pathlib import Path

from agent.answers import UserTurn

SPOKEN = Path(__file__).with_name("spoken_request.ogg")  # "I would like to see people in a boat."


def requests(folder: Path, k: int) -> list[tuple[str, UserTurn]]:
    """Each request with a heading for people.

    Args:
        folder: That of the demo catalog.
    """
    return [
        ("In words", UserTurn(text="a portrait of a young woman with flowers", k=k)),
        (
            "With a picture (a detail, as a visitor might photograph it)",
            UserTurn(images=(str(folder / "detail.jpg"),), k=k),
        ),
        ("Spoken", UserTurn(audio=str(SPOKEN), k=k)),
        ("In Chinese (“flowers in a vase”)", UserTurn(text="花瓶里的花", k=k)),
    ]
