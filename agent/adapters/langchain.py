"""LangChain: the recommender as a tool, and its search as a retriever. Needs `langchain-core`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.tools import StructuredTool, ToolException
from pydantic import BaseModel, Field

from agent.adapters.reading import ARGUMENTS, NAME, PURPOSE, answer_text, item_fields, item_text
from agent.answers import Answer, Hits
from agent.errors import TastemakerError
from agent.recommender import RecommendationAgent


class ToolArguments(BaseModel):
    """What a model fills in."""

    text: Annotated[str, Field(description=ARGUMENTS["text"])]
    filters: Annotated[Sequence[str], Field(description=ARGUMENTS["filters"])] = ()
    k: Annotated[int, Field(description=ARGUMENTS["k"], ge=1, le=50)] = 5


def langchain_tool(agent: RecommendationAgent, name: str = NAME) -> StructuredTool:
    """A tool that recommends; its artifact is the whole `Answer`."""

    def recommend(text: str, filters: Sequence[str] = (), k: int = 5) -> tuple[str, Answer]:
        try:
            answer = agent.recommend(text, filters=filters, k=k)
        except TastemakerError as error:
            raise ToolException(str(error)) from error
        return answer_text(answer), answer

    async def arecommend(text: str, filters: Sequence[str] = (), k: int = 5) -> tuple[str, Answer]:
        try:
            answer = await agent.arecommend(text, filters=filters, k=k)
        except TastemakerError as error:
            raise ToolException(str(error)) from error
        return answer_text(answer), answer

    return StructuredTool.from_function(
        recommend,
        arecommend,
        name=name,
        description=PURPOSE,
        args_schema=ToolArguments,
        response_format="content_and_artifact",
        handle_tool_error=True,  # the model reads what to do otherwise
    )


class LangChainRetriever(BaseRetriever):
    """Finds items at once, without reasons: each a document with the item's fields as metadata.

    Attributes:
        agent: Whose items are found.
        filters: Must-haves of every search.
        k: How many items.
    """

    agent: Any  # a RecommendationAgent, which pydantic would try to read
    filters: tuple[str, ...] = ()
    k: int = 5

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - as the framework has it, here and below
    ) -> list[Document]:
        return self._documents(self.agent.search(query, filters=self.filters, k=self.k))

    async def _aget_relevant_documents(
        self,
        query: str,
        *,
        run_manager: AsyncCallbackManagerForRetrieverRun,  # noqa: ARG002
    ) -> list[Document]:
        return self._documents(await self.agent.asearch(query, filters=self.filters, k=self.k))

    def _documents(self, hits: Hits) -> list[Document]:
        schema = self.agent.workspace.schema.read()
        return [
            Document(
                id=hit.item.id,
                page_content=item_text(hit.item, schema),
                metadata=item_fields(hit.item, schema, hit.score),
            )
            for hit in hits.candidates
        ]


__all__ = ["LangChainRetriever", "langchain_tool"]
