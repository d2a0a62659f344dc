"""Commands about the workspace: ingest, doctor, rebuild-index."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from agent.cli import options, output


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command()(ingest)
    app.command()(doctor)
    app.command("rebuild-index")(rebuild_index)


def ingest(
    catalog: Annotated[
        Path, typer.Argument(help="JSONL, CSV, Parquet (also .gz), Excel, OpenDocument, or a folder of pictures.")
    ],
    workspace: options.Workspace = Path("workspace"),
    exclude: options.Exclude = None,
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first row with a problem.")] = False,
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="OURS=COLUMN",
            help="Which column is which, as in title=Name,price='Regular price'; those not named are told by "
            "themselves. The workspace remembers it.",
        ),
    ] = None,
    id_column: Annotated[
        str | None, typer.Option("--id-column", help="The column that tells rows apart; as --map id=COLUMN.")
    ] = None,
    variants: Annotated[
        Literal["join", "keep"] | None,
        typer.Option("--variants", help="Make variants of a product one item (join), or keep them apart."),
    ] = None,
    about: Annotated[
        Path | None,
        typer.Option(
            "--about",
            help="What the shop says of itself (delivery, returns, opening hours), Markdown or plain text; "
            "about.md or policies.md beside the catalog is taken by itself.",
        ),
    ] = None,
    fetch_media: Annotated[
        bool,
        typer.Option(
            "--fetch-media",
            help="Fetch pictures, sounds and videos that rows name by web addresses; each once, and run again to go "
            "on. What was fetched before is used without it too.",
        ),
    ] = False,
    encoding: Annotated[
        str | None,
        typer.Option("--encoding", help="Of a text file, such as windows-1252 or gb18030; found out when not given."),
    ] = None,
    vlm: options.Vlm = None,
    text_encoder: options.TextEncoder = None,
    picture_encoder: options.PictureEncoder = None,
    sound_encoder: options.SoundEncoder = None,
    ocr: Annotated[
        bool | None,
        typer.Option(
            "--ocr/--no-ocr",
            help="Read text in all pictures, or in none; in those that look like print when not given.",
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Bring a catalog into a workspace; run again to go on, or to take up changes."""
    from agent.cli.mapped import mapped_columns
    from agent.config import load_config
    from agent.ingest.fetched_media import web_fetch
    from agent.models import Models
    from agent.recommender import RecommendationAgent
    from agent.serialise import plain
    from retrieval.storage.workspace import Workspace

    encoders = options.encoders(text_encoder, picture_encoder, sound_encoder)
    config = load_config(vlm=vlm, ocr=None if ocr is None else "on" if ocr else "off", **encoders)
    excluded = [name for names in exclude or () for name in names.split(",")]
    with (
        output.download_progress() as download,
        RecommendationAgent(Workspace.open(workspace, create=True), Models(config, download)) as agent,
        output.ingest_progress() as progress,
    ):
        report = agent.ingest(
            catalog,
            exclude=excluded,
            strict=strict,
            columns=mapped_columns(columns or (), id_column),
            variants=variants,
            about=about,
            fetch=web_fetch(config) if fetch_media else None,
            encoding=encoding,
            progress=progress,
        )
    if as_json:
        output.print_json({"workspace": str(workspace), **plain(report)})
    else:
        output.print_report(report)
    if report.empty:
        raise typer.Exit(1)


def rebuild_index(workspace: options.Workspace = Path("workspace"), as_json: options.Json = False) -> None:
    """Build the vector index anew from the database."""
    from retrieval.storage.workspace import Workspace

    with Workspace.open(workspace) as opened:
        opened.rebuild_index()
        channels = {channel.name: channel.n_vectors for channel in opened.health().channels if channel.searchable}
    if as_json:
        output.print_json({"workspace": str(workspace), "channels": channels})
    else:
        typer.echo(f"Rebuilt: {', '.join(f'{name} {count:,}' for name, count in channels.items())} vectors.")


def doctor(
    workspace: Annotated[Path | None, typer.Option("--workspace", "-w", help="Look at this workspace too.")] = None,
    llm: options.Llm = None,
    vlm: options.Vlm = None,
    text_encoder: options.TextEncoder = None,
    picture_encoder: options.PictureEncoder = None,
    sound_encoder: options.SoundEncoder = None,
    as_json: options.Json = False,
) -> None:
    """Say which models run here and why, and whether a workspace is well."""
    from agent.config import load_config
    from agent.doctor import examine

    encoders = options.encoders(text_encoder, picture_encoder, sound_encoder)
    diagnoses = examine(load_config(llm=llm, vlm=vlm, **encoders), workspace)
    if as_json:
        output.print_json(
            [{"about": diagnosis.about, "says": diagnosis.says, "well": diagnosis.well} for diagnosis in diagnoses]
        )
    else:
        for diagnosis in diagnoses:
            typer.echo(
                f"{typer.style('ok ' if diagnosis.well else 'see', fg='green' if diagnosis.well else 'yellow')} ",
                nl=False,
            )
            typer.echo(f"{diagnosis.about}: {diagnosis.says}")
    # A model that is not here yet is fetched when first needed: that is nothing to fail by.
    if not all(diagnosis.well or diagnosis.about.startswith("model") for diagnosis in diagnoses):
        raise typer.Exit(1)
