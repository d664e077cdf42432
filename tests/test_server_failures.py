"""What fails in the service itself: told as its own fault, with the reason in its log, and never as the asker's."""

import contextlib
import http.client
import os
import resource
import shutil
import signal
import sys
import time
from collections.abc import Iterator

import pytest
from conftest import ROOT
from served import Server, serving

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
PAGE = "text/html,*/*;q=0.8"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def flawed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service of a copy of the package in which one template names what there is not, and one view divides by 0."""
    folder = tmp_path_factory.mktemp("flawed")
    for part in ("cases_ttl", "ontology", "queries"):
        (folder / part).symlink_to(ROOT / part)
    shutil.copytree(ROOT / "clusterkg", folder / "clusterkg", ignore=shutil.ignore_patterns("__pycache__"))
    template = folder / "clusterkg/server/templates/passages.html.jinja"
    template.write_text('{% extends "frame.html.jinja" %}{% block content %}{{ nowhere_given }}{% endblock %}\n')
    view = folder / "clusterkg/server/views/code.py"
    before = "    do = asked.one("
    text = view.read_text(encoding="utf-8")
    assert text.count(before) == 1
    view.write_text(text.replace(before, f"    1 / 0\n{before}"), encoding="utf-8")
    # A command that is run as a module takes the package that lies where it is started.
    with serving(folder) as server:
        yield server


def test_what_fails_in_a_template_or_a_view_is_the_service_s_fault_and_its_reason_is_logged(flawed: Server) -> None:
    for method, path, body, reason in (
        ("GET", "/passages", None, "UndefinedError: 'nowhere_given' is undefined"),
        ("POST", "/code", "name=a", "ZeroDivisionError"),
    ):
        headers = FORM if body else {}
        assert reason not in flawed.said()
        plain = flawed.request(method, path, body, headers)
        assert (plain.status, plain.media) == (500, "text/plain")
        page = flawed.request(method, path, body, {**headers, "Accept": PAGE})
        assert (page.status, page.media) == (500, "text/html")
        assert "<h1>500: internal server error</h1>" in page.text
        for answer in (plain, page):
            assert "its operator finds the reason in the log" in answer.text
            assert reason.partition(":")[0] not in answer.text
            assert "Traceback" not in answer.text
            assert answer.headers["cache-control"] == "no-store"
        assert flawed.said().count(reason) == 2, "one for each request"
        assert f"'{path}': Traceback" in flawed.said()


def test_what_is_wrong_with_a_request_stays_the_asker_s_fault(flawed: Server) -> None:
    assert flawed.get("/passages?nonsense=1").status == 400
    assert flawed.get("/cases?country=nowhere").status == 400
    assert flawed.get("/ledger?format=csv").status == 200


@LINUX
def test_a_process_whose_work_has_failed_goes_on(flawed: Server) -> None:
    before = flawed.children()
    assert [flawed.get("/passages").status for _ in range(4)] == [500] * 4
    assert flawed.children() == before


@LINUX
def test_a_page_whose_process_is_killed_again_and_again_is_no_bad_request(flawed: Server) -> None:
    connection = http.client.HTTPConnection(flawed.host, flawed.port, timeout=30)
    with contextlib.closing(connection):
        connection.request("GET", "/page/finding/giuliani2005/F1?turned=yes")
        deadline = time.monotonic() + 20
        while "was killed from outside" not in flawed.said() and time.monotonic() < deadline:
            if flawed.get("/healthz").json()["clerks"]["free"] < 2:
                for pid in flawed.children():
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)
        answer = connection.getresponse()
        text = answer.read().decode()
    assert (answer.status, "its operator finds the reason in the log" in text) == (500, True), text


@LINUX
def test_while_no_process_can_be_started_a_client_is_asked_to_come_again(flawed: Server) -> None:
    connection = http.client.HTTPConnection(flawed.host, flawed.port, timeout=30)
    with contextlib.closing(connection):
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        before = resource.prlimit(flawed.process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(flawed.process.pid, resource.RLIMIT_NOFILE, (3, before[1]))
        try:
            for pid in flawed.children():
                os.kill(pid, signal.SIGKILL)
            deadline = time.monotonic() + 10
            while flawed.children() and time.monotonic() < deadline:
                time.sleep(0.05)
            for path in ("/ledger?format=json", "/sparql?query=ASK%7B%7D"):
                connection.request("GET", path)
                answer = connection.getresponse()
                assert (answer.status, answer.headers["Retry-After"]) == (503, "2"), answer.read()
                answer.read()
        finally:
            resource.prlimit(flawed.process.pid, resource.RLIMIT_NOFILE, before)
        for path in ("/ledger?format=json", "/sparql?query=ASK%7B%7D"):
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200
