"""LlamaIndex itself calls the retriever."""

from __future__ import annotations

import asyncio

import pytest

pytest.importorskip("llama_index.core")

from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.schema import MetadataMode

from agent.adapters.llamaindex import LlamaIndexRetriever
from agent.recommender import RecommendationAgent


def test_items_are_nodes_with_their_score(agent: RecommendationAgent) -> None:
    retriever = LlamaIndexRetriever(agent, filters=["price<=40"], k=2)
    nodes = retriever.retrieve("a red lamp")
    assert len(nodes) == 2
    assert nodes[0].node.node_id == "lamp-red"
    assert nodes[0].score is not None
    assert 0 < nodes[0].score <= 1
    assert nodes[0].metadata["price"] == 10.0
    assert "red lamp" in nodes[0].node.get_content(MetadataMode.LLM)
    assert [node.node.node_id for node in asyncio.run(retriever.aretrieve("a red lamp"))] == [
        node.node.node_id for node in nodes
    ]


def test_a_query_engine_reads_what_was_found(agent: RecommendationAgent) -> None:
    engine = RetrieverQueryEngine.from_args(LlamaIndexRetriever(agent, k=1), llm=MockLLM())
    answer = engine.query("a red lamp")
    assert [node.node.node_id for node in answer.source_nodes] == ["lamp-red"]
    assert "red lamp" in str(answer)
