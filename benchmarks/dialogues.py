"""Films that a person named after some turns of a real dialogue, asked for by its last turns."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

from benchmarks.asking import NDCG, KitRequests, by_agent, by_channel
from benchmarks.figures import at_least, not_run
from benchmarks.movies import KIT, movies_workspace
from benchmarks.relevance import interval
from benchmarks.settings import Settings
from benchmarks.table import Row
from benchmarks.workspaces import agent_of, read_rows, write_rows
from retrieval.storage.workspace import Workspace

LAST_TURNS = 4
TARGET = 0.06


def rows(settings: Settings) -> list[Row]:
    """How far up the named film is, beside BM25 and dense vectors alone."""
    name = f"{KIT}: dialogues, nDCG@10"
    if settings.data is None:
        return [not_run(name, "give --data")]
    kit = settings.data / KIT
    if not (kit / "queries.jsonl").is_file():
        return [not_run(name, f"the folder given by --data holds no kit {KIT}")]
    with Workspace.open(movies_workspace(kit, settings)) as workspace, tempfile.TemporaryDirectory() as work:
        agent = agent_of(workspace, "none")
        requests = KitRequests(_turns(kit, Path(work)), Path(work), f"{KIT}: dialogues")
        ours = requests.score("text", "--llm none", NDCG, partial(by_agent, agent))[:, 0]
        peers = {
            peer: requests.score("text", peer, NDCG, partial(by_channel, agent, channel))[:, 0]
            for peer, channel in (("BM25 alone", "lexical"), ("dense vectors alone", "text"))
        }
        agent.models.close()
    peers_in_words = ", ".join(f"{peer} {values.mean():.3f} ({interval(values)})" for peer, values in peers.items())
    note = f"{interval(ours)}; {peers_in_words}; {len(ours):,} requests, each the last {LAST_TURNS} turns; --llm none"
    best = max(float(values.mean()) for values in peers.values())
    return [at_least(name, float(ours.mean()), TARGET, "", note, peer=best)]


def _turns(kit: Path, work: Path) -> Path:
    """The kit with each request's last turns as its text."""
    folder = work / KIT
    folder.mkdir()
    requests = (
        {"qid": row["qid"], "text": "\n".join(row["context"][-LAST_TURNS:])} for row in read_rows(kit / "queries.jsonl")
    )
    write_rows(folder / "queries.jsonl", requests)
    (folder / "qrels.trec").write_bytes((kit / "qrels.trec").read_bytes())
    return folder
