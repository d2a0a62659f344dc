"""The wire: messages between the decoder and its child."""

from __future__ import annotations

import io
import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.media.wire import DecodeRefusal, receive, send


@given(
    st.dictionaries(
        st.text(min_size=1).filter(lambda name: name != "sizes"), st.text() | st.integers() | st.booleans()
    ),
    st.lists(st.binary(max_size=50), max_size=4),
)
def test_what_is_sent_is_received(header: dict[str, object], blobs: list[bytes]) -> None:
    stream = io.BytesIO()
    send(stream, header, blobs)
    stream.seek(0)
    assert receive(stream) == (header, [bytearray(blob) for blob in blobs])
    assert stream.read() == b""


def test_messages_follow_each_other() -> None:
    stream = io.BytesIO()
    send(stream, {"number": 1}, [b"a"])
    send(stream, {"number": 2})
    stream.seek(0)
    assert [receive(stream), receive(stream)] == [({"number": 1}, [bytearray(b"a")]), ({"number": 2}, [])]


@pytest.mark.parametrize("n_bytes", [0, 2, 10, -1])
def test_a_side_that_is_gone_is_the_end(n_bytes: int) -> None:
    stream = io.BytesIO()
    send(stream, {"kind": "picture"}, [b"pixels"])
    with pytest.raises(EOFError):
        receive(io.BytesIO(stream.getvalue()[:n_bytes]))


@pytest.mark.parametrize("sizes", [[2**40], [-1], [2**29, 2**29]])
def test_a_message_that_claims_too_much_is_refused_before_anything_is_read(sizes: list[int]) -> None:
    packed = json.dumps({"sizes": sizes}).encode()
    with pytest.raises(ValueError, match="blobs of"):
        receive(io.BytesIO(struct.pack("<I", len(packed)) + packed))


def test_a_header_without_end_is_refused() -> None:
    with pytest.raises(ValueError, match="header of 4294967295 bytes"):
        receive(io.BytesIO(b"\xff\xff\xff\xff"))


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(ValueError, match="Expecting value"):
        receive(io.BytesIO(struct.pack("<I", 3) + b"abc"))


def test_a_refusal_says_what_and_what_to_do() -> None:
    refused = DecodeRefusal("is damaged", "Save it again.")
    assert (refused.what, refused.hint, refused.args) == (
        "is damaged",
        "Save it again.",
        ("is damaged", "Save it again."),
    )
