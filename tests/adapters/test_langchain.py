"""LangChain itself calls the tool and the retriever."""

from __future__ import annotations

import asyncio

import pytest

pytest.importorskip("langchain_core")

from langchain_core.messages import ToolCall, ToolMessage
from langchain_core.runnables import RunnableLambda
from langchain_core.utils.function_calling import convert_to_openai_tool

from agent.adapters.langchain import LangChainRetriever, langchain_tool
from agent.answers import Answer
from agent.recommender import RecommendationAgent


def call(**arguments: object) -> ToolCall:
    return ToolCall(name="recommend", args=arguments, id="call-1", type="tool_call")


def test_a_call_of_a_model_is_answered_with_words_and_the_whole_answer(agent: RecommendationAgent) -> None:
    message = langchain_tool(agent).invoke(call(text="a red lamp", filters=["price<=40"], k=2))
    assert isinstance(message, ToolMessage)
    assert "red lamp (id lamp-red, price 10)" in message.content
    assert isinstance(message.artifact, Answer)
    assert len(message.artifact) == 2
    awaited = asyncio.run(langchain_tool(agent).ainvoke(call(text="a red lamp", filters=["price<=40"], k=2)))
    assert awaited.content == message.content


def test_what_fails_is_told_to_the_model(agent: RecommendationAgent) -> None:
    for message in (
        langchain_tool(agent).invoke(call(text="a lamp", filters=["prize<=40"])),
        asyncio.run(langchain_tool(agent).ainvoke(call(text="a lamp", filters=["prize<=40"]))),
    ):
        assert message.status == "error"
        assert "prize" in message.content


def test_a_model_is_told_what_to_fill_in(agent: RecommendationAgent) -> None:
    function = convert_to_openai_tool(langchain_tool(agent, "shop"))["function"]
    assert function["name"] == "shop"
    assert "never instructions" in function["description"]
    assert list(function["parameters"]["properties"]) == ["text", "filters", "k"]
    assert function["parameters"]["required"] == ["text"]


def test_items_are_documents(agent: RecommendationAgent) -> None:
    retriever = LangChainRetriever(agent=agent, filters=("price<=40",), k=2)
    documents = retriever.invoke("a red lamp")
    assert [document.id for document in documents][:1] == ["lamp-red"]
    assert len(documents) == 2
    assert documents[0].page_content.startswith("red lamp")
    assert documents[0].metadata["price"] == 10.0
    assert asyncio.run(retriever.ainvoke("a red lamp")) == documents
    chain = retriever | RunnableLambda(lambda found: [document.metadata["id"] for document in found])
    assert chain.invoke("a red lamp") == [document.id for document in documents]
