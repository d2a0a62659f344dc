"""The plain wording of claims, in the languages the templates speak."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from retrieval.filters import Filter
from retrieval.items import MediaKind, Span
from retrieval.text.values import as_text


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language's templates. Quotes from the catalog stay in the catalog's own language."""

    language: str
    field_names: dict[str, str]
    match: str
    close: str
    likeness: str
    likeness_first: str
    words_likeness: str
    less: dict[str, str]
    more: dict[str, str]
    same: str
    differs: str
    past_likeness: str
    past_words_likeness: str
    liked_together: str
    chosen_together: str
    lifted: dict[str, str]
    person: str
    people: str
    filter: str
    filter_absent: str
    said: str
    conditions: dict[str, str]
    either: str
    media: dict[str, str]
    at_second: str
    colon: str
    stop: str
    gap: str
    opening: str
    comma: str
    past_only: bool = False

    def label(self, name: str) -> str:
        """A field's name for people."""
        return self.field_names.get(name, name.replace("_", " "))

    def matched(self, *, label: str, quote: str, words: str) -> str:
        """A passage shares words with the request."""
        named = self.label(label)
        says = "say" if _many(named) else "says"
        return self.match.format(label=named, says=says, quote=quote, words=words)

    def compared(self, name: str, value: str, other: str, title: str, *, less: bool) -> str:
        """A number of this item is less or more than that of the first one."""
        return (self.less if less else self.more)[name].format(value=value, other=other, title=title)

    def shared(self, name: str, value: str, title: str) -> str:
        """The item has a value in common with the first one."""
        return self.same.format(label=self.label(name), value=value, title=title)

    def differing(self, name: str, value: str, other: str, title: str) -> str:
        """The item has another value than the first one."""
        return self.differs.format(label=self.label(name), value=value, other=other, title=title)

    def passage(self, *, label: str, quote: str) -> str:
        """A passage is near the request in meaning."""
        named = self.label(label)
        return self.close.format(label=named, are="are" if _many(named) else "is", quote=quote)

    def reads_alike(self, *, likeness: str, rank: int) -> str:
        """The item's text is not far from the request's, though nothing in it can be quoted for it."""
        return self.words_likeness.format(likeness=likeness, rank=rank)

    def looks_alike(self, *, likeness: str, rank: int) -> str:
        """The item's picture resembles the request's."""
        return (self.likeness_first if rank == 1 else self.likeness).format(likeness=likeness, rank=rank)

    def moved_up(self, modality: str, *, before: int, rank: int) -> str:
        """Without this modality the item would stand lower."""
        return self.lifted[modality].format(before=before, rank=rank)

    def company(self, title: str, people: int, *, liked: bool) -> str:
        """Others chose both this item and one that the person liked or named."""
        count = self.person if people == 1 else self.people.format(count=people)
        return (self.liked_together if liked else self.chosen_together).format(people=count, title=title)

    def of_the_past(self) -> Phrases:
        """The same templates for a request that is nothing but what the person liked before."""
        pictures, texts = self.past_likeness, self.past_words_likeness
        return replace(self, likeness=pictures, likeness_first=pictures, words_likeness=texts, past_only=True)

    def filter_met(self, must: Filter, value: str | None, said: str = "") -> str:
        """A must-have is met, in the person's own words where they are known."""
        asked = self.said.format(words=said) if said else self.condition(must)
        if value is None:
            return self.filter_absent.format(label=self.label(must.field), asked=asked)
        return self.filter.format(label=self.label(must.field), value=value, asked=asked)

    def condition(self, must: Filter) -> str:
        """What a must-have asks of its field."""
        values = [one.isoformat() if isinstance(one, date) else as_text(one) for one in must.values]
        if must.op == "..":
            return self.conditions[must.op].format(low=values[0], high=values[-1])
        return self.conditions[must.op].format(value=self.either.join(values))

    def perceived(self, kind: MediaKind, span: Span, quote: str) -> str:
        """Something was seen, read or heard in a medium."""
        text = self.media[f"{kind}.{span.kind}"].format(quote=quote)
        return text if span.start_s is None else text + self.at_second.format(second=round(span.start_s))

    def fact(self, label: str, value: str) -> str:
        """A plain fact."""
        return f"{self.label(label)}{self.colon}{value}"

    def sentence(self, claims: list[str]) -> str:
        """Claims as one line of text."""
        whole = [claim[:1].upper() + claim[1:] for claim in claims if claim]
        ended = [claim if claim.endswith((".", "!", "?", "…", "。")) else claim + self.stop for claim in whole]
        return self.gap.join(ended)


def _many(label: str) -> bool:
    """Whether a field is called in the plural: tags say, a title says."""
    return label.endswith("s") and not label.endswith("ss")


