"""How lessons are divided, and what is said where there are too few."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.adapt.lessons import BadExample, LessonFile, divided
from agent.errors import RequestError


def test_a_tenth_of_the_lessons_or_six_judge_and_none_of_them_is_learnt(lessons: LessonFile) -> None:
    parts = divided(lessons)
    assert len(parts.held) == 6
    assert {id(lesson) for lesson in parts.held} | {id(lesson) for lesson in parts.learnt} == set(map(id, lessons.good))


def test_the_order_of_the_file_moves_no_lesson(lessons: LessonFile) -> None:
    turned = replace(lessons, good=lessons.good[::-1])
    assert {lesson.line for lesson in divided(turned).held} == {lesson.line for lesson in divided(lessons).held}


def test_lessons_of_one_source_are_all_learnt_or_all_judge(lessons: LessonFile) -> None:
    paired = [replace(lesson, source=f"request {lesson.line // 5}") for lesson in lessons.good]
    parts = divided(replace(lessons, good=paired))
    assert not {lesson.source for lesson in parts.held} & {lesson.source for lesson in parts.learnt}


def test_domains_that_are_left_out_are_neither_learnt_nor_held_back(lessons: LessonFile) -> None:
    marked = [replace(lesson, domain="book" if lesson.line < 4 else "shop") for lesson in lessons.good]
    parts = divided(replace(lessons, good=marked), ["book"])
    assert sorted(lesson.line for lesson in parts.left_out) == [0, 1, 2, 3]
    assert {lesson.domain for lesson in (*parts.learnt, *parts.held)} == {"shop"}


def test_a_domain_that_no_example_has_is_named(lessons: LessonFile) -> None:
    with pytest.raises(RequestError, match="'boats'"):
        divided(lessons, ["boats"])


def test_fewer_than_twenty_are_too_few_and_the_first_bad_lines_are_named(lessons: LessonFile) -> None:
    few = replace(lessons, good=lessons.good[:19], bad=[BadExample(3, "It is no JSON.", "Write JSON.")])
    with pytest.raises(
        RequestError, match=r"Of 20 examples 19 can be learnt from, and 20 are needed.*line 3: It is no"
    ):
        divided(few)


def test_lessons_of_one_source_alone_leave_none_to_judge_by(lessons: LessonFile) -> None:
    alike = [replace(lesson, source="the same") for lesson in lessons.good]
    with pytest.raises(RequestError, match="none is left to judge by"):
        divided(replace(lessons, good=alike))
