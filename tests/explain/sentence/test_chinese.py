"""Chinese requests: which of their words are wishes, and what of an item meets or breaks them."""

from __future__ import annotations

import pytest

from agent.answers import Request
from agent.explain.sentence.chinese_answers import chinese_misses, chinese_points
from agent.explain.sentence.chinese_wishes import chinese_wishes
from agent.explain.sentence.demand import CatalogGround, Demand
from agent.explain.sentence.item_text import ReadItem, text_language
from agent.explain.sentence.phrasing import phrasing
from agent.explain.sentence.plan import SentencePlan
from agent.explain.sentence.realising import realised
from agent.explain.sentence.senses import is_nominal, sense_of, standing
from retrieval.items import Item
from retrieval.text.inference import infer_schema

KETTLE = Item("1", "小山电水壶", description="不锈钢内胆，烧水很快，把手不烫手。")
COAT = Item("2", "溪风外套", description="轻便好叠，扔洗衣机就能洗，不怕雨。")
BAG = Item("3", "城北托特包", description="仿皮材质，开口没有拉链，能装下电脑。")
BOOT = Item("4", "Fell Boot", description="A waterproof boot in a narrow last.")


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("求个不锈钢的水壶，要轻", ["不锈钢", "轻"]),
        ("给我妈买条羊绒围巾", ["羊绒"]),
        ("小学生用的书包 带反光条", ["小学生", "反光条"]),
        ("机器学习课，最好有证书", ["机器学习", "证书"]),
        ("今晚想看个轻松的", ["轻松"]),
        ("不要太花的窗帘，遮光", ["遮光"]),
        ("软一点的枕头", ["软一点"]),
        ("租房党求个能机洗的地毯", ["机洗"]),
    ],
)
def test_words_around_wishes_are_none(text: str, wishes: list[str]) -> None:
    assert [wish.words for wish in chinese_wishes(text) if wish.admits] == wishes


@pytest.mark.parametrize(
    ("wish", "text", "expected"),
    [
        ("机洗", "扔洗衣机就能洗", "met"),
        ("机洗", "只能手洗", "against"),
        ("防水", "不怕雨，沾水也没事", "met"),
        ("羊绒", "仿羊绒围巾", "against"),
        ("羊绒", "山羊绒围巾", "met"),
        ("不锈钢", "304不锈钢", "met"),
        ("辣", "不辣", "against"),
        ("轻", "年轻人都爱", ""),
        ("非虚构", "非虚构写作", "met"),
        ("周一开门", "周一闭馆", "against"),
        ("新手", "面包师进阶读物", "against"),
        ("拖地", "扫拖一体", "met"),
        ("猫", "小狗和主人", ""),
    ],
)
def test_a_clause_meets_a_wish_breaks_it_or_is_silent(wish: str, text: str, expected: str) -> None:
    assert standing(sense_of(wish), text, "zh") == expected


def test_an_english_text_is_looked_up_by_words_that_say_the_same() -> None:
    assert standing(sense_of("防水"), "A waterproof boot", "en") == "met"
    assert standing(sense_of("宽脚"), "in a narrow last", "en") == "against"
    assert standing(sense_of("带狗"), "Sorry, no pets", "en") == "against"
    assert standing(sense_of("泳池"), "Free parking", "en") == ""


def test_a_clause_without_a_verb_names_a_thing() -> None:
    assert is_nominal("面包师进阶读物")
    assert not is_nominal("全书无图")


def said(text: str, item: Item) -> str:
    schema = infer_schema([item])
    ground = CatalogGround(schema, "shop", "zh")
    demand = Demand.of(Request(text, "", "zh"), [], ground)
    read = ReadItem(item, schema, text_language(item, "zh"))
    plan = SentencePlan(tuple(chinese_points(read, demand, ground)), tuple(chinese_misses(read, demand)))
    (sentence,) = realised([plan], phrasing("zh"), "short")
    return sentence.text


def test_what_meets_a_wish_is_told_and_not_denied() -> None:
    assert said("能机洗的外套", COAT) == "轻便好叠，扔洗衣机就能洗，不怕雨。"


def test_what_breaks_a_wish_is_told_in_the_items_words() -> None:
    assert said("真皮的包，能装", BAG).endswith("不过是仿皮材质。")


def test_what_is_not_spoken_of_is_admitted_in_few_words() -> None:
    assert said("不锈钢水壶 要静音", KETTLE) == "不锈钢内胆，烧水很快，把手不烫手，只是没说是否静音。"


def test_an_english_item_is_quoted_and_its_contrary_admitted() -> None:
    text = said("防水 宽脚", BOOT)
    assert "“" in text
    assert text.endswith("不过是“narrow”，不是宽脚。")