ENGLISH = Phrases(
    language="en",
    field_names={},
    match="{label} {says} “{quote}” (you asked for {words})",
    close="its {label} “{quote}” {are} near in meaning to your request",
    likeness="its picture is like yours (likeness {likeness}, number {rank} of those compared)",
    likeness_first="its picture is the most like yours of those compared (likeness {likeness})",
    words_likeness="by meaning it is number {rank} of those compared with your request (likeness {likeness})",
    less={
        "price": "cheaper than the first, “{title}” ({value} against {other})",
        "year": "older than the first, “{title}” ({value} against {other})",
    },
    more={
        "price": "dearer than the first, “{title}” ({value} against {other})",
        "year": "newer than the first, “{title}” ({value} against {other})",
    },
    same="the same {label} as the first, “{title}”: {value}",
    differs="{label}: {value}, against {other} of the first, “{title}”",
    past_likeness="its picture is number {rank} of those compared in likeness to what you liked ({likeness})",
    past_words_likeness="its text is number {rank} of those compared in likeness to what you liked ({likeness})",
    liked_together="liked by {people} who liked “{title}”",
    chosen_together="chosen by {people} who chose “{title}”",
    lifted={
        "text": "its words moved it from number {before} to number {rank}",
        "picture": "its picture moved it from number {before} to number {rank}",
        "sound": "its sound moved it from number {before} to number {rank}",
        "behaviour": "what other people chose moved it from number {before} to number {rank}",
    },
    person="1 person",
    people="{count} people",
    filter="{label}: {value} (you asked for {asked})",
    filter_absent="as you asked, {label}: {asked}",
    said="“{words}”",
    conditions={
        "=": "{value}",
        "!=": "not {value}",
        "<": "under {value}",
        "<=": "at most {value}",
        ">": "over {value}",
        ">=": "at least {value}",
        "..": "{low} to {high}",
        "in": "{value}",
        "not in": "not {value}",
        "has": "{value}",
        "has not": "not {value}",
        "has any": "{value}",
        "has none": "not {value}",
    },
    either=" or ",
    media={
        "image.label": "its picture {quote}",
        "image.colour": "its picture has {quote}",
        "image.text": "its picture holds the words “{quote}”",
        "image.caption": "its picture, as the model saw it: {quote}",
        "image.speech": "its picture: {quote}",
        "audio.speech": "its recording says “{quote}”",
        "audio.caption": "its recording: {quote}",
        "audio.label": "its recording {quote}",
        "video.label": "its video {quote}",
        "video.colour": "its video has {quote}",
        "video.text": "its video holds the words “{quote}”",
        "video.caption": "its video, as the model saw it: {quote}",
        "video.speech": "its video says “{quote}”",
    },
    at_second=" (at {second} s)",
    colon=": ",
    stop=".",
    gap=" ",
    opening="This could be one for you. ",
    comma=", ",
)

CHINESE = Phrases(
    language="zh",
    field_names={
        "title": "标题",
        "description": "描述",
        "category": "类别",
        "price": "价格",
        "artist": "作者",
        "date": "年代",
        "year": "年份",
        "medium": "材质",
        "culture": "文化",
        "period": "时期",
        "department": "部门",
        "brand": "品牌",
        "colour": "颜色",
        "color": "颜色",
        "material": "材料",
        "genres": "类型",
        "director": "导演",
        "kind": "种类",
        "size": "尺寸",
    },
    match="{label}中写道“{quote}”（您要找：{words}）",
    close="{label}“{quote}”与您的要求意思相近",
    likeness="图片与您的相似（相似度 {likeness}，排第 {rank}）",
    likeness_first="图片与您的最相似（相似度 {likeness}）",
    words_likeness="文字与您的要求的相似度排第 {rank}（{likeness}）",
    less={
        "price": "比第一个“{title}”便宜（{value} 对 {other}）",
        "year": "比第一个“{title}”早（{value} 对 {other}）",
    },
    more={
        "price": "比第一个“{title}”贵（{value} 对 {other}）",
        "year": "比第一个“{title}”晚（{value} 对 {other}）",
    },
    same="与第一个“{title}”相同的{label}：{value}",
    differs="{label}：{value}，第一个“{title}”则是 {other}",
    past_likeness="图片与您喜欢过的相似度排第 {rank}（{likeness}）",
    past_words_likeness="文字与您喜欢过的相似度排第 {rank}（{likeness}）",
    liked_together="喜欢“{title}”的人中有{people}也喜欢它",
    chosen_together="选择“{title}”的人中有{people}也选择了它",
    lifted={
        "text": "文字使它从第 {before} 位升到第 {rank} 位",
        "picture": "图片使它从第 {before} 位升到第 {rank} 位",
        "sound": "声音使它从第 {before} 位升到第 {rank} 位",
        "behaviour": "其他人的选择使它从第 {before} 位升到第 {rank} 位",
    },
    person=" 1 人",
    people=" {count} 人",
    filter="{label}：{value}（您要求{asked}）",
    filter_absent="按您的要求，{label}：{asked}",
    said="“{words}”",
    conditions={
        "=": "{value}",
        "!=": "不是 {value}",
        "<": "低于 {value}",
        "<=": "最多 {value}",
        ">": "高于 {value}",
        ">=": "至少 {value}",
        "..": "{low} 到 {high}",
        "in": "{value}",
        "not in": "不是 {value}",
        "has": "有 {value}",
        "has not": "没有 {value}",
        "has any": "有 {value}",
        "has none": "没有 {value}",
    },
    either="或",
    media={
        "image.label": "图片（机器所见）：{quote}",
        "image.colour": "图片中有颜色：{quote}",
        "image.text": "图片上写着“{quote}”",
        "image.caption": "图片（模型所见）：{quote}",
        "image.speech": "图片：{quote}",
        "audio.speech": "录音中说“{quote}”",
        "audio.caption": "录音：{quote}",
        "audio.label": "录音：{quote}",
        "video.label": "视频（机器所见）：{quote}",
        "video.colour": "视频中有颜色：{quote}",
        "video.text": "视频中写着“{quote}”",
        "video.caption": "视频（模型所见）：{quote}",
        "video.speech": "视频中说“{quote}”",
    },
    at_second="（第 {second} 秒）",
    colon="：",
    stop="。",
    gap="",
    opening="这个也许合您的意。",
    comma="、",
)


def phrases_for(language: str) -> Phrases:
    """The templates of a language; English where it has none."""
    return CHINESE if language == "zh" else ENGLISH
