"""What every process for files from outside does: it answers over its pipes and can take no more than it may."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import numpy as np

from agent.media import wire
from agent.media.confined import bytes_of, serve
from tests.support.places import ROOT


def test_requests_are_answered_one_by_one_until_nobody_asks_any_more() -> None:
    requests, answers = io.BytesIO(), io.BytesIO()
    for number in range(2):
        wire.send(requests, {"number": number}, [b"ab"])
    requests.seek(0)
    serve(requests, answers, lambda header, blobs: (header, [np.array([len(blobs[0])], np.uint8)]))
    answers.seek(0)
    assert [wire.receive(answers) for _ in range(3)] == [({}, []), ({"number": 0}, [b"\2"]), ({"number": 1}, [b"\2"])]


def test_the_bytes_of_an_array_come_in_its_own_order() -> None:
    assert bytes(bytes_of(np.arange(6, dtype=np.uint8).reshape(2, 3).T)) == bytes([0, 3, 1, 4, 2, 5])


def confined(code: str) -> subprocess.CompletedProcess[str]:
    """What becomes of a program after it has limited itself."""
    program = f"from agent.media.confined import *\nfrom agent.media.limits import MIB\n{code}"
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)


def test_memory_beyond_the_limit_is_not_had() -> None:
    ended = confined("limit_memory(64 * MIB)\nbytearray(32 * MIB)\nprint('so far')\nbytearray(128 * MIB)")
    assert ended.stdout == "so far\n"
    assert "MemoryError" in ended.stderr


def test_no_file_is_written(tmp_path: Path) -> None:
    path = tmp_path / "written"
    ended = confined(f"limit_memory(64 * MIB)\nwith open({str(path)!r}, 'w') as file: file.write('x')")
    assert "File too large" in ended.stderr
    assert path.read_text() == ""


def test_a_program_that_goes_on_and_on_is_ended() -> None:
    assert confined("limit_cpu(0)\nwhile True: pass").returncode < 0


def test_what_a_library_prints_does_not_reach_the_answers() -> None:
    ended = confined(
        "answers = private_stdout()\nprint('noise', flush=True)\nanswers.write(b'answer')\nanswers.close()"
    )
    assert ended.stdout == "answer"
