"""LlamaIndex: the recommender's search as a retriever. Needs `llama-index-core`."""

from __future__ import annotations

from collections.abc import Sequence

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from agent.adapters.reading import item_fields, item_text
from agent.answers import Hits
from agent.recommender import RecommendationAgent


class LlamaIndexRetriever(BaseRetriever):
    """Finds items at once, without reasons: each a node with the item's fields as metadata.

    Args:
        agent: Whose items are found.
        filters: Must-haves of every search.
        k: How many items.
    """

    def __init__(self, agent: RecommendationAgent, *, filters: Sequence[str] = (), k: int = 5) -> None:
        self._agent = agent
        self._filters, self._k = tuple(filters), k
        super().__init__()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return self._nodes(self._agent.search(query_bundle.query_str, filters=self._filters, k=self._k))

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return self._nodes(await self._agent.asearch(query_bundle.query_str, filters=self._filters, k=self._k))

    def _nodes(self, hits: Hits) -> list[NodeWithScore]:
        schema = self._agent.workspace.schema.read()
        return [
            NodeWithScore(
                node=TextNode(
                    id_=hit.item.id,
                    text=item_text(hit.item, schema),
                    metadata=item_fields(hit.item, schema, hit.score),
                ),
                score=hit.score,
            )
            for hit in hits.candidates
        ]


__all__ = ["LlamaIndexRetriever"]
