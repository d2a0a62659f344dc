"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

LEARNED_FUSIONS = "attention, network, autoencoder, adversarial, ensemble"
"""Named here and not taken from the catalogue of fusions: a command starts without loading what fuses."""

Workspace = Annotated[Path, typer.Option("--workspace", "-w", help="Folder of the workspace.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Why = Annotated[bool, typer.Option("--why", help="Print also the claims that each reason rests on, and what counted.")]
Llm = Annotated[
    str | None,
    typer.Option(
        "--llm",
        help="Language model: auto, none, smollm2-135m, qwen2.5-1.5b, or FOLDER, owner/name or openai:URL#MODEL, "
        "with :FORMAT (fp32, bf16, fp16, int8, nf4), @REVISION and +ADAPTER (a folder) behind it if you like.",
    ),
]
Vlm = Annotated[
    str | None,
    typer.Option(
        "--vlm",
        help="What describes pictures: auto (LLaVA where a GPU holds it, else embedded), embedded, or a "
        "vision-language model as for --llm; "
        "it is the language model too unless --llm names one.",
    ),
]
TextEncoder = Annotated[
    str | None,
    typer.Option(
        "--text-encoder",
        help="What texts are searched by: auto (the workspace's own), embedded, or a model of sentence-transformers as "
        "FOLDER or owner/name[@REVISION].",
    ),
]
PictureEncoder = Annotated[
    str | None,
    typer.Option("--picture-encoder", help="The same of pictures: a CLIP, SigLIP or SigLIP 2 model."),
]
SoundEncoder = Annotated[
    str | None,
    typer.Option("--sound-encoder", help="The same of sounds: a CLAP model."),
]
Fusion = Annotated[
    str | None,
    typer.Option(
        "--fusion",
        help="What makes one list: auto (what tuning kept, else weighted), weighted, rrf, combsum, combmnz, borda, "
        f"concat, cascade, or {LEARNED_FUSIONS} after tune --learn.",
    ),
]
K = Annotated[int, typer.Option("-k", help="How many items to return.")]
Diversity = Annotated[
    float | None,
    typer.Option("--diversity", min=0.0, max=1.0, help="How much variety counts beside fitness, from 0 to 1."),
]
Images = Annotated[list[Path] | None, typer.Option("--image", help="A picture to go by; may be repeated.")]
Audio = Annotated[Path | None, typer.Option("--audio", help="A spoken request, or a sound to find others like it.")]
Video = Annotated[Path | None, typer.Option("--video", help="A clip to go by.")]
User = Annotated[
    str | None, typer.Option("--user", help="Who asks: what they did before counts, and is enough to go by alone.")
]
IncludeSeen = Annotated[bool, typer.Option("--include-seen", help="Show also what the user has had to do with before.")]
Filters = Annotated[
    list[str] | None, typer.Option("--filter", help="A must-have such as 'price<=50'; may be repeated.")
]
Exclude = Annotated[
    list[str] | None,
    typer.Option("--exclude", help="A column that is neither searched nor shown to a model; may be repeated."),
]


def encoders(text: str | None, picture: str | None, sound: str | None) -> dict[str, str | None]:
    """The settings of encoders, by name."""
    return {"text_encoder": text, "picture_encoder": picture, "sound_encoder": sound}
