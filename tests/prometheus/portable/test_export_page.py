"""The page about the format: its words, members, limits and its sample are those of the program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from prometheus.portable import age_file, age_header, export_record, export_text

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "export-format.md").read_text(encoding="utf-8")


def test_the_sample_is_read() -> None:
    sample = re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert sample is not None
    assert [each.name for each in export_text.read_export(sample[1].encode()).records] == ["cju5", "later"]


def test_every_collection_is_listed_with_its_number() -> None:
    listed: dict[int, str] = {}
    for words, numbers in re.findall(r"^\| (`[^|]*`) \| ([0-9, ]+) \|", PAGE, re.MULTILINE):
        listed |= zip(map(int, numbers.split(", ")), re.findall(r"`(\w+)`", words), strict=True)
    assert listed == export_record.KINDS


def test_every_member_of_the_first_line_is_listed() -> None:
    table = PAGE.partition("## The first line")[2].partition("## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == sorted(["format", "v", *export_text.Manifest._fields])


@pytest.mark.parametrize(
    "said",
    [
        f"{age_file.FILE_LIMIT >> 20} MiB;",
        f"up to {age_file._MOST_RECIPIENTS} recipients",
        f"{age_header.HEADER_LIMIT >> 10} KiB or {age_header.STANZAS_LIMIT} stanzas",
        f"2^{age_header.MOST_WORK}",
        f"{export_text.LINES_LIMIT:,} lines",
        f"1 to {export_record.NAME_LIMIT} bytes",
        f"more than {export_record.BODY_LIMIT >> 20} MiB",
        f"at most {export_record.DEPTH_LIMIT} deep",
        f"`{export_text.FORMAT}`",
    ],
)
def test_the_limits_are_those_of_the_program(said: str) -> None:
    assert said in PAGE
