"""What holds for every test: full counts only when asked for, and no skip where a tool was promised.

A test that needs a tool skips itself with a reason that has ``needs TOOL``, such as ``needs node: the reference is a
package of it``, or ``TOOL is not installed``. ``PROMETHEUS_REQUIRE=node,zbar`` says that these are there: such a skip
is then a failure.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Generator

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
ONLY_LONG = "the full count is played by ./check --long"
REQUIRED = frozenset(re.findall(r"[\w.+-]+", os.environ.get("PROMETHEUS_REQUIRE", "").lower()))
NEEDS = re.compile(r"needs ([\w.+-]+)|([\w.+-]+) is not installed", re.IGNORECASE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, visibly, the tests that only a long check plays."""
    if os.environ.get("PROMETHEUS_LONG"):
        return
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(pytest.mark.skip(reason=ONLY_LONG))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip for want of a required tool into a failure."""
    report = yield
    if report.skipped and isinstance(report.longrepr, tuple):
        needed = NEEDS.search(report.longrepr[2])
        tool = (needed[1] or needed[2]).lower().rstrip(".:") if needed else ""
        if tool in REQUIRED:
            report.outcome = "failed"
            report.longrepr = f"PROMETHEUS_REQUIRE has {tool}, but the test was skipped: {report.longrepr[2]}"
    return report
