"""A front end's own questions about a chat: known by their form, answered with what they ask for."""

from __future__ import annotations

import json

import pytest

from tests.support.apishelf import OpenService
from ui.api.openai.chores import Chore, chore_of
from ui.api.openai.schema import Message

CHAT = "USER: a red chair please\nASSISTANT: 1. **Red chair**: it is red.\nUSER: under 90"


def task(order: str, form: str, chat: str = CHAT) -> str:
    return f"### Task:\n{order}\n### Output:\nJSON: {form}\n### Chat History:\n<chat_history>\n{chat}\n</chat_history>"


TITLES = {
    "a task": task("Think of a title of 3-5 words, with an emoji, for the chat history.", '{ "title": "your title" }'),
    "marks": 'Write a very concise title for this conversation in 5 words or less.\n\n||>User:\n"a red chair please"\n'
    '||>Response:\n"1. Red chair"\n\n||>Title:',
    "a fence": "Based on the chat history, give this conversation a name of 10 characters, nothing else.\n\n"
    "```\na red chair please\n\n---------\n\n1. Red chair\n```\nThe name is:",
    "speakers": "Provide a 5-word-or-less title for the conversation. Only return the title itself.\n\nConversation:\n"
    "User: a red chair please\nAI: 1. Red chair",
}
PEOPLE = (
    "a book with a short title about conversations, no more than 100 pages",
    "give me a title for my sister, five words of Japanese are enough for her",
    "something to tag themes in my diary",
    "a card game with follow-up questions",
    "a title by Agatha Christie",
    "json: a red chair",
    "对话练习的书，标题短一点",
)


def user(text: str) -> Message:
    return Message(role="user", content=text)


def answered(service: OpenService, *messages: Message) -> str:
    chore = chore_of(messages)
    assert chore is not None
    return service.run(chore.answer)


@pytest.mark.parametrize("form", TITLES)
def test_a_title_is_made_of_the_wish_and_is_no_list(shop: OpenService, form: str) -> None:
    title = answered(shop, user(TITLES[form]))
    assert (json.loads(title)["title"] if form == "a task" else title) == "Red chair"


def test_a_title_that_is_asked_for_behind_the_chat_is_of_its_first_wish(shop: OpenService) -> None:
    order = "Please write a title of four words summarizing our conversation, without punctuation."
    chat = [user("hello"), Message(role="assistant", content="Hello!"), user("a red chair please"), user(order)]
    assert answered(shop, *chat) == "Red chair"


def test_an_order_may_be_the_systems_word(shop: OpenService) -> None:
    order = Message(role="system", content="你需要将用户的会话总结为 10 个字以内的标题，不要使用标点符号。")
    assert answered(shop, order, user("a red chair please")) == "Red chair"
    chat = "user: 红色的椅子\nassistant: 1. Red chair\n\n请总结上述对话为10个字以内的标题"
    assert answered(shop, order, user(chat)) == "红色的椅子"


def test_tags_and_what_to_ask_next_come_in_the_form_that_is_asked_for(shop: OpenService) -> None:
    tags = answered(shop, user(task("Find 1-3 broad tags for the themes of the chat.", '{ "tags": ["a", "b"] }')))
    assert json.loads(tags)["tags"][0] == "red chair"
    follow_ups = task("Suggest 3 follow-up questions that the user might ask.", '{ "follow_ups": ["a?", "b?"] }')
    assert json.loads(answered(shop, user(follow_ups)))["follow_ups"][0] == "show me others"
    greeted = follow_ups.replace(CHAT, "USER: 你好")
    assert json.loads(answered(shop, user(greeted))) == {"follow_ups": ["你们有什么？"]}


def test_nothing_is_made_up_for_a_search_of_the_web_or_for_the_end_of_a_sentence(shop: OpenService) -> None:
    queries = task("Decide whether search queries are needed.", '{ "queries": ["a", "b"] }')
    assert json.loads(answered(shop, user(queries))) == {"queries": []}
    completion = task("You are an autocompletion system: go on with the text.", '{ "text": "..." }')
    assert json.loads(answered(shop, user(completion))) == {"text": ""}


def test_a_chat_without_any_wish_is_called_by_what_was_said_or_is_a_new_chat(shop: OpenService) -> None:
    assert answered(shop, user(TITLES["speakers"].replace("a red chair please", "good morning"))) == "Good morning"
    assert Chore("title", False, ()).answer(shop.agent) == "New chat"


@pytest.mark.parametrize("text", PEOPLE)
def test_what_people_ask_for_is_never_taken_for_a_chore(text: str) -> None:
    assert chore_of([user(text)]) is None


def test_the_manner_that_a_system_asks_for_is_no_chore() -> None:
    manner = Message(role="system", content="Be concise: only give names, 5 words each." + " Be kind." * 99)
    assert chore_of([manner, user("a red chair")]) is None
    assert chore_of([user(TITLES["a task"]), Message(role="assistant", content="Red chair")]) is None
